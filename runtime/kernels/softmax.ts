/** Softmax. In a file of its own, for every bundle of a classifier has it. */
import { softmaxOnCpu } from './on-cpu.ts';
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';

/** e^x / Σ e^x over the last axis. */
export function softmax(d: Device, x: Data): Data {
  if (d.name === 'cpu') return softmaxOnCpu(d, x);
  return d.run('Softmax', { logits: x }, { dim: x.shape.length - 1 });
}

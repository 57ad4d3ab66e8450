/** What the fused kernels of products and convolutions share. */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';

/** The activations that the fused kernels of every backend have. `leakyrelu` takes its slope from `alpha` (default 0.2). */
export type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu';

/** Attributes of the fused kernels; wasm wants an explicit `linear`. */
export function activationAttributes(
  activation: Activation = 'linear',
  alpha = 0.2,
): Readonly<Record<string, unknown>> {
  return activation === 'leakyrelu' ? { activation, leakyreluAlpha: alpha } : { activation };
}

/** wasm judges the rank of a bias by the shape that its data was made with, not by that of an alias (`reshape`). */
export function asMadeWithThisShape(d: Device, bias: Data | undefined): Data | undefined {
  if (bias === undefined || d.name !== 'wasm') return bias;
  const { dataIdMap } = d.backend as unknown as { dataIdMap: { get(dataId: object): { shape: number[] } } };
  const entry = dataIdMap.get(bias.dataId);
  if (entry.shape.length !== 1) entry.shape = bias.shape;
  return bias;
}

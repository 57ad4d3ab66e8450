/**
 * Kernels in plain JavaScript for the `cpu` backend, where tfjs's own are slower: its matrix product takes five times as long, its fused one
 * makes three tensors, its softmax six.
 */
import type { Device, Values } from '../device.ts';
import type { Data } from '../program.ts';
import type { Activation } from './fused.ts';

/** activation(a · b + bias): [m, k] × [k, n] + [n] → [m, n], summed in double precision. */
export function denseOnCpu(
  d: Device,
  a: Data,
  b: Data,
  bias: Data | undefined,
  activation: Activation,
  alpha: number,
): Data {
  const [m, k, n] = [a.shape[0]!, a.shape[1]!, b.shape[1]!];
  const activate = activations[activation];
  return d.inHeap(bias === undefined ? [a, b] : [a, b, bias], [m, n], 'float32', (target, [x, w, offsets]) => {
    for (let row = 0; row < m; row++) writeRow(target, row * n, x!, row * k, w!, k, n, offsets);
    if (activate !== undefined) activate(target, alpha);
  });
}

/** One row of a product with `w` [k, n], eight columns at a time, for each of which a sum stays in a register. */
function writeRow(target: Values, to: number, x: Values, from: number, w: Values, k: number, n: number, bias?: Values): void {
  let j = 0;
  for (; j + 8 <= n; j += 8) {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let p = 0, at = j; p < k; p++, at += n) {
      const v = x[from + p]!;
      s0 += v * w[at]!;
      s1 += v * w[at + 1]!;
      s2 += v * w[at + 2]!;
      s3 += v * w[at + 3]!;
      s4 += v * w[at + 4]!;
      s5 += v * w[at + 5]!;
      s6 += v * w[at + 6]!;
      s7 += v * w[at + 7]!;
    }
    target.set([s0, s1, s2, s3, s4, s5, s6, s7], to + j);
  }
  for (; j < n; j++) {
    let sum = 0;
    for (let p = 0, at = j; p < k; p++, at += n) sum += x[from + p]! * w[at]!;
    target[to + j] = sum;
  }
  if (bias !== undefined) for (j = 0; j < n; j++) target[to + j]! += bias[j]!;
} // prettier-ignore

const activations: Readonly<Record<Activation, ((values: Values, alpha: number) => void) | undefined>> = {
  linear: undefined,
  relu: (values) => {
    for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = 0;
  },
  relu6: (values) => {
    for (let i = 0; i < values.length; i++) values[i] = Math.min(6, Math.max(0, values[i]!));
  },
  elu: (values) => {
    for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = Math.expm1(values[i]!);
  },
  sigmoid: (values) => {
    for (let i = 0; i < values.length; i++) values[i] = 1 / (1 + Math.exp(-values[i]!));
  },
  leakyrelu: (values, alpha) => {
    for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i] = values[i]! * alpha;
  },
};

/** e^x / Σ e^x over the last axis. */
export function softmaxOnCpu(d: Device, x: Data): Data {
  const width = x.shape.at(-1) ?? 1;
  return d.inHeap([x], x.shape, 'float32', (target, [source]) => {
    for (let from = 0; from < target.length; from += width) {
      const end = from + width;
      let greatest = -Infinity;
      for (let i = from; i < end; i++) greatest = Math.max(greatest, source![i]!);
      let total = 0;
      for (let i = from; i < end; i++) total += target[i] = Math.exp(source![i]! - greatest);
      for (let i = from; i < end; i++) target[i] = target[i]! / total;
    }
  });
}

/** An LSTM's loop and its gradient as plain code over arrays: on cpu, and on wasm for narrow states and machines without SIMD. */
import type { Values } from '../device.ts';

export interface LoopSizes {
  readonly steps: number;
  readonly n: number;
  readonly units: number;
  readonly reverse: boolean;
}

type Arrays = Readonly<Record<string, Values>>;

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** From the first states in `h` and `c` to the last. Writes those stacks that are there. */
export function runLstm({ steps, n, units, reverse }: LoopSizes, all: Arrays): void {
  const { x, recurrentKernel, h, c } = all as Arrays & Record<'x' | 'recurrentKernel' | 'h' | 'c', Values>;
  const { input, forget, candidate, output, tanhC, hSteps, hBefore, cBefore } = all;
  const sums = new Float64Array(4 * units);
  for (let done = 0; done < steps; done++) {
    const step = (reverse ? steps - 1 - done : done) * n;
    hBefore?.set(h, step * units);
    cBefore?.set(c, step * units);
    for (let row = 0; row < n; row++) {
      const from = row * units;
      sums.set(x.subarray((step + row) * 4 * units, (step + row + 1) * 4 * units));
      addProduct(sums, h, from, units, recurrentKernel);
      for (let j = 0, at = (step + row) * units; j < units; j++, at++) {
        const [i, f] = [sigmoid(sums[j]!), sigmoid(sums[units + j]!)];
        const [g, o] = [Math.tanh(sums[2 * units + j]!), sigmoid(sums[3 * units + j]!)];
        const t = Math.tanh((c[from + j] = f * c[from + j]! + i * g));
        h[from + j] = o * t;
        if (input !== undefined) input[at] = i;
        if (forget !== undefined) forget[at] = f;
        if (candidate !== undefined) candidate[at] = g;
        if (output !== undefined) output[at] = o;
        if (tanhC !== undefined) tanhC[at] = t;
        if (hSteps !== undefined) hSteps[at] = h[from + j]!;
      }
    }
  }
}

/** From the last gradients in `dh` and `dc` to the first; writes `dx`. */
export function runLstmGradient({ steps, n, units, reverse }: LoopSizes, all: Arrays): void {
  const { recurrentKernel, dh, dc, dx, dhSteps } = all as Arrays & Record<'recurrentKernel' | 'dh' | 'dc' | 'dx', Values>; // prettier-ignore
  const { input, forget, candidate, output, tanhC, cBefore } = all as Readonly<Record<'input' | 'forget' | 'candidate' | 'output' | 'tanhC' | 'cBefore', Values>>; // prettier-ignore
  const sums = new Float64Array(units);
  for (let done = 0; done < steps; done++) {
    const step = (reverse ? steps - 1 - done : done) * n;
    for (let row = 0; row < n; row++) {
      const [from, gates] = [row * units, (step + row) * 4 * units];
      for (let j = 0, at = (step + row) * units; j < units; j++, at++) {
        const [i, f, g, o, t] = [input[at]!, forget[at]!, candidate[at]!, output[at]!, tanhC[at]!];
        const ofH = dh[from + j]! + (dhSteps === undefined ? 0 : dhSteps[at]!);
        const ofC = dc[from + j]! + ofH * o * (1 - t * t);
        dx[gates + j] = ofC * g * i * (1 - i);
        dx[gates + units + j] = ofC * cBefore[at]! * f * (1 - f);
        dx[gates + 2 * units + j] = ofC * i * (1 - g * g);
        dx[gates + 3 * units + j] = ofH * t * o * (1 - o);
        dc[from + j] = ofC * f;
      }
      addProduct(sums.fill(0), dx, gates, 4 * units, recurrentKernel);
      dh.set(sums, from);
    }
  }
}

/** sums += a[from …] · b, for a row of `k` numbers; four rows of `b` at once. */
export function addProduct(sums: Float64Array, a: Values, from: number, k: number, b: Values): void {
  const n = sums.length;
  let p = 0;
  for (; p + 4 <= k; p += 4) {
    const [a0, a1, a2, a3] = [a[from + p]!, a[from + p + 1]!, a[from + p + 2]!, a[from + p + 3]!];
    for (let j = 0, at = p * n; j < n; j++, at++)
      sums[j]! += a0 * b[at]! + a1 * b[at + n]! + a2 * b[at + 2 * n]! + a3 * b[at + 3 * n]!;
  }
  for (; p < k; p++) for (let j = 0, at = p * n; j < n; j++, at++) sums[j]! += a[from + p]! * b[at]!;
}

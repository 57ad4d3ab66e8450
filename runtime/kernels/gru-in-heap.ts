/** A GRU's loop and its gradient as plain code over arrays: on cpu, and on wasm for narrow states and machines without SIMD. */
import type { Values } from '../device.ts';
import { addProduct, sigmoid, type LoopSizes } from './lstm-in-heap.ts';

type Arrays = Readonly<Record<string, Values>>;

/** From the first state in `h` to the last. Writes those stacks that are there. */
export function runGru({ steps, n, units, reverse }: LoopSizes, all: Arrays): void {
  const { x, recurrentKernel, h } = all as Arrays & Record<'x' | 'recurrentKernel' | 'h', Values>;
  const { recurrentBias, update, reset, gates, candidate, difference, recurrent, hSteps, hBefore } = all;
  const sums = new Float64Array(3 * units);
  for (let done = 0; done < steps; done++) {
    const step = (reverse ? steps - 1 - done : done) * n;
    hBefore?.set(h, step * units);
    for (let row = 0; row < n; row++) {
      const [from, first] = [row * units, (step + row) * 3 * units];
      if (recurrentBias === undefined) sums.fill(0);
      else sums.set(recurrentBias);
      addProduct(sums, h, from, units, recurrentKernel);
      for (let j = 0, at = (step + row) * units; j < units; j++, at++) {
        const z = sigmoid(x[first + j]! + sums[j]!);
        const r = sigmoid(x[first + units + j]! + sums[units + j]!);
        const p = sums[2 * units + j]!;
        const c = Math.tanh(x[first + 2 * units + j]! + r * p);
        const less = h[from + j]! - c;
        h[from + j] = c + z * less;
        if (update !== undefined) update[at] = z;
        if (reset !== undefined) reset[at] = r;
        if (gates !== undefined) [gates[(step + row) * 2 * units + j], gates[((step + row) * 2 + 1) * units + j]] = [z, r];
        if (candidate !== undefined) candidate[at] = c;
        if (difference !== undefined) difference[at] = less;
        if (recurrent !== undefined) recurrent[at] = p;
        if (hSteps !== undefined) hSteps[at] = h[from + j]!;
      }
    }
  }
} // prettier-ignore

/** From the last gradient in `dh` to the first; writes `dx` and `dsums`. */
export function runGruGradient({ steps, n, units, reverse }: LoopSizes, all: Arrays): void {
  const { recurrentKernel, dh, dx, dsums, dhSteps } = all as Arrays & Record<'recurrentKernel' | 'dh' | 'dx' | 'dsums', Values>;
  const { update, reset, candidate, difference, recurrent } = all as Readonly<Record<'update' | 'reset' | 'candidate' | 'difference' | 'recurrent', Values>>;
  const sums = new Float64Array(units);
  for (let done = 0; done < steps; done++) {
    const step = (reverse ? steps - 1 - done : done) * n;
    for (let row = 0; row < n; row++) {
      const [from, first] = [row * units, (step + row) * 3 * units];
      for (let j = 0, at = (step + row) * units; j < units; j++, at++) {
        const [z, r, c, p] = [update[at]!, reset[at]!, candidate[at]!, recurrent[at]!];
        const ofH = dh[from + j]! + (dhSteps === undefined ? 0 : dhSteps[at]!);
        const ofC = ofH * (1 - z) * (1 - c * c);
        const ofUpdate = ofH * difference[at]! * z * (1 - z);
        const ofReset = ofC * p * r * (1 - r);
        dx[first + j] = dsums[first + j] = ofUpdate;
        dx[first + units + j] = dsums[first + units + j] = ofReset;
        dx[first + 2 * units + j] = ofC;
        dsums[first + 2 * units + j] = ofC * r;
        sums[j] = ofH * z;
      }
      addProduct(sums, dsums, first, 3 * units, recurrentKernel);
      dh.set(sums, from);
    }
  }
} // prettier-ignore

/** Shapes of what fused kernels compute. */
import type { Result } from '../elementwise/expression.ts';

/** Of a result, in a whole whose rows begin at the axis `split`. */
export function resultShape({ form }: Result, whole: readonly number[], split: number): number[] {
  if (form === 'full') return [...whole];
  const rows = whole.slice(0, split);
  return form === 'kept' ? [...rows, ...whole.slice(split).map(() => 1)] : rows;
}

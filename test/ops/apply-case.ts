/**
 * A random case as a program with its operands as inputs.
 */
import { createGraphBuilder, type GraphBuilder, type NdArray, type TensorNode } from '../../compiler/graph/index.ts';
import type { Case } from './cases.ts';

export interface Applied {
  readonly op: GraphBuilder;
  readonly operands: readonly TensorNode[];
  readonly result: TensorNode;
  readonly inputs: Readonly<Record<string, NdArray>>;
}

export function applyCase({ operands, build }: Case): Applied {
  const op = createGraphBuilder();
  const nodes = operands.map((x, i) => op.input(`x${i}`, x.dtype, x.shape));
  return {
    op,
    operands: nodes,
    result: build(op, nodes),
    inputs: Object.fromEntries(operands.map((x, i) => [`x${i}`, x])),
  };
}

export const programOf = (
  named: Readonly<Record<string, TensorNode>>,
): { outputs: ReadonlyMap<string, TensorNode> } => ({
  outputs: new Map(Object.entries(named)),
});

/** The greatest difference, relative to the greatest value; NaN agrees with NaN, ∞ with the same ∞. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let scale = 1e-3;
  for (let i = 0; i < a.length; i++) if (Number.isFinite(a[i]!)) scale = Math.max(scale, Math.abs(a[i]!));
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const same = Object.is(a[i], b[i]) || a[i] === b[i];
    if (!same) worst = Math.max(worst, Number.isFinite(a[i]! - b[i]!) ? Math.abs(a[i]! - b[i]!) / scale : Infinity);
  }
  return worst;
}

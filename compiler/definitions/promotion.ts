/** Arithmetic on mixed dtypes: bool → int32 → float32 (LANGUAGE.md §5). */
import type { DType, TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

const order: readonly DType[] = ['bool', 'int32', 'float32'];

/** The dtype that holds all of these. */
export const commonDType = (dtypes: readonly DType[]): DType =>
  order[Math.max(0, ...dtypes.map((dtype) => order.indexOf(dtype)))]!;

/** The dtype of sums and products: of bools an int32. */
export function arithmeticDType(dtypes: readonly DType[]): DType {
  const common = commonDType(dtypes);
  return common === 'bool' ? 'int32' : common;
}

export const convert = (op: Ops, x: TensorNode, dtype: DType): TensorNode =>
  x.dtype === dtype ? x : op.cast(x, dtype);
export const convertAll = (op: Ops, xs: readonly TensorNode[], dtype: DType): readonly TensorNode[] =>
  xs.map((x) => convert(op, x, dtype));

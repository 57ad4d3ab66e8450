/** What kernels hold for themselves while they compute, in bytes, beside their operands and their result. */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { isOnSide } from '../emit/kernel-call.ts';
import { readConvolution } from '../ops/attributes.ts';
import type { Dim } from '../shapes/index.ts';
import type { PlannedBackend } from './held.ts';

type BytesOf = (node: Pick<TensorNode, 'dtype' | 'shape'>) => number;

/** Activations that are nothing but bounds. */
const bounds: ReadonlySet<unknown> = new Set([undefined, 'linear', 'relu', 'relu6']);

export interface PackingContext {
  readonly backend: PlannedBackend;
  readonly bytes: BytesOf;
  readonly size: (size: Dim) => number;
  /** Whether a plan packs the right operand once, because it is the same at each run. */
  readonly once: boolean;
}

/** As in the runtime (`simd/transposed-products.ts`): where the right operand has so many rows and numbers at most, a left one on its side is read as it lies. */
const mostOnSide = { rows: 64, numbers: 2 ** 15 };

/** From so many rows on packing is worth while: at each product, and where it is done once (`runtime/device.ts`, `wasm-recorder.ts`). */
const fewestRows = { each: 24, once: 4 } as const;

/**
 * On wasm the runtime convolves and multiplies by code of its own, for which it packs the right operand: by eight columns and then the next eight
 * (`runtime/simd/windows.ts`). 0 where it takes the operand as it lies, or tfjs computes.
 */
export function packedOperand(node: TensorNode, { backend, bytes, size, once }: PackingContext): number {
  const { op, inputs, attributes } = node;
  const [left, right] = inputs;
  if (backend !== 'wasm' || !packing.has(op) || !bounds.has(attributes['activation'])) return 0;
  if (isOnSide(node) && readsOnSide(node, size)) return packedBytes(right!, bytes, size);
  if (op === 'matMul' || op === 'fusedMatMul') {
    const isPlain = isOnSide(node) || (attributes['transposeA'] !== true && attributes['transposeB'] !== true);
    const sameBatch = left!.shape.slice(0, -2).every((axis, i) => axis.key === right!.shape[i]!.key);
    if (!isPlain || left!.shape.length !== right!.shape.length || !sameBatch) return 0;
    if (size(node.shape.at(-2)!) < fewestRows[once ? 'once' : 'each']) return 0;
  } else if (readConvolution(attributes).dilations.some((d) => d !== 1)) return 0;
  return packedBytes(right!, bytes, size);
}

function packedBytes(right: TensorNode, bytes: BytesOf, size: PackingContext['size']): number {
  const column = bytes({ ...right, shape: right.shape.slice(0, -1) });
  const columns = size(right.shape.at(-1)!);
  return columns % 4 === 0 ? column * 8 * Math.ceil(columns / 8) : 0;
}

function readsOnSide({ inputs }: TensorNode, size: PackingContext['size']): boolean {
  const [rows, columns] = inputs[1]!.shape.map(size) as [number, number];
  return rows <= mostOnSide.rows && rows * columns <= mostOnSide.numbers && columns % 4 === 0;
}

const packing: ReadonlySet<string> = new Set(['conv2d', 'fusedConv2d', 'matMul', 'fusedMatMul']);

/**
 * A left operand on its side is transposed first where no code of ours reads it as it lies. tfjs's cpu backend adds the bias of a convolution, and bends the
 * sum, each into a tensor of its own.
 */
export function workspace(node: TensorNode, { backend, bytes, size }: Omit<PackingContext, 'once'>): number {
  const { op, inputs, attributes } = node;
  if (isOnSide(node)) return backend === 'wasm' && readsOnSide(node, size) ? 0 : bytes(inputs[0]!);
  if (backend !== 'cpu' || (op !== 'fusedConv2d' && op !== 'fusedDepthwiseConv2d')) return 0;
  return inputs.length < 3 && attributes['activation'] === 'linear' ? 0 : bytes(node);
} // prettier-ignore

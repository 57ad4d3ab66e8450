/** What kernels hold for themselves while they compute, in bytes, beside their operands and their result. */
import type { TensorNode } from '../graph/tensor-graph.ts';
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
  if (op === 'matMul' || op === 'fusedMatMul') {
    const sameBatch = left!.shape.slice(0, -2).every((axis, i) => axis.key === right!.shape[i]!.key);
    if (left!.shape.length !== right!.shape.length || !sameBatch) return 0;
    const columns = size(node.shape.at(-1)!);
    const few = size(node.shape.at(-2)!) < fewestRows[once ? 'once' : 'each'] || columns < 8;
    if (few && !transposedOperands(node).some(Boolean)) return 0;
    return (bytes(right!) / columns) * 8 * Math.ceil(columns / 8);
  }
  if (readConvolution(attributes).dilations.some((d) => d !== 1)) return 0;
  const columns = size(right!.shape.at(-1)!);
  return columns % 4 === 0 ? (bytes(right!) / columns) * 8 * Math.ceil(columns / 8) : 0;
}

const transposedOperands = ({ inputs, attributes }: TensorNode): readonly (TensorNode | undefined)[] => [
  attributes['transposeA'] === true ? inputs[0] : undefined,
  attributes['transposeB'] === true ? inputs[1] : undefined,
];

const packing: ReadonlySet<string> = new Set(['conv2d', 'fusedConv2d', 'matMul', 'fusedMatMul']);

/**
 * tfjs's cpu backend adds the bias of a convolution, and bends the sum, each into a tensor of its own. What lies transposed is turned there first, where no
 * code of ours reads it as it lies.
 */
export function workspace(node: TensorNode, { backend, bytes }: Pick<PackingContext, 'backend' | 'bytes'>): number {
  const { op, inputs, attributes } = node;
  if (backend !== 'cpu') return 0;
  if (op === 'matMul') return transposedOperands(node).reduce((sum, x) => sum + (x === undefined ? 0 : bytes(x)), 0);
  if (op !== 'fusedConv2d' && op !== 'fusedDepthwiseConv2d') return 0;
  return inputs.length < 3 && attributes['activation'] === 'linear' ? 0 : bytes(node);
} // prettier-ignore

/** What kernels hold for themselves while they compute, in bytes, beside their operands and their result. */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { readConvolution } from '../ops/attributes.ts';
import type { PlannedBackend } from './held.ts';

type BytesOf = (node: Pick<TensorNode, 'dtype' | 'shape'>) => number;

/** Activations that are nothing but bounds. */
const bounds: ReadonlySet<unknown> = new Set([undefined, 'linear', 'relu', 'relu6']);

/**
 * On wasm the runtime convolves by code of its own, for which it packs the filter: by eight columns and then the next eight
 * (`runtime/simd/convolutions.ts`). 0 where tfjs convolves.
 */
export function packedFilter({ op, inputs, attributes }: TensorNode, backend: PlannedBackend, bytes: BytesOf): number {
  if (backend !== 'wasm' || (op !== 'conv2d' && op !== 'fusedConv2d')) return 0;
  if (!bounds.has(attributes['activation']) || readConvolution(attributes).dilations.some((d) => d !== 1)) return 0;
  const filter = inputs[1]!;
  const column = bytes({ ...filter, shape: filter.shape.slice(0, 3) });
  const columns = bytes(filter) / column;
  return columns % 4 === 0 ? column * 8 * Math.ceil(columns / 8) : 0;
}

/** tfjs's cpu backend adds the bias of a convolution, and bends the sum, each into a tensor of its own. */
export function workspace({ op, inputs, attributes, ...node }: TensorNode, backend: PlannedBackend, bytes: BytesOf): number {
  if (backend !== 'cpu' || (op !== 'fusedConv2d' && op !== 'fusedDepthwiseConv2d')) return 0;
  return inputs.length < 3 && attributes['activation'] === 'linear' ? 0 : bytes(node);
} // prettier-ignore

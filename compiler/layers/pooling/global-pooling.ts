/** `GlobalAveragePooling1D` … `GlobalMaxPooling3D`: one number for each channel. */
import { product, sizeAt, sizesOf } from '../../definitions/axes.ts';
import {
  defineLayer,
  type DefinitionExample,
  type Flow,
  type LayerDefinition,
} from '../../definitions/define-layer.ts';
import { bool } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import type { Need } from '../../definitions/need.ts';
import type { TensorType } from '../../definitions/types.ts';
import type { Dim } from '../../shapes/index.ts';
import { ones, spatialRanks, spatialSizes, spatialWords, type SpatialRank } from '../spatial.ts';

interface GlobalPooling {
  readonly kind: 'Average' | 'Max';
  readonly formula: string;
  readonly summary: string;
  readonly flow: Flow;
  readonly lower: (op: Ops, x: TensorNode, axes: readonly number[], keepDims: boolean) => TensorNode;
}

const inputs: Readonly<Record<SpatialRank, readonly [DefinitionExample['input'], DefinitionExample['input']]>> = {
  1: [['seq', 8], [7, 8]],
  2: [['h', 'w', 8], [7, 7, 8]],
  3: [[3, 'h', 'w', 8], [3, 4, 4, 8]],
}; // prettier-ignore

/** bool `[steps]`. */
function stepsMask(mask: TensorType, input: TensorType, steps: Dim, need: Need): boolean {
  if (!need.dtype(mask, ['bool']) || !need.rank(mask, 1, '[steps]')) return false;
  const own = sizeAt(mask.shape, 0);
  const context = { what: 'steps', left: { input, axis: 0 }, right: { input: mask, axis: 0 } };
  return !own || need.equal(steps, own, context);
}

/** The mean over steps where the mask is true. */
function maskedMean(op: Ops, x: TensorNode, mask: TensorNode, keepDims: boolean): TensorNode {
  const there = op.reshape(mask, [...mask.shape, 1]);
  const count = op.sum(op.cast(there, 'float32'), [1], keepDims);
  return op.divide(op.sum(op.select(there, x, 0), [1], keepDims), count);
}

const maskedExample: DefinitionExample = {
  source: 'x -> GlobalAveragePooling1D()(mask: m)',
  input: ['seq', 8],
  tensors: { m: { dtype: 'bool', shape: ['seq'] } },
  output: [8],
};

const globalPooling = (rank: SpatialRank, pooling: GlobalPooling): LayerDefinition =>
  defineLayer({
    name: `Global${pooling.kind}Pooling${rank}D`,
    summary: pooling.summary,
    doc: `${pooling.formula} over ${spatialWords[rank]}${rank === 1 && pooling.kind === 'Average' ? ', of the steps where `mask` is true' : ''}. [Keras](https://keras.io/api/layers/pooling_layers/global_${pooling.kind.toLowerCase()}_pooling${rank}d/)`,
    flow: pooling.flow,
    // Only the mean over steps takes a mask, as in Keras.
    tensors: rank === 1 && pooling.kind === 'Average' ? ['x', 'mask?'] : ['x'],
    parameters: { keepDims: bool({ doc: 'Keep the spatial axes with size 1.', default: false }) },
    shape: ({ input, named, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need);
      const { mask } = named;
      if (sizes && mask && !stepsMask(mask, input, sizes[0]!, need)) return undefined;
      return sizes && [...(p.keepDims ? ones(rank) : []), sizes[rank]!];
    },
    lower: ({ x, named, parameters: p, op }) =>
      named['mask']
        ? maskedMean(op, x, named['mask'], p.keepDims)
        : pooling.lower(op, x, Array.from({ length: rank }, (_, i) => 1 + i), p.keepDims),
    flops: ({ inputs: [x] }) => product(sizesOf(x!.shape) ?? []),
    examples: [
      { source: `Global${pooling.kind}Pooling${rank}D`, input: inputs[rank][0], output: [8] },
      { source: `Global${pooling.kind}Pooling${rank}D(keepDims: true)`, input: inputs[rank][1], output: [...Array.from({ length: rank }, () => 1), 8] },
      ...(rank === 1 && pooling.kind === 'Average' ? [maskedExample] : []),
    ],
  }); // prettier-ignore

const average: GlobalPooling = {
  kind: 'Average',
  formula: '$y_c = \\frac{1}{n} \\sum_a x_{a, c}$',
  summary: 'The mean of each channel.',
  flow: 'other',
  lower: (op, x, axes, keepDims) => op.mean(x, axes, keepDims),
};
const max: GlobalPooling = {
  kind: 'Max',
  formula: '$y_c = \\max_a x_{a, c}$',
  summary: 'The largest number of each channel.',
  flow: 'moves',
  lower: (op, x, axes, keepDims) => op.max(x, axes, keepDims),
};

export const globalPoolingLayers: readonly LayerDefinition[] = [average, max].flatMap((pooling) =>
  spatialRanks.map((rank) => globalPooling(rank, pooling)),
);

/** `GlobalAveragePooling1D` … `GlobalMaxPooling3D`: one number for each channel. */
import { product, sizesOf } from '../../definitions/axes.ts';
import {
  defineLayer,
  type DefinitionExample,
  type Flow,
  type LayerDefinition,
} from '../../definitions/define-layer.ts';
import { bool } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { ones, spatialRanks, spatialSizes, spatialWords, type SpatialRank } from '../spatial.ts';

interface GlobalPooling {
  readonly kind: 'Average' | 'Max';
  readonly summary: string;
  readonly flow: Flow;
  readonly lower: (op: Ops, x: TensorNode, axes: readonly number[], keepDims: boolean) => TensorNode;
}

const inputs: Readonly<Record<SpatialRank, readonly [DefinitionExample['input'], DefinitionExample['input']]>> = {
  1: [['seq', 8], [7, 8]],
  2: [['h', 'w', 8], [7, 7, 8]],
  3: [[3, 'h', 'w', 8], [3, 4, 4, 8]],
}; // prettier-ignore

const globalPooling = (rank: SpatialRank, pooling: GlobalPooling): LayerDefinition =>
  defineLayer({
    name: `Global${pooling.kind}Pooling${rank}D`,
    summary: pooling.summary,
    doc: `Over ${spatialWords[rank]}. [Keras](https://keras.io/api/layers/pooling_layers/global_${pooling.kind.toLowerCase()}_pooling${rank}d/)`,
    flow: pooling.flow,
    parameters: { keepDims: bool({ doc: 'Keep the spatial axes with size 1.', default: false }) },
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need);
      return sizes && [...(p.keepDims ? ones(rank) : []), sizes[rank]!];
    },
    lower: ({ x, parameters: p, op }) =>
      pooling.lower(op, x, Array.from({ length: rank }, (_, i) => 1 + i), p.keepDims), // prettier-ignore
    flops: ({ inputs: [x] }) => product(sizesOf(x!.shape) ?? []),
    examples: [
      { source: `Global${pooling.kind}Pooling${rank}D`, input: inputs[rank][0], output: [8] },
      { source: `Global${pooling.kind}Pooling${rank}D(keepDims: true)`, input: inputs[rank][1], output: [...Array.from({ length: rank }, () => 1), 8] },
    ],
  }); // prettier-ignore

const average: GlobalPooling = {
  kind: 'Average',
  summary: 'The mean of each channel.',
  flow: 'other',
  lower: (op, x, axes, keepDims) => op.mean(x, axes, keepDims),
};
const max: GlobalPooling = {
  kind: 'Max',
  summary: 'The largest number of each channel.',
  flow: 'moves',
  lower: (op, x, axes, keepDims) => op.max(x, axes, keepDims),
};

export const globalPoolingLayers: readonly LayerDefinition[] = [average, max].flatMap((pooling) =>
  spatialRanks.map((rank) => globalPooling(rank, pooling)),
);

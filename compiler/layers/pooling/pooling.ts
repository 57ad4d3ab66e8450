/** `MaxPooling1D` … `AveragePooling3D`: one number for each window of each channel. */
import { product, sizesOf } from '../../definitions/axes.ts';
import {
  defineLayer,
  type DefinitionExample,
  type Flow,
  type LayerDefinition,
} from '../../definitions/define-layer.ts';
import { ints, optionalInts, padding } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops, PoolAttributes } from '../../ops/ops.ts';
import { dim, type Dim } from '../../shapes/index.ts';
import { perAxis, spatialRanks, spatialSizes, spatialWords, type SpatialRank } from '../spatial.ts';
import { numbers, opPadding, windowedSizes } from '../windows.ts';
import { pooled } from './windowed.ts';

interface Pooling {
  readonly kind: 'Max' | 'Average';
  readonly summary: string;
  readonly formula: string;
  readonly doc: string;
  readonly flow: Flow;
  /** Keras has one for the maximum only. */
  readonly poolSize: (rank: SpatialRank) => { readonly default?: readonly Dim[] };
  readonly lower: (op: Ops, x: TensorNode, attributes: PoolAttributes) => TensorNode;
}

const examples = (name: string, rank: SpatialRank): readonly DefinitionExample[] =>
  ({
    1: [
      { source: `${name}(2)`, input: [28, 8], output: [14, 8] },
      { source: `${name}(3, strides: 2, padding: same)`, input: ['seq', 8], output: ['ceil(seq / 2)', 8] },
    ],
    2: [
      { source: `${name}(2)`, input: [28, 28, 8], output: [14, 14, 8] },
      { source: `${name}(3, strides: 2, padding: same)`, input: ['h', 'w', 8], output: ['ceil(h / 2)', 'ceil(w / 2)', 8] },
      { source: `${name}((2, 3))`, input: [9, 9, 1], output: [4, 3, 1] },
    ],
    3: [
      { source: `${name}(2)`, input: [4, 6, 6, 2], output: [2, 3, 3, 2] },
      { source: `${name}((1, 2, 2), padding: same)`, input: [3, 'h', 'w', 2], output: [3, 'ceil(h / 2)', 'ceil(w / 2)', 2] },
    ],
  })[rank]; // prettier-ignore

const poolingOver = (rank: SpatialRank, pooling: Pooling): LayerDefinition =>
  defineLayer({
    name: `${pooling.kind}Pooling${rank}D`,
    summary: pooling.summary,
    doc: `${pooling.formula} over windows of ${spatialWords[rank]}, with strides $s$. ${pooling.doc}[Keras](https://keras.io/api/layers/pooling_layers/${pooling.kind.toLowerCase()}_pooling${rank}d/)`,
    flow: pooling.flow,
    parameters: {
      poolSize: ints(rank, { doc: `Size of a window: ${spatialWords[rank]}.`, min: 1, ...pooling.poolSize(rank) }),
      strides: optionalInts(rank, { doc: 'Steps between windows; as large as a window unless given.', min: 1 }),
      padding: padding(rank, {
        doc: '`same` lets windows reach over the edge, `valid` does not, numbers say how far on each side; padding never counts.',
        default: 'valid',
      }),
    },
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need);
      if (!sizes) return undefined;
      const windows = { sizes: p.poolSize, strides: p.strides ?? p.poolSize, padding: p.padding, argument: 'poolSize' };
      const spatial = windowedSizes(sizes, 0, windows, need);
      return spatial && [...spatial, sizes[rank]!];
    },
    lower: ({ x, parameters: p, op }) => {
      const strides = p.strides ?? p.poolSize;
      const attributes = {
        poolSize: numbers(p.poolSize),
        strides: numbers(strides),
        padding: opPadding({ sizes: p.poolSize, strides, padding: p.padding }),
      };
      return pooled(op, x, attributes, (images, flat) => pooling.lower(op, images, flat));
    },
    flops: ({ output, parameters: p }) => product([...p.poolSize, ...(sizesOf(output.shape) ?? [])]),
    examples: examples(`${pooling.kind}Pooling${rank}D`, rank),
  });

const max: Pooling = {
  kind: 'Max',
  summary: 'The largest number in each window of each channel.',
  formula: '$y_{…, c} = \\max_a x_{… s + a, c}$',
  doc: '',
  flow: 'moves',
  poolSize: (rank) => ({ default: perAxis(rank, dim(2)) }),
  lower: (op, x, attributes) => op.maxPool(x, attributes),
};

const average: Pooling = {
  kind: 'Average',
  summary: 'The mean of each window of each channel.',
  formula: '$y_{…, c} = \\frac{1}{|a|} \\sum_a x_{… s + a, c}$',
  doc: 'Padding does not count. ',
  flow: 'other',
  poolSize: () => ({}),
  lower: (op, x, attributes) => op.averagePool(x, attributes),
};

export const poolingLayers: readonly LayerDefinition[] = [max, average].flatMap((pooling) =>
  spatialRanks.map((rank) => poolingOver(rank, pooling)),
);

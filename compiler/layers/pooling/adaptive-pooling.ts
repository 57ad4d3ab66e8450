/** `AdaptiveAveragePooling1D` … `AdaptiveMaxPooling3D`: as many windows as asked for, as even as they can be. */
import { product, sizesOf } from '../../definitions/axes.ts';
import {
  defineLayer,
  type DefinitionExample,
  type Flow,
  type LayerDefinition,
} from '../../definitions/define-layer.ts';
import { ints } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { axisWords, spatialRanks, spatialSizes, spatialWords, type SpatialRank } from '../spatial.ts';
import { numbers } from '../windows.ts';
import { pooledAlong } from './windowed.ts';

interface AdaptivePooling {
  readonly kind: 'Average' | 'Max';
  readonly summary: string;
  readonly flow: Flow;
  readonly pool: 'averagePool' | 'maxPool';
  readonly fold: 'mean' | 'max';
}

/** One axis: windows of one size where they divide it, else each window by itself. */
function adapted(op: Ops, x: TensorNode, axis: number, count: number, { pool, fold }: AdaptivePooling): TensorNode {
  const size = numbers([x.shape[axis]!])[0]!;
  if (size === count) return x;
  if (size % count === 0) {
    const [every, attributes] = [[size / count], { padding: 'valid' as const }];
    return pooledAlong(op, x, axis, op[pool], { ...attributes, poolSize: every, strides: every });
  }
  const windows = Array.from({ length: count }, (_, i) => {
    const [from, to] = [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)];
    const begin = x.shape.map((_, j) => (j === axis ? from : 0));
    const seen = op.slice(x, begin, x.shape.map((whole, j) => (j === axis ? to - from : whole))); // prettier-ignore
    return op[fold](seen, [axis], true);
  });
  return op.concat(windows, axis);
}

const examples = (name: string, rank: SpatialRank): readonly DefinitionExample[] =>
  ({
    1: [
      { source: `${name}(4)`, input: [8, 3], output: [4, 3] },
      { source: `${name}(3)`, input: [7, 3], output: [3, 3] },
    ],
    2: [
      { source: `${name}(4)`, input: [8, 12, 3], output: [4, 4, 3] },
      { source: `${name}((2, 3))`, input: [5, 7, 3], output: [2, 3, 3] },
    ],
    3: [{ source: `${name}((2, 3, 2))`, input: [4, 4, 5, 2], output: [2, 3, 2, 2] }],
  })[rank];

const adaptivePooling = (rank: SpatialRank, pooling: AdaptivePooling): LayerDefinition =>
  defineLayer({
    name: `Adaptive${pooling.kind}Pooling${rank}D`,
    summary: pooling.summary,
    doc: `Over ${spatialWords[rank]}: window $i$ of $m$ along an axis of size $n$ is $[\\lfloor i n / m \\rfloor, \\lceil (i + 1) n / m \\rceil)$. [Keras](https://keras.io/api/layers/pooling_layers/adaptive_${pooling.kind.toLowerCase()}_pooling${rank}d/)`,
    flow: pooling.flow,
    parameters: { outputSize: ints(rank, { doc: `Size of the result: ${spatialWords[rank]}.`, min: 1 }) },
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need);
      if (!sizes?.slice(0, rank).every((size, axis) => need.known(size, { what: axisWords[rank][axis]! })))
        return undefined;
      if (!p.outputSize.every((size) => need.known(size, { what: 'windows', argument: 'outputSize' }))) return undefined; // prettier-ignore
      return [...p.outputSize, sizes[rank]!];
    },
    lower: ({ x, parameters: p, op }) =>
      numbers(p.outputSize).reduce((result, count, i) => adapted(op, result, 1 + i, count, pooling), x),
    flops: ({ inputs }) => product(sizesOf(inputs[0]!.shape) ?? []),
    examples: examples(`Adaptive${pooling.kind}Pooling${rank}D`, rank),
  });

const poolings: readonly AdaptivePooling[] = [
  { kind: 'Average', summary: 'The mean of each of a given number of windows.', flow: 'other', pool: 'averagePool', fold: 'mean' },
  { kind: 'Max', summary: 'The largest number in each of a given number of windows.', flow: 'moves', pool: 'maxPool', fold: 'max' },
]; // prettier-ignore

export const adaptivePoolingLayers: readonly LayerDefinition[] = poolings.flatMap((pooling) =>
  spatialRanks.map((rank) => adaptivePooling(rank, pooling)),
);

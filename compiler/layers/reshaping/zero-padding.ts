/** `ZeroPadding1D`, `ZeroPadding2D`, `ZeroPadding3D`: zeros around steps, images and volumes. */
import { defineLayer, type DefinitionExample, type LayerDefinition } from '../../definitions/define-layer.ts';
import { padding } from '../../definitions/parameters.ts';
import { add, ONE } from '../../shapes/index.ts';
import { anyDType, perAxis, spatialRanks, spatialSizes, spatialWords, type SpatialRank } from '../spatial.ts';

const examples: Readonly<Record<SpatialRank, readonly DefinitionExample[]>> = {
  1: [
    { source: 'ZeroPadding1D(2)', input: ['seq', 3], output: ['seq + 4', 3] },
    { source: 'ZeroPadding1D((0, 1))', input: [8, 3], output: [9, 3] },
  ],
  2: [
    { source: 'ZeroPadding2D(2)', input: [28, 28, 1], output: [32, 32, 1] },
    { source: 'ZeroPadding2D(((0, 1), (0, 1)))', input: ['h', 'w', 3], output: ['h + 1', 'w + 1', 3] },
  ],
  3: [{ source: 'ZeroPadding3D((1, 0, 2))', input: [4, 5, 6, 2], output: [6, 5, 10, 2] }],
};

const docs: Readonly<Record<SpatialRank, string>> = {
  1: 'Steps: one number, or `(before, after)`.',
  2: 'Rows and columns: one number, `(rows, columns)` or `((top, bottom), (left, right))`.',
  3: 'One number, `(depth, rows, columns)`, or pairs of before and after.',
};

const zeroPadding = (rank: SpatialRank): LayerDefinition =>
  defineLayer({
    name: `ZeroPadding${rank}D`,
    summary: `Adds zeros at the edges: ${spatialWords[rank]}.`,
    doc: `$y_{i + \\mathrm{before}} = x_i$ along each axis, 0 elsewhere. [Keras](https://keras.io/api/layers/reshaping_layers/zero_padding${rank}d/)`,
    flow: 'moves',
    parameters: {
      padding: padding(rank, { doc: docs[rank], default: perAxis(rank, [ONE, ONE]), explicit: true }),
    },
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need, anyDType);
      if (!sizes || typeof p.padding === 'string') return undefined;
      const padded = p.padding.map(([before, after], i) => add(add(sizes[i]!, before), after));
      return { dtype: input.dtype, shape: [...padded, sizes[rank]!] };
    },
    lower: ({ x, parameters: p, op }) => {
      const sides = typeof p.padding === 'string' ? [] : p.padding;
      return op.pad(x, [[0, 0], ...sides, [0, 0]]);
    },
    examples: examples[rank],
  });

export const zeroPaddings: readonly LayerDefinition[] = spatialRanks.map(zeroPadding);

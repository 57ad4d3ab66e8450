/** `Cropping1D`, `Cropping2D`, `Cropping3D`: what lies at the edges cut off. */
import { completeSizes } from '../../definitions/axes.ts';
import { defineLayer, type DefinitionExample, type LayerDefinition } from '../../definitions/define-layer.ts';
import { padding } from '../../definitions/parameters.ts';
import { add, asInteger, dim, ONE, subtract } from '../../shapes/index.ts';
import { anyDType, perAxis, spatialRanks, spatialSizes, spatialWords, type SpatialRank } from '../spatial.ts';

const examples: Readonly<Record<SpatialRank, readonly DefinitionExample[]>> = {
  1: [
    { source: 'Cropping1D', input: [8, 3], output: [6, 3] },
    { source: 'Cropping1D((1, 2))', input: [8, 3], output: [5, 3] },
  ],
  2: [
    { source: 'Cropping2D(2)', input: [28, 28, 1], output: [24, 24, 1] },
    { source: 'Cropping2D(((0, 1), (2, 1)))', input: [6, 7, 3], output: [5, 4, 3] },
  ],
  3: [{ source: 'Cropping3D((1, 0, 2))', input: [4, 5, 6, 2], output: [2, 5, 2, 2] }],
};

const cropping = (rank: SpatialRank): LayerDefinition =>
  defineLayer({
    name: `Cropping${rank}D`,
    summary: `Cuts off the edges: ${spatialWords[rank]}.`,
    doc: `$y_i = x_{i + \\mathrm{before}}$ along each axis. [Keras](https://keras.io/api/layers/reshaping_layers/cropping${rank}d/)`,
    flow: 'moves',
    parameters: {
      cropping: padding(rank, {
        doc: rank === 1 ? 'Steps: one number, or `(before, after)`.' : 'What goes: one number, one for each axis, or pairs of before and after.',
        // Keras cuts nothing off images unless asked to.
        default: perAxis(rank, rank === 2 ? [dim(0), dim(0)] : [ONE, ONE]),
        explicit: true,
      }),
    },
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need, anyDType);
      if (!sizes || typeof p.cropping === 'string') return undefined;
      const cut = p.cropping.map(([before, after]) => add(before, after));
      const fits = cut.every((gone, axis) => {
        const [context, size] = [{ argument: 'cropping', axis }, sizes[axis]!];
        // Something must be left; but where more is cut than there is, that is what to say.
        const tooMuch = (asInteger(gone) ?? 0) > (asInteger(size) ?? Infinity);
        return need.fits(tooMuch ? gone : add(gone, ONE), size, context);
      });
      if (!fits) return undefined;
      return { dtype: input.dtype, shape: [...cut.map((gone, i) => subtract(sizes[i]!, gone)), sizes[rank]!] };
    },
    lower: ({ x, parameters: p, op, output }) => {
      const begin = typeof p.cropping === 'string' ? [] : p.cropping.map(([before]) => before);
      return op.slice(x, [0, ...begin, 0], [x.shape[0]!, ...completeSizes(output.shape)]);
    },
    examples: examples[rank],
  }); // prettier-ignore

export const croppings: readonly LayerDefinition[] = spatialRanks.map(cropping);

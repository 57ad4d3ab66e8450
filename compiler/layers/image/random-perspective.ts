/** `RandomPerspective`: images seen from aside at random while training. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { float } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import type { Dim } from '../../shapes/index.ts';
import { drawn, happens, imageSizes, likelihood, pixels, upTo } from './images.ts';
import { fillValueParameter, gridOf, partOf, perImage, sampled, samplingParameters, spread } from './sampling.ts';

/** Where three corners of the unit square go, (0, 0) staying: (right, 0), (cornerX, cornerY), (0, bottom). */
interface Corners {
  readonly right: TensorNode;
  readonly cornerX: TensorNode;
  readonly cornerY: TensorNode;
  readonly bottom: TensorNode;
}

/** The point of the unit square that goes to (x, y): the inverse of the projective map of its corners (Heckbert 1989). */
function unprojected(op: Ops, { right, cornerX, cornerY, bottom }: Corners, x: TensorNode, y: TensorNode): { readonly x: TensorNode; readonly y: TensorNode } {
  const times = (a: TensorNode, b: TensorNode): TensorNode => op.multiply(a, b);
  const [alongX, alongY] = [op.subtract(right, cornerX), op.negate(cornerY)];
  const [downX, downY] = [op.negate(cornerX), op.subtract(bottom, cornerY)];
  const [excessX, excessY] = [op.subtract(cornerX, right), op.subtract(cornerY, bottom)];
  const det = op.subtract(times(alongX, downY), times(downX, alongY));
  const g = op.divide(op.subtract(times(excessX, downY), times(downX, excessY)), det);
  const h = op.divide(op.subtract(times(alongX, excessY), times(excessX, alongY)), det);
  // The map is (a u, e v) / (g u + h v + 1): nothing is mixed, since two edges stay on the axes.
  const [a, e] = [times(right, op.add(g, 1)), times(bottom, op.add(h, 1))];
  const below = op.subtract(times(a, e), op.add(times(times(e, g), x), times(times(a, h), y)));
  return { x: op.divide(times(e, x), below), y: op.divide(times(a, y), below) };
} // prettier-ignore

export const randomPerspective = defineLayer({
  name: 'RandomPerspective',
  summary: 'Moves the corners of some images at random while training; does nothing otherwise.',
  doc: 'The projective map that takes each corner $(x, y)$, counted from the upper left one, to $((1 + \\alpha) x, (1 + \\beta) y)$, with $\\alpha$ and $\\beta$ drawn for each corner evenly from $\\pm \\mathrm{scale} / 2$, and a probability drawn from `factor`. [Keras](https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_perspective/)',
  flow: 'moves',
  parameters: {
    factor: likelihood(1),
    scale: float({ doc: 'How far the corners move: 1 is by up to half of the image.', default: 1, min: 0, max: 1 }),
    interpolation: samplingParameters.interpolation,
    fillValue: fillValueParameter.fillValue,
  },
  shape: ({ input, need }) => imageSizes(input, need),
  lower: (context) => {
    const { op, parameters: p, training } = context;
    const x = pixels(context);
    if (!training) return x;
    const changes = happens(context, upTo(p.factor));
    const moved = (): TensorNode => perImage(op, drawn(context, [1 - p.scale / 2, 1 + p.scale / 2]));
    const corners = { right: moved(), cornerX: moved(), cornerY: moved(), bottom: moved() };
    const grid = gridOf(op, x);
    // In parts of the image; one row or column alone has no extent.
    const extent = (size: Dim): TensorNode => op.maximum(partOf(op, size, 1), 1);
    const [tall, wide] = [extent(x.shape[1]!), extent(x.shape[2]!)];
    const from = unprojected(op, corners, op.divide(grid.x, wide), op.divide(grid.y, tall));
    const sampling = { interpolation: p.interpolation, fillMode: 'constant', fillValue: p.fillValue } as const;
    const there = sampled(op, x, spread(op, x, op.multiply(from.y, tall)), spread(op, x, op.multiply(from.x, wide)), sampling);
    return op.select(changes, there, x);
  },
  examples: [
    { source: 'RandomPerspective', input: ['h', 'w', 3], output: ['h', 'w', 3] },
    { source: 'RandomPerspective(0.5, scale: 0.3, interpolation: nearest)', input: [28, 28, 1], output: [28, 28, 1] },
  ],
}); // prettier-ignore

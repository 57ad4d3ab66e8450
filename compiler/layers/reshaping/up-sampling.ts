/** `UpSampling1D`, `UpSampling2D`, `UpSampling3D`: steps, images and volumes enlarged by whole factors. */
import { completeSizes } from '../../definitions/axes.ts';
import { defineLayer, type DefinitionExample, type LayerDefinition } from '../../definitions/define-layer.ts';
import { ints, option } from '../../definitions/parameters.ts';
import { resampled } from '../../functions/resampling.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { dim, multiply, ONE, subtract, type Dim } from '../../shapes/index.ts';
import { anyDType, perAxis, spatialSizes, spatialWords } from '../spatial.ts';
import { numbers } from '../windows.ts';

/** Puts `factor` tensors of x's shape beside each other along an axis, element by element. */
function interleave(op: Ops, parts: readonly TensorNode[], axis: number): TensorNode {
  const { shape } = parts[0]!;
  const factor = parts.length;
  const apart = parts.map((part) => op.reshape(part, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]));
  const enlarged = shape.map((size, i) => (i === axis ? multiply(size, dim(factor)) : size));
  return op.reshape(op.concat(apart, axis + 1), enlarged);
}

function repeatEach(op: Ops, x: TensorNode, axis: number, factor: number): TensorNode {
  if (factor === 1) return x;
  const apart = op.reshape(x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
  const wide = [...x.shape.slice(0, axis + 1), dim(factor), ...x.shape.slice(axis + 1)];
  const enlarged = x.shape.map((size, i) => (i === axis ? multiply(size, dim(factor)) : size));
  return op.reshape(op.broadcastTo(apart, wide), enlarged);
}

/** x moved by one along an axis, its edge repeated. */
function neighbour(op: Ops, x: TensorNode, axis: number, direction: -1 | 1): TensorNode {
  const { shape } = x;
  const last = subtract(shape[axis]!, ONE);
  const at = (begin: typeof last): readonly (typeof last)[] => shape.map((_, i) => (i === axis ? begin : dim(0)));
  const sized = (size: typeof last): readonly (typeof last)[] => shape.map((s, i) => (i === axis ? size : s));
  const edge = op.slice(x, at(direction < 0 ? dim(0) : last), sized(ONE));
  const rest = op.slice(x, at(direction < 0 ? dim(0) : ONE), sized(last));
  return op.concat(direction < 0 ? [edge, rest] : [rest, edge], axis);
}

/** Linear interpolation with half-pixel centres: each of the `factor` places between two pixels is one weighted sum. */
function interpolate(op: Ops, x: TensorNode, axis: number, factor: number): TensorNode {
  if (factor === 1) return x;
  const parts = Array.from({ length: factor }, (_, place) => {
    const offset = (place + 0.5) / factor - 0.5;
    if (offset === 0) return x;
    const other = neighbour(op, x, axis, offset < 0 ? -1 : 1);
    return op.add(op.multiply(x, 1 - Math.abs(offset)), op.multiply(other, Math.abs(offset)));
  });
  return interleave(op, parts, axis);
}

const enlarged = (sizes: readonly Dim[], factors: readonly Dim[]): readonly Dim[] =>
  sizes.map((size, i) => (i < factors.length ? multiply(size, factors[i]!) : size));

const upSampling2D = defineLayer({
  name: 'UpSampling2D',
  summary: 'Enlarges an image by whole factors.',
  doc: '$y_{i, j} = x_{\\lfloor i / s_h \\rfloor, \\lfloor j / s_w \\rfloor}$ for `nearest`; the others interpolate between the centres of pixels, with the kernels of `Resizing`. [Keras](https://keras.io/api/layers/reshaping_layers/up_sampling2d/)',
  flow: 'moves',
  parameters: {
    size: ints(2, { doc: 'Factors of height and width.', default: [dim(2), dim(2)], min: 1 }),
    interpolation: option(['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'], {
      doc: 'How pixels between pixels are made.',
      default: 'nearest',
    }),
  },
  shape: ({ input, parameters: p, need }) => {
    const sizes = spatialSizes(input, 2, need, p.interpolation === 'nearest' ? anyDType : ['float32']);
    return sizes && { dtype: input.dtype, shape: enlarged(sizes, p.size) };
  },
  lower: ({ x, parameters: p, op, output }) => {
    if (p.interpolation !== 'nearest' && p.interpolation !== 'bilinear') {
      const [rows, columns] = completeSizes(output.shape);
      return resampled(op, x, rows!, columns!, p.interpolation);
    }
    const enlarge = p.interpolation === 'nearest' ? repeatEach : interpolate;
    const [height, width] = numbers(p.size);
    return enlarge(op, enlarge(op, x, 1, height!), 2, width!);
  },
  examples: [
    { source: 'UpSampling2D(2)', input: ['h', 'w', 3], output: ['2 * h', '2 * w', 3] },
    { source: 'UpSampling2D((2, 3), interpolation: bilinear)', input: [4, 4, 1], output: [8, 12, 1] },
    { source: 'UpSampling2D(interpolation: bicubic)', input: [4, 5, 1], output: [8, 10, 1] },
  ],
});

const examples: Readonly<Record<1 | 3, readonly DefinitionExample[]>> = {
  1: [{ source: 'UpSampling1D(3)', input: ['seq', 4], output: ['3 * seq', 4] }],
  3: [{ source: 'UpSampling3D((1, 2, 3))', input: [2, 'h', 'w', 2], output: [2, '2 * h', '3 * w', 2] }],
};

const upSampling = (rank: 1 | 3): LayerDefinition =>
  defineLayer({
    name: `UpSampling${rank}D`,
    summary: `Repeats what is there: ${spatialWords[rank]}.`,
    doc: `$y_i = x_{\\lfloor i / \\mathrm{size} \\rfloor}$ along each axis. [Keras](https://keras.io/api/layers/reshaping_layers/up_sampling${rank}d/)`,
    flow: 'moves',
    parameters: { size: ints(rank, { doc: `How often: ${spatialWords[rank]}.`, default: perAxis(rank, dim(2)), min: 1 }) },
    shape: ({ input, parameters: p, need }) => {
      const sizes = spatialSizes(input, rank, need, anyDType);
      return sizes && { dtype: input.dtype, shape: enlarged(sizes, p.size) };
    },
    lower: ({ x, parameters: p, op }) =>
      numbers(p.size).reduce((result, factor, i) => repeatEach(op, result, 1 + i, factor), x),
    examples: examples[rank],
  }); // prettier-ignore

export const upSamplings: readonly LayerDefinition[] = [upSampling(1), upSampling2D, upSampling(3)];

/** Images of another size: `resizeBilinear`, `resizeNearest`, `cropAndPad`. */
import { product, sizesOf } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import type { RuleContext } from '../definitions/define-layer.ts';
import { int } from '../definitions/parameters.ts';
import { convert } from '../definitions/promotion.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asInteger, asNumber, dim, ONE, subtract, type Dim } from '../shapes/index.ts';
import { piece } from './dividing.ts';

/** Where the centres of `to` pixels lie among `from` pixels: $(i + 1/2) \cdot from / to - 1/2$. */
function centres(op: Ops, from: Dim, to: Dim): TensorNode {
  const [n, m] = [asNumber(from), asNumber(to)];
  const scale = n !== undefined && m !== undefined ? n / m : op.divide(op.dimension(from), op.dimension(to));
  return op.subtract(op.multiply(op.add(op.cast(op.arange(to), 'float32'), 0.5), scale), 0.5);
}

/** The weights of linear interpolation as a matrix `[to, from]`: each row sums to 1. */
function interpolationMatrix(op: Ops, from: Dim, to: Dim): TensorNode {
  const inside = op.minimum(op.maximum(centres(op, from, to), 0), op.subtract(op.dimension(from), 1));
  const columns = op.reshape(op.cast(op.arange(from), 'float32'), [ONE, from]);
  return op.relu(op.subtract(1, op.abs(op.subtract(op.reshape(inside, [to, ONE]), columns))));
}

/** A matrix `[to, from]` times an axis of x. */
function timesAxis(op: Ops, matrix: TensorNode, x: TensorNode, position: number): TensorNode {
  const { shape } = x;
  const [outer, inner] = [shape.slice(0, position), shape.slice(position + 1)];
  const columns = op.reshape(x, [product(outer), shape[position]!, product(inner)]);
  const [to, from] = matrix.shape as readonly [Dim, Dim];
  return op.reshape(op.matMul(op.reshape(matrix, [ONE, to, from]), columns), [...outer, to, ...inner]);
}

export function resizeBilinearTo(op: Ops, x: TensorNode, height: Dim, width: Dim): TensorNode {
  const tall = timesAxis(op, interpolationMatrix(op, x.shape[1]!, height), x, 1);
  return timesAxis(op, interpolationMatrix(op, x.shape[2]!, width), tall, 2);
}

/** The nearest pixel of an axis for each new place: $\lfloor (i + 1/2) \cdot from / to \rfloor$. */
function nearestAlong(op: Ops, x: TensorNode, position: number, to: Dim): TensorNode {
  const from = x.shape[position]!;
  const at = op.cast(op.floor(op.add(centres(op, from, to), 0.5)), 'int32');
  const order = [position, ...x.shape.map((_, i) => i).filter((i) => i !== position)];
  const rows = op.gather(op.transpose(x, order), at);
  const back = x.shape.map((_, i) => order.indexOf(i));
  return op.transpose(rows, back);
}

export const resizeNearestTo = (op: Ops, x: TensorNode, height: Dim, width: Dim): TensorNode =>
  nearestAlong(op, nearestAlong(op, x, 1, height), 2, width);

const parameters = {
  height: int({ doc: 'Rows of the result.', min: 1 }),
  width: int({ doc: 'Columns of the result.', min: 1 }),
};
type Parameters = { readonly height: Dim; readonly width: Dim };

function resizedShape({ input, parameters: p, need }: RuleContext<Parameters>): readonly Dim[] | undefined {
  const sizes = need.rank(input, 3, '[height, width, channels]') ? sizesOf(input.shape) : undefined;
  return sizes && [p.height, p.width, sizes[2]!];
}

const resizeBilinear = defineFunction({
  name: 'resizeBilinear',
  summary: 'Brings images to a size by linear interpolation.',
  doc: 'Pixels have their centres at halves, as in TensorFlow 2 and Keras. [Keras](https://keras.io/api/ops/image/#resize-function)',
  flow: 'moves',
  parameters,
  shape: (context) => resizedShape(context),
  lower: ({ x, parameters: p, op }) => resizeBilinearTo(op, convert(op, x, 'float32'), p.height, p.width),
  examples: [
    { source: 'resizeBilinear(4, 6)', input: [8, 8, 3], output: [4, 6, 3] },
    { source: 'resizeBilinear(8, 8)', input: ['h', 'w', 3], output: [8, 8, 3] },
  ],
});

const resizeNearest = defineFunction({
  name: 'resizeNearest',
  summary: 'Brings images to a size by taking the nearest pixel.',
  doc: 'Pixels have their centres at halves, as in TensorFlow 2 and Keras. [Keras](https://keras.io/api/ops/image/#resize-function)',
  flow: 'moves',
  parameters,
  shape: (context) => {
    const shape = resizedShape(context);
    return shape && { dtype: context.input.dtype, shape };
  },
  lower: ({ x, parameters: p, op }) => resizeNearestTo(op, x, p.height, p.width),
  examples: [{ source: 'resizeNearest(4, 6)', input: ['h', 8, 3], output: [4, 6, 3] }],
});

/** Cuts or pads an axis evenly on both sides; what is over goes to the end. */
function centredAlong(op: Ops, x: TensorNode, position: number, wanted: Dim): TensorNode {
  const more = asInteger(subtract(wanted, x.shape[position]!))!;
  if (more <= 0) return piece(op, x, position, dim(Math.floor(-more / 2)), wanted);
  const before = Math.floor(more / 2);
  return op.pad(x, x.shape.map((_, i) => (i === position ? [before, more - before] : [0, 0])));
} // prettier-ignore

const cropAndPad = defineFunction({
  name: 'cropAndPad',
  summary: 'Brings images to a size by cutting off or adding zeros on all sides alike.',
  doc: 'What is over of an odd number goes to the end. [TensorFlow](https://www.tensorflow.org/api_docs/python/tf/image/resize_with_crop_or_pad)',
  flow: 'moves',
  parameters,
  shape: (context) => {
    const { input, need } = context;
    const shape = resizedShape(context);
    const own = shape && sizesOf(input.shape);
    if (!own || !need.known(own[0]!, { what: 'rows' }) || !need.known(own[1]!, { what: 'columns' })) return undefined;
    return { dtype: input.dtype, shape };
  },
  lower: ({ x, parameters: p, op }) => centredAlong(op, centredAlong(op, x, 1, p.height), 2, p.width),
  examples: [{ source: 'cropAndPad(5, 10)', input: [8, 8, 3], output: [5, 10, 3] }],
});

export const resizingFunctions: readonly FunctionDefinition[] = [resizeBilinear, resizeNearest, cropAndPad];

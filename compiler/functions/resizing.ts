/** Images of another size: `resizeBilinear`, `resizeNearest`, `cropAndPad`. */
import { sizesOf } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import type { RuleContext } from '../definitions/define-layer.ts';
import { int } from '../definitions/parameters.ts';
import { convert } from '../definitions/promotion.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asInteger, dim, subtract, type Dim } from '../shapes/index.ts';
import { piece } from './dividing.ts';
import { resampled } from './resampling.ts';

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
  doc: '$y_i = \\sum_j \\max(0, 1 - |c_i - j|)\\, x_j$ along height and width, $c_i = (i + 1/2) \\cdot n / m - 1/2$ kept inside. Pixels have their centres at halves, as in TensorFlow 2 and Keras. [Keras](https://keras.io/api/ops/image/#resize-function)',
  flow: 'moves',
  parameters,
  shape: (context) => resizedShape(context),
  lower: ({ x, parameters: p, op }) => resampled(op, convert(op, x, 'float32'), p.height, p.width, 'bilinear'),
  examples: [
    { source: 'resizeBilinear(4, 6)', input: [8, 8, 3], output: [4, 6, 3] },
    { source: 'resizeBilinear(8, 8)', input: ['h', 'w', 3], output: [8, 8, 3] },
  ],
});

const resizeNearest = defineFunction({
  name: 'resizeNearest',
  summary: 'Brings images to a size by taking the nearest pixel.',
  doc: '$y_i = x_{\\lfloor (i + 1/2) \\cdot n / m \\rfloor}$ along height and width. Pixels have their centres at halves, as in TensorFlow 2 and Keras. [Keras](https://keras.io/api/ops/image/#resize-function)',
  flow: 'moves',
  parameters,
  shape: (context) => {
    const shape = resizedShape(context);
    return shape && { dtype: context.input.dtype, shape };
  },
  lower: ({ x, parameters: p, op }) => resampled(op, x, p.height, p.width, 'nearest'),
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
  doc: '$y_i = x_{i + \\lfloor (n - m) / 2 \\rfloor}$ along height and width, 0 where there is none. What is over of an odd number goes to the end. [TensorFlow](https://www.tensorflow.org/api_docs/python/tf/image/resize_with_crop_or_pad)',
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

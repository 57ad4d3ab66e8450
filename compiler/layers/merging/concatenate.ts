/** `Concatenate`: tensors put one after another along an axis. */
import { defineLayer } from '../../definitions/define-layer.ts';
import { axis } from '../../definitions/parameters.ts';
import { joined, joinedShape } from '../../functions/joined.ts';

export const concatenate = defineLayer({
  name: 'Concatenate',
  summary: 'Puts tensors one after another along an axis.',
  doc: '$y = (x_1, x_2, …)$ along the axis; all other axes must agree. [Keras](https://keras.io/api/layers/merging_layers/concatenate/)',
  tensors: ['...xs'],
  flow: 'moves',
  prefer: 'concat',
  parameters: { axis: axis({ doc: 'The axis along which they are joined.', default: -1 }) },
  shape: ({ inputs, parameters: p, need }) => joinedShape(inputs, p.axis, need),
  lower: ({ inputs, parameters: p, output, op }) => joined(op, inputs, p.axis, output.dtype),
  examples: [{ source: '(x, y) -> Concatenate', input: ['n', 3], tensors: { y: ['n', 4] }, output: ['n', 7] }],
});

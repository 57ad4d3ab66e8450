/** `concat` and `stack`. */
import { axisFromStart } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { axis } from '../definitions/parameters.ts';
import { commonDType, convertAll } from '../definitions/promotion.ts';
import { dim, isSpread, rankOf } from '../shapes/index.ts';
import { joined, joinedShape } from './joined.ts';

const concat = defineFunction({
  name: 'concat',
  summary: 'Puts tensors one after another along an axis.',
  doc: '$y = (x_1, x_2, …)$ along the axis. All other axes must agree. [Keras](https://keras.io/api/ops/numpy/#concatenate-function)',
  tensors: ['...xs'],
  flow: 'moves',
  parameters: { axis: axis({ doc: 'The axis along which they are joined.', default: -1, named: true }) },
  shape: ({ inputs, parameters: p, need }) =>
    need.rankAtLeast(inputs[0]!, 1) ? joinedShape(inputs, p.axis, need) : undefined,
  lower: ({ inputs, parameters: p, output, op }) => joined(op, inputs, p.axis, output.dtype),
  examples: [
    { source: 'concat(y)', input: ['n', 3], tensors: { y: ['n', 4] }, output: ['n', 7] },
    { source: 'concat(y, axis: 0)', input: [2, 3], tensors: { y: ['n', 3] }, output: ['n + 2', 3] },
  ],
});

const stack = defineFunction({
  name: 'stack',
  summary: 'Puts tensors of one shape beside each other along a new axis.',
  doc: '$y_{… k …} = x^k_{… …}$. All axes must agree. [Keras](https://keras.io/api/ops/numpy/#stack-function)',
  tensors: ['...xs'],
  flow: 'moves',
  parameters: { axis: axis({ doc: 'Where the new axis stands.', default: 0, named: true }) },
  shape: ({ inputs, parameters: p, need }) => {
    const first = inputs[0]!;
    const rank = rankOf(first.shape);
    if (rank === undefined) return undefined;
    for (const input of inputs.slice(1)) {
      if (!need.rank(input, rank)) return undefined;
      for (const [i, a] of first.shape.entries()) {
        const b = input.shape[i];
        if (!b || isSpread(a) || isSpread(b)) return undefined;
        const context = { what: 'stacked sizes', left: { input: first, axis: i }, right: { input, axis: i } };
        if (!need.equal(a, b, context)) return undefined;
      }
    }
    const at = need.axis(p.axis, rank + 1, { argument: 'axis' });
    if (at === undefined) return undefined;
    const shape = [...first.shape.slice(0, at), dim(inputs.length), ...first.shape.slice(at)];
    return { dtype: commonDType(inputs.map((input) => input.dtype)), shape };
  },
  lower: ({ inputs, output, parameters: p, op }) => {
    const at = 1 + axisFromStart(p.axis, inputs[0]!.shape.length);
    const parts = convertAll(op, inputs, output.dtype).map((x) =>
      op.reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]),
    );
    return op.concat(parts, at);
  },
  examples: [
    { source: 'stack(y)', input: ['n', 3], tensors: { y: ['n', 3] }, output: [2, 'n', 3] },
    { source: 'stack(y, axis: -1)', input: ['n', 3], tensors: { y: ['n', 3] }, output: ['n', 3, 2] },
  ],
});

export const joiningFunctions: readonly FunctionDefinition[] = [concat, stack];

/** Functions that take a tensor apart: `split`, `unstack`, `glu`'s kin with several results. */
import { axisFromStart, axisPosition, sizeAt, withAxis } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import type { Need } from '../definitions/need.ts';
import { axis, parts } from '../definitions/parameters.ts';
import type { TensorType } from '../definitions/types.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { add, asInteger, dim, divide, ZERO, type Dim } from '../shapes/index.ts';

/** A piece of an axis; `position` counts all axes of the node. */
export function piece(op: Ops, x: TensorNode, position: number, begin: Dim, size: Dim): TensorNode {
  const from = x.shape.map((_, i) => (i === position ? begin : ZERO));
  const sizes = x.shape.map((s, i) => (i === position ? size : s));
  return op.slice(x, from, sizes);
}

const isList = (value: Dim | readonly Dim[]): value is readonly Dim[] => Array.isArray(value);

/** The size of each part; undefined after a report, or where their number is not known yet. */
function partSizes(given: Dim | readonly Dim[], whole: Dim, input: TensorType, at: number, need: Need): readonly Dim[] | undefined {
  if (isList(given)) {
    const positive = given.length > 0 && given.every((size) => (asInteger(size) ?? 1) >= 1);
    if (!need.argument(positive, 'indicesOrSections', 'have positive sizes, one for each part')) return undefined;
    const total = given.reduce(add);
    const context = { what: 'sizes of the parts and the axis', argument: 'indicesOrSections', right: { input, axis: at } };
    return need.equal(total, whole, context) ? given : undefined;
  }
  if (!need.divisible(whole, given, { argument: 'indicesOrSections', what: 'elements on the axis' })) return undefined;
  const count = asInteger(given);
  return count === undefined ? undefined : Array.from({ length: count }, () => divide(whole, given));
} // prettier-ignore

const split = defineFunction({
  name: 'split',
  summary: 'Cuts an axis into parts.',
  doc: '$y^k_i = x_{o_k + i}$ with $o_k$ the sizes of the parts before. `split(x, 3)` makes three equal parts, `split(x, [8, 24])` one of 8 and one of 24. [Keras](https://keras.io/api/ops/numpy/#split-function)',
  flow: 'moves',
  parameters: {
    indicesOrSections: parts({ doc: 'How many equal parts, or the size of each.' }),
    axis: axis({ doc: 'The axis to cut.', default: -1 }),
  },
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1)) return undefined;
    const at = axisPosition(p.axis, input.shape, need, { argument: 'axis' });
    const whole = at === undefined ? undefined : sizeAt(input.shape, at);
    if (at === undefined || !whole) return undefined;
    const sizes = partSizes(p.indicesOrSections, whole, input, at, need);
    return sizes?.map((size, i) => ({ name: `part${i}`, dtype: input.dtype, shape: withAxis(input.shape, at, size) }));
  },
  lower: ({ x, outputs, parameters: p, op }) => {
    const position = 1 + axisFromStart(p.axis, x.shape.length - 1);
    let begin = ZERO;
    return outputs.map((type) => {
      const size = sizeAt(type.shape, position - 1)!;
      const part = piece(op, x, position, begin, size);
      begin = add(begin, size);
      return part;
    });
  },
  examples: [
    { source: 'split(2)', input: ['n', 8], output: ['n', 4] },
    { source: 'split([2, 6])', input: ['n', 8], output: ['n', 2] },
    { source: 'split(3, axis: 0)', input: [6, 8], output: [2, 8] },
  ],
});

const unstack = defineFunction({
  name: 'unstack',
  summary: 'Takes an axis apart: one tensor for each of its places.',
  doc: '$y^k_{… …} = x_{… k …}$. The opposite of `stack`; the axis must have a known size. [Keras](https://keras.io/api/ops/core/#unstack-function)',
  flow: 'moves',
  parameters: { axis: axis({ doc: 'The axis that goes.', default: 0 }) },
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1)) return undefined;
    const at = axisPosition(p.axis, input.shape, need, { argument: 'axis' });
    const size = at === undefined ? undefined : sizeAt(input.shape, at);
    if (at === undefined || !size || !need.known(size, { what: 'results', argument: 'axis' })) return undefined;
    const shape = input.shape.filter((_, i) => i !== at);
    const count = asInteger(size);
    return count === undefined
      ? undefined
      : Array.from({ length: count }, (_, i) => ({ name: `part${i}`, dtype: input.dtype, shape }));
  },
  lower: ({ x, outputs, parameters: p, op }) => {
    const position = 1 + axisFromStart(p.axis, x.shape.length - 1);
    const shape = x.shape.filter((_, i) => i !== position);
    return outputs.map((_, i) => op.reshape(piece(op, x, position, dim(i), dim(1)), shape));
  },
  examples: [{ source: 'unstack', input: [3, 'n'], output: ['n'] }],
});

export const dividingFunctions: readonly FunctionDefinition[] = [split, unstack];

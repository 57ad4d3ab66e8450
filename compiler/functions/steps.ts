/**
 * What `TimeDistributed` does around a block, a model or a pipeline of layers, as functions that only the checker calls:
 * inside, each step of a sequence is an example of its own, so its batch is `n * time`, the steps of one example together.
 */
import { sizeAt } from '../definitions/axes.ts';
import { defineFunction } from '../definitions/define-function.ts';
import { int } from '../definitions/parameters.ts';
import { asInteger, multiply, ONE } from '../shapes/index.ts';

const time = int({ doc: 'How many steps there are.', min: 1 });

/** A sequence as so many examples; their types carry the steps. */
export const asExamples = defineFunction({
  name: 'TimeDistributed',
  internal: true,
  flow: 'moves',
  summary: 'Makes an example of each step.',
  shape: ({ input, need }) => {
    if (!need.rankAtLeast(input, 1, '[time, …]') || sizeAt(input.shape, 0) === undefined) return undefined;
    return { dtype: input.dtype, shape: input.shape.slice(1) };
  },
  lower: ({ x, op, batch }) => {
    const [, steps, ...rest] = x.shape;
    return op.reshape(op.broadcastTo(x, [batch, steps!, ...rest]), [multiply(batch, steps!), ...rest]);
  },
  examples: [],
});

/** So many examples as the steps of sequences; what is the same for all of them is the same at each step. */
export const asSteps = defineFunction({
  name: 'TimeDistributed',
  internal: true,
  flow: 'moves',
  summary: 'Joins the steps again.',
  parameters: { time },
  shape: ({ input, parameters: p }) => ({ dtype: input.dtype, shape: [p.time, ...input.shape] }),
  lower: ({ x, op, batch, parameters: p }) => {
    const [examples, ...rest] = x.shape;
    if (asInteger(examples!) === 1) return op.broadcastTo(op.reshape(x, [ONE, ONE, ...rest]), [ONE, p.time, ...rest]);
    return op.reshape(x, [batch, p.time, ...rest]);
  },
  examples: [],
});

/** What stands outside, for each step of its example: a pipeline may read tensors of the body around it. */
export const atEachStep = defineFunction({
  name: 'TimeDistributed',
  internal: true,
  flow: 'moves',
  summary: 'Repeats what belongs to a whole sequence for each of its steps.',
  parameters: { time },
  shape: ({ input }) => ({ dtype: input.dtype, shape: input.shape }),
  lower: ({ x, op, batch, parameters: p }) => {
    const rest = x.shape.slice(1);
    const repeated = op.broadcastTo(op.reshape(x, [x.shape[0]!, ONE, ...rest]), [batch, p.time, ...rest]);
    return op.reshape(repeated, [multiply(batch, p.time), ...rest]);
  },
  examples: [],
});

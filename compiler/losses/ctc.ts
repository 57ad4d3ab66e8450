/** `ctc`: a sequence of labels somewhere in a longer sequence of outputs. Forward probabilities in the log domain, as a loop over time. */
import { defineLoss } from '../definitions/define-function.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { dim, multiply, subtract, type Dim } from '../shapes/index.ts';

/** The logarithm of what cannot be. Finite, so that nothing becomes ∞ − ∞. */
const IMPOSSIBLE = -1e5;

/** log Σ exp over alternatives of one shape. The largest is only a scale, so it has no gradient. */
function logSum(op: Ops, alternatives: readonly TensorNode[]): TensorNode {
  const largest = op.stopGradient(alternatives.reduce((a, b) => op.maximum(a, b)));
  const sum = alternatives.map((x) => op.exp(op.subtract(x, largest))).reduce((a, b) => op.add(a, b));
  return op.add(largest, op.log(sum));
}

/** States moved up by some places; what comes in is `filling`. */
function moved(op: Ops, x: TensorNode, by: number, filling: number): TensorNode {
  const [rows, states] = x.shape as readonly [Dim, Dim];
  const rest = op.slice(x, [0, 0], [rows, subtract(states, dim(by))]);
  return op.pad(rest, [[0, 0], [by, 0]], filling); // prettier-ignore
}

const columnOf = (rows: Dim): readonly Dim[] => [rows, dim(1)];

/** Blank, first label, blank, second label … blank: `[batch, 2 · labels + 1]`. */
function statesOf(op: Ops, labels: TensorNode): TensorNode {
  const [rows, count] = labels.shape as readonly [Dim, Dim];
  const apart = op.reshape(labels, [rows, count, 1]);
  const pairs = op.concat([op.fill(apart.shape, 0, 'int32'), apart], 2);
  const joined = op.reshape(pairs, [rows, multiply(dim(2), count)]);
  return op.concat([joined, op.fill(columnOf(rows), 0, 'int32')], 1);
}

/** The logarithm of the probability of each state at each time: `[time, batch, states]`. */
function emissions(op: Ops, logP: TensorNode, states: TensorNode): TensorNode {
  const chosen = op.oneHot(states, logP.shape.at(-1)!);
  return op.transpose(op.matMul(logP, chosen, { transposeB: true }), [1, 0, 2]);
}

/** The logarithms of the probabilities of the ways that end in each state at the last time. */
function ways(op: Ops, states: TensorNode, logP: TensorNode): TensorNode {
  const [rows, width] = states.shape as readonly [Dim, Dim];
  // A blank may be left out between two different labels.
  const differs = op.and(op.notEqual(states, 0), op.notEqual(states, moved(op, states, 2, 0)));
  const leap = op.select(differs, op.fill(states.shape, 0), op.fill(states.shape, IMPOSSIBLE));
  const [start, others]: readonly (readonly Dim[])[] = [[rows, dim(1)], [rows, subtract(width, dim(1))]]; // prettier-ignore
  const first = op.concat([op.fill(start!, 0), op.fill(others!, IMPOSSIBLE)], 1);
  const { carries } = op.scan({
    carries: [first],
    sequences: [emissions(op, logP, states)],
    steps: logP.shape[1]!,
    names: ['way', 'emission'],
    body: ({ carries: [way], items: [emission] }) => {
      const [next, afterNext] = [moved(op, way!, 1, IMPOSSIBLE), moved(op, way!, 2, IMPOSSIBLE)];
      return { carries: [op.add(logSum(op, [way!, next, op.add(afterNext, leap)]), emission!)], outputs: [] };
    },
  });
  return carries[0]!;
}

export const ctc = defineLoss({
  name: 'ctc',
  summary:
    'For sequences of labels that are nowhere aligned with the output: speech, handwriting (Graves et al. 2006).',
  doc: '$-\\log \\sum_\\pi \\prod_t p_t(\\pi_t)$ over all $\\pi$ that give the labels when repetitions are merged and blanks removed. Class 0 is the blank, and 0 fills short targets up; labels are 1 and up. The output has scores of every class at every time, with or without a `softmax`. [Keras](https://keras.io/api/losses/probabilistic_losses/#ctc-class)',
  targets: 'sequence',
  expects: 'logits',
  fromLogits: true,
  lower: ({ target, output, logits, op }) => {
    const states = statesOf(op, target);
    const last = ways(op, states, op.logSoftmax(logits ?? output));
    const length = op.sum(op.cast(op.notEqual(target, 0), 'float32'), [1]);
    const end = op.cast(op.multiply(length, 2), 'int32');
    const at = (state: TensorNode): TensorNode => op.sum(op.multiply(op.oneHot(state, states.shape[1]!), last), [1]);
    const isEmpty = op.equal(end, 0);
    const onLabel = op.select(isEmpty, IMPOSSIBLE, at(op.maximum(op.subtract(end, 1), 0)));
    return op.negate(logSum(op, [at(end), onLabel]));
  },
  examples: [],
});

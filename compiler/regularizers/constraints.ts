/** Every constraint: what is done to a weight after each update. Axes are those of the weight. */
import { defineNamed, type NamedDefinition } from '../definitions/define-optimizer.ts';
import { axis, float } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

const EPSILON = 1e-7;
const page = '[Keras](https://keras.io/api/layers/constraints/)';
const along = axis({ doc: 'The axis of the vectors whose length counts.', default: 0 });

const lengthOf = (op: Ops, w: TensorNode, over: unknown): TensorNode =>
  op.sqrt(op.sum(op.square(w), [Number(over)], true));
const between = (op: Ops, x: TensorNode, low: number, high: number): TensorNode => op.minimum(op.maximum(x, low), high);

const maxNorm = defineNamed({
  kind: 'constraint',
  name: 'maxNorm',
  summary: 'Shortens vectors that are too long.',
  doc: `$w \\min(|w|, m) / (|w| + 10^{-7})$ ${page}`,
  parameters: { maxValue: float({ doc: 'The largest length.', default: 2, min: 0 }), axis: along },
  project: ({ weight, parameters: p, op }) => {
    const length = lengthOf(op, weight, p['axis']);
    return op.multiply(weight, op.divide(between(op, length, 0, Number(p['maxValue'])), op.add(length, EPSILON)));
  },
});

const minMaxNorm = defineNamed({
  kind: 'constraint',
  name: 'minMaxNorm',
  summary: 'Brings the lengths of vectors into a range.',
  doc: `$w (r\\, \\mathrm{clip}(|w|, a, b) + (1 - r) |w|) / (|w| + 10^{-7})$ ${page}`,
  parameters: {
    minValue: float({ doc: 'The smallest length.', default: 0, min: 0 }),
    maxValue: float({ doc: 'The largest length.', default: 1, min: 0 }),
    rate: float({ doc: 'How much of the way is gone at each step.', default: 1, min: 0, max: 1 }),
    axis: along,
  },
  project: ({ weight, parameters: p, op }) => {
    const length = lengthOf(op, weight, p['axis']);
    const rate = Number(p['rate']);
    const wanted = op.multiply(between(op, length, Number(p['minValue']), Number(p['maxValue'])), rate);
    const target = op.add(wanted, op.multiply(length, 1 - rate));
    return op.multiply(weight, op.divide(target, op.add(length, EPSILON)));
  },
});

const nonNeg = defineNamed({
  kind: 'constraint',
  name: 'nonNeg',
  summary: 'Sets negative weights to 0.',
  doc: `$\\max(w, 0)$ ${page}`,
  parameters: {},
  project: ({ weight, op }) => op.relu(weight),
});

const unitNorm = defineNamed({
  kind: 'constraint',
  name: 'unitNorm',
  summary: 'Brings vectors to length 1.',
  doc: `$w / (|w| + 10^{-7})$ ${page}`,
  parameters: { axis: along },
  project: ({ weight, parameters: p, op }) => op.divide(weight, op.add(lengthOf(op, weight, p['axis']), EPSILON)),
});

export const constraints: readonly NamedDefinition[] = [maxNorm, minMaxNorm, nonNeg, unitNorm];

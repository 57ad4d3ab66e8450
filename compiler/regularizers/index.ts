/** Every regularizer: a penalty on a weight, added to the loss. */
import { defineNamed, type NamedDefinition } from '../definitions/define-optimizer.ts';
import { float, option } from '../definitions/parameters.ts';
import { product } from '../definitions/axes.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

const page = '[Keras](https://keras.io/api/layers/regularizers/)';

const absolute = (op: Ops, w: TensorNode, factor: number): TensorNode => op.multiply(op.sum(op.abs(w)), factor);
const squared = (op: Ops, w: TensorNode, factor: number): TensorNode => op.multiply(op.sum(op.square(w)), factor);

const l1 = defineNamed({
  kind: 'regularizer',
  name: 'l1',
  summary: 'Draws weights to exactly 0.',
  doc: `$\\lambda \\sum |w|$ ${page}`,
  parameters: { l1: float({ doc: 'Factor of the penalty.', default: 0.01, min: 0 }) },
  penalty: ({ weight, parameters: p, op }) => absolute(op, weight, Number(p['l1'])),
});

const l2 = defineNamed({
  kind: 'regularizer',
  name: 'l2',
  summary: 'Keeps weights small.',
  doc: `$\\lambda \\sum w^2$ ${page}`,
  parameters: { l2: float({ doc: 'Factor of the penalty.', default: 0.01, min: 0 }) },
  penalty: ({ weight, parameters: p, op }) => squared(op, weight, Number(p['l2'])),
});

const l1L2 = defineNamed({
  kind: 'regularizer',
  name: 'l1L2',
  summary: 'Both `l1` and `l2`.',
  doc: `$\\lambda_1 \\sum |w| + \\lambda_2 \\sum w^2$ ${page}`,
  parameters: {
    l1: float({ doc: 'Factor of the absolute values.', default: 0, min: 0 }),
    l2: float({ doc: 'Factor of the squares.', default: 0, min: 0 }),
  },
  penalty: ({ weight, parameters: p, op }) =>
    op.add(absolute(op, weight, Number(p['l1'])), squared(op, weight, Number(p['l2']))),
});

const orthogonalRegularizer = defineNamed({
  kind: 'regularizer',
  name: 'orthogonalRegularizer',
  summary: 'Draws the rows or columns of a matrix apart.',
  doc: `$\\frac{\\lambda}{2 n} \\sum_{i \\ne j} |w_i \\cdot w_j|$ with $n$ pairs of rows (or columns) scaled to length 1; for matrices. ${page}`,
  parameters: {
    factor: float({ doc: 'Factor of the penalty.', default: 0.01, min: 0 }),
    mode: option(['rows', 'columns'], { doc: 'What shall be orthogonal.', default: 'rows' }),
  },
  penalty: ({ weight, parameters: p, op }) => {
    const rows = p['mode'] === 'rows' ? weight : op.transpose(weight, [1, 0]);
    const size = rows.shape[0]!;
    const length = op.sqrt(op.sum(op.square(rows), [1], true));
    const unit = op.divide(rows, op.maximum(length, 1e-7));
    const products = op.abs(op.matMul(unit, unit, { transposeB: true }));
    const others = op.subtract(1, op.oneHot(op.arange(size), size));
    const pairs = op.divide(op.multiply(op.dimension(product([size])), op.subtract(op.dimension(size), 1)), 2);
    return op.multiply(op.divide(op.sum(op.multiply(products, others)), op.multiply(pairs, 2)), Number(p['factor']));
  },
});

export const regularizers: readonly NamedDefinition[] = [l1, l2, l1L2, orthogonalRegularizer];

/** Comparisons and logic: tensors of bool, with broadcasting. */
import { elementwiseFlops } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { commonDType, convert, convertAll } from '../definitions/promotion.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

interface Relation {
  readonly formula: string;
  readonly name: string;
  readonly operator?: string;
  readonly summary: string;
  readonly logical?: boolean;
  readonly lower: (op: Ops, a: TensorNode, b: TensorNode) => TensorNode;
}

const relations: readonly Relation[] = [
  { name: 'equal', formula: 'a = b', operator: '==', summary: 'Where two tensors are the same.', lower: (op, a, b) => op.equal(a, b) },
  { name: 'notEqual', formula: 'a \\ne b', operator: '!=', summary: 'Where two tensors differ.', lower: (op, a, b) => op.notEqual(a, b) },
  { name: 'less', formula: 'a < b', operator: '<', summary: 'Where the first is smaller.', lower: (op, a, b) => op.less(a, b) },
  { name: 'lessEqual', formula: 'a \\le b', operator: '<=', summary: 'Where the first is not larger.', lower: (op, a, b) => op.lessEqual(a, b) },
  { name: 'greater', formula: 'a > b', operator: '>', summary: 'Where the first is larger.', lower: (op, a, b) => op.greater(a, b) },
  { name: 'greaterEqual', formula: 'a \\ge b', operator: '>=', summary: 'Where the first is not smaller.', lower: (op, a, b) => op.greaterEqual(a, b) },
  { name: 'logicalAnd', formula: 'a \\land b', operator: '&&', summary: 'Where both hold.', logical: true, lower: (op, a, b) => op.and(a, b) },
  { name: 'logicalOr', formula: 'a \\lor b', operator: '||', summary: 'Where at least one holds.', logical: true, lower: (op, a, b) => op.or(a, b) },
  { name: 'logicalXor', formula: 'a \\ne b', summary: 'Where exactly one holds.', logical: true, lower: (op, a, b) => op.notEqual(op.cast(a, 'int32'), op.cast(b, 'int32')) },
]; // prettier-ignore

const relationFunction = (relation: Relation): FunctionDefinition =>
  defineFunction({
    name: relation.name,
    ...(relation.operator === undefined ? {} : { operator: relation.operator }),
    summary: relation.summary,
    doc: `$${relation.formula}$ as \`bool\`, with broadcasting; what is compared is brought to one dtype first (bool → int32 → float32). [Keras](https://keras.io/api/ops/numpy/)`,
    tensors: ['x1', 'x2'],
    broadcasts: true,
    shape: ({ inputs, need }) => {
      if (relation.logical && !inputs.every((input) => need.dtype(input, ['bool']))) return undefined;
      const shape = need.broadcast(inputs);
      return shape && { dtype: 'bool', shape };
    },
    lower: ({ inputs, types, op }) => {
      // Types may also hold that of the result; only those of the inputs count here.
      const dtypes = inputs.map((_, i) => types[i]!.dtype);
      // Backends compare numbers, not bools.
      const common = commonDType(dtypes);
      const dtype = relation.logical || common !== 'bool' ? common : 'int32';
      const [a, b] = convertAll(op, inputs, dtype);
      return relation.lower(op, a!, b!);
    },
    flops: ({ output }) => elementwiseFlops(output),
    examples: relation.logical
      ? [{ source: `${relation.name}(y)`, input: { dtype: 'bool', shape: [4] }, tensors: { y: { dtype: 'bool', shape: [4] } }, output: [4], dtype: 'bool' }]
      : [{ source: `${relation.name}(0)`, input: [4, 8], output: [4, 8], dtype: 'bool' }], // prettier-ignore
  });

export const logicalNot = defineFunction({
  name: 'logicalNot',
  operator: '!',
  summary: 'Where it does not hold.',
  doc: '$\\lnot x$ as `bool`. [Keras](https://keras.io/api/ops/numpy/)',
  broadcasts: true,
  shape: ({ input, need }) => (need.dtype(input, ['bool']) ? { dtype: 'bool', shape: input.shape } : undefined),
  lower: ({ x, op }) => op.not(x),
  examples: [{ source: 'logicalNot', input: { dtype: 'bool', shape: [4] }, output: [4], dtype: 'bool' }],
});

export const where = defineFunction({
  name: 'where',
  summary: 'Takes from one tensor where a condition holds and from another elsewhere.',
  doc: '$x_1$ where the condition holds, $x_2$ elsewhere: `where(condition, x1, x2)`, all three with broadcasting. [Keras](https://keras.io/api/ops/numpy/#where-function)',
  tensors: ['condition', 'x1', 'x2'],
  broadcasts: true,
  shape: ({ inputs, need }) => {
    if (!need.dtype(inputs[0]!, ['bool'])) return undefined;
    const shape = need.broadcast(inputs);
    return shape && { dtype: commonDType(inputs.slice(1).map((input) => input.dtype)), shape };
  },
  lower: ({ inputs, output, op }) =>
    op.select(inputs[0]!, convert(op, inputs[1]!, output.dtype), convert(op, inputs[2]!, output.dtype)),
  flops: ({ output }) => elementwiseFlops(output),
  examples: [
    { source: 'where(y, 0)', input: { dtype: 'bool', shape: ['n', 4] }, tensors: { y: [4] }, output: ['n', 4] },
  ],
});

export const comparisonFunctions: readonly FunctionDefinition[] = [
  ...relations.map(relationFunction),
  logicalNot,
  where,
];

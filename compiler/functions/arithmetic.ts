/** Arithmetic over any number of tensors, with NumPy broadcasting: what the operators `+ - * / ** %` stand for. */
import { elementwiseFlops } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { arithmeticDType, convert, convertAll } from '../definitions/promotion.ts';
import type { DType, TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

interface Arithmetic {
  readonly name: string;
  readonly operator?: string;
  readonly summary: string;
  /** TeX. */
  readonly formula: string;
  /** Exactly two operands instead of any number. */
  readonly binary?: boolean;
  readonly dtype?: (dtypes: readonly DType[]) => DType;
  readonly lower: (op: Ops, a: TensorNode, b: TensorNode) => TensorNode;
}

const operations: readonly Arithmetic[] = [
  { name: 'add', operator: '+', summary: 'Sum of tensors.', formula: 'a + b + \\dots', lower: (op, a, b) => op.add(a, b) },
  { name: 'subtract', operator: '-', summary: 'The first tensor less the others.', formula: 'a - b - \\dots', lower: (op, a, b) => op.subtract(a, b) },
  { name: 'multiply', operator: '*', summary: 'Product of tensors, element by element.', formula: 'a b \\dots', lower: (op, a, b) => op.multiply(a, b) },
  { name: 'divide', operator: '/', summary: 'The first tensor over the others; always float32.', formula: 'a / b / \\dots', dtype: () => 'float32', lower: (op, a, b) => op.divide(a, b) },
  { name: 'maximum', summary: 'The largest of several tensors, element by element.', formula: '\\max(a, b, \\dots)', lower: (op, a, b) => op.maximum(a, b) },
  { name: 'minimum', summary: 'The smallest of several tensors, element by element.', formula: '\\min(a, b, \\dots)', lower: (op, a, b) => op.minimum(a, b) },
  { name: 'power', operator: '**', summary: 'One tensor to the power of another.', formula: 'a^b', binary: true, lower: (op, a, b) => op.power(a, b) },
  { name: 'pow', summary: 'Another name of `power`.', formula: 'a^b', binary: true, lower: (op, a, b) => op.power(a, b) },
  { name: 'modulo', operator: '%', summary: 'Remainder of a division, with the sign of the divisor.', formula: 'a - b \\lfloor a / b \\rfloor', binary: true, lower: (op, a, b) => op.modulo(a, b) },
]; // prettier-ignore

const arithmeticFunction = (definition: Arithmetic): FunctionDefinition => {
  const dtypeOf = definition.dtype ?? arithmeticDType;
  return defineFunction({
    name: definition.name,
    ...(definition.operator === undefined ? {} : { operator: definition.operator }),
    summary: definition.summary,
    doc: `$${definition.formula}$, with broadcasting; bool counts as int32, and int32 beside float32 becomes float32. [Keras](https://keras.io/api/ops/numpy/)`,
    tensors: definition.binary ? ['x1', 'x2'] : ['...xs'],
    broadcasts: true,
    flow: definition.name === 'maximum' || definition.name === 'minimum' ? 'bends' : 'other',
    shape: ({ inputs, need }) => {
      const shape = need.broadcast(inputs);
      return shape && { dtype: dtypeOf(inputs.map((input) => input.dtype)), shape };
    },
    lower: ({ inputs, output, op }) =>
      convertAll(op, inputs, output.dtype).reduce((a, b) => definition.lower(op, a, b)),
    flops: ({ inputs, output }) => elementwiseFlops(output, Math.max(1, inputs.length - 1)),
    examples: [
      { source: `${definition.name}(2)`, input: [4, 8], output: [4, 8] },
      { source: `${definition.name}(y)`, input: ['n', 3], tensors: { y: [1, 3] }, output: ['n', 3] },
    ],
  });
};

export const negate = defineFunction({
  name: 'negate',
  summary: 'The opposite number; unary `-`.',
  doc: '$-x$ of each element. [Keras](https://keras.io/api/ops/numpy/)',
  broadcasts: true,
  operator: 'unary -',
  shape: ({ input }) => ({ dtype: arithmeticDType([input.dtype]), shape: input.shape }),
  lower: ({ x, output, op }) => op.negate(convert(op, x, output.dtype)),
  flops: ({ output }) => elementwiseFlops(output),
  examples: [{ source: 'negate', input: [4], output: [4] }],
});

export const arithmeticFunctions: readonly FunctionDefinition[] = [...operations.map(arithmeticFunction), negate];

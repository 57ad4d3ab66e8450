/** Mathematics of each element, as a table, and the functions that take numbers beside it. */
import { elementwiseFlops } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import type { Flow } from '../definitions/define-layer.ts';
import { dtype, float } from '../definitions/parameters.ts';
import { arithmeticDType, convert } from '../definitions/promotion.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

interface Elementwise {
  readonly name: string;
  readonly summary: string;
  /** TeX. */
  readonly formula: string;
  /** `same`: int32 stays (bool becomes it); `bool`: the result is bool; else the result is float32. */
  readonly result?: 'same' | 'bool';
  readonly flow?: Flow;
  readonly lower: (op: Ops, x: TensorNode) => TensorNode;
}

const table: readonly Elementwise[] = [
  { name: 'abs', summary: 'Absolute value.', formula: '|x|', result: 'same', lower: (op, x) => op.abs(x) },
  { name: 'sign', summary: '−1, 0 or 1.', formula: '\\mathrm{sign}(x)', result: 'same', lower: (op, x) => op.sign(x) },
  { name: 'square', summary: 'The number times itself.', formula: 'x^2', result: 'same', lower: (op, x) => op.square(x) },
  { name: 'sqrt', summary: 'Square root.', formula: '\\sqrt x', lower: (op, x) => op.sqrt(x) },
  { name: 'rsqrt', summary: 'One over the square root.', formula: '1 / \\sqrt x', lower: (op, x) => op.rsqrt(x) },
  { name: 'reciprocal', summary: 'One over the number.', formula: '1 / x', lower: (op, x) => op.reciprocal(x) },
  { name: 'exp', summary: 'Exponential.', formula: 'e^x', lower: (op, x) => op.exp(x) },
  { name: 'expm1', summary: 'Exponential less one, exact near 0.', formula: 'e^x - 1', lower: (op, x) => op.expm1(x) },
  { name: 'log', summary: 'Natural logarithm.', formula: '\\ln x', lower: (op, x) => op.log(x) },
  { name: 'log1p', summary: 'Logarithm of one more, exact near 0.', formula: '\\ln(1 + x)', lower: (op, x) => op.log1p(x) },
  { name: 'sin', summary: 'Sine.', formula: '\\sin x', lower: (op, x) => op.sin(x) },
  { name: 'cos', summary: 'Cosine.', formula: '\\cos x', lower: (op, x) => op.cos(x) },
  { name: 'tan', summary: 'Tangent.', formula: '\\tan x', lower: (op, x) => op.tan(x) },
  { name: 'erf', summary: 'Error function.', formula: '\\mathrm{erf}(x)', lower: (op, x) => op.erf(x) },
  { name: 'floor', summary: 'Rounded down.', formula: '\\lfloor x \\rfloor', result: 'same', lower: (op, x) => op.floor(x) },
  { name: 'ceil', summary: 'Rounded up.', formula: '\\lceil x \\rceil', result: 'same', lower: (op, x) => op.ceil(x) },
  { name: 'round', summary: 'Rounded to the nearest whole number, halves to even.', formula: '\\mathrm{round}(x)', result: 'same', lower: (op, x) => op.round(x) },
  { name: 'isNan', summary: 'Where it is not a number.', formula: 'x \\ne x', result: 'bool', lower: (op, x) => op.isNan(x) },
]; // prettier-ignore

const elementwiseFunction = (row: Elementwise): FunctionDefinition =>
  defineFunction({
    name: row.name,
    summary: row.summary,
    doc: `$${row.formula}$ of each element. [Keras](https://keras.io/api/ops/numpy/)`,
    flow: row.result === 'bool' ? 'other' : 'bends',
    broadcasts: true,
    shape: ({ input }) => ({
      dtype: row.result === 'same' ? arithmeticDType([input.dtype]) : row.result === 'bool' ? 'bool' : 'float32',
      shape: input.shape,
    }),
    lower: ({ x, output, op }) => row.lower(op, convert(op, x, row.result === 'same' ? output.dtype : 'float32')),
    flops: ({ output }) => elementwiseFlops(output),
    examples: [
      { source: row.name, input: [4, 8], output: [4, 8], ...(row.result === 'bool' ? { dtype: 'bool' } : {}) },
    ],
  });

const clip = defineFunction({
  name: 'clip',
  summary: 'Brings numbers into a range.',
  doc: '$\\min(\\max(x, x_\\mathrm{min}), x_\\mathrm{max})$. [Keras](https://keras.io/api/ops/numpy/#clip-function)',
  flow: 'bends',
  broadcasts: true,
  parameters: {
    xMin: float({ doc: 'The smallest result.' }),
    xMax: float({ doc: 'The largest result.' }),
  },
  shape: ({ input, parameters: p }) => {
    const whole = Number.isInteger(p.xMin) && Number.isInteger(p.xMax);
    return { dtype: whole ? arithmeticDType([input.dtype]) : 'float32', shape: input.shape };
  },
  lower: ({ x, output, parameters: p, op }) => op.minimum(op.maximum(convert(op, x, output.dtype), p.xMin), p.xMax),
  flops: ({ output }) => elementwiseFlops(output, 2),
  examples: [{ source: 'clip(0, 1)', input: [4, 8], output: [4, 8] }],
});

const cast = defineFunction({
  name: 'cast',
  summary: 'Converts to another dtype.',
  doc: '$\\mathrm{trunc}(x)$ to int32, $x \\ne 0$ to bool. Fractions are cut towards 0; bool gives 0 and 1; as bool, whatever is not 0 holds. [Keras](https://keras.io/api/ops/core/#cast-function)',
  flow: 'moves',
  broadcasts: true,
  parameters: { dtype: dtype({ doc: 'The dtype of the result.' }) },
  shape: ({ input, parameters: p }) => ({ dtype: p.dtype, shape: input.shape }),
  lower: ({ x, parameters: p, op }) => op.cast(x, p.dtype),
  examples: [{ source: 'cast(int32)', input: [4], output: [4], dtype: 'int32' }],
});

const passing = (name: 'identity' | 'stopGradient', summary: string): FunctionDefinition =>
  defineFunction({
    name,
    summary,
    doc: '$x$ of each element. [Keras](https://keras.io/api/ops/core/)',
    flow: 'moves',
    broadcasts: true,
    shape: ({ input }) => ({ dtype: input.dtype, shape: input.shape }),
    lower: ({ x, op }) => (name === 'identity' ? x : op.stopGradient(x)),
    examples: [{ source: name, input: ['n', 8], output: ['n', 8] }],
  });

export const elementwiseFunctions: readonly FunctionDefinition[] = [
  ...table.map(elementwiseFunction),
  clip,
  cast,
  passing('identity', 'Passes the value on as it is.'),
  passing('stopGradient', 'Passes the value on, but no gradient back.'),
];

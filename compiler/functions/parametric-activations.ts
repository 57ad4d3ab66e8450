/** Activations that take a number: one formula with one parameter, applied to every element. */
import { axisFromStart, axisPosition, elementwiseFlops, sizeAt, withAxis } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { axis, bool, float } from '../definitions/parameters.ts';
import { convert } from '../definitions/promotion.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { dim, divide } from '../shapes/index.ts';
import { eluOf } from './activations.ts';

interface ParametricCurve {
  readonly name: string;
  readonly summary: string;
  /** TeX. */
  readonly formula: string;
  readonly parameter: { readonly name: string; readonly doc: string; readonly default: number };
  readonly operations: number;
  readonly lower: (op: Ops, x: TensorNode, value: number) => TensorNode;
}

const outside = (op: Ops, x: TensorNode, threshold: number): TensorNode => op.greater(op.abs(x), threshold);

const curves: readonly ParametricCurve[] = [
  { name: 'elu', summary: 'Exponential linear unit (Clevert et al. 2015).', formula: 'x \\;\\text{where positive, else}\\; \\alpha (e^x - 1)', parameter: { name: 'alpha', doc: 'Scale for negative numbers.', default: 1 }, operations: 3, lower: eluOf },
  { name: 'celu', summary: 'Continuously differentiable `elu` (Barron 2017).', formula: '\\max(x, 0) + \\min(\\alpha (e^{x / \\alpha} - 1), 0)', parameter: { name: 'alpha', doc: 'Scale for negative numbers.', default: 1 }, operations: 5, lower: (op, x, alpha) => op.add(op.relu(x), op.multiply(op.expm1(op.multiply(op.minimum(x, 0), 1 / alpha)), alpha)) },
  { name: 'hardShrink', summary: 'Sets small numbers to 0.', formula: 'x \\;\\text{where}\\; |x| > \\mathrm{threshold}, \\text{else}\\; 0', parameter: { name: 'threshold', doc: 'The largest number that is set to 0.', default: 0.5 }, operations: 2, lower: (op, x, threshold) => op.select(outside(op, x, threshold), x, 0) },
  { name: 'softShrink', summary: 'Moves numbers towards 0.', formula: '\\mathrm{sign}(x) \\max(|x| - \\mathrm{threshold}, 0)', parameter: { name: 'threshold', doc: 'How far.', default: 0.5 }, operations: 4, lower: (op, x, threshold) => op.subtract(op.relu(op.subtract(x, threshold)), op.relu(op.subtract(op.negate(x), threshold))) },
  { name: 'squareplus', summary: 'Smooth `relu` made of squares (Barron 2021).', formula: '(x + \\sqrt{x^2 + b}) / 2', parameter: { name: 'b', doc: 'Smoothness.', default: 4 }, operations: 5, lower: (op, x, b) => op.multiply(op.add(x, op.sqrt(op.add(op.square(x), b))), 0.5) },
]; // prettier-ignore

const curveFunction = (curve: ParametricCurve): FunctionDefinition =>
  defineFunction({
    name: curve.name,
    summary: curve.summary,
    doc: `$${curve.formula}$ of each element. [Keras](https://keras.io/api/layers/activations/)`,
    activation: true,
    flow: 'bends',
    broadcasts: true,
    parameters: { [curve.parameter.name]: float({ doc: curve.parameter.doc, default: curve.parameter.default }) },
    shape: ({ input }) => input.shape,
    lower: ({ x, parameters: p, op }) => curve.lower(op, convert(op, x, 'float32'), p[curve.parameter.name]!),
    flops: ({ output }) => elementwiseFlops(output, curve.operations),
    examples: [{ source: curve.name, input: [4, 8], output: [4, 8] }],
  });

/** $x \Phi(x)$, or its approximation by tanh. */
function geluOf(op: Ops, x: TensorNode, approximate: boolean): TensorNode {
  const cube = op.multiply(op.multiply(x, x), op.multiply(x, 0.044715));
  const inner = approximate
    ? op.tanh(op.multiply(op.add(x, cube), Math.sqrt(2 / Math.PI)))
    : op.erf(op.multiply(x, Math.SQRT1_2));
  return op.multiply(op.multiply(x, 0.5), op.add(inner, 1));
}

const gelu = defineFunction({
  name: 'gelu',
  summary: 'Gaussian error linear unit (Hendrycks and Gimpel 2016).',
  doc: '$x \\Phi(x) = \\frac{x}{2} (1 + \\mathrm{erf}(x / \\sqrt 2))$; with `approximate` $\\frac{x}{2} (1 + \\tanh(\\sqrt{2 / \\pi} (x + 0.044715 x^3)))$. [Keras](https://keras.io/api/layers/activations/#gelu-function)',
  activation: true,
  flow: 'bends',
  broadcasts: true,
  parameters: { approximate: bool({ doc: 'By tanh instead of the error function.', default: false }) },
  shape: ({ input }) => input.shape,
  lower: ({ x, parameters: p, op }) => geluOf(op, convert(op, x, 'float32'), p.approximate),
  flops: ({ output }) => elementwiseFlops(output, 8),
  examples: [
    { source: 'gelu', input: [4, 8], output: [4, 8] },
    { source: 'gelu(approximate: true)', input: [4], output: [4] },
  ],
});

const threshold = defineFunction({
  name: 'threshold',
  summary: 'Replaces numbers up to a threshold.',
  doc: '$x$ where $x > \\mathrm{threshold}$, else `defaultValue`. [Keras](https://keras.io/api/layers/activations/)',
  activation: true,
  flow: 'bends',
  broadcasts: true,
  parameters: {
    threshold: float({ doc: 'Numbers up to it are replaced.' }),
    defaultValue: float({ doc: 'What stands in.' }),
  },
  shape: ({ input }) => input.shape,
  lower: ({ x, parameters: p, op }) => {
    const value = convert(op, x, 'float32');
    return op.select(op.greater(value, p.threshold), value, p.defaultValue);
  },
  flops: ({ output }) => elementwiseFlops(output),
  examples: [{ source: 'threshold(0.1, 0)', input: [4], output: [4] }],
});

const glu = defineFunction({
  name: 'glu',
  onlyCalled: true,
  summary: 'Gated linear unit: one half of an axis gates the other (Dauphin et al. 2016).',
  doc: '$a\\, \\sigma(b)$ with $a$ and $b$ the halves of the axis; so it is no `activation:`. [Keras](https://keras.io/api/layers/activations/)',
  flow: 'bends',
  parameters: { axis: axis({ doc: 'The axis that is halved.', default: -1 }) },
  shape: ({ input, parameters: p, need }) => {
    const position = axisPosition(p.axis, input.shape, need, { argument: 'axis' });
    const size = position === undefined ? undefined : sizeAt(input.shape, position);
    if (position === undefined || !size) return undefined;
    if (!need.divisible(size, dim(2), { what: 'the halved axis' })) return undefined;
    return withAxis(input.shape, position, divide(size, dim(2)));
  },
  lower: ({ x, parameters: p, op }) => {
    const position = 1 + axisFromStart(p.axis, x.shape.length - 1);
    const half = divide(x.shape[position]!, dim(2));
    const part = (begin: typeof half) =>
      op.slice(
        x,
        x.shape.map((_, i) => (i === position ? begin : 0)),
        x.shape.map((size, i) => (i === position ? half : size)),
      );
    return op.multiply(part(dim(0)), op.sigmoid(part(half)));
  },
  flops: ({ output }) => elementwiseFlops(output, 5),
  examples: [{ source: 'glu', input: ['n', 8], output: ['n', 4] }],
});

export const parametricActivations: readonly FunctionDefinition[] = [
  ...curves.map(curveFunction),
  gelu,
  threshold,
  glu,
];

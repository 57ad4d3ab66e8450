/** The activations without parameters, as a table: each is one formula applied to every element. */
import { elementwiseFlops } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { convert } from '../definitions/promotion.ts';
import type { Flow } from '../definitions/define-layer.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';

interface Curve {
  readonly name: string;
  readonly summary: string;
  /** TeX. */
  readonly formula: string;
  readonly flow?: Flow;
  /** Operations per element, for the count of floating-point operations. */
  readonly operations: number;
  readonly lower: (op: Ops, x: TensorNode) => TensorNode;
}

const clipUnit = (op: Ops, x: TensorNode): TensorNode => op.minimum(op.maximum(x, 0), 1);
const hardSigmoidOf = (op: Ops, x: TensorNode): TensorNode => clipUnit(op, op.add(op.multiply(x, 1 / 6), 0.5));
const siluOf = (op: Ops, x: TensorNode): TensorNode => op.multiply(x, op.sigmoid(x));
const hardSiluOf = (op: Ops, x: TensorNode): TensorNode => op.multiply(x, hardSigmoidOf(op, x));

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** x where positive, else α (eˣ − 1). The exponential sees no positive number, so its gradient cannot overflow. */
export const eluOf = (op: Ops, x: TensorNode, alpha: number): TensorNode =>
  op.select(op.greater(x, 0), x, op.multiply(op.expm1(op.minimum(x, 0)), alpha));

const sparsePlusOf = (op: Ops, x: TensorNode): TensorNode =>
  op.select(op.greaterEqual(x, 1), x, op.multiply(op.square(op.relu(op.add(op.minimum(x, 1), 1))), 0.25));

const curves: readonly Curve[] = [
  { name: 'sigmoid', summary: 'Squashes to between 0 and 1.', formula: '1 / (1 + e^{-x})', operations: 4, lower: (op, x) => op.sigmoid(x) },
  { name: 'tanh', summary: 'Squashes to between −1 and 1.', formula: '\\tanh x', operations: 6, lower: (op, x) => op.tanh(x) },
  { name: 'relu6', summary: 'Cuts off below 0 and above 6.', formula: '\\min(\\max(x, 0), 6)', operations: 2, lower: (op, x) => op.minimum(op.relu(x), 6) },
  { name: 'selu', summary: 'Scaled exponential linear unit (Klambauer et al. 2017); keeps mean 0 and variance 1 with `lecunNormal`.', formula: '1.0507\\, \\mathrm{elu}(x, 1.6733)', operations: 4, lower: (op, x) => op.multiply(eluOf(op, x, SELU_ALPHA), SELU_SCALE) },
  { name: 'silu', summary: 'Sigmoid-weighted linear unit (Elfwing et al. 2017), also called swish.', formula: 'x\\, \\sigma(x)', operations: 5, lower: siluOf },
  { name: 'swish', summary: 'Another name of `silu`.', formula: 'x\\, \\sigma(x)', operations: 5, lower: siluOf },
  { name: 'hardSigmoid', summary: 'Piecewise linear `sigmoid`.', formula: '\\min(\\max(x / 6 + 1/2, 0), 1)', operations: 4, lower: hardSigmoidOf },
  { name: 'hardSilu', summary: 'Piecewise linear `silu` (Howard et al. 2019).', formula: 'x \\min(\\max(x / 6 + 1/2, 0), 1)', operations: 5, lower: hardSiluOf },
  { name: 'hardSwish', summary: 'Another name of `hardSilu`.', formula: 'x \\min(\\max(x / 6 + 1/2, 0), 1)', operations: 5, lower: hardSiluOf },
  { name: 'hardTanh', summary: 'Cuts off below −1 and above 1.', formula: '\\min(\\max(x, -1), 1)', operations: 2, lower: (op, x) => op.minimum(op.maximum(x, -1), 1) },
  { name: 'mish', summary: 'Smooth and non-monotonic (Misra 2019).', formula: 'x \\tanh(\\mathrm{softplus}(x))', operations: 10, lower: (op, x) => op.multiply(x, op.tanh(op.softplus(x))) },
  { name: 'softplus', summary: 'Smooth `relu`.', formula: '\\log(1 + e^x)', operations: 4, lower: (op, x) => op.softplus(x) },
  { name: 'softsign', summary: 'Squashes to between −1 and 1, more slowly than `tanh`.', formula: 'x / (1 + |x|)', operations: 3, lower: (op, x) => op.divide(x, op.add(op.abs(x), 1)) },
  { name: 'exponential', summary: 'The exponential as an activation.', formula: 'e^x', operations: 1, lower: (op, x) => op.exp(x) },
  { name: 'linear', summary: 'No activation: the value itself.', formula: 'x', flow: 'moves', operations: 0, lower: (_, x) => x },
  { name: 'logSigmoid', summary: 'Logarithm of the sigmoid, without overflow.', formula: '\\log \\sigma(x) = -\\mathrm{softplus}(-x)', operations: 5, lower: (op, x) => op.negate(op.softplus(op.negate(x))) },
  { name: 'tanhShrink', summary: 'What `tanh` takes away.', formula: 'x - \\tanh x', operations: 7, lower: (op, x) => op.subtract(x, op.tanh(x)) },
  { name: 'sparsePlus', summary: 'Softplus that is exactly 0 below −1 and x above 1.', formula: '0 \\;|\\; (x + 1)^2 / 4 \\;|\\; x', operations: 6, lower: sparsePlusOf },
  { name: 'sparseSigmoid', summary: 'Sigmoid that is exactly 0 below −1 and 1 above 1.', formula: '\\min(\\max((x + 1) / 2, 0), 1)', operations: 4, lower: (op, x) => clipUnit(op, op.multiply(op.add(x, 1), 0.5)) },
]; // prettier-ignore

const activationFunction = (curve: Curve): FunctionDefinition =>
  defineFunction({
    name: curve.name,
    summary: curve.summary,
    doc: `$${curve.formula}$ of each element. [Keras](https://keras.io/api/layers/activations/)`,
    activation: true,
    flow: curve.flow ?? 'bends',
    broadcasts: true,
    shape: ({ input }) => input.shape,
    lower: ({ x, op }) => curve.lower(op, convert(op, x, 'float32')),
    flops: ({ output }) => elementwiseFlops(output, curve.operations),
    examples: [{ source: curve.name, input: [4, 8], output: [4, 8] }],
  });

export const activationFunctions: readonly FunctionDefinition[] = curves.map(activationFunction);

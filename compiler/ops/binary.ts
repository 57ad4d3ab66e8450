/**
 * Elementwise arithmetic of two operands of one dtype, with broadcasting. The builder has promoted the dtypes.
 * At ties `maximum` and `minimum` give the gradient to the first operand, as tfjs does.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { broadcastNumbers, build, reader, type NdArray } from '../graph/nd-array.ts';
import type { DType, TensorNode } from '../graph/tensor-graph.ts';
import type { CompilerOps } from './compiler-ops.ts';
import { defineOp, type GradientContext, type OpBehaviour, type OpDefinition, type TensorType } from './define-op.ts';
import type { OpName } from './op-names.ts';
import { broadcastShapes } from './shape-rules.ts';
import { sumTo } from './sum-to.ts';

export function zipped(a: NdArray, b: NdArray, dtype: DType, f: (a: number, b: number) => number): NdArray {
  const [x, y] = [reader(a), reader(b)];
  return build(dtype, broadcastNumbers(a.shape, b.shape), (index) => f(x(index), y(index)));
}

interface Derivation {
  readonly op: CompilerOps;
  readonly a: TensorNode;
  readonly b: TensorNode;
  readonly y: TensorNode;
  readonly dy: TensorNode;
}
type Derivative = (d: Derivation) => TensorNode;

/** Derivatives of the broadcast shape, summed down to each operand's. */
function gradientOf(byA: Derivative, byB: Derivative) {
  return ({ node, dy, op }: GradientContext) => {
    const [a, b] = node.inputs as readonly [TensorNode, TensorNode];
    const given: Derivation = { op, a, b, y: node, dy };
    return [() => sumTo(op, byA(given), a.shape), () => sumTo(op, byB(given), b.shape)];
  };
}

function arithmeticType([a, b]: readonly TensorType[]): TensorType {
  if (a!.dtype !== b!.dtype || a!.dtype === 'bool') bug(`operands of dtypes ${a!.dtype} and ${b!.dtype}`);
  return { dtype: a!.dtype, shape: broadcastShapes(a!.shape, b!.shape) };
}

function binary<Name extends OpName>(
  name: Name,
  f: (a: number, b: number) => number,
  gradient: OpBehaviour['gradient'],
  commutative = false,
): OpDefinition<Name> {
  return defineOp(name, {
    type: arithmeticType,
    evaluate: ([a, b]) => zipped(a!, b!, a!.dtype, f),
    gradient,
    traits: { elementwise: true, commutative },
  });
}

export const add = binary(
  'add',
  (a, b) => a + b,
  gradientOf(
    ({ dy }) => dy,
    ({ dy }) => dy,
  ),
  true,
);
export const subtract = binary(
  'subtract',
  (a, b) => a - b,
  gradientOf(
    ({ dy }) => dy,
    ({ op, dy }) => op.negate(dy),
  ),
);
export const multiply = binary(
  'multiply',
  (a, b) => a * b,
  gradientOf(
    ({ op, dy, b }) => op.multiply(dy, b),
    ({ op, dy, a }) => op.multiply(dy, a),
  ),
  true,
);
export const divide = binary(
  'divide',
  (a, b) => a / b,
  gradientOf(
    ({ op, dy, b }) => op.divide(dy, b),
    ({ op, dy, b, y }) => op.negate(op.divide(op.multiply(dy, y), b)),
  ),
);

const constantValue = (x: TensorNode): number | undefined => {
  const values = x.op === 'constant' ? x.attributes['values'] : undefined;
  return Array.isArray(values) && values.length === 1 ? (values[0] as number) : undefined;
};

/** y · xʸ⁻¹, finite at x = 0 for exponents that make it so, also for the exponent 0. */
function powerByBase({ op, a, b, dy }: Derivation): TensorNode {
  const exponent = constantValue(b);
  if (exponent === 0) return op.multiply(dy, 0);
  if (exponent === 1) return dy;
  if (exponent === 2) return op.multiply(dy, op.multiply(a, 2));
  const less = exponent === undefined ? op.select(op.equal(b, 0), 1, op.subtract(b, 1)) : op.scalar(exponent - 1);
  return op.multiply(dy, op.multiply(b, op.power(a, less)));
}

/** y · log x, and 0 where x is not positive, as tfjs has it. */
function powerByExponent({ op, a, y, dy }: Derivation): TensorNode {
  const positive = op.greater(a, 0);
  return op.multiply(dy, op.multiply(y, op.select(positive, op.log(op.select(positive, a, 1)), 0)));
}

export const power = binary('power', (a, b) => (a === 1 ? 1 : a ** b), gradientOf(powerByBase, powerByExponent));

const masked = ({ op, dy }: Derivation, mask: TensorNode): TensorNode => op.multiply(dy, op.cast(mask, 'float32'));

export const maximum = binary(
  'maximum',
  Math.max,
  gradientOf(
    (d) => masked(d, d.op.greaterEqual(d.a, d.b)),
    (d) => masked(d, d.op.less(d.a, d.b)),
  ),
  true,
);
export const minimum = binary(
  'minimum',
  Math.min,
  gradientOf(
    (d) => masked(d, d.op.lessEqual(d.a, d.b)),
    (d) => masked(d, d.op.greater(d.a, d.b)),
  ),
  true,
);

/** The remainder with the sign of the divisor, as in Python; rounded as tfjs rounds it. */
export function floorModulo(a: number, b: number): number {
  const rest = a % b;
  return (a < 0 && b < 0) || (a >= 0 && b >= 0) ? rest : (rest + b) % b;
}

export const modulo = binary(
  'modulo',
  floorModulo,
  gradientOf(
    ({ dy }) => dy,
    ({ op, a, b, dy }) => op.negate(op.multiply(dy, op.floor(op.divide(a, b)))),
  ),
);

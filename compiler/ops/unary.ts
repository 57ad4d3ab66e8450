/**
 * Elementwise ops of one operand, as a table: the value, and the derivative. Derivatives are written in terms of the
 * output where they can be, so that the operand need not be kept (and may have been swallowed by a fused kernel).
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { NdArray } from '../graph/nd-array.ts';
import { bug } from '../diagnostics/diagnostic.ts';
import { dtypeOf } from './attributes.ts';
import type { CompilerOps } from './compiler-ops.ts';
import { defineOp, type OpBehaviour, type OpDefinition } from './define-op.ts';
import { erfOf, logOnePlusExp, roundHalfToEven } from './elementary.ts';
import type { OpName } from './op-names.ts';

interface Derivation {
  readonly op: CompilerOps;
  readonly x: TensorNode;
  readonly y: TensorNode;
  readonly dy: TensorNode;
}
type Derivative = 'none' | ((d: Derivation) => TensorNode);

const mapped = (x: NdArray, f: (value: number) => number): NdArray => ({ ...x, data: x.data.map(f) });

function behaviour(f: (x: number) => number, derivative: Derivative, floatOnly: boolean): OpBehaviour {
  return {
    type: ([x]) => {
      if (x!.dtype === 'bool' || (floatOnly && x!.dtype !== 'float32')) bug(`an operand of dtype ${x!.dtype}`);
      return { dtype: x!.dtype, shape: x!.shape };
    },
    evaluate: ([x]) => mapped(x!, f),
    gradient:
      derivative === 'none'
        ? 'none'
        : ({ node, dy, op }) => [() => derivative({ op, x: node.inputs[0]!, y: node, dy })],
    traits: { elementwise: true },
  };
}

const unary = <Name extends OpName>(name: Name, f: (x: number) => number, derivative: Derivative): OpDefinition<Name> =>
  defineOp(name, behaviour(f, derivative, true));
/** Also of whole numbers. */
const numeric = <Name extends OpName>(
  name: Name,
  f: (x: number) => number,
  derivative: Derivative,
): OpDefinition<Name> => defineOp(name, behaviour(f, derivative, false));

export const negate = numeric(
  'negate',
  (x) => -x,
  ({ op, dy }) => op.negate(dy),
);
export const abs = numeric('abs', Math.abs, ({ op, x, dy }) => op.multiply(dy, op.sign(x)));
export const sign = numeric('sign', (x) => (x > 0 ? 1 : x < 0 ? -1 : 0), 'none');
export const exp = unary('exp', Math.exp, ({ op, y, dy }) => op.multiply(dy, y));
export const expm1 = unary('expm1', Math.expm1, ({ op, y, dy }) => op.multiply(dy, op.add(y, 1)));
export const log = unary('log', Math.log, ({ op, x, dy }) => op.divide(dy, x));
export const log1p = unary('log1p', Math.log1p, ({ op, x, dy }) => op.divide(dy, op.add(x, 1)));
export const sqrt = unary('sqrt', Math.sqrt, ({ op, y, dy }) => op.divide(op.multiply(dy, 0.5), y));
export const rsqrt = unary(
  'rsqrt',
  (x) => 1 / Math.sqrt(x),
  ({ op, y, dy }) => op.multiply(op.multiply(dy, -0.5), op.multiply(y, op.square(y))),
);
export const sin = unary('sin', Math.sin, ({ op, x, dy }) => op.multiply(dy, op.cos(x)));
export const cos = unary('cos', Math.cos, ({ op, x, dy }) => op.negate(op.multiply(dy, op.sin(x))));
export const tan = unary('tan', Math.tan, ({ op, y, dy }) => op.multiply(dy, op.add(op.square(y), 1)));
export const tanh = unary('tanh', Math.tanh, ({ op, y, dy }) => op.multiply(dy, op.subtract(1, op.square(y))));
export const sigmoid = unary(
  'sigmoid',
  (x) => 1 / (1 + Math.exp(-x)),
  ({ op, y, dy }) => op.multiply(dy, op.multiply(y, op.subtract(1, y))),
);
export const softplus = unary('softplus', logOnePlusExp, ({ op, x, dy }) => op.multiply(dy, op.sigmoid(x)));
export const erf = unary('erf', erfOf, ({ op, x, dy }) =>
  op.multiply(dy, op.multiply(op.exp(op.negate(op.square(x))), 2 / Math.sqrt(Math.PI))),
);
export const floor = unary('floor', Math.floor, 'none');
export const ceil = unary('ceil', Math.ceil, 'none');
export const round = unary('round', roundHalfToEven, 'none');
// The derivative at 0 is 0; y > 0 exactly where x > 0.
export const relu = numeric(
  'relu',
  (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  ({ op, y, dy }) => op.multiply(dy, op.step(y)),
);
export const step = unary('step', (x) => (x > 0 ? 1 : Number.isNaN(x) ? x : 0), 'none');

export const isNan = defineOp('isNan', {
  type: ([x]) => ({ dtype: 'bool', shape: x!.shape }),
  evaluate: ([x]) => ({ ...mapped(x!, (v) => (Number.isNaN(v) ? 1 : 0)), dtype: 'bool' }),
  gradient: 'none',
  traits: { elementwise: true },
});

export const not = defineOp('not', {
  type: ([x]) => (x!.dtype === 'bool' ? { dtype: 'bool', shape: x!.shape } : bug('not of a number')),
  evaluate: ([x]) => mapped(x!, (v) => (v === 0 ? 1 : 0)),
  gradient: 'none',
  traits: { elementwise: true },
});

export const cast = defineOp('cast', {
  type: ([x], attributes) => ({ dtype: dtypeOf(attributes), shape: x!.shape }),
  evaluate: ([x], attributes) => {
    const dtype = dtypeOf(attributes);
    const convert =
      dtype === 'bool' ? (v: number) => (v === 0 ? 0 : 1) : dtype === 'int32' ? Math.trunc : (v: number) => v;
    return { ...mapped(x!, convert), dtype };
  },
  // From float32 to float32 the builder makes no node, so a cast is always a place where gradients stop.
  gradient: 'none',
  traits: { elementwise: true },
});

export const stopGradient = defineOp('stopGradient', {
  type: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  evaluate: ([x]) => x!,
  gradient: 'none',
  traits: { elementwise: true, alias: true },
});

/**
 * The builder's elementwise part: numbers become constants, mixed dtypes are promoted (bool → int32 → float32).
 */
import type { CompilerOps } from '../ops/compiler-ops.ts';
import { toDim, toDims } from '../ops/attributes.ts';
import type { OpName } from '../ops/op-names.ts';
import type { Operand } from '../ops/ops.ts';
import { asNumber } from '../shapes/index.ts';
import type { NodeTable } from './node-table.ts';
import type { DType, TensorNode } from './tensor-graph.ts';

type Make = NodeTable['make'];

export function castTo(make: Make, x: TensorNode, dtype: DType): TensorNode {
  return x.dtype === dtype ? x : make('cast', [x], { dtype });
}

const scalarOf = (make: Make, value: number, dtype: DType): TensorNode =>
  make('constant', [], { values: [value], shape: [], dtype });

/** A number is an int32 beside an int32 if it is whole, else a float32. */
function toNode(make: Make, x: Operand, others: readonly Operand[]): TensorNode {
  if (typeof x !== 'number') return x;
  const besideInt = others.some((other) => typeof other !== 'number' && other.dtype === 'int32');
  return scalarOf(make, x, besideInt && Number.isInteger(x) ? 'int32' : 'float32');
}

/** The operands as nodes of one dtype, which is not bool. */
function promoted(make: Make, a: Operand, b: Operand): [TensorNode, TensorNode] {
  const [x, y] = [toNode(make, a, [b]), toNode(make, b, [a])];
  const dtype = x.dtype === 'float32' || y.dtype === 'float32' ? 'float32' : 'int32';
  return [castTo(make, x, dtype), castTo(make, y, dtype)];
}

type Unary = (x: TensorNode) => TensorNode;
type Binary = (a: Operand, b: Operand) => TensorNode;

const onFloats =
  (make: Make, op: OpName): Unary =>
  (x) =>
    make(op, [castTo(make, x, 'float32')]);
/** Keeps int32. */
const onNumbers =
  (make: Make, op: OpName): Unary =>
  (x) =>
    make(op, [castTo(make, x, x.dtype === 'bool' ? 'int32' : x.dtype)]);
/** Does nothing to whole numbers. */
const onFractions =
  (make: Make, op: OpName): Unary =>
  (x) =>
    x.dtype === 'float32' ? make(op, [x]) : castTo(make, x, 'int32');
const arithmetic =
  (make: Make, op: OpName): Binary =>
  (a, b) =>
    make(op, promoted(make, a, b));
const logical =
  (make: Make, op: OpName): Binary =>
  (a, b) =>
    make(op, [castTo(make, toNode(make, a, []), 'bool'), castTo(make, toNode(make, b, []), 'bool')]);

type UnaryName =
  | 'negate' | 'abs' | 'sign' | 'exp' | 'expm1' | 'log' | 'log1p' | 'sqrt' | 'rsqrt' | 'sin' | 'cos' | 'tan' | 'tanh'
  | 'sigmoid' | 'softplus' | 'erf' | 'floor' | 'ceil' | 'round' | 'relu' | 'step' | 'isNan' | 'not' | 'stopGradient'
  | 'square' | 'reciprocal' | 'cast'; // prettier-ignore

export function unaryOps(make: Make): Pick<CompilerOps, UnaryName> {
  return {
    negate: onNumbers(make, 'negate'),
    abs: onNumbers(make, 'abs'),
    sign: onNumbers(make, 'sign'),
    exp: onFloats(make, 'exp'),
    expm1: onFloats(make, 'expm1'),
    log: onFloats(make, 'log'),
    log1p: onFloats(make, 'log1p'),
    sqrt: onFloats(make, 'sqrt'),
    rsqrt: onFloats(make, 'rsqrt'),
    sin: onFloats(make, 'sin'),
    cos: onFloats(make, 'cos'),
    tan: onFloats(make, 'tan'),
    tanh: onFloats(make, 'tanh'),
    sigmoid: onFloats(make, 'sigmoid'),
    softplus: onFloats(make, 'softplus'),
    erf: onFloats(make, 'erf'),
    floor: onFractions(make, 'floor'),
    ceil: onFractions(make, 'ceil'),
    round: onFractions(make, 'round'),
    relu: onNumbers(make, 'relu'),
    step: onFloats(make, 'step'),
    isNan: onFloats(make, 'isNan'),
    not: (x) => make('not', [castTo(make, x, 'bool')]),
    stopGradient: (x) => (x.dtype === 'float32' ? make('stopGradient', [x]) : x),
    square: (x) => {
      const number = castTo(make, x, x.dtype === 'bool' ? 'int32' : x.dtype);
      return make('multiply', [number, number]);
    },
    reciprocal: (x) => make('divide', [scalarOf(make, 1, 'float32'), castTo(make, x, 'float32')]),
    cast: (x, dtype) => castTo(make, x, dtype),
  };
}

type BinaryName =
  | 'add' | 'subtract' | 'multiply' | 'divide' | 'power' | 'maximum' | 'minimum' | 'modulo' | 'equal' | 'notEqual'
  | 'less' | 'lessEqual' | 'greater' | 'greaterEqual' | 'and' | 'or' | 'select'; // prettier-ignore

export function binaryOps(make: Make): Pick<CompilerOps, BinaryName> {
  return {
    add: arithmetic(make, 'add'),
    subtract: arithmetic(make, 'subtract'),
    multiply: arithmetic(make, 'multiply'),
    // Whole numbers divide to floats.
    divide: (a, b) =>
      make('divide', [castTo(make, toNode(make, a, []), 'float32'), castTo(make, toNode(make, b, []), 'float32')]),
    power: arithmetic(make, 'power'),
    maximum: arithmetic(make, 'maximum'),
    minimum: arithmetic(make, 'minimum'),
    modulo: arithmetic(make, 'modulo'),
    equal: arithmetic(make, 'equal'),
    notEqual: arithmetic(make, 'notEqual'),
    less: arithmetic(make, 'less'),
    lessEqual: arithmetic(make, 'lessEqual'),
    greater: arithmetic(make, 'greater'),
    greaterEqual: arithmetic(make, 'greaterEqual'),
    and: logical(make, 'and'),
    or: logical(make, 'or'),
    select: (condition, whenTrue, whenFalse) => {
      const chosen = castTo(make, condition, 'bool');
      const bothBool = [whenTrue, whenFalse].every((x) => typeof x !== 'number' && x.dtype === 'bool');
      const [a, b] = bothBool ? [whenTrue as TensorNode, whenFalse as TensorNode] : promoted(make, whenTrue, whenFalse);
      return make('select', [chosen, a, b]);
    },
  };
}

type LeafName =
  | 'input' | 'weight' | 'slot' | 'constant' | 'scalar' | 'fill' | 'arange' | 'dimension' | 'hostScalar'
  | 'randomUniform' | 'randomNormal'; // prettier-ignore

export function leafOps(make: Make): Pick<CompilerOps, LeafName> {
  const scalar = (value: number, dtype: DType = 'float32'): TensorNode => scalarOf(make, value, dtype);
  return {
    input: (name, dtype, shape) => make('input', [], { name, dtype, shape: toDims(shape) }),
    weight: (path, dtype, shape) => make('weight', [], { path, dtype, shape: toDims(shape) }),
    slot: (path, name, shape) => make('slot', [], { path, name, shape: toDims(shape) }),
    constant: (values, shape, dtype = 'float32') => make('constant', [], { values, shape: toDims(shape), dtype }),
    scalar,
    fill: (shape, value, dtype = 'float32') =>
      shape.length === 0 ? scalar(value, dtype) : make('fill', [], { shape: toDims(shape), value, dtype }),
    arange: (size) => make('arange', [], { size: toDim(size) }),
    dimension: (size) => {
      const value = asNumber(toDim(size));
      return value === undefined ? make('dimension', [], { size: toDim(size) }) : scalar(value);
    },
    hostScalar: (expression) =>
      expression.host === 'number' ? scalar(expression.value) : make('hostScalar', [], { expression }),
    randomUniform: (shape, { use }) => make('randomUniform', [], { shape: toDims(shape), use }),
    randomNormal: (shape, { use }) => make('randomNormal', [], { shape: toDims(shape), use }),
  };
}

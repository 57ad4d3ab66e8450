/** Kernel functions of one operand, element by element. Each returns new data of the operand's shape. */
import { tanhInHeap } from './in-heap.ts';
import type { Device } from '../device.ts';
import type { Data, DType } from '../program.ts';

/** −x. */
export function negate(d: Device, x: Data): Data {
  return d.run('Neg', { x });
}

/** |x|. */
export function abs(d: Device, x: Data): Data {
  return d.run('Abs', { x });
}

/** −1, 0 or 1. */
export function sign(d: Device, x: Data): Data {
  return d.run('Sign', { x });
}

/** e^x. */
export function exp(d: Device, x: Data): Data {
  return d.run('Exp', { x });
}

/** e^x − 1. */
export function expm1(d: Device, x: Data): Data {
  return d.run('Expm1', { x });
}

/** The natural logarithm. */
export function log(d: Device, x: Data): Data {
  return d.run('Log', { x });
}

/** log(1 + x). */
export function log1p(d: Device, x: Data): Data {
  return d.run('Log1p', { x });
}

/** √x. */
export function sqrt(d: Device, x: Data): Data {
  return d.run('Sqrt', { x });
}

/** 1 / √x. */
export function rsqrt(d: Device, x: Data): Data {
  return d.run('Rsqrt', { x });
}

/** The sine of radians. */
export function sin(d: Device, x: Data): Data {
  return d.run('Sin', { x });
}

/** The cosine of radians. */
export function cos(d: Device, x: Data): Data {
  return d.run('Cos', { x });
}

/** The tangent of radians. */
export function tan(d: Device, x: Data): Data {
  return d.run('Tan', { x });
}

/** The hyperbolic tangent. */
export function tanh(d: Device, x: Data): Data {
  return d.name === 'wasm' ? tanhInHeap(d, x) : d.run('Tanh', { x });
}

/** 1 / (1 + e^−x). */
export function sigmoid(d: Device, x: Data): Data {
  return d.run('Sigmoid', { x });
}

/** log(1 + e^x). */
export function softplus(d: Device, x: Data): Data {
  return d.run('Softplus', { x });
}

/** The error function. */
export function erf(d: Device, x: Data): Data {
  return d.run('Erf', { x });
}

/** The greatest whole number ≤ x. */
export function floor(d: Device, x: Data): Data {
  return d.run('Floor', { x });
}

/** The smallest whole number ≥ x. */
export function ceil(d: Device, x: Data): Data {
  return d.run('Ceil', { x });
}

/** The nearest whole number, halves to even. */
export function round(d: Device, x: Data): Data {
  return d.run('Round', { x });
}

/** max(x, 0). */
export function relu(d: Device, x: Data): Data {
  return d.run('Relu', { x });
}

/** 1 where x > 0, else 0; not a number stays so. */
export function step(d: Device, x: Data): Data {
  return d.run('Step', { x }, { alpha: 0 });
}

/** bool: whether x is not a number. */
export function isNan(d: Device, x: Data): Data {
  return d.run('IsNan', { x });
}

/** bool of bool. */
export function not(d: Device, x: Data): Data {
  return d.run('LogicalNot', { x });
}

/** The values as `dtype`: float to int truncates, anything to bool asks `x != 0`. */
export function cast(d: Device, x: Data, dtype: DType): Data {
  if (x.dtype === dtype) return d.run('Identity', { x });
  if (dtype === 'bool') return isNotZero(d, x);
  // cpu would keep the array of the narrower type under the wider name.
  if (d.name === 'cpu' && (dtype === 'float32' || x.dtype === 'bool'))
    return d.inHeap([x], x.shape, dtype, (target, [source]) => target.set(source!));
  // webgpu would keep whole numbers under the name of floats, and what reads them as they are (Transpose) does not compile.
  if (d.name === 'webgpu' && dtype === 'float32') return d.run('Floor', { x: { ...x, dtype } });
  return d.run('Cast', { x }, { dtype });
}

/** A copy, or one more reference to the same data where the backend counts them; either way the caller's own. */
export function identity(d: Device, x: Data): Data {
  return d.run('Identity', { x });
}

function isNotZero(d: Device, x: Data): Data {
  const zero = d.write(x.dtype === 'int32' ? Int32Array.of(0) : Float32Array.of(0), [], x.dtype);
  const result = d.run('NotEqual', { a: x, b: zero });
  d.dispose(zero);
  return result;
}

/**
 * Kernel functions of two operands of one dtype, element by element, broadcast as in NumPy; and the choice between two. Each returns new
 * data of the broadcast shape.
 */
import { broadcastShape, broadcastTo, sameShape } from './broadcast.ts';
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';

/** a + b. */
export function add(d: Device, a: Data, b: Data): Data {
  return d.run('Add', { a, b });
}

/** a − b. */
export function subtract(d: Device, a: Data, b: Data): Data {
  return d.run('Sub', { a, b });
}

/** a · b. */
export function multiply(d: Device, a: Data, b: Data): Data {
  return d.run('Multiply', { a, b });
}

/** a / b. */
export function divide(d: Device, a: Data, b: Data): Data {
  return d.run('RealDiv', { a, b });
}

/** a to the power b. */
export function power(d: Device, a: Data, b: Data): Data {
  return d.run('Pow', { a, b });
}

/** The greater of both. */
export function maximum(d: Device, a: Data, b: Data): Data {
  return d.run('Maximum', { a, b });
}

/** The smaller of both. */
export function minimum(d: Device, a: Data, b: Data): Data {
  return d.run('Minimum', { a, b });
}

/** a − b · floor(a / b): the sign is that of b. */
export function modulo(d: Device, a: Data, b: Data): Data {
  return d.run('Mod', { a, b });
}

/** bool: a = b. */
export function equal(d: Device, a: Data, b: Data): Data {
  return d.run('Equal', { a, b });
}

/** bool: a ≠ b. */
export function notEqual(d: Device, a: Data, b: Data): Data {
  return d.run('NotEqual', { a, b });
}

/** bool: a < b. */
export function less(d: Device, a: Data, b: Data): Data {
  return d.run('Less', { a, b });
}

/** bool: a ≤ b. */
export function lessEqual(d: Device, a: Data, b: Data): Data {
  return d.run('LessEqual', { a, b });
}

/** bool: a > b. */
export function greater(d: Device, a: Data, b: Data): Data {
  return d.run('Greater', { a, b });
}

/** bool: a ≥ b. */
export function greaterEqual(d: Device, a: Data, b: Data): Data {
  return d.run('GreaterEqual', { a, b });
}

/** bool of bools. */
export function and(d: Device, a: Data, b: Data): Data {
  return d.run('LogicalAnd', { a, b });
}

/** bool of bools. */
export function or(d: Device, a: Data, b: Data): Data {
  return d.run('LogicalOr', { a, b });
}

/** `a` where the bool `condition` holds, else `b`; all three broadcast to one shape. */
export function select(d: Device, condition: Data, a: Data, b: Data): Data {
  // The kernel itself wants equal shapes.
  const shape = broadcastShape(broadcastShape(condition.shape, a.shape), b.shape);
  const operands = [condition, a, b].map((x) => (sameShape(x.shape, shape) ? x : broadcastTo(d, x, shape)));
  const result = d.run('Select', { condition: operands[0], t: operands[1], e: operands[2] });
  for (const [i, x] of [condition, a, b].entries()) if (operands[i] !== x) d.dispose(operands[i]!);
  return result;
}

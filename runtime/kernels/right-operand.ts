/**
 * wasm keeps the repacked right operand of a matrix product by data, not by shape. Data that is a right operand in one
 * shape and then, under an alias, in another would be read in the first layout, past its end: wrong numbers in silence.
 * The compiler copies the aliases that it sees; which others there are shows only at run time, where an axis of 1 turns
 * a transposition into an alias.
 */
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { sliceInHeap } from './slice-in-heap.ts';

/** By data, the shape in which it was last a right operand. Mirrors what the backend keeps, and goes with the data. */
const shapes = new WeakMap<object, string>();

/** Calls `product` with the operand, or with a copy where its data is packed in another shape. */
export function withRightOperand(d: Device, operand: Data, product: (right: Data) => Data): Data {
  if (d.name !== 'wasm') return product(operand);
  const shape = `${operand.shape.at(-2)}×${operand.shape.at(-1)}`;
  const packed = shapes.get(operand.dataId);
  if (packed === undefined) shapes.set(operand.dataId, shape);
  if (packed === undefined || packed === shape) return product(operand);
  const copy = sliceInHeap(d, operand, Array<number>(operand.shape.length).fill(0), operand.shape);
  const result = product(copy);
  d.dispose(copy);
  return result;
}

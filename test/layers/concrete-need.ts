/** The named checks over numbers: a refuted one throws, so a test that expects a refusal can see which. */
import type { Need } from '../../compiler/definitions/need.ts';
import type { TensorType } from '../../compiler/definitions/types.ts';
import { asNumber, isSpread, type Dim, type Shape } from '../../compiler/shapes/index.ts';

export class Refuted extends Error {
  readonly check: keyof Need;
  readonly argument: string | undefined;
  constructor(check: keyof Need, what: string, argument?: string) {
    super(`${check}: ${what}`);
    this.check = check;
    this.argument = argument;
  }
}

const number = (size: Dim): number => asNumber(size)!;
export const numbersOf = (shape: Shape): number[] => shape.map((axis) => (isSpread(axis) ? Number.NaN : number(axis)));

function hold(condition: boolean, check: keyof Need, what: string, argument?: string): true {
  if (!condition) throw new Refuted(check, what, argument);
  return true;
}

function broadcastShape(inputs: readonly TensorType[]): Shape {
  const rank = Math.max(0, ...inputs.map((input) => input.shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = inputs.flatMap((input) => input.shape[input.shape.length - rank + i] ?? []) as Dim[];
    const wide = sizes.find((size) => number(size) !== 1) ?? sizes[0]!;
    hold(sizes.every((size) => number(size) === 1 || size.key === wide.key), 'broadcast', sizes.map(number).join(' ')); // prettier-ignore
    return wide;
  });
}

export const concreteNeed: Need = {
  rank: (input, rank) => hold(input.shape.length === rank, 'rank', `${input.shape.length} for ${rank}`),
  rankAtLeast: (input, rank) => hold(input.shape.length >= rank, 'rankAtLeast', `${input.shape.length} for ${rank}`),
  dtype: (input, allowed) => hold(allowed.includes(input.dtype), 'dtype', input.dtype),
  equal: (a, b, context) =>
    hold(a.key === b.key, 'equal', `${context.what} ${number(a)} ${number(b)}`, context.argument),
  broadcast: broadcastShape,
  fits: (window, size, context) =>
    hold(number(window) <= number(size), 'fits', `${number(window)} in ${number(size)}`, context.argument),
  divisible: (value, divisor, context) =>
    hold(number(value) % number(divisor) === 0, 'divisible', context.what, context.argument),
  axis: (axis, rank, context) => {
    hold(Number.isInteger(axis) && axis < rank && axis >= -rank, 'axis', `${axis} of ${rank}`, context?.argument);
    return axis < 0 ? axis + rank : axis;
  },
  index: (at, size, context) =>
    hold(number(at) < number(size) && number(at) >= -number(size), 'index', `${number(at)}`, context?.argument),
  sameCount: (from, to) => {
    const count = (shape: Shape): number => numbersOf(shape).reduce((a, b) => a * b, 1);
    return hold(count(from.shape) === count(to), 'sameCount', `${count(from.shape)} ${count(to)}`);
  },
  known: (size, context) => hold(asNumber(size) !== undefined, 'known', context.what, context.argument),
  argument: (holds, argument, message) => hold(holds, 'argument', `${argument} must ${message}`, argument),
  pattern: (problem, context) => {
    throw new Refuted('pattern', JSON.stringify(problem), context.argument);
  },
  indices: (input) => hold(input.dtype === 'int32', 'indices', input.dtype),
};

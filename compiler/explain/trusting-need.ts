/** The named checks of shape rules where everything is taken to hold: a rule's formula, not whether it applies. */
import type { Need } from '../definitions/need.ts';
import { asInteger, isSpread, type Axis, type Shape } from '../shapes/index.ts';

const isOne = (axis: Axis): boolean => !isSpread(axis) && asInteger(axis) === 1;

/** The longer shape, with sizes of 1 stretched to those of the other. */
function stretched(a: Shape, b: Shape): Shape {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  return long.map((axis, i) => {
    const other = short[i - long.length + short.length];
    return other && isOne(axis) ? other : axis;
  });
}

export const trustingNeed: Need = {
  rank: () => true,
  rankAtLeast: () => true,
  dtype: () => true,
  equal: () => true,
  broadcast: (inputs) => inputs.map((input) => input.shape).reduce(stretched),
  fits: () => true,
  divisible: () => true,
  axis: (axis, rank) => (axis < 0 ? axis + rank : axis),
  index: () => true,
  sameCount: () => true,
  known: () => true,
  argument: () => true,
  pattern: () => false,
  indices: () => true,
};

/**
 * Shapes of one example: a list of axes, of which one may stand for any number of axes (`...lead`).
 */
import { display } from './display.ts';
import { equals, multiply, ONE, type Dim } from './polynomial.ts';
import { substitute } from './traverse.ts';

/** `...name`: any number of axes, also none. */
export interface Spread {
  readonly kind: 'spread';
  readonly name: string;
  readonly id: number;
}

export type Axis = Dim | Spread;
export type Shape = readonly Axis[];

export const spread = (name: string, id: number): Spread => ({ kind: 'spread', name, id });
export const isSpread = (axis: Axis): axis is Spread => 'kind' in axis;

/** The number of axes, unless a spread leaves it open. */
export const rankOf = (shape: Shape): number | undefined => (shape.some(isSpread) ? undefined : shape.length);
export const minimumRank = (shape: Shape): number => shape.filter((axis) => !isSpread(axis)).length;

/** The product of all sizes; unknown where a spread is among them. */
export function elementCount(shape: Shape): Dim | undefined {
  let product = ONE;
  for (const axis of shape) {
    if (isSpread(axis)) return undefined;
    product = multiply(product, axis);
  }
  return product;
}

export const displayAxis = (axis: Axis): string => (isSpread(axis) ? `...${axis.name}` : display(axis));
export const displayShape = (shape: Shape): string => `[${shape.map(displayAxis).join(', ')}]`;

export const axesEqual = (a: Axis, b: Axis): boolean =>
  isSpread(a) ? isSpread(b) && a.id === b.id : !isSpread(b) && equals(a, b);

export const shapesEqual = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((axis, i) => axesEqual(axis, b[i]!));

/** Puts sizes for variables, and axes for spreads. */
export function substituteShape(
  shape: Shape,
  sizes: ReadonlyMap<number, Dim>,
  spreads: ReadonlyMap<number, Shape> = new Map(),
): Shape {
  return shape.flatMap((axis): Shape => {
    if (!isSpread(axis)) return [substitute(axis, sizes)];
    return spreads.get(axis.id) ?? [axis];
  });
}

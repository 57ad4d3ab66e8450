/** Saturation and hue of images in red, green and blue, by the hexagon of HSV (Smith 1978). */
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';

/** The largest and the least of the three colours, `[n, h, w, 1]`. */
function extremes(op: Ops, x: TensorNode): { readonly value: TensorNode; readonly span: TensorNode } {
  const value = op.max(x, [3], true);
  return { value, span: op.subtract(value, op.min(x, [3], true)) };
}

/**
 * Saturation times a factor, at most 1: hue and value stay, so each colour moves along its line from the value,
 * $y = v - (v - x) \min(k, v / (v - m))$.
 */
export function saturated(op: Ops, x: TensorNode, factor: TensorNode): TensorNode {
  const { value, span } = extremes(op, x);
  const fullest = op.divide(value, op.select(op.greater(span, 0), span, 1));
  return op.subtract(value, op.multiply(op.subtract(value, x), op.minimum(factor, fullest)));
}

/** The hue turned by a part of a full turn; value and saturation stay. */
export function turned(op: Ops, x: TensorNode, turn: TensorNode): TensorNode {
  const { value, span } = extremes(op, x);
  const shape = x.shape.slice(0, 3);
  const colour = (i: number): TensorNode => op.slice(x, [0, 0, 0, i], [...shape, 1]);
  const [red, green, blue] = [colour(0), colour(1), colour(2)];
  const safe = op.multiply(op.select(op.greater(span, 0), span, 1), 6);
  const from = (a: TensorNode, b: TensorNode, third: number): TensorNode => op.add(op.divide(op.subtract(a, b), safe), third / 3); // prettier-ignore
  const notRed = op.select(op.equal(value, green), from(blue, red, 1), from(red, green, 2));
  const hue = op.select(op.equal(value, red), from(green, blue, 0), notRed);
  const sixth = op.multiply(op.modulo(op.add(hue, turn), 1), 6);
  const share = (y: TensorNode): TensorNode => op.minimum(op.maximum(y, 0), 1);
  const away = (at: number): TensorNode => op.abs(op.subtract(sixth, at));
  const parts = [op.subtract(away(3), 1), op.subtract(2, away(2)), op.subtract(2, away(4))].map(share);
  return op.subtract(value, op.multiply(span, op.subtract(1, op.concat(parts, 3))));
}

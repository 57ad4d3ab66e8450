/**
 * Images read at places between their pixels: what every layer that moves, turns or bends an image is made of.
 * Coordinates count pixels; gradients by the image flow through the reading.
 */
import { float, option } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { dim, multiply, subtract, ONE, type Dim } from '../../shapes/index.ts';

export const fillModes = ['reflect', 'wrap', 'constant', 'nearest'] as const;
export const interpolations = ['nearest', 'bilinear'] as const;

export interface Sampling {
  readonly interpolation: (typeof interpolations)[number];
  readonly fillMode: (typeof fillModes)[number] | 'mirror';
  readonly fillValue: number;
}

/** In the words of Keras. */
export const samplingParameters = {
  fillMode: option(fillModes, {
    doc: 'What lies outside of the image: `reflect` (d c b a | a b c d | d c b a), `wrap` (a b c d again), `nearest` (the edge) or `constant` (`fillValue`).',
    default: 'reflect',
  }),
  interpolation: option(interpolations, { doc: 'How pixels between pixels are made.', default: 'bilinear' }),
};
export const fillValueParameter = {
  fillValue: float({ doc: 'What lies outside with `fillMode: constant`.', default: 0 }),
};

/** A whole coordinate brought into 0 … size − 1. */
function folded(op: Ops, at: TensorNode, size: Dim, mode: Sampling['fillMode']): TensorNode {
  const length = op.dimension(size);
  const last = op.subtract(length, 1);
  const inside = (i: TensorNode): TensorNode => op.minimum(op.maximum(i, 0), last);
  if (mode === 'wrap') return op.modulo(at, length);
  if (mode === 'reflect') {
    const there = op.modulo(at, op.multiply(length, 2));
    return inside(op.minimum(there, op.subtract(op.subtract(op.multiply(length, 2), 1), there)));
  }
  if (mode === 'mirror') {
    // The edge is not repeated: d c b | a b c d | c b a. One pixel alone is its own mirror image.
    const there = op.modulo(at, op.maximum(op.multiply(last, 2), 1));
    return inside(op.minimum(there, op.subtract(op.multiply(last, 2), there)));
  }
  return inside(at);
}

/** The pixels of `image` `[n, h, w, c]` at whole coordinates `[n, h, w]`. */
function pixelsAt(op: Ops, image: TensorNode, y: TensorNode, x: TensorNode, { fillMode, fillValue }: Sampling): TensorNode {
  const [n, height, width, channels] = image.shape as readonly [Dim, Dim, Dim, Dim];
  const whole = (at: TensorNode, size: Dim): TensorNode => op.cast(folded(op, at, size, fillMode), 'int32');
  const count = (size: Dim): TensorNode => op.cast(op.dimension(size), 'int32');
  const firstRow = op.multiply(op.reshape(op.arange(n), [n, 1, 1]), count(height));
  const row = op.add(firstRow, whole(y, height));
  const place = op.add(op.multiply(row, count(width)), whole(x, width));
  const found = op.gather(op.reshape(image, [multiply(multiply(n, height), width), channels]), place);
  if (fillMode !== 'constant') return found;
  const within = (at: TensorNode, size: Dim): TensorNode =>
    op.and(op.greaterEqual(at, 0), op.lessEqual(at, op.dimension(subtract(size, ONE))));
  const isThere = op.and(within(y, height), within(x, width));
  return op.select(op.reshape(isThere, [...place.shape, 1]), found, fillValue);
} // prettier-ignore

/** `image` `[n, h, w, c]` read at the coordinates y and x, each `[n, h, w]`. */
export function sampled(op: Ops, image: TensorNode, y: TensorNode, x: TensorNode, sampling: Sampling): TensorNode {
  const at = (row: TensorNode, column: TensorNode): TensorNode => pixelsAt(op, image, row, column, sampling);
  if (sampling.interpolation === 'nearest') return at(op.floor(op.add(y, 0.5)), op.floor(op.add(x, 0.5)));
  const [top, left] = [op.floor(y), op.floor(x)];
  const [bottom, right] = [op.add(top, 1), op.add(left, 1)];
  const part = (whole: TensorNode, low: TensorNode): TensorNode =>
    op.reshape(op.subtract(whole, low), [...whole.shape, 1]);
  const [down, along] = [part(y, top), part(x, left)];
  const mixed = (a: TensorNode, b: TensorNode, t: TensorNode): TensorNode => op.add(a, op.multiply(op.subtract(b, a), t));
  return mixed(mixed(at(top, left), at(top, right), along), mixed(at(bottom, left), at(bottom, right), along), down);
} // prettier-ignore

/** The coordinates of an image's own pixels, y `[1, h, 1]` and x `[1, 1, w]`. */
export function gridOf(op: Ops, image: TensorNode): { readonly y: TensorNode; readonly x: TensorNode } {
  const [, height, width] = image.shape as readonly [Dim, Dim, Dim, Dim];
  const counted = (size: Dim): TensorNode => op.cast(op.arange(size), 'float32');
  return { y: op.reshape(counted(height), [1, height, 1]), x: op.reshape(counted(width), [1, 1, width]) };
}

/** The whole image's coordinates, `[n, h, w]`, of something that broadcasts to them. */
export function spread(op: Ops, image: TensorNode, at: TensorNode): TensorNode {
  const [n, height, width] = image.shape as readonly [Dim, Dim, Dim, Dim];
  return op.broadcastTo(at, [n, height, width]);
}

/** A number for each example, `[n, 1, 1]`, or one for all. */
type PerExample = TensorNode | number;

/** Where each pixel comes from: $x_{in} = a_0 x + a_1 y + a_2$, $y_{in} = b_0 x + b_1 y + b_2$. */
export interface Affine {
  readonly a: readonly [PerExample, PerExample, PerExample];
  readonly b: readonly [PerExample, PerExample, PerExample];
}

export function transformed(op: Ops, image: TensorNode, { a, b }: Affine, sampling: Sampling): TensorNode {
  const grid = gridOf(op, image);
  const term = (factor: PerExample, at: TensorNode): TensorNode | undefined => {
    if (factor === 0) return undefined;
    return factor === 1 ? at : op.multiply(at, factor);
  };
  const place = ([onX, onY, offset]: Affine['a']): TensorNode => {
    const terms = [term(onX, grid.x), term(onY, grid.y)].filter((t) => t !== undefined);
    const sum = terms.length === 0 ? op.scalar(0) : terms.reduce((s, t) => op.add(s, t));
    return spread(op, image, offset === 0 ? sum : op.add(sum, offset));
  };
  return sampled(op, image, place(b), place(a), sampling);
}

/** `[n, 1, 1, 1]` as `[n, 1, 1]`. */
export const perImage = (op: Ops, drawn: TensorNode): TensorNode => op.reshape(drawn, [drawn.shape[0]!, 1, 1]);

/** $(size - 1) \cdot share$ as a scalar. */
export const partOf = (op: Ops, size: Dim, share: number): TensorNode =>
  op.multiply(op.dimension(subtract(size, dim(1))), share);

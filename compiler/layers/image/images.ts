/** What the layers over images share: their rule, their draws, one for each example, and ranges of pixel values. */
import type { LowerContext } from '../../definitions/define-layer.ts';
import type { Need } from '../../definitions/need.ts';
import { factor, pair, type Parameter } from '../../definitions/parameters.ts';
import { convert } from '../../definitions/promotion.ts';
import type { TensorType } from '../../definitions/types.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops, Size } from '../../ops/ops.ts';
import { dim, type Dim } from '../../shapes/index.ts';
import { spatialSizes } from '../spatial.ts';

/** `[height, width, channels]` of numbers; undefined where that is refuted. Pixels that are whole become float32. */
export const imageSizes = (input: TensorType, need: Need): readonly Dim[] | undefined =>
  spatialSizes(input, 2, need, ['float32', 'int32']);

/** As `imageSizes`, with three channels: red, green, blue. */
export function colourSizes(input: TensorType, need: Need): readonly Dim[] | undefined {
  const sizes = imageSizes(input, need);
  if (!sizes) return undefined;
  const context = { what: 'channels', left: { input, axis: 2 } };
  return need.equal(sizes[2]!, dim(3), context) ? sizes : undefined;
}

export const pixels = ({ op, x }: Pick<LowerContext<unknown>, 'op' | 'x'>): TensorNode => convert(op, x, 'float32');

type Draw = Pick<LowerContext<unknown>, 'op' | 'x' | 'random'>;

/** A number for each example, `[n, 1, 1, 1]`, evenly from low to high. */
export function drawn({ op, x, random }: Draw, [low, high]: readonly [number, number]): TensorNode {
  const shape = [x.shape[0]!, 1, 1, 1];
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a tensor, and a number
  if (low === high) return op.fill(shape, low);
  return op.add(op.multiply(op.randomUniform(shape, random()), high - low), low);
}

/** Whether something happens to an example: `[n, 1, 1, 1]`, with a probability drawn from the range. */
export function happens(draw: Draw, probability: readonly [number, number]): TensorNode {
  const { op } = draw;
  return op.less(op.randomUniform([draw.x.shape[0]!, 1, 1, 1], draw.random()), drawn(draw, probability));
}

/** 1 or −1 for each example. */
export function signs({ op, x, random }: Draw, shape: readonly Size[] = [x.shape[0]!, 1, 1, 1]): TensorNode {
  const negative = op.greater(op.randomUniform(shape, random()), 0.5);
  return op.subtract(1, op.multiply(op.cast(negative, 'float32'), 2));
}

/** A factor as a range: one number stands for −f to f, cut off at `least`. */
export function rangeOf(values: readonly number[], least = -Infinity): readonly [number, number] {
  const [first = 0, second = first] = values;
  if (values.length === 1) return [Math.max(-Math.abs(first), least), Math.abs(first)];
  return first <= second ? [first, second] : [second, first];
}

/** A factor as a range: one number stands for 0 to f. */
export const upTo = (values: readonly number[]): readonly [number, number] =>
  rangeOf(values.length === 1 ? [0, values[0]!] : values);

/** The least and the largest value that a pixel may have. */
export const valueRange = (): Parameter<readonly number[]> =>
  pair({ doc: 'The least and the largest value that a pixel may have.', default: [0, 255] });

export const sorted = (values: readonly number[]): readonly [number, number] => [
  Math.min(...values),
  Math.max(...values),
];

export const clipped = (op: Ops, x: TensorNode, values: readonly number[]): TensorNode => {
  const [low, high] = sorted(values);
  return op.minimum(op.maximum(x, low), high);
};

/** Values of one range brought into another. */
export function rescaled(op: Ops, x: TensorNode, from: readonly number[], to: readonly number[]): TensorNode {
  const [low, high] = sorted(from);
  const [bottom, top] = sorted(to);
  if (low === bottom && high === top) return x;
  const scale = (top - bottom) / (high - low);
  return op.add(op.multiply(op.subtract(x, low), scale), bottom);
}

/** How likely it is that an example is changed. */
export const likelihood = (standard: number): Parameter<readonly number[]> =>
  factor({ doc: 'How likely an example is changed: one number p, for a probability from 0 to p, or a pair.', default: [standard], min: 0, max: 1 }); // prettier-ignore

/** Weights by which red, green and blue make grey (ITU-R BT.601). */
const GREY = [0.2989, 0.587, 0.114];

/** `[n, h, w, 3]` → `[n, h, w, 1]`. */
export const greyOf = (op: Ops, x: TensorNode): TensorNode =>
  op.sum(op.multiply(x, op.constant(GREY, [1, 1, 1, 3])), [3], true);

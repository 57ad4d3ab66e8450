/**
 * The gradients of a depthwise convolution as ops: by the input, the depthwise convolution of the gradient with the
 * turned filter; by the filter, one sum of products for each of its taps. tfjs's own kernels for them do not exist on
 * wasm, and nowhere for dilations.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { Attributes, TensorNode } from '../graph/tensor-graph.ts';
import { add, asNumber, dim, multiply, subtract, ZERO, type Dim } from '../shapes/index.ts';
import { readConvolution } from './attributes.ts';
import type { Ops } from './ops.ts';
import { effectiveSize, explicitPadding, product } from './shape-rules.ts';
import { dilate } from './slicing.ts';

type Pair = readonly [Dim, Dim];

interface Windows {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** How far a window reaches, and rows added before and after, per spatial axis. */
  readonly reach: readonly Dim[];
  readonly added: readonly Pair[];
}

function windowsOf(attributes: Attributes, input: readonly Dim[], filter: readonly Dim[]): Windows {
  const { strides, dilations, padding } = readConvolution(attributes);
  const reach = [0, 1].map((axis) => effectiveSize(filter[axis]!, dilations[axis]!));
  const added = [0, 1].map((axis) => explicitPadding(input[1 + axis]!, reach[axis]!, strides[axis]!, padding, axis));
  return { strides, dilations, reach, added };
}

/** The filter turned round in height and width, every channel of dy a channel of its own. */
function turnedFilter(op: Ops, filter: TensorNode): TensorNode {
  const [kh, kw, channels, multiplier] = filter.shape as readonly [Dim, Dim, Dim, Dim];
  const flat = op.reshape(filter, [multiply(kh, kw), multiply(channels, multiplier)]);
  const turned = asNumber(multiply(kh, kw)) === 1 ? flat : op.reverse(flat, [0]);
  return op.reshape(turned, [kh, kw, multiply(channels, multiplier), 1]);
}

export function depthwiseInputGradient(
  op: Ops,
  dy: TensorNode,
  filter: TensorNode,
  shape: readonly Dim[],
  attributes: Attributes,
): TensorNode {
  const w = windowsOf(attributes, shape, filter.shape);
  // Windows that lie in padding entirely would need a negative padding here: then the padded input, and cut.
  const within = w.added.every((pair, axis) =>
    pair.every((p) => (asNumber(subtract(subtract(w.reach[axis]!, p), dim(1))) ?? 0) >= 0),
  );
  const added = within ? w.added : w.added.map((): Pair => [ZERO, ZERO]);
  const wanted = [0, 1].map((axis) => (within ? shape[1 + axis]! : add(shape[1 + axis]!, add(...w.added[axis]!))));
  const spread = dilate(op, dy, [1, ...w.strides, 1]);
  const padding = wanted.map((size, axis): Pair => {
    const before = subtract(subtract(w.reach[axis]!, dim(1)), added[axis]![0]);
    return [before, add(subtract(size, spread.shape[1 + axis]!), added[axis]![0])];
  });
  const turned = op.depthwiseConv2d(spread, turnedFilter(op, filter), { strides: [1, 1], dilations: w.dilations, padding }); // prettier-ignore
  const multiplier = filter.shape[3]!;
  const rows = [shape[0]!, ...wanted];
  const dx = asNumber(multiplier) === 1 ? turned : op.sum(op.reshape(turned, [...rows, shape[3]!, multiplier]), [4]);
  const [top, left] = within ? [ZERO, ZERO] : w.added.map(([before]) => before);
  return op.slice(op.reshape(dx, [...rows, shape[3]!]), [0, top!, left!, 0], shape);
}

/** Every `stride`-th row of an axis from each of the first ones on: phase p holds rows p, p + stride, … */
function phases(op: Ops, x: TensorNode, axis: number, stride: number, count: Dim, wanted: number): readonly TensorNode[] {
  const along = (size: Dim): readonly Dim[] => x.shape.map((s, i) => (i === axis ? size : s));
  const start = x.shape.map(() => 0);
  if (stride === 1) return [op.slice(x, start, along(count))];
  const longer = op.pad(x, x.shape.map((_, i) => [0, i === axis ? stride - 1 : 0] as const)); // prettier-ignore
  const whole = op.slice(longer, start, along(multiply(count, dim(stride))));
  const rows = multiply(product(x.shape.slice(0, axis)), count);
  const inner = product(x.shape.slice(axis + 1));
  const folded = op.reshape(whole, [rows, stride, inner]);
  return Array.from({ length: Math.min(stride, wanted) }, (_, p) =>
    op.reshape(op.slice(folded, [0, p, 0], [rows, 1, inner]), along(count)),
  );
} // prettier-ignore

const numberOf = (size: Dim): number => asNumber(size) ?? bug('a depthwise filter of open size');

export function depthwiseFilterGradient(
  op: Ops,
  x: TensorNode,
  dy: TensorNode,
  filter: readonly Dim[],
  attributes: Attributes,
): TensorNode {
  const w = windowsOf(attributes, x.shape, filter);
  const [kh, kw, multiplier] = [numberOf(filter[0]!), numberOf(filter[1]!), filter[3]!];
  const [n, oh, ow] = dy.shape as readonly [Dim, Dim, Dim];
  const channels = x.shape[3]!;
  const count = [oh, ow].map((out, axis) => add(out, dim(Math.floor((numberOf(w.reach[axis]!) - 1) / w.strides[axis]!)))); // prettier-ignore
  const padded = op.pad(x, [[0, 0], ...w.added, [0, 0]]);
  const byPhase = phases(op, padded, 1, w.strides[0]!, count[0]!, kh).map((rows) =>
    phases(op, rows, 2, w.strides[1]!, count[1]!, kw),
  );
  const single = asNumber(multiplier) === 1;
  const weighted = single ? dy : op.reshape(dy, [n, oh, ow, channels, multiplier]);
  const taps = Array.from({ length: kh * kw }, (_, tap) => {
    const offsets = [Math.floor(tap / kw) * w.dilations[0]!, (tap % kw) * w.dilations[1]!];
    const [a, b] = offsets.map((offset, axis) => offset % w.strides[axis]!);
    const shift = offsets.map((offset, axis) => Math.floor(offset / w.strides[axis]!));
    const seen = op.slice(byPhase[a!]![b!]!, [0, ...shift, 0], [n, oh, ow, channels]);
    const products = op.multiply(single ? seen : op.reshape(seen, [n, oh, ow, channels, 1]), weighted);
    return op.reshape(op.sum(products, [0, 1, 2]), [1, multiply(channels, multiplier)]);
  });
  return op.reshape(op.concat(taps, 0), filter);
}

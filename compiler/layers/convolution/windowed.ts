/**
 * Convolutions over one, two or three spatial axes, made of 2-D ones: steps are an image of height 1; in a volume the
 * taps along the depth become channels of one 2-D convolution, so that its gradients are those of 2-D convolutions too
 * (tfjs's own for volumes are wrong on wasm).
 */
import type { PaddingValue } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { toDim } from '../../ops/attributes.ts';
import type { ConvolutionAttributes, Ops, Padding } from '../../ops/ops.ts';
import { effectiveSize, explicitPadding, product, windowCount } from '../../ops/shape-rules.ts';
import { dilate } from '../../ops/slicing.ts';
import { dim, divide, multiply, type Dim } from '../../shapes/index.ts';
import { numbers, opPadding } from '../windows.ts';

/** One entry for each spatial axis. */
export interface Convolving {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
}

export interface ConvolutionParameters {
  readonly kernelSize: readonly Dim[];
  readonly strides: readonly Dim[];
  readonly padding: PaddingValue;
  readonly dilationRate: readonly Dim[];
}

export const convolving = (p: ConvolutionParameters): Convolving => ({
  sizes: numbers(p.kernelSize),
  strides: numbers(p.strides),
  dilations: numbers(p.dilationRate),
  padding: opPadding({ sizes: p.kernelSize, strides: p.strides, padding: p.padding, dilations: p.dilationRate }),
});

/** The attributes of the 2-D convolution over the last two axes; steps get a height of 1 before them. */
function flatAttributes({ strides, dilations, padding }: Omit<Convolving, 'sizes'>): ConvolutionAttributes {
  const last = <T>(list: readonly T[], before: T): readonly T[] => (list.length === 1 ? [before, list[0]!] : list.slice(-2));
  return {
    strides: last(strides, 1),
    dilations: last(dilations, 1),
    padding: typeof padding === 'string' ? padding : last<readonly [Dim | number, Dim | number]>(padding, [0, 0]),
  };
} // prettier-ignore

/** `[n, steps, c]` as images of height 1, and a kernel as theirs. */
const asImage = (op: Ops, x: TensorNode): TensorNode => op.reshape(x, [x.shape[0]!, 1, ...x.shape.slice(1)]);
const asImageKernel = (op: Ops, kernel: TensorNode): TensorNode => op.reshape(kernel, [1, ...kernel.shape]);
const asSteps = (op: Ops, x: TensorNode): TensorNode => op.reshape(x, [x.shape[0]!, ...x.shape.slice(2)]);

/** `[kd, kh, kw, a, b]` with its depth among the channels a: `[kh, kw, kd · a, b]`. */
function flatKernel(op: Ops, kernel: TensorNode): TensorNode {
  const [kd, kh, kw, a, b] = kernel.shape as readonly [Dim, Dim, Dim, Dim, Dim];
  return op.reshape(op.transpose(kernel, [1, 2, 0, 3, 4]), [kh, kw, multiply(kd, a), b]);
}

/** For each tap along the depth the slices that it sees, as images `[n · od, h, w, c]`, and od. */
function depthTaps(op: Ops, x: TensorNode, w: Convolving): { readonly taps: readonly TensorNode[]; readonly count: Dim } {
  const [n, depth, ...image] = x.shape as readonly [Dim, Dim, ...Dim[]];
  const [size, stride, dilation] = [w.sizes[0]!, w.strides[0]!, w.dilations[0]!];
  const padding = typeof w.padding === 'string' ? w.padding : w.padding.map(([a, b]) => [toDim(a), toDim(b)] as const);
  const reach = effectiveSize(dim(size), dilation);
  const count = windowCount(depth, reach, stride, padding, 0);
  const inner = image.reduce(multiply);
  const added = explicitPadding(depth, reach, stride, padding, 0);
  const padded = op.pad(op.reshape(x, [n, depth, inner]), [[0, 0], added, [0, 0]]);
  const taps = Array.from({ length: size }, (_, tap) => {
    const seen = op.stridedSlice(padded, [0, tap * dilation, 0], [n, count, inner], [1, stride, 1]);
    return op.reshape(seen, [multiply(n, count), ...image]);
  });
  return { taps, count };
} // prettier-ignore

function convolvedVolume(op: Ops, x: TensorNode, kernel: TensorNode, w: Convolving): TensorNode {
  const { taps, count } = depthTaps(op, x, w);
  const y = op.conv2d(op.concat(taps, 3), flatKernel(op, kernel), flatAttributes(w));
  return op.reshape(y, [x.shape[0]!, count, ...y.shape.slice(1)]);
}

/** x `[n, …spatial, c]`, kernel `[…sizes, c, filters]`. */
function convolvedOnce(op: Ops, x: TensorNode, kernel: TensorNode, w: Convolving): TensorNode {
  if (w.sizes.length === 3) return convolvedVolume(op, x, kernel, w);
  if (w.sizes.length === 2) return op.conv2d(x, kernel, flatAttributes(w));
  return asSteps(op, op.conv2d(asImage(op, x), asImageKernel(op, kernel), flatAttributes(w)));
}

/** The part of the last axis that belongs to one of several equal groups. */
function group(op: Ops, x: TensorNode, index: number, groups: number): TensorNode {
  const size = divide(x.shape.at(-1)!, dim(groups));
  const begin = x.shape.map((_, i) => (i === x.shape.length - 1 ? multiply(dim(index), size) : 0));
  return op.slice(x, begin, [...x.shape.slice(0, -1), size]);
}

/** Each group of filters sees its own group of channels: kernel `[…sizes, c / groups, filters]`. */
export function convolved(op: Ops, x: TensorNode, kernel: TensorNode, w: Convolving, groups = 1): TensorNode {
  if (groups === 1) return convolvedOnce(op, x, kernel, w);
  const isDepthwise = x.shape.at(-1)!.key === dim(groups).key && w.sizes.length < 3;
  if (isDepthwise) {
    const multiplier = divide(kernel.shape.at(-1)!, dim(groups));
    return depthwiseConvolved(op, x, op.reshape(kernel, [...kernel.shape.slice(0, -2), groups, multiplier]), w);
  }
  const parts = Array.from({ length: groups }, (_, i) =>
    convolvedOnce(op, group(op, x, i, groups), group(op, kernel, i, groups), w),
  );
  return op.concat(parts, x.shape.length - 1);
}

/** Over steps or images; kernel `[…sizes, c, multiplier]`, result `[…, c · multiplier]`. */
export function depthwiseConvolved(op: Ops, x: TensorNode, kernel: TensorNode, w: Convolving): TensorNode {
  if (w.sizes.length === 2) return op.depthwiseConv2d(x, kernel, flatAttributes(w));
  return asSteps(op, op.depthwiseConv2d(asImage(op, x), asImageKernel(op, kernel), flatAttributes(w)));
}

/** Along one axis of a transposed convolution of n positions. */
export interface TransposedAxis {
  readonly stride: number;
  readonly dilation: number;
  readonly reach: number;
  /** The result has (n − 1) · stride + extent positions … */
  readonly extent: number;
  /** … the first of which is this one of what the windows write. */
  readonly before: number;
}

/** Positions after the last window's that are cut off; where the result goes on instead, none. */
const cutAfter = ({ reach, extent, before }: TransposedAxis): number => Math.max(0, reach - extent - before);

const transposedAttributes = (axes: readonly TransposedAxis[]): ConvolutionAttributes =>
  flatAttributes({
    strides: axes.map((axis) => axis.stride),
    dilations: axes.map((axis) => axis.dilation),
    padding: axes.map((axis) => [axis.before, cutAfter(axis)] as const),
  });

/** Each tap's images, apart by the stride along the depth, added where they overlap. `images` holds the taps as channels. */
function overlapped(op: Ops, images: TensorNode, axis: TransposedAxis, output: readonly Dim[]): TensorNode {
  const [n, depth, ...image] = output as readonly [Dim, Dim, ...Dim[]];
  const [inner, filters] = [image.reduce(multiply), image.at(-1)!];
  const before = product(images.shape.slice(0, 3));
  const rows = op.reshape(images, [before, images.shape[3]!]);
  const positions = divide(images.shape[0]!, n);
  const { stride, dilation, reach, extent } = axis;
  const whole = Math.max(reach, axis.before + extent);
  const placed = Array.from({ length: Math.floor((reach - 1) / dilation) + 1 }, (_, tap) => {
    const own = op.slice(rows, [0, multiply(filters, dim(tap))], [before, filters]);
    const apart = dilate(op, op.reshape(own, [n, positions, inner]), [1, stride, 1]);
    return op.pad(apart, [[0, 0], [tap * dilation, whole - 1 - tap * dilation], [0, 0]]);
  });
  const sum = placed.reduce((a, b) => op.add(a, b));
  return op.reshape(op.slice(sum, [0, axis.before, 0], [n, depth, inner]), output);
} // prettier-ignore

/** The adjoint of `convolved`: x `[n, …spatial, c]`, kernel `[…sizes, filters, c]`, result of shape `output`. */
export function transposedConvolved(op: Ops, x: TensorNode, kernel: TensorNode, axes: readonly TransposedAxis[], output: readonly Dim[]): TensorNode {
  const attributes = transposedAttributes(axes);
  if (axes.length === 2) return op.conv2dInputGradient(x, kernel, { ...attributes, inputShape: output });
  const [n, first, ...image] = output as readonly [Dim, Dim, ...Dim[]];
  if (axes.length === 1) {
    const inputShape = [n, 1, first, ...image];
    return asSteps(op, op.conv2dInputGradient(asImage(op, x), asImageKernel(op, kernel), { ...attributes, inputShape }));
  }
  const flat = op.reshape(x, [multiply(n, x.shape[1]!), ...x.shape.slice(2)]);
  const filter = flatKernel(op, kernel);
  const inputShape = [flat.shape[0]!, ...image.slice(0, 2), filter.shape[2]!];
  return overlapped(op, op.conv2dInputGradient(flat, filter, { ...attributes, inputShape }), axes[0]!, output);
} // prettier-ignore

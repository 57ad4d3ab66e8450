/**
 * Convolution gradients as forward convolutions and matrix products, which every backend has and does right and fast.
 *
 * Measured on wasm (batch 64): by the filter of 3×3×32×64 over 13×13, 15 ms, where there is no kernel at all; by the
 * input 14 ms, where `Conv2DBackpropInput` takes 126; by the filter of 3×3×1×32 over 28×28 as patches 2 ms, as a
 * dilated convolution 8.
 */
import { bug } from '../../diagnostics/diagnostic.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { readConvolution, sizesOf, type CanonicalPadding } from '../../ops/attributes.ts';
import { dilate } from '../../ops/slicing.ts';
import { effectiveSize, explicitPadding, isOne, product } from '../../ops/shape-rules.ts';
import { ruleFor, type Rule } from '../../optimise/rewrite.ts';
import { inputGradientByPhases } from './convolution-phases.ts';
import { add, asNumber, multiply, ONE, subtract, ZERO, type Dim } from '../../shapes/index.ts';

type Pair = readonly [Dim, Dim];

interface Windows {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: CanonicalPadding;
  /** How far a window reaches, per spatial axis. */
  readonly reach: readonly Dim[];
  /** Rows added before and after, per spatial axis. */
  readonly added: readonly Pair[];
}

function windowsOf(node: TensorNode, spatial: readonly Dim[], filter: readonly Dim[]): Windows {
  const attributes = readConvolution(node.attributes);
  const { strides, dilations, padding } = attributes;
  const reach = [0, 1].map((axis) => effectiveSize(filter[axis]!, dilations[axis]!));
  const added = [0, 1].map((axis) => explicitPadding(spatial[axis]!, reach[axis]!, strides[axis]!, padding, axis));
  return { ...attributes, reach, added };
}

const spatialOf = (x: readonly Dim[]): readonly Dim[] => x.slice(1, 3);

/** Up to this many taps × channels, patches by an identity filter and one matMul beat the dilated convolution. */
const fewTaps = 32;

const isPointwise = (filter: readonly Dim[], { strides, added }: Windows): boolean =>
  filter.slice(0, 2).every(isOne) && strides.every((s) => s === 1) && added.flat().every((p) => asNumber(p) === 0);

/** Every window of x as a row: `[windows, kh · kw · cIn]`, in the filter's order. */
function patches(op: GraphBuilder, x: TensorNode, filter: readonly Dim[], windows: Windows): TensorNode {
  if (isPointwise(filter, windows)) return op.reshape(x, [product(x.shape.slice(0, 3)), x.shape[3]!]);
  const taps = product(filter.slice(0, 3));
  const identity = op.reshape(op.oneHot(op.arange(taps), taps), [...filter.slice(0, 3), taps]);
  const { strides, dilations, padding } = windows;
  const cut = op.conv2d(x, identity, { strides, dilations, padding });
  return op.reshape(cut, [product(cut.shape.slice(0, 3)), taps]);
}

/**
 * patchesᵀ · dy, the windows being the axis summed over. The right operand is what a product has to repack, so it is
 * the narrower one.
 */
function filterGradientByPatches(
  op: GraphBuilder,
  x: TensorNode,
  dy: TensorNode,
  filter: readonly Dim[],
  w: Windows,
): TensorNode {
  const taps = patches(op, x, filter, w);
  const rows = op.reshape(dy, [product(dy.shape.slice(0, 3)), dy.shape[3]!]);
  const [width, outputs] = [asNumber(taps.shape[1]!), asNumber(rows.shape[1]!)];
  const narrowTaps = width !== undefined && outputs !== undefined && width < outputs;
  const flat = narrowTaps
    ? op.transpose(op.matMul(rows, taps, { transposeA: true }), [1, 0])
    : op.matMul(taps, rows, { transposeA: true });
  return op.reshape(flat, filter);
}

/**
 * dW[p, q, i, o] = Σ x[n, s·y + d·p, s·z + d·q, i] · dy[n, y, z, o]: a convolution in which channels are the batch, the
 * batch is the channels, dy is the filter, and strides and dilations have changed places.
 */
function filterGradientByConvolution(
  op: GraphBuilder,
  x: TensorNode,
  dy: TensorNode,
  filter: readonly Dim[],
  w: Windows,
): TensorNode {
  const image = op.transpose(op.pad(x, [[0, 0], ...w.added, [0, 0]]), [3, 1, 2, 0]);
  const moved = op.conv2d(image, op.transpose(dy, [1, 2, 0, 3]), {
    strides: w.dilations,
    dilations: w.strides,
    padding: 'valid',
  });
  // Rows that a stride left over at the end give taps that the filter does not have.
  const [kh, kw, cIn, cOut] = filter as readonly [Dim, Dim, Dim, Dim];
  return op.transpose(op.slice(moved, [0, 0, 0, 0], [cIn, kh, kw, cOut]), [1, 2, 0, 3]);
}

export const filterGradient: Rule = ruleFor(
  'conv2dFilterGradient(x, dy) → conv2d(xᵀ, dyᵀ) or patches(x)ᵀ · dy',
  'conv2dFilterGradient',
  ([x, dy], op, node) => {
    const filter = sizesOf(node.attributes, 'filterShape');
    const windows = windowsOf(node, spatialOf(x!.shape), filter);
    const taps = asNumber(product(filter.slice(0, 3)));
    const byPatches = isPointwise(filter, windows) || (taps !== undefined && taps <= fewTaps);
    return (byPatches ? filterGradientByPatches : filterGradientByConvolution)(op, x!, dy!, filter, windows);
  },
);

/** The filter turned round in height and width, with its channels exchanged. */
function turnedFilter(op: GraphBuilder, filter: TensorNode): TensorNode {
  const [kh, kw, cIn, cOut] = filter.shape as readonly [Dim, Dim, Dim, Dim];
  const taps = multiply(kh, kw);
  // Reversing both axes is reversing them as one, which is the faster kernel.
  const flat = op.reshape(filter, [taps, cIn, cOut]);
  const turned = isOne(taps) ? flat : op.reverse(flat, [0]);
  return op.reshape(op.transpose(turned, [0, 2, 1]), [kh, kw, cOut, cIn]);
}

/** Whether padding is nowhere wider than a window reaches over the edge; else windows lie in padding entirely. */
const isWithinReach = ({ padding, added, reach }: Windows): boolean =>
  typeof padding === 'string' ||
  added.every((pair, axis) => pair.every((p) => (asNumber(subtract(subtract(reach[axis]!, ONE), p)) ?? -1) >= 0));

/** dx as the convolution of dy, with zeros between its rows for strides, with the turned filter. */
function inputGradientByConvolution(
  op: GraphBuilder,
  dy: TensorNode,
  filter: TensorNode,
  shape: readonly Dim[],
  w: Windows,
): TensorNode {
  const exact = isWithinReach(w);
  const added = exact ? w.added : w.added.map((): Pair => [ZERO, ZERO]);
  // The whole padded input otherwise, from which the padding is cut.
  const wanted = spatialOf(shape).map((size, axis) => (exact ? size : add(size, add(...w.added[axis]!))));
  const spread = dilate(op, dy, [1, ...w.strides, 1]);
  const padding = wanted.map((size, axis): Pair => {
    const before = subtract(subtract(w.reach[axis]!, ONE), added[axis]![0]);
    return [before, add(subtract(size, spread.shape[1 + axis]!), added[axis]![0])];
  });
  const dx = op.conv2d(spread, turnedFilter(op, filter), { strides: [1, 1], dilations: w.dilations, padding });
  const [top, left] = exact ? [ZERO, ZERO] : w.added.map(([before]) => before);
  return op.slice(op.reshape(dx, [shape[0]!, ...wanted, shape[3]!]), [0, top!, left!, 0], shape);
}

export const inputGradient: Rule = ruleFor(
  'conv2dInputGradient(dy, filter) → conv2d(dy, turned filter), by phases of strides',
  'conv2dInputGradient',
  ([dy, filter], op, node) => {
    const shape = sizesOf(node.attributes, 'inputShape');
    if (shape.length !== 4) bug('conv2d wants four axes');
    const windows = windowsOf(node, spatialOf(shape), filter!.shape);
    const [kh, kw] = [asNumber(filter!.shape[0]!), asNumber(filter!.shape[1]!)];
    const [sh, sw] = windows.strides as readonly [number, number];
    const phased = Math.max(sh, sw) > 1 && windows.dilations.every((d) => d === 1);
    if (!phased || kh === undefined || kw === undefined)
      return inputGradientByConvolution(op, dy!, filter!, shape, windows);
    const before = [windows.added[0]![0], windows.added[1]![0]] as const;
    return inputGradientByPhases(op, dy!, filter!, { strides: [sh, sw], kernel: [kh, kw], before, shape });
  },
);

const explicitSameOf = (name: 'conv2d' | 'depthwiseConv2d'): Rule =>
  ruleFor(`${name}(x, same) → ${name}(pad(x), valid)`, name, ([x, filter], op, node) => {
    const { strides, dilations, padding } = readConvolution(node.attributes);
    if (padding !== 'same') return undefined;
    const windows = windowsOf(node, spatialOf(x!.shape), filter!.shape);
    const suspect = windows.reach.some((reach, axis) => {
      const known = asNumber(reach);
      return known === undefined || known < strides[axis]!;
    });
    if (!suspect) return undefined;
    return op[name](op.pad(x!, [[0, 0], ...windows.added, [0, 0]]), filter!, { strides, dilations, padding: 'valid' });
  });

/** wasm's `same` is wrong where a window reaches less far than its stride, for 1 × n kernels too. */
export const explicitSame = explicitSameOf('conv2d');
export const explicitSameDepthwise = explicitSameOf('depthwiseConv2d');

/**
 * Measured from 7×7×16 to 112×112×64. On cpu, where tfjs convolves one number at a time, 2 to 4.6 × as fast. On wasm
 * XNNPACK multiplies the same matrices either way, and takes as long; in training, where both are loops of ours, steps
 * take 1.04 to 1.15 × as long.
 */
export const pointwiseByProduct: Rule = ruleFor(
  'conv2d(x, 1 × 1) → reshape(matMul(x, w))',
  'conv2d',
  ([x, filter], op, node) => {
    if (!isPointwise(filter!.shape, windowsOf(node, spatialOf(x!.shape), filter!.shape))) return undefined;
    const [channels, filters] = filter!.shape.slice(2) as [Dim, Dim];
    const rows = op.reshape(x!, [product(x!.shape.slice(0, 3)), channels]);
    return op.reshape(op.matMul(rows, op.reshape(filter!, [channels, filters])), node.shape);
  },
);

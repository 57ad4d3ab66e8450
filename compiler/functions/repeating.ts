/** Functions that repeat or move elements along axes: `tile`, `repeatElements`, `broadcastTo`, `roll`, `pad`, `slice`. */
import { axisFromStart, axisPosition, completeSizes, sizeAt, sizesOf, withAxis } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { axis, float, int, option, optionalAxis, pads, sizes } from '../definitions/parameters.ts';
import { convert } from '../definitions/promotion.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { add, asInteger, dim, multiply, negate, ONE, rankOf, subtract, ZERO, type Dim } from '../shapes/index.ts';
import { piece } from './dividing.ts';

const page = '[Keras](https://keras.io/api/ops/numpy/)';

/** Each element of an axis `count` times, side by side; `position` counts all axes of the node. */
export function repeatAlong(op: Ops, x: TensorNode, position: number, count: Dim): TensorNode {
  const { shape } = x;
  const apart = op.reshape(x, [...shape.slice(0, position + 1), ONE, ...shape.slice(position + 1)]);
  const wide = op.broadcastTo(apart, [...shape.slice(0, position + 1), count, ...shape.slice(position + 1)]);
  return op.reshape(wide, withAxis(shape, position, multiply(shape[position]!, count)) as readonly Dim[]);
}

/** A whole axis `count` times, one after another. */
function tileAlong(op: Ops, x: TensorNode, position: number, count: Dim): TensorNode {
  if (asInteger(count) === 1) return x;
  const { shape } = x;
  const apart = op.reshape(x, [...shape.slice(0, position), ONE, ...shape.slice(position)]);
  const wide = op.broadcastTo(apart, [...shape.slice(0, position), count, ...shape.slice(position)]);
  return op.reshape(wide, withAxis(shape, position, multiply(shape[position]!, count)) as readonly Dim[]);
}

const tile = defineFunction({
  name: 'tile',
  summary: 'Puts a tensor beside itself, several times along each axis.',
  doc: `$y_i = x_{i \\bmod n}$ along each axis. \`tile(x, 2, 3)\` on two axes; fewer numbers count for the last axes, more make new ones. ${page}`,
  flow: 'moves',
  parameters: { repeats: sizes({ doc: 'How many times along each axis.' }) },
  shape: ({ input, parameters: p, need }) => {
    const positive = p.repeats.every((count) => (asInteger(count) ?? 1) >= 1);
    if (!need.argument(positive, 'repeats', 'have positive numbers')) return undefined;
    const own = sizesOf(input.shape);
    if (!own) return undefined;
    const rank = Math.max(own.length, p.repeats.length);
    const wide = [...Array.from({ length: rank - own.length }, () => ONE), ...own];
    const counts = [...Array.from({ length: rank - p.repeats.length }, () => ONE), ...p.repeats];
    return { dtype: input.dtype, shape: wide.map((size, i) => multiply(size, counts[i]!)) };
  },
  lower: ({ x, output, parameters: p, op }) => {
    const rank = output.shape.length;
    const missing = rank - (x.shape.length - 1);
    let tiled = op.reshape(x, [x.shape[0]!, ...Array.from({ length: missing }, () => ONE), ...x.shape.slice(1)]);
    for (const [i, count] of p.repeats.entries()) tiled = tileAlong(op, tiled, 1 + rank - p.repeats.length + i, count);
    return tiled;
  },
  examples: [
    { source: 'tile(2)', input: ['n', 3], output: ['n', 6] },
    { source: 'tile(2, 1, 3)', input: [4, 3], output: [2, 4, 9] },
  ],
});

const repeatElements = defineFunction({
  name: 'repeatElements',
  summary: 'Repeats each element along an axis.',
  doc: `$y_i = x_{\\lfloor i / r \\rfloor}$ along the axis: \`a b\` becomes \`a a b b\`. [Keras](https://keras.io/api/ops/numpy/#repeat-function)`,
  flow: 'moves',
  parameters: {
    repeats: int({ doc: 'How many times.', min: 1 }),
    axis: axis({ doc: 'The axis along which to repeat.', default: -1 }),
  },
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1)) return undefined;
    const at = axisPosition(p.axis, input.shape, need, { argument: 'axis' });
    const size = at === undefined ? undefined : sizeAt(input.shape, at);
    if (at === undefined || !size) return undefined;
    return { dtype: input.dtype, shape: withAxis(input.shape, at, multiply(size, p.repeats)) };
  },
  lower: ({ x, parameters: p, op }) => repeatAlong(op, x, 1 + axisFromStart(p.axis, x.shape.length - 1), p.repeats),
  examples: [{ source: 'repeatElements(3, axis: 0)', input: ['n', 2], output: ['3 * n', 2] }],
});

const broadcastTo = defineFunction({
  name: 'broadcastTo',
  summary: 'Stretches a tensor to a shape.',
  doc: `$y_{i j …} = x_{j …}$, and $x_0$ for every $i$ along an axis of size 1. Axes of size 1 stretch, and axes are added in front. ${page}`,
  flow: 'moves',
  parameters: { shape: sizes({ doc: 'The new sizes of an example.' }) },
  shape: ({ input, parameters: p, need }) => {
    const positive = p.shape.every((size) => (asInteger(size) ?? 1) >= 1);
    if (!need.argument(positive, 'shape', 'have positive sizes')) return undefined;
    const own = sizesOf(input.shape);
    if (!own) return undefined;
    if (!need.argument(own.length <= p.shape.length, 'shape', `have at least ${own.length} sizes`)) return undefined;
    for (const [axis, size] of own.entries()) {
      const wanted = p.shape[p.shape.length - own.length + axis]!;
      const context = { what: 'sizes where nothing stretches', argument: 'shape', left: { input, axis } };
      if (asInteger(size) !== 1 && !need.equal(size, wanted, context)) return undefined;
    }
    return { dtype: input.dtype, shape: p.shape };
  },
  lower: ({ x, parameters: p, op }) => {
    const missing = p.shape.length - (x.shape.length - 1);
    const wide = op.reshape(x, [x.shape[0]!, ...Array.from({ length: missing }, () => ONE), ...x.shape.slice(1)]);
    return op.broadcastTo(wide, [x.shape[0]!, ...p.shape]);
  },
  examples: [{ source: 'broadcastTo(4, 3)', input: [3], output: [4, 3] }],
});

/** `shift` counts from −size to size. */
function rollAlong(op: Ops, x: TensorNode, position: number, shift: number): TensorNode {
  if (shift === 0) return x;
  const size = x.shape[position]!;
  const first = shift > 0 ? subtract(size, dim(shift)) : dim(-shift);
  const [front, back] = [piece(op, x, position, first, subtract(size, first)), piece(op, x, position, ZERO, first)];
  return op.concat([front, back], position);
}

const roll = defineFunction({
  name: 'roll',
  summary: 'Moves elements along an axis; what leaves at one end comes in at the other.',
  doc: `$y_i = x_{(i - \\mathrm{shift}) \\bmod n}$ along the axis. A positive \`shift\` moves towards the end. ${page}`,
  flow: 'moves',
  parameters: {
    shift: int({ doc: 'How far.' }),
    axis: optionalAxis({ doc: 'The axis; the whole example, flattened, unless given.' }),
  },
  shape: ({ input, parameters: p, need }) => {
    if (!need.known(p.shift, { what: 'places', argument: 'shift' })) return undefined;
    const shift = asInteger(p.shift);
    const at = p.axis === undefined ? undefined : axisPosition(p.axis, input.shape, need, { argument: 'axis' });
    if (shift === undefined || (p.axis !== undefined && at === undefined)) return undefined;
    const size = at === undefined ? undefined : sizeAt(input.shape, at);
    if (size && shift !== 0 && !need.fits(dim(Math.abs(shift)), size, { argument: 'shift', axis: at! }))
      return undefined;
    return { dtype: input.dtype, shape: input.shape };
  },
  lower: ({ x, parameters: p, op }) => {
    const shift = asInteger(p.shift)!;
    if (p.axis !== undefined) return rollAlong(op, x, 1 + axisFromStart(p.axis, x.shape.length - 1), shift);
    const flat = op.reshape(x, [x.shape[0]!, x.shape.slice(1).reduce(multiply, ONE)]);
    return op.reshape(rollAlong(op, flat, 1, shift), x.shape);
  },
  examples: [{ source: 'roll(2, axis: 0)', input: ['n', 3], output: ['n', 3] }],
});

type Mode = 'constant' | 'reflect' | 'symmetric' | 'edge';

/** What stands before or after an axis, made of the axis itself. */
function border(op: Ops, x: TensorNode, position: number, count: Dim, end: boolean, mode: Mode): TensorNode | undefined {
  if (asInteger(count) === 0) return undefined;
  const size = x.shape[position]!;
  if (mode === 'edge') {
    const last = piece(op, x, position, end ? subtract(size, ONE) : ZERO, ONE);
    return op.broadcastTo(last, withAxis(x.shape, position, count) as readonly Dim[]);
  }
  const skipped = mode === 'reflect' ? ONE : ZERO;
  const begin = end ? subtract(subtract(size, skipped), count) : skipped;
  return op.reverse(piece(op, x, position, begin, count), [position]);
} // prettier-ignore

function padAlong(op: Ops, x: TensorNode, position: number, [before, after]: readonly [Dim, Dim], mode: Mode): TensorNode {
  const parts = [border(op, x, position, before, false, mode), x, border(op, x, position, after, true, mode)];
  return op.concat(parts.filter((part) => part !== undefined), position);
} // prettier-ignore

const pairOf = (all: readonly (readonly [Dim, Dim])[], axis: number): readonly [Dim, Dim] =>
  all.length === 1 ? all[0]! : all[axis]!;

const pad = defineFunction({
  name: 'pad',
  summary: 'Adds elements before and after axes.',
  doc: `$y_{i + \\mathrm{before}} = x_i$: \`pad(x, 1)\` on every side, \`pad(x, (0, 2))\` on every axis, \`pad(x, ((1, 1), (0, 2)))\` for each axis. \`reflect\` mirrors without the edge, \`symmetric\` with it, \`edge\` repeats it. ${page}`,
  flow: 'moves',
  parameters: {
    padWidth: pads({ doc: 'Elements before and after.' }),
    mode: option(['constant', 'reflect', 'symmetric', 'edge'], { doc: 'What is added.', default: 'constant' }),
    constantValues: float({ doc: 'The number that is added with `constant`.', default: 0 }),
  },
  shape: ({ input, parameters: p, need }) => {
    const own = sizesOf(input.shape);
    if (!own) return undefined;
    const count = p.padWidth.length;
    if (!need.argument(count === 1 || count === own.length, 'padWidth', `be a number, a pair, or a pair for each of the ${own.length} axes`)) return undefined; // prettier-ignore
    for (const [axis, size] of own.entries()) {
      const room = p.mode === 'reflect' ? subtract(size, ONE) : size;
      const mirrored = p.mode === 'reflect' || p.mode === 'symmetric';
      for (const side of mirrored ? pairOf(p.padWidth, axis) : [])
        if (asInteger(side) !== 0 && !need.fits(side, room, { argument: 'padWidth', axis })) return undefined;
    }
    const shape = own.map((size, axis) => pairOf(p.padWidth, axis).reduce(add, size));
    return { dtype: p.mode === 'constant' && !Number.isInteger(p.constantValues) ? 'float32' : input.dtype, shape };
  },
  lower: ({ x, output, parameters: p, op }) => {
    const pairs = x.shape.slice(1).map((_, axis) => pairOf(p.padWidth, axis));
    if (p.mode === 'constant') return op.pad(convert(op, x, output.dtype), [[ZERO, ZERO], ...pairs], p.constantValues);
    return pairs.reduce((padded, pair, axis) => padAlong(op, padded, axis + 1, pair, p.mode), x);
  },
  examples: [
    { source: 'pad(1)', input: ['n', 3], output: ['n + 2', 5] },
    { source: 'pad(((0, 2), (1, 1)), mode: reflect)', input: [4, 3], output: [6, 5] },
  ],
});

const slice = defineFunction({
  name: 'slice',
  summary: 'Takes a box out of a tensor.',
  doc: '$y_i = x_{i + \\mathrm{begin}}$ along each axis. As `x[a:b, c:d]`, by where it begins and how large it is; a size of −1 reaches to the end. [Keras](https://keras.io/api/ops/core/#slice-function)',
  flow: 'moves',
  parameters: {
    startIndices: sizes({ doc: 'Where it begins on each axis.' }),
    shape: sizes({ doc: 'Its size on each axis.' }),
  },
  shape: ({ input, parameters: p, need }) => {
    const rank = rankOf(input.shape);
    const own = sizesOf(input.shape);
    if (rank === undefined || !own) return undefined;
    const message = `have one number for each of the ${rank} axes`;
    if (!need.argument(p.startIndices.length === rank, 'startIndices', message)) return undefined;
    if (!need.argument(p.shape.length === rank, 'shape', message)) return undefined;
    const fromStart = p.startIndices.every((begin) => (asInteger(begin) ?? 0) >= 0);
    if (!need.argument(fromStart, 'startIndices', 'count from the start')) return undefined;
    const lengths = boxSizes(own, p.startIndices, p.shape);
    for (const [axis, size] of own.entries())
      if (!need.fits(add(p.startIndices[axis]!, lengths[axis]!), size, { argument: 'shape', axis })) return undefined;
    return { dtype: input.dtype, shape: lengths };
  },
  lower: ({ x, output, parameters: p, op }) =>
    op.slice(x, [ZERO, ...p.startIndices], [x.shape[0]!, ...completeSizes(output.shape)]),
  examples: [
    { source: 'slice((0, 1), (2, 2))', input: [4, 3], output: [2, 2] },
    { source: 'slice((0, 1), (-1, 2))', input: ['n', 3], output: ['n', 2] },
  ],
});

const boxSizes = (own: readonly Dim[], begin: readonly Dim[], shape: readonly Dim[]): readonly Dim[] =>
  shape.map((size, i) => (asInteger(size) === -1 ? add(own[i]!, negate(begin[i]!)) : size));

export const repeatingFunctions: readonly FunctionDefinition[] = [tile, repeatElements, broadcastTo, roll, pad, slice];

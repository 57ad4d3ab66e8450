/** `x[…]`, as the function `index` that only the checker calls, and `oneHot`. */
import { axisFromStart, completeSizes } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import type { Need } from '../definitions/need.ts';
import { axis, index as indexParameter, int, type IndexItem } from '../definitions/parameters.ts';
import type { TensorType } from '../definitions/types.ts';
import { add, ceilDivide, dim, isSpread, ONE, rankOf, subtract, ZERO, type Axis, type Dim } from '../shapes/index.ts'; // prettier-ignore

type AxisItem = Exclude<IndexItem, { readonly kind: 'ellipsis' }>;

/** `n - 1` counts from the start, `-n` and `-1` from the end. */
const isFromEnd = (at: Dim): boolean => at.terms.length > 0 && at.terms.every((term) => term.coefficient.p < 0n);
const fromStart = (at: Dim, size: Dim): Dim => (isFromEnd(at) ? add(size, at) : at);
const whole: AxisItem = { kind: 'slice', step: 1 };

/** One item for each axis: the ellipsis, and what is left at the end, take axes whole. */
function itemsByAxis(items: readonly IndexItem[], rank: number): readonly AxisItem[] {
  const at = items.findIndex((item) => item.kind === 'ellipsis');
  const given = items.filter((item): item is AxisItem => item.kind !== 'ellipsis');
  const left = Array.from({ length: rank - given.length }, () => whole);
  const before = at < 0 ? given.length : at;
  return [...given.slice(0, before), ...left, ...given.slice(before)];
}

/** Begin, number of elements and step on one axis. */
function range(item: AxisItem, size: Dim): { begin: Dim; count: Dim; end: Dim } {
  if (item.kind === 'integer') {
    const begin = fromStart(item.at, size);
    return { begin, count: ONE, end: add(begin, ONE) };
  }
  const begin = item.begin ? fromStart(item.begin, size) : ZERO;
  const end = item.end ? fromStart(item.end, size) : size;
  const length = subtract(end, begin);
  return { begin, end, count: item.step === 1 ? length : ceilDivide(length, dim(item.step)) };
}

function needRange(item: AxisItem, size: Dim, axis: number, need: Need): boolean {
  if (item.kind === 'integer') return need.index(item.at, size, { argument: 'items' });
  const { begin, end } = range(item, size);
  const context = { argument: 'items', axis };
  // A bound counted from the end must not pass the start.
  if (item.begin && isFromEnd(item.begin) && !need.fits(subtract(ZERO, item.begin), size, context)) return false;
  if (item.end && !isFromEnd(item.end) && !need.fits(end, size, context)) return false;
  return need.fits(add(begin, ONE), end, context);
}

function indexedShape(input: TensorType, items: readonly IndexItem[], need: Need): readonly Axis[] | undefined {
  const rank = rankOf(input.shape);
  const given = items.filter((item) => item.kind !== 'ellipsis').length;
  if (rank === undefined) return spreadShape(input, items, need);
  if (!need.rankAtLeast(input, given)) return undefined;
  const byAxis = itemsByAxis(items, rank);
  const shape: Axis[] = [];
  for (const [axis, item] of byAxis.entries()) {
    const size = input.shape[axis]!;
    if (isSpread(size)) return undefined;
    if (item !== whole && !needRange(item, size, axis, need)) return undefined;
    if (item.kind === 'slice') shape.push(range(item, size).count);
  }
  return shape;
}

/** Where a spread hides the rank, only items on its two sides can be placed. */
function spreadShape(input: TensorType, items: readonly IndexItem[], need: Need): readonly Axis[] | undefined {
  const at = input.shape.findIndex(isSpread);
  const ellipsis = items.findIndex((item) => item.kind === 'ellipsis');
  const before = ellipsis < 0 ? items.length : ellipsis;
  const after = ellipsis < 0 ? 0 : items.length - ellipsis - 1;
  if (before > at || after > input.shape.length - at - 1) return undefined;
  const byAxis = itemsByAxis(items, input.shape.length);
  const shape: Axis[] = [];
  for (const [axis, size] of input.shape.entries()) {
    const item = byAxis[axis]!;
    if (isSpread(size)) shape.push(size);
    else if (item === whole) shape.push(size);
    else if (!needRange(item, size, axis, need)) return undefined;
    else if (item.kind === 'slice') shape.push(range(item, size).count);
  }
  return shape;
}

/**
 * `x[0, 1:, ...]`. One item per axis from the left; an ellipsis stands for all that the others leave, and so does the
 * end of the list. Numbers may be symbolic; one with only negative terms (`-1`, `-n`) counts from the end.
 */
const index = defineFunction({
  name: 'index',
  internal: true,
  summary: 'Selects by position: `x[0]`, `x[:, -1]`, `x[..., 0:3]`, `x[::2]`.',
  doc: 'A number drops the axis, a slice `begin:end:step` keeps a part of it; both count per-example axes.',
  flow: 'moves',
  parameters: { items: indexParameter({ doc: 'One number or slice for each axis from the left.' }) },
  shape: ({ input, parameters: p, need }) => {
    const steps = p.items.every((item) => item.kind !== 'slice' || item.step >= 1);
    if (!need.argument(steps, 'items', 'have steps of at least 1 (`reverse` turns an axis round)')) return undefined;
    const single = p.items.filter((item) => item.kind === 'ellipsis').length <= 1;
    if (!need.argument(single, 'items', 'have at most one `...`')) return undefined;
    const shape = indexedShape(input, p.items, need);
    return shape && { dtype: input.dtype, shape };
  },
  lower: ({ x, output, parameters: p, op }) => {
    const sizes = x.shape.slice(1);
    const byAxis = itemsByAxis(p.items, sizes.length);
    const ranges = byAxis.map((item, axis) => range(item, sizes[axis]!));
    const begin = [ZERO, ...ranges.map((r) => r.begin)];
    const count = [x.shape[0]!, ...ranges.map((r) => r.count)];
    const steps = [1, ...byAxis.map((item) => (item.kind === 'slice' ? item.step : 1))];
    const part = op.stridedSlice(x, begin, count, steps);
    return op.reshape(part, [x.shape[0]!, ...completeSizes(output.shape)]);
  },
  examples: [],
});

const oneHot = defineFunction({
  name: 'oneHot',
  summary: 'A vector for each index, with a 1 at its place and 0 elsewhere.',
  doc: '$y_{… k} = [x_… = k]$. Indices outside give zeros only. [Keras](https://keras.io/api/ops/nn/#one_hot-function)',
  parameters: {
    numClasses: int({ doc: 'Size of the vectors.', min: 1 }),
    axis: axis({ doc: 'Where the new axis stands.', default: -1 }),
  },
  shape: ({ input, parameters: p, need }) => {
    if (!need.dtype(input, ['int32'])) return undefined;
    const rank = rankOf(input.shape);
    if (rank === undefined) return p.axis === -1 ? [...input.shape, p.numClasses] : undefined;
    const at = need.axis(p.axis, rank + 1, { argument: 'axis' });
    return at === undefined ? undefined : [...input.shape.slice(0, at), p.numClasses, ...input.shape.slice(at)];
  },
  lower: ({ x, parameters: p, op }) => {
    const hot = op.oneHot(x, p.numClasses);
    const last = hot.shape.length - 1;
    const at = 1 + axisFromStart(p.axis, last);
    const order = Array.from({ length: last }, (_, i) => i);
    return op.transpose(hot, [...order.slice(0, at), last, ...order.slice(at)]);
  },
  examples: [
    { source: 'oneHot(10)', input: { dtype: 'int32', shape: ['n'] }, output: ['n', 10] },
    { source: 'oneHot(10, axis: 0)', input: { dtype: 'int32', shape: ['n'] }, output: [10, 'n'] },
  ],
});

export const indexingFunctions: readonly FunctionDefinition[] = [index, oneHot];

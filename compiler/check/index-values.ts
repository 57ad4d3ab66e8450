/**
 * Which values an index tensor can hold: followed from inputs, numbers and `arange` through arithmetic, so that an
 * index that is surely out of range is an error, and the rest a requirement on the values of an input.
 */
import { shapeAxis } from '../diagnostics/catalogue/shapes.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import type { ApplyNode, GraphValue } from '../graph/model-graph.ts';
import { add, asNumber, atLeast, atMost, dim, display, elementCount, equals, isIntegral, isSpread, lessThan, maximum, minimum, multiply, negate, ONE, subtract, ZERO, type Dim } from '../shapes/index.ts'; // prettier-ignore
import { report, type BodyContext } from './context.ts';
import { holds } from './decide.ts';

/** The values of a part of a tensor. */
interface Values {
  /** All values lie between these, where they are known. */
  readonly low?: Dim | undefined;
  readonly high?: Dim | undefined;
  /** Both bounds are values that do occur. */
  readonly isExact: boolean;
  /** The values are `scale * tensor + offset` of an input or target. */
  readonly source?: { readonly tensor: string; readonly scale: number; readonly offset: number };
}

const nothing: readonly Values[] = [{ isExact: false }];

/** Index values must lie in [0, below). False where they surely do not (reported). */
export function requireIndices(
  ctx: BodyContext,
  value: GraphValue,
  below: Dim,
  callee: string,
  place: Place,
  blamed = place,
): boolean {
  // prettier-ignore
  for (const part of valuesOf(value, 0)) {
    const { low, high, source } = part;
    const outside = part.isExact ? !fitsAll(ctx, part, below, place) : missesAll(ctx, part, below);
    if (outside) {
      const data = { callee, low: low && display(low), high: high && display(high), below: display(below) };
      report(ctx, shapeAxis.values(data), blamed);
      return false;
    }
    const bound = asNumber(below);
    if (!source || bound === undefined) continue;
    const { from, below: end } = indicesOf(source, bound);
    if (from < end) ctx.assembler.requireValues({ tensor: source.tensor, ...(from === 0 ? {} : { from }), below: end, origin: place }); // prettier-ignore
  }
  return true;
}

/** Both bounds occur: they must be indices; what sizes leave open becomes a requirement. */
function fitsAll(ctx: BodyContext, { low, high }: Values, below: Dim, place: Place): boolean {
  return (!high || holds(ctx, atMost(add(high, ONE), below), place)) && (!low || holds(ctx, atLeast(low, ZERO), place));
}

/** Even the nearest value is no index. */
function missesAll(ctx: BodyContext, { low, high }: Values, below: Dim): boolean {
  const { facts } = ctx.assembler;
  if (low && facts.decide(lessThan(low, below)) === 'refuted') return true;
  return high !== undefined && facts.decide(atLeast(high, ZERO)) === 'refuted';
}

/** The values of the input, [from, below), that give an index. */
function indicesOf({ scale, offset }: NonNullable<Values['source']>, bound: number): { readonly from: number; readonly below: number } {
  const [first, last] = [-offset / scale, (bound - 1 - offset) / scale];
  // Adding 0 makes a whole number of -0.
  return { from: Math.ceil(Math.min(first, last)) + 0, below: Math.floor(Math.max(first, last)) + 1 };
} // prettier-ignore

/** Long chains are not followed to their end. */
const mostDeep = 64;

/** The parts of a tensor (`concat` has several), each with what is known of its values. */
function valuesOf(value: GraphValue, depth: number): readonly Values[] {
  const { node } = value;
  if (depth > mostDeep) return nothing;
  switch (node.kind) {
    case 'input':
    case 'target':
      return [{ isExact: false, source: { tensor: node.name, scale: 1, offset: 0 } }];
    case 'constant':
      return constantValues(node.values);
    case 'size':
      return isIntegral(node.size) ? [{ low: node.size, high: node.size, isExact: true }] : nothing;
    case 'apply':
      return node.definition.kind === 'function' ? functionValues(node, value, depth + 1) : throughLayer(node, value, depth + 1); // prettier-ignore
    default:
      return nothing;
  }
}

function constantValues(values: readonly number[]): readonly Values[] {
  if (values.length === 0 || !values.every(Number.isSafeInteger)) return nothing;
  const bounds = values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)] as const, [Infinity, -Infinity] as const); // prettier-ignore
  return [{ low: dim(bounds[0]), high: dim(bounds[1]), isExact: true }];
}

function functionValues(node: ApplyNode, value: GraphValue, depth: number): readonly Values[] {
  const { parameters, inputs } = node;
  switch (node.definition.name) {
    case 'arange': {
      const stop = parameters['stop'] as Dim;
      return [{ low: ZERO, high: subtract(stop, ONE), isExact: true }];
    }
    case 'argMax':
    case 'argMin':
      return [{ low: ZERO, high: lastOfSearched(node), isExact: false }];
    case 'clip':
      return valuesOf(inputs[0]!, depth).map((part) => clipped(part, parameters['xMin'], parameters['xMax']));
    case 'add':
      return inputs.map((input) => valuesOf(input, depth)).reduce(combined(sum));
    case 'subtract':
      return inputs.map((input, i) => (i === 0 ? valuesOf(input, depth) : valuesOf(input, depth).map(negated))).reduce(combined(sum)); // prettier-ignore
    case 'multiply':
      return inputs.map((input) => valuesOf(input, depth)).reduce(combined(product));
    case 'negate':
      return valuesOf(inputs[0]!, depth).map(negated);
    case 'cast':
      return inputs[0]!.type.dtype === 'bool' ? [{ low: ZERO, high: ONE, isExact: false }] : valuesOf(inputs[0]!, depth); // prettier-ignore
    case 'concat':
    case 'stack':
      return inputs.flatMap((input) => valuesOf(input, depth));
    default:
      return node.definition.flow === 'moves' ? moved(node, value, depth) : nothing;
  }
}

const throughLayer = (node: ApplyNode, value: GraphValue, depth: number): readonly Values[] =>
  node.definition.flow === 'moves' && node.inputs.length === 1 ? moved(node, value, depth) : nothing;

/** What only moves values may leave some away, but where as many come out as went in. */
function moved(node: ApplyNode, value: GraphValue, depth: number): readonly Values[] {
  const input = node.inputs[0];
  if (!input || (value.output > 0 && node.definition.name === 'topK')) return nothing;
  // Numbers join the moved ones.
  if (/pad/i.test(node.definition.name)) return valuesOf(input, depth).map(({ source }) => ({ isExact: false, ...(source ? { source } : {}) })); // prettier-ignore
  const [before, after] = [elementCount(input.type.shape), elementCount(value.type.shape)];
  // A part, or a choice with repetitions, need not have the bounds.
  const isWhole =
    before !== undefined && after !== undefined && equals(before, after) && node.definition.name !== 'gather';
  return valuesOf(input, depth).map((part) => (isWhole ? part : { ...part, isExact: false }));
}

/** The index of the last place of the axis that is searched. */
function lastOfSearched({ inputs, parameters }: ApplyNode): Dim | undefined {
  const { shape } = inputs[0]!.type;
  const axis = parameters['axis'] as number | undefined;
  const size = axis === undefined ? elementCount(shape) : shape.at(axis);
  return size && !isSpread(size) ? subtract(size, ONE) : undefined;
}

/** Between numbers that are whole; an input is no longer seen behind it. */
function clipped({ low, high, isExact }: Values, from: unknown, to: unknown): Values {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return { isExact: false };
  const [least, most] = [dim(from as number), dim(to as number)];
  const within = (bound: Dim): Dim => minimum(maximum(bound, least), most);
  return { low: low ? within(low) : least, high: high ? within(high) : most, isExact: isExact && low !== undefined };
}

function negated({ low, high, isExact, source }: Values): Values {
  const turned = source && { ...source, scale: -source.scale, offset: -source.offset };
  return { low: high && negate(high), high: low && negate(low), isExact, ...(turned ? { source: turned } : {}) };
}

type Combine = (a: Values, b: Values) => Values;

/** Operations on what is one part each; beyond that nothing is known. */
const combined =
  (combine: Combine) =>
  (a: readonly Values[], b: readonly Values[]): readonly Values[] =>
    a.length === 1 && b.length === 1 ? [combine(a[0]!, b[0]!)] : nothing;

/** The one value that it always has. */
const only = ({ low, high, isExact }: Values): Dim | undefined =>
  isExact && low && high && equals(low, high) ? low : undefined;

const sum: Combine = (a, b) => {
  const bounds = { low: a.low && b.low && add(a.low, b.low), high: a.high && b.high && add(a.high, b.high) };
  const [point, other] = only(b) ? [only(b)!, a] : [only(a), b];
  if (!point) return { ...bounds, isExact: false };
  const number = asNumber(point);
  const { source, isExact } = other;
  const moved = source && number !== undefined ? { source: { ...source, offset: source.offset + number } } : {};
  return { ...bounds, isExact, ...moved };
};

const product: Combine = (a, b) => {
  const [point, other] = only(b) ? [only(b)!, a] : [only(a), b];
  const number = point && asNumber(point);
  if (number === undefined) return { isExact: false };
  if (number === 0) return { low: ZERO, high: ZERO, isExact: true };
  if (number < 0) return negated(product(other, { low: dim(-number), high: dim(-number), isExact: true }));
  const { low, high, isExact, source } = other;
  const scaled = source && { source: { ...source, scale: source.scale * number, offset: source.offset * number } };
  return { low: low && multiply(low, dim(number)), high: high && multiply(high, dim(number)), isExact, ...scaled };
};

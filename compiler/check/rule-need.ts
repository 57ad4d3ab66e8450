/** The named checks of shape rules at one call: proved, refuted with a diagnostic, or kept as a requirement. */
import type { ArgumentContext, EqualContext, Need, PatternProblem } from '../definitions/need.ts';
import type { TensorType } from '../definitions/types.ts';
import { argumentRange } from '../diagnostics/catalogue/arguments.ts';
import { shapeAxis, shapeIndivisible, shapeMismatch, shapeRank, shapeSize, shapeTooSmall, shapeUnknownSize, typeDtype } from '../diagnostics/catalogue/shapes.ts'; // prettier-ignore
import { argumentPattern } from '../diagnostics/catalogue/patterns.ts';
import type { Place, Problem, RelatedPlace } from '../diagnostics/diagnostic.ts';
import type { GraphValue } from '../graph/model-graph.ts';
import type { DType } from '../graph/tensor-graph.ts';
import { asInteger, asNumber, atMost, broadcast, display, displayAxis, displayShape, divisible, elementCount, equal, equals, isSpread, lessThan, minimumRank, negate, ONE, rankOf, dim, subtract, ZERO, type Axis, type Dim, type Shape } from '../shapes/index.ts'; // prettier-ignore
import type { CallSite } from './apply.ts';
import { report, type BodyContext } from './context.ts';
import { holds } from './decide.ts';
import { requireIndices } from './index-values.ts';
import { insideString } from './inside-string.ts';
import { poolingInstead, rankCause } from './rank-causes.ts';
import { describeType } from './values.ts';

export class RuleNeed implements Need {
  /** A check has been refuted: the result is unknown whatever the rule gives. */
  failed = false;
  readonly #ctx: BodyContext;
  readonly #site: CallSite;
  readonly #inputs: readonly GraphValue[];

  constructor(ctx: BodyContext, site: CallSite, inputs: readonly GraphValue[]) {
    this.#ctx = ctx;
    this.#site = site;
    this.#inputs = inputs;
  }

  rank(input: TensorType, wanted: number, layout?: string, context: ArgumentContext = {}): boolean {
    const rank = rankOf(input.shape);
    if (rank === wanted) return true;
    if (rank === undefined && minimumRank(input.shape) <= wanted) return this.#unknownRank();
    const first = this.#inputs[0]?.type;
    if (first && first !== input && rank !== undefined && joins.has(this.#site.name)) {
      const shapes = { callee: this.#site.name, first: describeType(first), second: describeType(input) };
      return this.#fail(shapeRank.joined(shapes), this.#site.place, this.#cameFrom(input));
    }
    const found = rankCause(this.#valueOf(input), { callee: this.#site.name, rank: wanted, layout, isNamed: context.within !== undefined, place: this.#outerPlace() }); // prettier-ignore
    const data = { callee: this.#site.name, wanted, layout, shape: describeType(input), rank: rank ?? minimumRank(input.shape), ...found }; // prettier-ignore
    return this.#fail(shapeRank.exact(data), this.#blame(context), this.#cameFrom(input));
  }

  rankAtLeast(input: TensorType, wanted: number, layout?: string, context: ArgumentContext = {}): boolean {
    if (minimumRank(input.shape) >= wanted) return true;
    const rank = rankOf(input.shape);
    if (rank === undefined) return this.#unknownRank();
    const data = { callee: this.#site.name, wanted, layout, shape: describeType(input), rank };
    return this.#fail(shapeRank.atLeast(data), this.#blame(context), this.#cameFrom(input));
  }

  /** A block on its own whose rank is open: nothing can be said before its uses. */
  #unknownRank(): boolean {
    this.failed = true;
    return false;
  }

  dtype(input: TensorType, allowed: readonly DType[]): boolean {
    if (allowed.includes(input.dtype)) return true;
    const wanted = allowed.join(' or ');
    return this.#fail(typeDtype.wanted({ callee: this.#site.name, wanted, got: `${input.dtype}${displayShape(input.shape)}` }), this.#site.place, this.#cameFrom(input)); // prettier-ignore
  }

  equal(left: Dim, right: Dim, context: EqualContext): boolean {
    if (holds(this.#ctx, equal(left, right), this.#site.place)) return true;
    const related = [context.left, context.right].flatMap((side) => (side ? this.#cameFrom(side.input) : []));
    const isJoin = joins.has(this.#site.name) && this.#site.name !== 'stack';
    const shapes = isJoin && context.left && context.right ? markedPair(context.left, context.right) : [context.left, context.right].flatMap((side) => (side ? [markedShape(side.input, side.axis)] : [])); // prettier-ignore
    const data = { callee: this.#site.name, what: context.what, left: display(left), right: display(right), shapes, isJoin, fitsTransposed: context.fitsTransposed }; // prettier-ignore
    return this.#fail(shapeMismatch.sizes(data), this.#blame(context), related);
  }

  broadcast(inputs: readonly TensorType[]): Shape | undefined {
    let shape: Shape | undefined = inputs[0]?.shape ?? [];
    for (const next of inputs.slice(1)) shape = shape && this.#joined(inputs, shape, next.shape);
    return shape;
  }

  #joined(inputs: readonly TensorType[], left: Shape, right: Shape): Shape | undefined {
    const result = broadcast(left, right, this.#ctx.assembler.facts);
    if ('mismatch' in result) {
      this.#broadcastMismatch(inputs, left, right, result.mismatch);
      return undefined;
    }
    const isMet = result.conditions.every((condition) => holds(this.#ctx, condition, this.#site.place));
    // What one axis needs may make another impossible, or known to be 1: then it is looked at again.
    return isMet ? result.shape : this.#joined(inputs, left, right);
  }

  #broadcastMismatch(
    inputs: readonly TensorType[],
    left: Shape,
    right: Shape,
    at: { readonly axisFromRight: number; readonly left: Axis; readonly right: Axis },
  ): void {
    // prettier-ignore
    if (isSpread(at.left) || isSpread(at.right)) {
      this.#unknownRank();
      return;
    }
    const related = inputs.flatMap((input) => this.#cameFrom(input));
    const isLast = at.axisFromRight === 1;
    const sameRank = left.length === right.length;
    const axis = isLast ? 'the last axis' : sameRank ? `axis ${left.length - at.axisFromRight}` : `axis ${at.axisFromRight} from the right`; // prettier-ignore
    const [a, b] = sameRank ? markedAxes(left, right) : [left, right].map((shape) => markedShape({ shape }, shape.length - at.axisFromRight)); // prettier-ignore
    const shapes = [`left   ${a}`, `right  ${b}`];
    const data = { callee: this.#site.name, shapes, left: displayAxis(at.left), right: displayAxis(at.right), axis, isSum: sums.has(this.#site.name) && sameRank && left.length > 1, isLast }; // prettier-ignore
    this.#fail(shapeMismatch.operands(data), this.#site.place, related);
  }

  fits(window: Dim, size: Dim, context: ArgumentContext & { readonly axis?: number }): boolean {
    if (holds(this.#ctx, atMost(window, size), this.#site.place)) return true;
    const input = this.#inputs[0];
    const shape = input ? input.type.shape : [];
    const axis = context.axis === undefined ? undefined : axisWords(context.axis, shape.length);
    if (context.argument === 'items' || context.argument === 'shape') {
      const own = context.axis === undefined ? undefined : shape[context.axis];
      const isEmpty = own !== undefined && !isSpread(own) && !equals(own, size);
      const data = { callee: this.#site.name, begin: display(subtract(window, ONE)), end: display(size), needed: display(window), size: display(size), axis: axis ?? 'the axis', shape: displayShape(shape) }; // prettier-ignore
      return this.#fail(isEmpty ? shapeTooSmall.empty(data) : shapeTooSmall.slice(data), this.#blame(context), input ? this.#cameFrom(input.type) : []); // prettier-ignore
    }
    const isWindow = ['kernelSize', 'poolSize', undefined].includes(context.argument);
    const channelsFirst = isWindow && (looksChannelsFirst(shape) || looksChannelsFirst(firstShape(input)));
    const data = { callee: this.#site.name, argument: argumentWords(context.argument), window: display(window), size: display(size), axis, shape: displayShape(shape), channelsFirst, isWindow }; // prettier-ignore
    return this.#fail(shapeTooSmall.window(data), this.#blame(context), input ? this.#cameFrom(input.type) : []);
  }

  divisible(
    value: Dim,
    divisor: Dim,
    context: ArgumentContext & { readonly what: string; readonly factors?: string },
  ): boolean {
    if (holds(this.#ctx, divisible(value, divisor), this.#site.place)) return true;
    const { factors } = context;
    if (factors !== undefined) {
      const data = { factors, axis: context.what, value: display(value), divisor: display(divisor) };
      return this.#fail(shapeIndivisible.factors(data), this.#blame(context));
    }
    const data = { what: context.what, value: display(value), divisor: display(divisor), argument: context.argument };
    return this.#fail(shapeIndivisible.divides(data), this.#blame(context));
  }

  axis(axis: number, rank: number, context: ArgumentContext = {}): number | undefined {
    const fromStart = axis < 0 ? axis + rank : axis;
    if (fromStart >= 0 && fromStart < rank) return fromStart;
    const own = this.#inputs[0]?.type.shape ?? [];
    const data = { axis, rank, shape: displayShape(own), isOwn: own.length === rank };
    this.#fail(shapeAxis.axis(data), this.#blame(context));
    return undefined;
  }

  index(at: Dim, size: Dim, context: ArgumentContext = {}): boolean {
    const facts = this.#ctx.assembler.facts;
    const fromEnd = facts.decide(lessThan(at, ZERO)) === 'proved';
    const inRange = fromEnd ? atMost(negate(at), size) : lessThan(at, size);
    if (holds(this.#ctx, inRange, this.#site.place)) return true;
    const shape = displayShape(this.#inputs[0]?.type.shape ?? []);
    return this.#fail(shapeAxis.index({ index: display(at), size: display(size), shape }), this.#blame(context));
  }

  sameCount(from: TensorType, to: Shape, context: ArgumentContext = {}): boolean {
    const [before, after] = [elementCount(from.shape), elementCount(to)];
    if (!before || !after) return this.#unknownRank();
    if (holds(this.#ctx, equal(before, after), this.#site.place)) return true;
    const data = { callee: this.#site.name, from: displayShape(from.shape), to: displayShape(to), fromCount: display(before), toCount: display(after), ...wouldFit(before, to) }; // prettier-ignore
    return this.#fail(
      context.within ? shapeSize.parts(data) : shapeSize.count(data),
      this.#blame(context),
      this.#cameFrom(from),
    );
  }

  known(size: Dim, context: { readonly what: string; readonly argument?: string }): boolean {
    if (asInteger(this.#ctx.assembler.facts.normalise(size)) !== undefined || this.#ctx.mode !== 'model') return true;
    const what = `the number of ${context.what}`;
    const input = this.#inputs[0];
    const data = {
      callee: this.#site.name,
      what,
      size: display(size),
      fixes: poolingInstead(input, this.#outerPlace()),
    };
    return this.#fail(shapeUnknownSize.weight(data), this.#blame(context), input ? this.#cameFrom(input.type) : []);
  }

  argument(condition: boolean, argument: string, message: string): boolean {
    if (condition) return true;
    return this.#fail(argumentRange.other({ name: argument, must: message }), this.#blame({ argument }));
  }

  pattern(problem: PatternProblem, context: ArgumentContext): false {
    return this.#fail(argumentPattern[problem.kind](problem as never), this.#blame(context));
  }

  indices(input: TensorType, below: Dim): boolean {
    const value = this.#valueOf(input);
    if (!value || requireIndices(this.#ctx, value, below, this.#site.name, this.#site.place)) return true;
    this.failed = true;
    return false;
  }

  /** Where the problem will be reported: fixes change that file only. */
  #outerPlace(): Place {
    return this.#ctx.frames[0]?.place ?? this.#site.place;
  }

  #valueOf(input: TensorType): GraphValue | undefined {
    return this.#inputs.find((candidate) => candidate.type === input);
  }

  #fail(problem: Problem, place: Place, related: readonly RelatedPlace[] = []): false {
    this.failed = true;
    report(this.#ctx, problem, place, uniquePlaces(related, place));
    return false;
  }

  #blame(context: ArgumentContext): Place {
    const place = context.argument === undefined ? undefined : this.#site.argumentPlaces.get(context.argument);
    return (place && insideString(place, context.within)) ?? place ?? this.#site.place;
  }

  /** Where an input got its shape. */
  #cameFrom(input: TensorType): readonly RelatedPlace[] {
    const value = this.#valueOf(input);
    return value ? [{ ...value.node.origin, message: `${describeType(value.type)} comes from here` }] : [];
  }
}

/** The shape with the differing axis in angle quotes: `[28, ›64‹]`. */
function markedShape(type: { readonly shape: Shape }, axis: number): string {
  return `[${type.shape.map((size, i) => (i === axis ? `›${displayAxis(size)}‹` : displayAxis(size))).join(', ')}]`;
}

function axisWords(axis: number, rank: number): string {
  if (rank === 3) return ['the height', 'the width', 'the channel axis'][axis] ?? `axis ${axis}`;
  return `axis ${axis}`;
}

const argumentWords = (argument: string | undefined): string =>
  ({ kernelSize: 'kernel', poolSize: 'pool' })[argument ?? ''] ?? argument ?? 'window';

/** Two shapes of one rank, with the sizes marked that differ and of which neither stretches. */
function markedAxes(left: Shape, right: Shape): readonly [string, string] {
  const clashes = (i: number): boolean => {
    const [a, b] = [left[i]!, right[i]!];
    return !isSpread(a) && !isSpread(b) && !equals(a, b) && asNumber(a) !== 1 && asNumber(b) !== 1;
  };
  const marked = (shape: Shape): string =>
    `[${shape.map((size, i) => (clashes(i) ? `›${displayAxis(size)}‹` : displayAxis(size))).join(', ')}]`;
  return [marked(left), marked(right)];
}

type Side = NonNullable<EqualContext['left']>;

/** What is joined, with every pair of sizes marked that differs as the reported one does. */
function markedPair(left: Side, right: Side): readonly string[] {
  const [a, b] = [left.input.shape, right.input.shape].map((shape) => shape.map(displayAxis));
  const differs = (i: number): boolean => a![i] === a![left.axis] && b![i] === b![right.axis];
  return [a!, b!].map((sizes) => `[${sizes.map((size, i) => (differs(i) ? `›${size}‹` : size)).join(', ')}]`);
}

/** What takes tensors of one rank, whatever that is. */
const joins: ReadonlySet<string> = new Set(['concat', 'Concatenate', 'stack']);
const sums: ReadonlySet<string> = new Set(['+', 'add', 'Add']);

/** The shape of the input that a tensor was made of, where there is one way back and no axis was lost on it. */
function firstShape(value: GraphValue | undefined): Shape {
  let at = value;
  while (at?.node.kind === 'apply' && at.node.inputs[0]?.type.shape.length === at.type.shape.length)
    [at] = at.node.inputs;
  return at?.node.kind === 'input' ? at.type.shape : [];
}

/** `[3, 224, 224]`: few channels first, then a picture. */
function looksChannelsFirst(shape: Shape): boolean {
  const [first, height, width] = shape.map((axis) => (isSpread(axis) ? undefined : asNumber(axis)));
  if (shape.length !== 3 || first === undefined || height === undefined || width === undefined) return false;
  return first <= 4 && Math.min(height, width) >= 8 && Math.max(height, width) <= 2 * Math.min(height, width);
}

/** What a reshape could ask for instead: without a first size that counts examples, or with another last one. */
function wouldFit(count: Dim, to: Shape): { readonly batch?: string; readonly instead?: string } {
  const sizes = to.map((axis) => (isSpread(axis) ? undefined : asNumber(axis)));
  const total = asNumber(count);
  if (total === undefined || sizes.some((size) => size === undefined)) return {};
  const product = (numbers: readonly (number | undefined)[]): number => numbers.reduce<number>((all, size) => all * size!, 1); // prettier-ignore
  if (to.length > 1 && product(sizes.slice(1)) === total) return { batch: displayShape(to.slice(0, 1)).slice(1, -1), instead: displayShape(to.slice(1)) }; // prettier-ignore
  const rest = product(sizes.slice(0, -1));
  return total % rest === 0 ? { instead: displayShape([...to.slice(0, -1), dim(total / rest)]) } : {};
}

const uniquePlaces = (related: readonly RelatedPlace[], blamed: Place): readonly RelatedPlace[] => {
  const seen = new Set([`${blamed.file.path} ${blamed.span.start}-${blamed.span.end}`]);
  return related.filter(({ file, span }) => {
    const key = `${file.path} ${span.start}-${span.end}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
};

/** Argument list + parameters of a definition → plain values by name, with the place of each argument. */
import type { Argument, Name } from '../../grammar/ast.ts';
import type { SourceFile, Span } from '../../grammar/source.ts';
import type { Parameter, ParameterKind, Parameters } from '../definitions/parameters.ts';
import {
  argumentDuplicate,
  argumentMissing,
  argumentType,
  argumentUnknown,
} from '../diagnostics/catalogue/arguments.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { namedInstead, type NamedInstead } from './argument-names.ts';
import { coerce } from './coerce.ts';
import { placeOf, report, type BodyContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { expectedBy } from './expected.ts';
import { describe, type Value } from './values.ts';

export interface Bound {
  /** Undefined where an argument is broken: the result is unknown. */
  readonly values: Readonly<Record<string, unknown>> | undefined;
  readonly places: ReadonlyMap<string, Place>;
  /** In a block on its own: an argument is left open, and a default stands for it. */
  readonly isUndecided: boolean;
  /** The names of such arguments; those of arguments' own arguments are not told. */
  readonly undecided: readonly string[];
  /** `name: "logits"` */
  readonly name?: string;
}

export interface Callee {
  readonly name: string;
  /** Blamed where something is missing. */
  readonly place: Place;
  /** What the call takes, as against the parameters: `mask`, `initialState`. */
  readonly inputs?: readonly string[];
  /** How it is applied, where that is not `name(…)`: `TimeDistributed(…)`. */
  readonly applied?: string;
}

/** Kinds of arguments that hardly ever decide a shape; a rule that looks at one that is open gives none. */
const besideShapes: ReadonlySet<ParameterKind['kind']> = new Set(['float', 'activation', 'initializer', 'regularizer', 'constraint', 'learningRate']); // prettier-ignore

/** Stands for a required argument of such a kind where each use decides: nothing looks at it. */
const standIn = ({ type }: Parameter): unknown => (type.kind === 'float' ? (type.min ?? 0) : undefined);

/** Whether an argument that was made from others has an open one among them. */
const isUndecided = (value: Value): boolean =>
  (value.kind === 'builtin' && value.isUndecided === true) ||
  (value.kind === 'recipe' && value.recipe.kind === 'layer' && value.recipe.isUndecided === true);

/** Arguments that a message names before it says `…`. */
const mostShown = 6;

/** An argument and the comma before it, or behind it where it is the first. */
function withoutArgument({ text }: SourceFile, { span }: Argument): Span {
  const before = /,\s*$/.exec(text.slice(0, span.start));
  const behind = /^\s*,\s*/.exec(text.slice(span.end));
  if (before) return { start: span.start - before[0].length, end: span.end };
  return { start: span.start, end: span.end + (behind?.[0].length ?? 0) };
}

/** How a call looks: `units, activation: linear, useBias: true`. */
export function signatureOf(parameters: Parameters): string {
  const all = Object.entries(parameters);
  const shown = all.filter(([, p], i) => p.required || i < mostShown);
  const texts = shown.map(([name, p]) =>
    p.required || p.type.kind === 'namedSizes' ? name : `${name}: ${p.defaultText ?? '…'}`,
  );
  return [...texts, ...(shown.length < all.length ? ['…'] : [])].join(', ');
}

/** `allowName`: layers may be given a name. Positional arguments fill the parameters in order. */
export function bindParameters(
  ctx: BodyContext,
  callee: Callee,
  parameters: Parameters,
  given: readonly Argument[],
  allowName: boolean,
): Bound {
  const binder = new Binder(ctx, callee, parameters, allowName);
  binder.bind(given);
  return binder.finish();
}

class Binder {
  readonly #ctx: BodyContext;
  readonly #callee: Callee;
  readonly #parameters: Parameters;
  readonly #allowName: boolean;
  readonly #values: Record<string, unknown> = {};
  readonly #places = new Map<string, Place>();
  readonly #byPosition = new Set<string>();
  #name: string | undefined;
  #broken = false;
  readonly #undecided: string[] = [];
  #isUndecided = false;

  constructor(ctx: BodyContext, callee: Callee, parameters: Parameters, allowName: boolean) {
    this.#ctx = ctx;
    this.#callee = callee;
    this.#parameters = parameters;
    this.#allowName = allowName;
  }

  bind(given: readonly Argument[]): void {
    const order = Object.keys(this.#parameters).filter((name) => !this.#parameters[name]!.named);
    const positional = given.filter((argument) => !argument.name);
    const swallowing = this.#swallower(order, positional.length);
    let next = 0;
    for (const argument of given) {
      if (argument.name) {
        this.#bindNamed(argument, argument.name.name);
      } else if (swallowing !== undefined && next >= swallowing) {
        if (next === swallowing) this.#bindRest(order[swallowing]!, positional.slice(swallowing));
        next++;
      } else {
        const name = order[next++];
        if (name === undefined) this.#tooMany(argument, order.length);
        else {
          this.#byPosition.add(name);
          // Which of the two was meant for it is not known; that there are two is told at the named one.
          if (given.some((other) => other.name?.name === name)) this.#setUnclear(name, argument);
          else this.#set(name, argument);
        }
      }
    }
  }

  /** `reshape(8, -1)`: a list parameter in the last place takes all remaining positional arguments. */
  #swallower(order: readonly string[], count: number): number | undefined {
    const at = order.findIndex((name) => ['sizes', 'axes', 'permutation'].includes(this.#parameters[name]!.type.kind));
    if (at < 0 || count <= at + 1) return undefined;
    return order.slice(at + 1).some((name) => this.#parameters[name]!.required) ? undefined : at;
  }

  #bindRest(name: string, rest: readonly Argument[]): void {
    this.#places.set(name, placeOf(this.#ctx, { start: rest[0]!.span.start, end: rest.at(-1)!.span.end }));
    const { type } = this.#parameters[name]!;
    const parts = rest.map(({ value }) => coerce(this.#ctx, name, type, evaluate(this.#ctx, value), placeOf(this.#ctx, value.span))); // prettier-ignore
    if (parts.some((part) => !part)) this.#broken = true;
    else this.#values[name] = parts.flatMap((part) => part!.value);
  }

  #bindNamed(argument: Argument, written: string): void {
    const place = placeOf(this.#ctx, argument.name!.span);
    if (this.#allowName && written === 'name' && !this.#parameters['name']) {
      const value = evaluate(this.#ctx, argument.value);
      if (value.kind === 'string') this.#name = value.value;
      else if (value.kind !== 'unknown' && value.kind !== 'opaque') {
        const wanted = 'a string';
        report(this.#ctx, argumentType.wanted({ name: written, wanted, got: describe(value) }), argument.value.span);
      }
      return;
    }
    const sizes = Object.keys(this.#parameters).find((name) => this.#parameters[name]!.type.kind === 'namedSizes');
    if (sizes !== undefined && (written === sizes || !this.#parameters[written])) {
      this.#bindSize(sizes, written, argument);
      return;
    }
    if (this.#parameters[written]) {
      if (this.#places.has(written)) {
        const byPosition = this.#byPosition.has(written);
        report(this.#ctx, argumentDuplicate.twice({ callee: this.#callee.name, name: written, byPosition }), place);
        return;
      }
      this.#set(written, argument);
      return;
    }
    this.#broken = true;
    const instead = namedInstead(written, this.#parameters);
    const meant = instead.kind === 'near' ? this.#parameters[instead.near[0] ?? ''] : undefined;
    evaluate(
      this.#ctx,
      argument.value,
      meant ? expectedBy(meant.type) : { options: [], families: [], anyOption: true },
    );
    this.#reportUnknown(written, argument, place, instead);
  }

  #reportUnknown(written: string, argument: Argument, place: Place, instead: NamedInstead): void {
    const { span } = argument.name!;
    if (instead.kind === 'elsewhere') {
      const removal = withoutArgument(this.#ctx.file.source, argument);
      report(this.#ctx, argumentUnknown.elsewhere({ name: written, ...instead, removal }), place);
      return;
    }
    const callee = this.#callee.name;
    if (this.#callee.inputs?.includes(written)) {
      report(this.#ctx, argumentUnknown.ofCall({ callee, name: written }), place);
      return;
    }
    const signature = signatureOf(this.#parameters);
    report(this.#ctx, argumentUnknown.name({ callee, name: written, signature, span, ...instead }), place);
  }

  /** `heads: 8` where the program chooses the names. */
  #bindSize(parameter: string, written: string, argument: Argument): void {
    if (this.#places.has(written)) {
      report(this.#ctx, argumentDuplicate.twice({ callee: this.#callee.name, name: written, byPosition: false }), argument.span); // prettier-ignore
      return;
    }
    const place = placeOf(this.#ctx, argument.value.span);
    this.#places.set(written, place);
    const size = coerce(this.#ctx, written, { kind: 'int', min: 1 }, evaluate(this.#ctx, argument.value), place);
    if (size) this.#values[parameter] = { ...(this.#values[parameter] as object | undefined), [written]: size.value };
    else this.#broken = true;
  }

  #tooMany(argument: Argument, most: number): void {
    this.#broken = true;
    const signature = signatureOf(this.#parameters);
    report(this.#ctx, argumentUnknown.tooMany({ callee: this.#callee.name, most, signature }), argument.value.span);
  }

  #set(name: string, argument: Argument): void {
    const expected = expectedBy(this.#parameters[name]!.type);
    const value = evaluate(this.#ctx, argument.value, expected);
    this.#coerce(name, value, placeOf(this.#ctx, argument.value.span));
  }

  #setUnclear(name: string, { value }: Argument): void {
    evaluate(this.#ctx, value, expectedBy(this.#parameters[name]!.type));
    this.#places.set(name, placeOf(this.#ctx, value.span));
    this.#broken = true;
  }

  #coerce(name: string, value: Value, place: Place): void {
    this.#places.set(name, place);
    const parameter = this.#parameters[name]!;
    if (isUndecided(value)) this.#isUndecided = true;
    if (
      this.#ctx.mode === 'block' &&
      value.kind === 'opaque' &&
      !value.choice &&
      besideShapes.has(parameter.type.kind)
    ) {
      this.#undecided.push(name);
      this.#values[name] = parameter.required ? standIn(parameter) : parameter.defaultValue;
      return;
    }
    const coerced = coerce(this.#ctx, name, parameter.type, value, place);
    if (coerced) this.#values[name] = coerced.value;
    else this.#broken = true;
  }

  finish(): Bound {
    for (const [name, parameter] of Object.entries(this.#parameters)) {
      if (this.#places.has(name)) continue;
      if (!parameter.required) {
        this.#values[name] ??= parameter.defaultValue;
      } else if (!this.#broken) {
        const signature = signatureOf(this.#parameters);
        report(this.#ctx, argumentMissing.one({ callee: this.#callee.name, name, doc: parameter.doc, signature }), this.#callee.place); // prettier-ignore
        this.#broken = true;
      }
    }
    return {
      values: this.#broken ? undefined : this.#values,
      places: this.#places,
      isUndecided: this.#isUndecided || this.#undecided.length > 0,
      undecided: this.#undecided,
      ...(this.#name === undefined ? {} : { name: this.#name }),
    };
  }
}

/** `strides:` is short for `strides: strides`; the value is a `Name` at the label. */
export const isShorthand = (argument: Argument): argument is Argument & { readonly value: Name } =>
  argument.shorthand === true;

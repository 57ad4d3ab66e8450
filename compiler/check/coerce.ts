/** Value + parameter type → the plain value that definitions work with. Wrong kinds and ranges are reported here. */
import type {
  ActivationUse,
  LayerUse,
  NamedUse,
  PaddingValue,
  ParameterKind,
  PlainArgument,
} from '../definitions/parameters.ts';
import type { RateFunction } from '../definitions/rate-function.ts';
import { registry } from '../definitions/registry.ts';
import { argumentOption, argumentRange, argumentType } from '../diagnostics/catalogue/arguments.ts';
import { shapeUnknownSize } from '../diagnostics/catalogue/shapes.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { nearNames } from '../diagnostics/suggest.ts';
import { asInteger, asNumber, atLeast, atMost, dim, display, isIntegral, variablesOf, type Dim } from '../shapes/index.ts'; // prettier-ignore
import { activationNames, namesOfKind } from './builtins.ts';
import { report, shortText, type BodyContext } from './context.ts';
import { decideTruth, requireWhole } from './decide.ts';
import { wrappable, wrappedBody } from './steps.ts';
import { describe, numberOf, type Value } from './values.ts';

/** Wrapped, since `undefined` is a value of some parameters. */
export interface Coerced {
  readonly value: unknown;
}
const ok = (value: unknown): Coerced => ({ value });

interface Target {
  readonly ctx: BodyContext;
  readonly name: string;
  readonly place: Place;
}

/** The plain value, or undefined where the argument is broken (reported) or not yet known (a block on its own). */
export function coerce(
  ctx: BodyContext,
  name: string,
  type: ParameterKind,
  value: Value,
  place: Place,
): Coerced | undefined {
  if (value.kind === 'unknown' || value.kind === 'opaque' || value.kind === 'cases') return undefined;
  const target = { ctx, name, place };
  switch (type.kind) {
    case 'int':
      return coerceInt(target, value, type.min, type.max);
    case 'ints':
      return coerceInts(target, value, type.length, type.min);
    case 'sizes':
      return coerceSizes(target, value);
    case 'parts':
      return value.kind === 'list' || value.kind === 'tuple' ? coerceSizes(target, value) : coerceInt(target, value, 1);
    case 'pads':
      return coercePads(target, value);
    case 'axis':
      return coerceAxis(target, value);
    case 'axes':
      return coerceAxes(target, value);
    case 'float':
      return coerceFloat(target, value, type);
    case 'numbers':
      return coerceNumbers(target, value, type);
    case 'bool':
      return coerceBool(target, value);
    case 'string':
      return value.kind === 'string' ? ok(value.value) : wrong(target, 'a string', value);
    case 'strings':
      return coerceTexts(target, value);
    case 'option':
      return coerceOption(target, value, type.options);
    case 'dtype':
      return coerceOption(target, value, ['float32', 'int32', 'bool']);
    case 'activation':
      return coerceActivation(target, value);
    case 'padding':
      return coercePadding(target, value, type);
    case 'initializer':
    case 'regularizer':
    case 'constraint':
      return coerceNamed(target, value, type.kind);
    case 'layer':
      return type.bodies ? (wrappable(ctx, value, place) ?? coerceLayer(target, value)) : coerceLayer(target, value);
    case 'layers':
      return coerceLayers(target, value);
    case 'learningRate': {
      const number = numberOf(value);
      return number === undefined ? coerceNamed(target, value, 'schedule', 'a number or a schedule') : ok(number);
    }
    case 'epochSchedule':
      // What a function computes is found where it is used.
      if (value.kind === 'constFunction') return ok(value);
      return coerceNamed(target, value, 'schedule', 'a function such as `const f(epoch: int, rate: float) = …`, or a schedule'); // prettier-ignore
    case 'permutation':
      return coerceAxes(target, value);
    case 'namedSizes':
    case 'index':
    case 'tensor':
      return ok(value);
  }
}

function wrong({ ctx, name, place }: Target, wanted: string, got: Value, help?: string): undefined {
  const advice = got.kind === 'tensor' ? flowsIn(place) : undefined;
  report(ctx, argumentType.wanted({ name, wanted, got: describe(got), help: help ?? advice }), place);
}

/** What a tensor among the arguments of a constructor is told, as in `Res(x)`. */
export function flowsIn(place: Place): string | undefined {
  const callee = /([A-Z]\w*)\([^()]*$/.exec(place.file.text.slice(0, place.span.start))?.[1];
  return callee === undefined ? undefined : `Parentheses after a capitalised name hold its arguments; tensors flow in: \`${shortText(place, 20)} -> ${callee}\`.`; // prettier-ignore
}

function coerceInt(target: Target, value: Value, min?: number, max?: number): Coerced | undefined {
  const { ctx, name, place } = target;
  if (value.kind !== 'exact') {
    const float = numberOf(value);
    if (float === undefined) return wrong(target, 'a whole number', value, value.kind === 'string' && /^-?\d+$/.test(value.value) ? 'Remove the quotes.' : undefined); // prettier-ignore
    return wrong(target, 'a whole number', value, Number.isInteger(float) ? `Write ${float} without a decimal point, or use \`round(…)\`.` : 'Round it with `floor(…)`, `ceil(…)` or `round(…)`.'); // prettier-ignore
  }
  const size = value.dim;
  const number = asNumber(size);
  if (number !== undefined && !Number.isInteger(number)) {
    report(ctx, argumentType.fraction({ name, text: display(size), written: shortText(place, 30), low: String(Math.floor(number)), high: String(Math.ceil(number)) }), place); // prettier-ignore
    return undefined;
  }
  if (number === undefined && !isIntegral(size) && !requireWhole(ctx, size, place, name)) return undefined;
  return withinRange(target, size, min, max) ? ok(size) : undefined;
}

function withinRange({ ctx, name, place }: Target, size: Dim, min?: number, max?: number): boolean {
  const bounds = boundsText(min, max);
  const outside =
    (min !== undefined && ctx.assembler.facts.decide(atLeast(size, dim(min))) === 'refuted') ||
    (max !== undefined && ctx.assembler.facts.decide(atMost(size, dim(max))) === 'refuted');
  if (outside) report(ctx, argumentRange.bounds({ name, got: display(size), bounds }), place);
  return !outside;
}

function boundsText(min?: number, max?: number, exclusiveMin = false, exclusiveMax = false): string {
  const parts: string[] = [];
  if (min !== undefined) parts.push(exclusiveMin ? `more than ${min}` : `at least ${min}`);
  if (max !== undefined) parts.push(exclusiveMax ? `less than ${max}` : `at most ${max}`);
  return parts.join(' and ');
}

function coerceInts(target: Target, value: Value, length: number, min?: number): Coerced | undefined {
  const wanted = length === 2 ? 'a whole number or a pair of them' : `a whole number or ${length} of them`;
  if (value.kind === 'tuple' || value.kind === 'list') {
    if (value.elements.length !== length) return wrong(target, wanted, value);
    return all(value.elements.map((element) => part(element, (e) => coerceInt(target, e, min))));
  }
  if (numberOf(value) === undefined && value.kind !== 'exact') return wrong(target, wanted, value);
  const one = coerceInt(target, value, min);
  return one && ok(Array.from({ length }, () => one.value));
}

/** An element of a tuple or list, which may be open or broken itself. */
const part = (element: Value, of: (element: Value) => Coerced | undefined): Coerced | undefined =>
  element.kind === 'unknown' || element.kind === 'opaque' ? undefined : of(element);

const all = (parts: readonly (Coerced | undefined)[]): Coerced | undefined =>
  parts.every((p) => p !== undefined) ? ok(parts.map((p) => p.value)) : undefined;

function coerceSizes(target: Target, value: Value): Coerced | undefined {
  const elements = value.kind === 'tuple' || value.kind === 'list' ? value.elements : [value];
  return all(elements.map((element) => part(element, (e) => coerceInt(target, e, -1))));
}

function coerceTexts(target: Target, value: Value): Coerced | undefined {
  const wanted = 'a list of texts in quotes';
  if (value.kind !== 'list' && value.kind !== 'tuple') return wrong(target, wanted, value);
  return all(value.elements.map((element) => part(element, (e) => (e.kind === 'string' ? ok(e.value) : wrong(target, wanted, e))))); // prettier-ignore
}

function coerceAxis(target: Target, value: Value): Coerced | undefined {
  const integer = value.kind === 'exact' ? asInteger(value.dim) : undefined;
  // A parameter of a block on its own: each use decides.
  if (integer === undefined && value.kind === 'exact' && asNumber(value.dim) === undefined && target.ctx.mode !== 'model') return undefined; // prettier-ignore
  return integer === undefined ? wrong(target, 'a whole number, the axis', value) : ok(integer);
}

function coerceAxes(target: Target, value: Value): Coerced | undefined {
  const elements = value.kind === 'tuple' || value.kind === 'list' ? value.elements : [value];
  return all(elements.map((element) => part(element, (e) => coerceAxis(target, e))));
}

function coerceFloat(
  target: Target,
  value: Value,
  type: Extract<ParameterKind, { kind: 'float' }>,
): Coerced | undefined {
  // prettier-ignore
  const { ctx, name, place } = target;
  const number = numberOf(value);
  if (number === undefined) {
    if (value.kind !== 'exact') return wrong(target, 'a number', value);
    if (ctx.mode === 'model') report(ctx, shapeUnknownSize.weight({ callee: name, what: 'this number', size: display(value.dim) }), place); // prettier-ignore
    return undefined;
  }
  const tooLow = type.min !== undefined && (type.exclusiveMin ? number <= type.min : number < type.min);
  const tooHigh = type.max !== undefined && (type.exclusiveMax ? number >= type.max : number > type.max);
  if (!tooLow && !tooHigh) return ok(number);
  const bounds = boundsText(type.min, type.max, type.exclusiveMin, type.exclusiveMax);
  const isPercent = tooHigh && type.max === 1 && number <= 100;
  report(ctx, argumentRange.bounds({ name, got: String(number), bounds, help: isPercent ? `It is a share: ${number} % is ${number / 100}.` : undefined }), place); // prettier-ignore
  return undefined;
}

/** `0.2`, `(0.1, 0.3)`, `[0, 1, 2]`. */
function coerceNumbers(target: Target, value: Value, type: Extract<ParameterKind, { kind: 'numbers' }>): Coerced | undefined {
  const { length, single, min, max, exclusiveMin } = type;
  const many = length === undefined ? 'a list of numbers' : length === 2 ? 'a pair of numbers' : `${length} numbers`;
  const wanted = single ? `a number or ${many}` : many;
  const isList = value.kind === 'tuple' || value.kind === 'list';
  const shown = length === 2 ? 'Two numbers stand in parentheses: `(0, 1)`.' : undefined;
  if (!isList && !(single && numberOf(value) !== undefined)) return wrong(target, wanted, value, shown);
  const elements = isList ? value.elements : [value];
  if (isList && length !== undefined && elements.length !== length) return wrong(target, wanted, value, shown);
  const each = { kind: 'float', ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), ...(exclusiveMin ? { exclusiveMin } : {}) } as const; // prettier-ignore
  return all(elements.map((element) => part(element, (e) => coerceFloat(target, e, each))));
} // prettier-ignore

function coerceBool(target: Target, value: Value): Coerced | undefined {
  if (value.kind !== 'bool') return wrong(target, '`true` or `false`', value);
  const truth = decideTruth(target.ctx, value.condition, target.place);
  return truth === undefined ? undefined : ok(truth);
}

function coerceOption(target: Target, value: Value, options: readonly string[]): Coerced | undefined {
  const { ctx, name, place } = target;
  const got = value.kind === 'option' || value.kind === 'builtin' ? value.name : undefined;
  if (got !== undefined && options.includes(got)) return ok(got);
  if (got !== undefined) {
    const isActivation = value.kind === 'builtin' && value.function?.activation === true;
    report(ctx, argumentOption.unknown({ name, got, options, near: nearNames(got, options), span: place.span, isActivation }), place); // prettier-ignore
    return undefined;
  }
  if (value.kind === 'string') return quoted(target, value.value, options.includes(value.value));
  return wrong(target, `one of ${options.map((o) => `\`${o}\``).join(', ')}`, value);
}

function quoted({ ctx, name, place }: Target, got: string, known: boolean): undefined {
  report(ctx, argumentOption.quoted({ name, got, known, span: place.span }), place);
}

function coerceActivation(target: Target, value: Value): Coerced | undefined {
  const { ctx, name, place } = target;
  if (value.kind === 'string') return quoted(target, value.value, activationNames().includes(value.value));
  if (value.kind === 'builtin' && value.function?.activation) {
    if (value.name === 'linear') return ok(undefined);
    const use: ActivationUse = { definition: value.function, parameters: value.arguments ?? defaultsOf(value.function.parameters) }; // prettier-ignore
    return ok(use);
  }
  if (value.kind === 'builtin' || value.kind === 'option') {
    const near = nearNames(value.name, activationNames());
    report(ctx, argumentOption.unknown({ name, got: value.name, options: activationNames(), near, span: place.span }), place); // prettier-ignore
    return undefined;
  }
  const help = value.kind === 'exact' ? 'A layer finds the size of what flows in itself: give only the size of its result, as in `Dense(64)`.' : undefined; // prettier-ignore
  return wrong(target, 'an activation such as `relu`', value, help);
}

/** A built-in layer with its arguments; without any (`TimeDistributed(Flatten)`) its defaults, where it has them all. */
function coerceLayer(target: Target, value: Value): Coerced | undefined {
  // `RNN([GRUCell(8), LSTMCell(8)])` is short for a stack of them, as in Keras.
  if (target.name === 'cell' && (value.kind === 'list' || value.kind === 'tuple')) {
    const definition = registry.layers.get('StackedRNNCells');
    const cells = coerceLayers(target, value);
    return definition && cells && ok({ definition, parameters: { cells: cells.value } } satisfies LayerUse);
  }
  const isBody = value.kind === 'instance' || (value.kind === 'recipe' && (value.recipe.kind !== 'layer' || wrappedBody(value.recipe.parameters) !== undefined)); // prettier-ignore
  if (!isBody && value.kind === 'recipe' && value.recipe.kind === 'layer') {
    const { definition, parameters } = value.recipe;
    if (parameters) return ok({ definition, parameters } satisfies LayerUse);
    const missing = Object.keys(definition.parameters).find((name) => definition.parameters[name]!.required);
    if (missing === undefined)
      return ok({ definition, parameters: defaultsOf(definition.parameters) } satisfies LayerUse);
    return wrong(target, `a layer with its arguments, such as \`${definition.name}(…)\``, value);
  }
  return wrong(target, 'a layer such as `LSTM(64)`', value, isBody ? 'Only a built-in layer can be wrapped here, and it is written in place: `LSTM(64)`. Of a block, wrap the layer inside it.' : undefined); // prettier-ignore
}

function coerceLayers(target: Target, value: Value): Coerced | undefined {
  if (value.kind !== 'list' && value.kind !== 'tuple') return wrong(target, 'a list of layers', value);
  const parts = value.elements.map((element) => coerceLayer(target, element));
  return parts.every((p) => p !== undefined) ? ok(parts.map((p) => p.value)) : undefined;
}

/** The defaults of parameters that all have one. */
export function defaultsOf(
  parameters: Readonly<Record<string, { readonly defaultValue?: unknown }>>,
): Record<string, unknown> {
  // prettier-ignore
  return Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, p.defaultValue]));
}

type NamedKind = 'initializer' | 'regularizer' | 'constraint' | 'schedule' | 'callback';

export function coerceNamed(
  target: Target,
  value: Value,
  kind: NamedKind,
  wanted = `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`,
): Coerced | undefined {
  // prettier-ignore
  const { ctx, name, place } = target;
  const names = namesOfKind(kind);
  if (value.kind === 'string') return quoted(target, value.value, names.includes(value.value));
  if (value.kind === 'builtin' && value.named.some((n) => n.kind === kind)) {
    const definition = value.named.find((n) => n.kind === kind)!;
    const given = value.arguments ?? defaultsOf(definition.parameters);
    const must = definition.mistake?.(given);
    if (must !== undefined) return void report(ctx, argumentRange.other({ name: definition.name, must }), place);
    return ok({ name: definition.name, arguments: plainArguments(given) } satisfies NamedUse);
  }
  if (value.kind === 'builtin' || value.kind === 'option') {
    report(ctx, argumentOption.unknown({ name, got: value.name, options: names, near: nearNames(value.name, names), span: place.span }), place); // prettier-ignore
    return undefined;
  }
  const isNumber = value.kind === 'exact' || value.kind === 'float';
  const help = isNumber && kind === 'regularizer' ? `Say which: \`l2(${shortText(place, 20)})\` or \`l1(${shortText(place, 20)})\`.` : isNumber && kind === 'initializer' ? `Write \`constant(${shortText(place, 20)})\`.` : undefined; // prettier-ignore
  return wrong(target, wanted, value, help);
}

/** Only what is given or has a default; sizes become numbers. */
function plainArguments(values: Readonly<Record<string, unknown>>): NamedUse['arguments'] {
  const plain: Record<string, PlainArgument> = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') plain[name] = value;
    else if (isDim(value)) plain[name] = asNumber(value) ?? 0;
    else if (isNumbers(value) || isNamed(value)) plain[name] = value;
  }
  return plain;
}
const isNamed = (value: unknown): value is NamedUse | RateFunction =>
  typeof value === 'object' && value !== null && ('rateFunction' in value || 'arguments' in value);
const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((element) => typeof element === 'number');
const isDim = (value: unknown): value is Dim => typeof value === 'object' && value !== null && 'terms' in value;

function coercePadding(
  target: Target,
  value: Value,
  type: Extract<ParameterKind, { kind: 'padding' }>,
): Coerced | undefined {
  // prettier-ignore
  const { axes } = type;
  const names = type.explicit ? [] : type.causal ? ['same', 'valid', 'causal'] : ['same', 'valid'];
  if (value.kind === 'option' || value.kind === 'string' || value.kind === 'builtin') return coerceOption(target, value, names); // prettier-ignore
  const wanted = `${names.map((name) => `\`${name}\`, `).join('')}numbers of rows to add: \`1\`, \`(1, 2)\`, \`((0, 1), (0, 1))\``;
  const pair = (v: Value): readonly [Dim, Dim] | undefined => {
    if (v.kind === 'unknown' || v.kind === 'opaque') return undefined;
    const elements = v.kind === 'tuple' || v.kind === 'list' ? v.elements : [v, v];
    if (elements.length !== 2) return wrong(target, wanted, value);
    const parts = elements.map((e) => part(e, (one) => coerceInt(target, one, 0))?.value as Dim | undefined);
    return parts[0] && parts[1] ? [parts[0], parts[1]] : undefined;
  };
  if (value.kind !== 'exact' && value.kind !== 'tuple' && value.kind !== 'list') return wrong(target, wanted, value);
  // Along one axis, `(1, 2)` is before and after.
  const isPair = value.kind !== 'exact' && axes === 1 && value.elements.length === 2;
  const perAxis =
    value.kind === 'exact' ? Array.from({ length: axes }, () => value) : isPair ? [value] : value.elements;
  if (perAxis.length !== axes) return wrong(target, wanted, value);
  const pairs = perAxis.map(pair);
  return pairs.every((p) => p !== undefined) ? ok(pairs satisfies PaddingValue) : undefined;
}

/** `1`, `(1, 2)` for all axes alike, `((0, 1), (2, 2))` for each. */
function coercePads(target: Target, value: Value): Coerced | undefined {
  const elementsOf = (v: Value): readonly Value[] => (v.kind === 'tuple' || v.kind === 'list' ? v.elements : [v, v]);
  const elements = elementsOf(value);
  const isPair = elements.every((e) => e.kind !== 'tuple' && e.kind !== 'list');
  const pairs = isPair ? [elements] : elements.map(elementsOf);
  if (pairs.some((pair) => pair.length !== 2)) return wrong(target, 'numbers of elements to add: `1`, `(1, 2)`, `((0, 1), (0, 1))`', value); // prettier-ignore
  return all(pairs.map((pair) => all(pair.map((e) => part(e, (one) => coerceInt(target, one, 0))))));
}

/** True where the sizes of a value are all known. */
export const isKnown = (size: Dim): boolean => variablesOf(size).length === 0;

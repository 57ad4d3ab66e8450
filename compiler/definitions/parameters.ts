/**
 * Parameters of layers, functions, losses, optimisers …: type, default, range and documentation in one value.
 * The checker evaluates arguments against them; the TypeScript type of the evaluated parameters is inferred.
 */
import { display, type Dim } from '../shapes/index.ts';
import type { FunctionDefinition } from './define-function.ts';
import type { LayerDefinition } from './define-layer.ts';
import type { RateFunction } from './rate-function.ts';

/** A function used as an activation, with its evaluated parameters. */
export interface ActivationUse {
  readonly definition: FunctionDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
}
export type PlainArgument = number | string | boolean | readonly number[] | NamedUse | RateFunction;
/** An initializer, regularizer, constraint, schedule … by its Keras name, with plain arguments. */
export interface NamedUse {
  readonly name: string;
  readonly arguments: Readonly<Record<string, PlainArgument>>;
}
/** A built-in layer given to another (`Bidirectional(LSTM(64))`), with its evaluated parameters. */
export interface LayerUse {
  readonly definition: LayerDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
}
/** One entry of `x[…]`, as written; a negative number counts from the end. */
export type IndexItem =
  | { readonly kind: 'integer'; readonly at: Dim }
  /** `step` is at least 1; a missing begin or end is the axis's own. */
  | { readonly kind: 'slice'; readonly begin?: Dim | undefined; readonly end?: Dim | undefined; readonly step: number }
  /** All axes that the others leave; at most once. */
  | { readonly kind: 'ellipsis' };

/** Rows before and after per spatial axis, or the name of a rule. */
export type PaddingValue = 'same' | 'valid' | 'causal' | readonly (readonly [Dim, Dim])[];

export type ParameterKind =
  | { readonly kind: 'int'; readonly min?: number; readonly max?: number; readonly orNone?: boolean }
  | { readonly kind: 'ints'; readonly length: number; readonly min?: number }
  | { readonly kind: 'sizes'; readonly orNone?: boolean }
  /** How many equal parts, or the size of each. */
  | { readonly kind: 'parts' }
  /** One number, one pair, or a pair for each axis. */
  | { readonly kind: 'pads' }
  /** Whatever whole numbers are given by names that are no parameter's: `rearrange(…, heads: 8)`. */
  | { readonly kind: 'namedSizes' }
  | { readonly kind: 'axis'; readonly orNone?: boolean }
  | { readonly kind: 'axes' }
  /** Every axis once, one by one (`transpose(x, 2, 0, 1)`) or as one tuple (`Permute((1, 0))`). */
  | { readonly kind: 'permutation' }
  | { readonly kind: 'float'; readonly min?: number; readonly max?: number; readonly exclusiveMin?: boolean; readonly exclusiveMax?: boolean; readonly orNone?: boolean }
  /** A list of numbers, of `length` where that is given; with `single`, one number may stand alone. */
  | { readonly kind: 'numbers'; readonly length?: number; readonly single?: boolean; readonly min?: number; readonly max?: number; readonly exclusiveMin?: boolean; readonly orNone?: boolean }
  | { readonly kind: 'bool' }
  | { readonly kind: 'string' }
  | { readonly kind: 'strings' }
  | { readonly kind: 'option'; readonly options: readonly string[] }
  | { readonly kind: 'activation' }
  | { readonly kind: 'padding'; readonly axes: number; readonly causal?: boolean; /** Numbers only, neither `same` nor `valid`. */ readonly explicit?: boolean }
  | { readonly kind: 'initializer' }
  | { readonly kind: 'regularizer' }
  | { readonly kind: 'constraint' }
  /** `bodies`: also a block, a model, a pipeline of layers or a made layer, which the checker applies itself. */
  | { readonly kind: 'layer'; readonly bodies?: boolean }
  | { readonly kind: 'layers' }
  | { readonly kind: 'learningRate' }
  /** A compile-time function of epoch and rate, or a schedule that counts epochs. */
  | { readonly kind: 'epochSchedule' }
  | { readonly kind: 'dtype' }
  /** The entries of `x[…]`; only the checker writes these. */
  | { readonly kind: 'index' }
  | { readonly kind: 'tensor' }; // prettier-ignore

export interface Parameter<T = unknown> {
  readonly type: ParameterKind;
  readonly doc: string;
  readonly required: boolean;
  /** As written in `.nn`, for documentation and hover; absent where required. */
  readonly defaultText?: string;
  readonly defaultValue?: T;
  /** Only by name, never by position. */
  readonly named?: boolean;
  /** Carries T for inference; never present at run time. */
  readonly _type?: T;
}
export type Parameters = Readonly<Record<string, Parameter>>;
export type ValuesOf<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

interface Options<T> {
  readonly doc: string;
  readonly default?: T;
  readonly named?: boolean;
}

const showSizes = (sizes: readonly Dim[]): string =>
  sizes.length > 0 && sizes.every((size) => size.key === sizes[0]!.key)
    ? display(sizes[0]!)
    : `(${sizes.map(display).join(', ')})`;
const showPadding = (value: PaddingValue): string => {
  if (typeof value === 'string') return value;
  const sides = value.flat();
  const alike = sides.every((size) => size.key === sides[0]!.key);
  return alike ? showSizes(sides) : `(${value.map((pair) => `(${pair.map(display).join(', ')})`).join(', ')})`;
};

function parameter<T>(
  type: ParameterKind,
  options: Options<T>,
  show: (value: T) => string,
  none = 'none',
): Parameter<T> {
  const base = { type, doc: options.doc, ...(options.named ? { named: true } : {}) };
  if (!('default' in options)) return { ...base, required: true };
  const value = options.default as T;
  return { ...base, required: false, defaultValue: value, defaultText: value === undefined ? none : show(value) };
}

/** A whole number; a size, so it may be symbolic. The default is given as a Dim. */
export const int = (o: Options<Dim> & { readonly min?: number; readonly max?: number }): Parameter<Dim> =>
  parameter({ kind: 'int', ...(o.min === undefined ? {} : { min: o.min }), ...(o.max === undefined ? {} : { max: o.max }) }, o, display); // prettier-ignore
/** A whole number that may be left out. */
export const optionalInt = (o: { readonly doc: string; readonly min?: number; readonly named?: boolean }): Parameter<Dim | undefined> =>
  parameter<Dim | undefined>({ kind: 'int', orNone: true, ...(o.min === undefined ? {} : { min: o.min }) }, { ...o, default: undefined }, () => ''); // prettier-ignore
/** `length` whole numbers, e.g. a kernel size; one number stands for all of them. */
export const ints = <L extends number>(length: L, o: Options<readonly Dim[]> & { readonly min?: number }): Parameter<readonly Dim[]> =>
  parameter({ kind: 'ints', length, ...(o.min === undefined ? {} : { min: o.min }) }, o, showSizes); // prettier-ignore
/** Whole numbers that may be left out altogether. */
export const optionalInts = (length: number, o: { readonly doc: string; readonly min?: number }): Parameter<readonly Dim[] | undefined> =>
  parameter<readonly Dim[] | undefined>({ kind: 'ints', length, ...(o.min === undefined ? {} : { min: o.min }) }, { ...o, default: undefined }, () => ''); // prettier-ignore
/** Any number of sizes, given one by one (`reshape(x, 8, -1)`) or as one tuple (`Reshape((8, -1))`); -1 is allowed. */
export const sizes = (o: Options<readonly Dim[]>): Parameter<readonly Dim[]> =>
  parameter({ kind: 'sizes' }, o, (v) => `(${v.map(display).join(', ')})`);
/** Sizes that may be left out altogether: one tuple or list, by name. */
export const optionalSizes = (o: { readonly doc: string; readonly named?: boolean }): Parameter<readonly Dim[] | undefined> =>
  parameter<readonly Dim[] | undefined>({ kind: 'sizes', orNone: true }, { ...o, default: undefined }, () => ''); // prettier-ignore
/** A number of equal parts (`split(x, 3)`), or the size of each (`split(x, [8, 24])`). */
export const parts = (o: { readonly doc: string }): Parameter<Dim | readonly Dim[]> =>
  parameter<Dim | readonly Dim[]>({ kind: 'parts' }, o, () => '');
/** Elements before and after: one pair for all axes, or one for each. */
export const pads = (o: { readonly doc: string }): Parameter<readonly (readonly [Dim, Dim])[]> =>
  parameter<readonly (readonly [Dim, Dim])[]>({ kind: 'pads' }, o, () => '');
/** Sizes by names of the program's own. */
export const namedSizes = (o: { readonly doc: string }): Parameter<Readonly<Record<string, Dim>>> =>
  parameter<Readonly<Record<string, Dim>>>({ kind: 'namedSizes' }, { ...o, default: {}, named: true }, () => '…');
/** The entries of `x[…]`. */
export const index = (o: { readonly doc: string }): Parameter<readonly IndexItem[]> =>
  parameter({ kind: 'index' }, o, () => '…');
/** One per-example axis, as written (negative from the end). */
export const axis = (o: Options<number>): Parameter<number> => parameter({ kind: 'axis' }, o, String);
/** An axis that may be left out. */
export const optionalAxis = (o: { readonly doc: string }): Parameter<number | undefined> =>
  parameter<number | undefined>({ kind: 'axis', orNone: true }, { ...o, default: undefined }, String);
/** Every axis once, as written, given one by one or as one tuple; may be left out. */
export const permutation = (o: Options<readonly number[] | undefined>): Parameter<readonly number[] | undefined> =>
  parameter({ kind: 'permutation' }, o, (v) => `(${v?.join(', ')})`);
/** One axis or a list of them; `undefined` means all. */
export const axes = (o: Options<readonly number[] | undefined>): Parameter<readonly number[] | undefined> =>
  parameter({ kind: 'axes' }, o, (v) => (v?.length === 1 ? String(v[0]) : `[${v?.join(', ')}]`), 'all');
export const float = (o: Options<number> & { readonly min?: number; readonly max?: number; readonly exclusiveMin?: boolean; readonly exclusiveMax?: boolean }): Parameter<number> =>
  parameter({ kind: 'float', ...(o.min === undefined ? {} : { min: o.min }), ...(o.max === undefined ? {} : { max: o.max }), ...(o.exclusiveMin ? { exclusiveMin: true } : {}), ...(o.exclusiveMax ? { exclusiveMax: true } : {}) }, o, String); // prettier-ignore
/** A number that may be left out. */
export const optionalFloat = (o: { readonly doc: string; readonly min?: number; readonly named?: boolean }): Parameter<number | undefined> =>
  parameter<number | undefined>({ kind: 'float', orNone: true, ...(o.min === undefined ? {} : { min: o.min }) }, { ...o, default: undefined }, () => ''); // prettier-ignore
interface NumbersOptions extends Options<readonly number[]> {
  readonly length?: number;
  readonly single?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: boolean;
}
const showNumbers = (values: readonly number[]): string =>
  values.length === 1 ? String(values[0]) : `(${values.join(', ')})`;

function numbersKind(o: Omit<NumbersOptions, 'doc' | 'default'>): Extract<ParameterKind, { kind: 'numbers' }> {
  const { length, single, min, max, exclusiveMin } = o;
  return { kind: 'numbers', ...(length === undefined ? {} : { length }), ...(single ? { single } : {}), ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), ...(exclusiveMin ? { exclusiveMin } : {}) }; // prettier-ignore
}
/** Two numbers, such as the least and the largest value of a pixel. */
export const pair = (o: Omit<NumbersOptions, 'length' | 'single'>): Parameter<readonly number[]> =>
  parameter(numbersKind({ ...o, length: 2 }), o, showNumbers);
/** How strong a random change is: one number, or a pair of lowest and highest. */
export const factor = (o: Omit<NumbersOptions, 'length' | 'single'>): Parameter<readonly number[]> =>
  parameter(numbersKind({ ...o, length: 2, single: true }), o, showNumbers);
/** A factor that may be left out. */
export const optionalFactor = (o: Omit<NumbersOptions, 'length' | 'single' | 'default'>): Parameter<readonly number[] | undefined> =>
  parameter<readonly number[] | undefined>({ ...numbersKind({ ...o, length: 2, single: true }), orNone: true }, { ...o, default: undefined }, () => ''); // prettier-ignore
/** One number for all, or a list with one for each. */
export const numberOrEach = (o: { readonly doc: string; readonly default: readonly number[] }): Parameter<readonly number[]> =>
  parameter<readonly number[]>({ kind: 'numbers', single: true }, o, (v) => (v.length === 1 ? String(v[0]) : showNumbers(v))); // prettier-ignore
/** Any number of numbers. */
export const numberList = (o: { readonly doc: string }): Parameter<readonly number[]> =>
  parameter<readonly number[]>({ kind: 'numbers' }, o, showNumbers);
/** One number, or `length` of them; may be left out. */
export const optionalNumbers = (o: { readonly doc: string; readonly length?: number; readonly single?: boolean }): Parameter<readonly number[] | undefined> =>
  parameter<readonly number[] | undefined>({ ...numbersKind(o), orNone: true }, { ...o, default: undefined }, () => ''); // prettier-ignore
export const bool = (o: Options<boolean>): Parameter<boolean> => parameter({ kind: 'bool' }, o, String);
export const string = (o: Options<string>): Parameter<string> =>
  parameter({ kind: 'string' }, o, (v) => JSON.stringify(v));
/** A list of texts in quotes. */
export const strings = (o: Options<readonly string[]>): Parameter<readonly string[]> =>
  parameter({ kind: 'strings' }, o, (v) => `[${v.map((text) => JSON.stringify(text)).join(', ')}]`);
export const option = <const O extends readonly string[]>(options: O, o: Options<O[number]>): Parameter<O[number]> =>
  parameter({ kind: 'option', options }, o, String);
/** Default `undefined` means linear. */
export const activation = (o: Options<ActivationUse | undefined>): Parameter<ActivationUse | undefined> =>
  parameter({ kind: 'activation' }, o, (v) => v?.definition.name ?? 'linear', 'linear');
export const padding = (
  axesCount: number,
  o: Options<PaddingValue> & { readonly causal?: boolean; readonly explicit?: boolean },
): Parameter<PaddingValue> =>
  parameter({ kind: 'padding', axes: axesCount, ...(o.causal ? { causal: true } : {}), ...(o.explicit ? { explicit: true } : {}) }, o, showPadding); // prettier-ignore
export const initializer = (o: Options<NamedUse>): Parameter<NamedUse> =>
  parameter({ kind: 'initializer' }, o, (v) => v.name);
export const regularizer = (o: { readonly doc: string }): Parameter<NamedUse | undefined> =>
  parameter<NamedUse | undefined>({ kind: 'regularizer' }, { ...o, default: undefined }, (v) => v?.name ?? 'none');
export const constraint = (o: { readonly doc: string }): Parameter<NamedUse | undefined> =>
  parameter<NamedUse | undefined>({ kind: 'constraint' }, { ...o, default: undefined }, (v) => v?.name ?? 'none');
/** A layer made by this one: `Bidirectional(LSTM(64))`. */
export const layer = (o: { readonly doc: string; readonly bodies?: boolean }): Parameter<LayerUse> =>
  parameter<LayerUse>({ kind: 'layer', ...(o.bodies ? { bodies: true } : {}) }, o, (v) => v.definition.name);
/** A layer that may be left out. */
export const optionalLayer = (o: { readonly doc: string; readonly named?: boolean }): Parameter<LayerUse | undefined> =>
  parameter<LayerUse | undefined>({ kind: 'layer' }, { ...o, default: undefined }, () => ''); // prettier-ignore
/** Layers made by this one, in order: `StackedRNNCells([LSTMCell(64), LSTMCell(32)])`. */
export const layers = (o: { readonly doc: string }): Parameter<readonly LayerUse[]> =>
  parameter<readonly LayerUse[]>({ kind: 'layers' }, o, (v) => `[${v.map((use) => use.definition.name).join(', ')}]`);
/** A number or a schedule. */
export const learningRate = (o: Options<number | NamedUse>): Parameter<number | NamedUse> =>
  parameter({ kind: 'learningRate' }, o, (v) => (typeof v === 'number' ? String(v) : v.name));
/** What the learning rate of each epoch is. */
export const epochSchedule = (o: { readonly doc: string }): Parameter<NamedUse | RateFunction> =>
  parameter<NamedUse | RateFunction>({ kind: 'epochSchedule' }, o, () => '');
export const dtype = (o: Options<'float32' | 'int32' | 'bool'>): Parameter<'float32' | 'int32' | 'bool'> =>
  parameter({ kind: 'dtype' }, o, String);

/** An initializer, regularizer … without arguments, for defaults. */
export const named = (name: string, args: NamedUse['arguments'] = {}): NamedUse => ({ name, arguments: args });

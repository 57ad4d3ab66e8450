/**
 * The first example of a definition with letters in place of its numbers: what a rule makes of any sizes. A letter is
 * kept only where the rule, with the example's numbers put in, gives what it gives for the numbers themselves.
 */
import { checkText } from '../check/check-text.ts';
import type { FunctionDefinition } from '../definitions/define-function.ts';
import type { DefinitionExample, LayerDefinition, LayerWeight, RuleContext, RuleResult } from '../definitions/define-layer.ts'; // prettier-ignore
import type { LayerUse, Parameter, Parameters } from '../definitions/parameters.ts';
import type { TensorType } from '../definitions/types.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import { namedInputs } from '../lower/apply-definition.ts';
import { asInteger, evaluate, isSpread, variable, type Dim, type Shape } from '../shapes/index.ts';
import { exampleText, typeText } from './examples.ts';
import { trustingNeed } from './trusting-need.ts';

export type Applied = LayerDefinition | FunctionDefinition;
type Values = Readonly<Record<string, unknown>>;
export type Result = Omit<TensorType, 'batched'> & { readonly name?: string };

export interface SymbolicCall {
  readonly inputs: readonly TensorType[];
  readonly names: readonly string[];
  readonly parameters: Values;
  readonly results: readonly Result[];
  readonly weights: Readonly<Record<string, LayerWeight>>;
  /** The results with one parameter changed, or undefined where they cannot be told. */
  changed(name: string, value: unknown): readonly Result[] | undefined;
  /** The results with letters for one parameter. */
  lettered(name: string): readonly Result[] | undefined;
}

/** The application that an example stands for, found out by checking it. */
function checkedExample(definition: Applied, example: DefinitionExample): ApplyNode | undefined {
  const inputs = Object.entries({ x: example.input, ...example.tensors });
  const lines = inputs.map(([name, type]) => `  input ${name}: ${typeText(type)}`);
  const statements = [`output _result = ${exampleText(definition, example)}`, `let _results = ${exampleText(definition, example)}\n  output _x = x`]; // prettier-ignore
  // What has several results is no output; then its input is one.
  const nodes = statements.flatMap((statement) => {
    const text = `model M {\n${lines.join('\n')}\n  ${statement}\n}\n`;
    const { models } = checkText(text);
    return models[0]?.nodes ?? [];
  });
  return nodes.find((node): node is ApplyNode => node.kind === 'apply' && node.definition.name === definition.name);
}

/** Letters for axes by how many there are; named sizes keep their names. */
const letters: Readonly<Record<number, readonly string[]>> = {
  1: ['d'],
  2: ['n', 'd'],
  3: ['h', 'w', 'c'],
  4: ['t', 'h', 'w', 'c'],
  5: ['t', 'd', 'h', 'w', 'c'],
};

/** How freely letters are given. */
interface Freedom {
  /** Which parameters become letters. */
  readonly extent: 'all' | 'required' | 'none';
  /** Sizes that are equal in the example only by chance are told apart, and sizes of 1 are letters too. */
  readonly apart: boolean;
  readonly ones: boolean;
}

class Letters {
  readonly values = new Map<number, number>();
  readonly #bySize = new Map<string, Dim>();
  readonly #used: Set<string>;
  #next = 1000;

  constructor(taken: readonly string[]) {
    this.#used = new Set(taken);
  }
  fresh(name: string, value: number): Dim {
    this.#next++;
    this.values.set(this.#next, value);
    return variable({ name, id: this.#next });
  }
  /** What has the same key is the same letter everywhere, so that what must agree agrees. */
  forSize(key: string, size: number, wanted: string): Dim {
    const known = this.#bySize.get(key);
    if (known) return known;
    let name = wanted;
    for (let i = 2; this.#used.has(name); i++) name = `${wanted}${i}`;
    this.#used.add(name);
    const letter = this.fresh(name, size);
    this.#bySize.set(key, letter);
    return letter;
  }
}

function lettered({ shape, ...rest }: TensorType, from: Letters, { apart, ones }: Freedom): TensorType {
  const names = letters[shape.length] ?? shape.map((_, i) => `n${i}`);
  const seen = new Map<number, number>();
  const changed = shape.map((axis, i) => {
    const size = isSpread(axis) ? undefined : asInteger(axis);
    if (size === undefined || (size === 1 && !ones)) return axis;
    const before = seen.get(size) ?? 0;
    seen.set(size, before + 1);
    return from.forSize(apart ? `${size}/${before}` : String(size), size, names[i]!);
  });
  return { ...rest, shape: changed };
}

/** A whole number as a letter, and lists of them element by element: `strides[0]`, `cropping[0][1]`. */
function letteredValue(name: string, value: unknown, from: Letters): unknown {
  if (Array.isArray(value)) return value.map((element, i) => letteredValue(value.length === 1 ? name : `${name}[${i}]`, element, from)); // prettier-ignore
  if (typeof value !== 'object' || value === null || !('terms' in value)) return value;
  const size = asInteger(value as Dim);
  return size === undefined || size < 0 ? value : from.fresh(name, size);
}

const counted = ['int', 'ints', 'sizes', 'padding', 'pads'];
/** What makes formulas long, and is 1 nearly always: shown by itself. */
export const apartFromOthers = ['dilationRate'];

/** Whole numbers of the parameters by their names. */
function letteredParameters(parameters: Parameters, values: Values, from: Letters, freedom: Freedom): Values {
  const { extent } = freedom;
  const one = (name: string, { type, required }: Parameter): unknown => {
    const value = values[name];
    if (value === undefined || extent === 'none' || (extent === 'required' && !required)) return value;
    if (counted.includes(type.kind)) return apartFromOthers.includes(name) ? value : letteredValue(name, value, from);
    if (type.kind !== 'layer') return value;
    const inner = value as LayerUse;
    return { ...inner, parameters: { ...inner.parameters, ...letteredParameters(inner.definition.parameters, inner.parameters, from, freedom) } }; // prettier-ignore
  };
  return { ...values, ...Object.fromEntries(Object.entries(parameters).map(([name, p]) => [name, one(name, p)])) };
}

/** The results of a rule as types. */
function listOf(result: RuleResult): readonly Result[] | undefined {
  if (result === undefined) return undefined;
  if ('dtype' in result) return [result];
  const list = result as readonly unknown[];
  const first = list[0];
  if (typeof first === 'object' && first !== null && 'dtype' in first) return list as readonly Result[];
  return [{ dtype: 'float32', shape: result as Shape }];
}

function resultsOf(definition: Applied, context: Omit<RuleContext<Values>, 'need'>): readonly Result[] | undefined {
  try {
    return listOf(definition.shape({ ...context, need: trustingNeed }));
  } catch {
    // A rule that needs a number where there is a letter: it is asked again with fewer letters.
    return undefined;
  }
}

/** Numbers of a shape, with letters and open names standing for theirs. */
const numbersOf = (shape: Shape, values: ReadonlyMap<number, number>): string =>
  shape.map((axis) => (isSpread(axis) ? '…' : String(evaluate(axis, (v) => values.get(v.id) ?? 7 + v.id)))).join();

const same = (a: readonly Result[] | undefined, b: readonly Result[] | undefined, values: ReadonlyMap<number, number>): boolean =>
  a !== undefined && b !== undefined && a.length === b.length && a.every((x, i) => numbersOf(x.shape, values) === numbersOf(b[i]!.shape, values)); // prettier-ignore

/** Options as in the signature, whatever the example has them be. */
function withUsualOptions(definition: Applied, given: Values): Values {
  const calls = definition.kind === 'layer' ? definition.callParameters : undefined;
  const usual = Object.entries({ ...definition.parameters, ...calls }).flatMap(([name, { type, required, defaultValue }]) => {
    const isOption = type.kind === 'bool' || type.kind === 'option' || (type.kind === 'padding' && typeof defaultValue === 'string');
    return isOption && !required ? [[name, defaultValue] as const] : [];
  });
  return { ...given, ...Object.fromEntries(usual) };
} // prettier-ignore

function attempt(definition: Applied, node: ApplyNode, freedom: Freedom | undefined): SymbolicCall | undefined {
  const given = node.inputs.map((input) => input.type);
  const open = given.flatMap(({ shape }) => shape.flatMap((axis) => (isSpread(axis) || asInteger(axis) !== undefined ? [] : [axis.key]))); // prettier-ignore
  const from = new Letters([...open, ...Object.keys(definition.parameters)]);
  const inputs = freedom ? given.map((type) => lettered(type, from, freedom)) : given;
  const numbers = withUsualOptions(definition, node.parameters);
  const parameters = freedom ? letteredParameters(definition.parameters, numbers, from, freedom) : numbers;
  const contextOf = (types: readonly TensorType[], values: Values) => ({
    input: types[0]!,
    inputs: types,
    named: namedInputs(definition.tensors, types, node.inputNames),
    parameters: values,
  });
  const tried = (values: Values, asNumbers: Values): readonly Result[] | undefined => {
    const results = resultsOf(definition, contextOf(inputs, values));
    return same(results, resultsOf(definition, contextOf(given, asNumbers)), from.values) ? results : undefined;
  };
  const results = tried(parameters, numbers);
  // The trusting rule says of the example what the checker says.
  if (!results || !same(resultsOf(definition, contextOf(given, node.parameters)), node.outputs, from.values)) return undefined; // prettier-ignore
  const weights = definition.kind === 'layer' ? weightsIn(definition, contextOf(inputs, parameters)) : {};
  if (!weights) return undefined;
  return {
    inputs,
    names: inputs.map((_, i) => (node.inputNames ?? definition.tensors)[i]?.replace(/\?$/, '') ?? '…'),
    parameters,
    results,
    weights,
    changed: (name, value) => tried({ ...parameters, [name]: value }, { ...numbers, [name]: value }),
    lettered: (name) => tried({ ...parameters, [name]: letteredValue(name, parameters[name], from) }, numbers),
  };
}

function weightsIn(definition: LayerDefinition, context: Omit<RuleContext<Values>, 'need'>): Readonly<Record<string, LayerWeight>> | undefined {
  try {
    const entries = Object.entries(definition.weights?.(context) ?? {});
    return Object.fromEntries(entries.filter((entry): entry is [string, LayerWeight] => Boolean(entry[1])));
  } catch {
    return undefined;
  }
} // prettier-ignore

const freedoms = [[true, true], [true, false], [false, true], [false, false]] as const; // prettier-ignore

/** With as many letters as the rule bears. */
export function symbolicCall(definition: Applied): SymbolicCall | undefined {
  const [example] = definition.examples;
  const node = example && checkedExample(definition, example);
  if (!node) return undefined;
  for (const extent of ['all', 'required', 'none'] as const)
    for (const [apart, ones] of freedoms) {
      const call = attempt(definition, node, { extent, apart, ones });
      if (call) return call;
    }
  return attempt(definition, node, undefined);
}

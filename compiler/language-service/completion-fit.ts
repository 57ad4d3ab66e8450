/**
 * A tensor → which layers and functions it can flow into, and what would come out. The shape rule of each is asked,
 * with defaults, and with letters for what must be given (`[26, 26, filters]`).
 */
import type { FunctionDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition, RuleResult } from '../definitions/define-layer.ts';
import type { Need } from '../definitions/need.ts';
import type { Parameter } from '../definitions/parameters.ts';
import { registry } from '../definitions/registry.ts';
import type { TensorType } from '../definitions/types.ts';
import { asInteger, broadcastAll, displayShape, isSpread, minimumRank, noFacts, rankOf, variable, type Dim, type Shape } from '../shapes/index.ts'; // prettier-ignore

export interface Fit {
  readonly fits: boolean;
  /** What comes out, where that can be told. */
  readonly result?: string | undefined;
}

type Applied = LayerDefinition | FunctionDefinition;
const doesNotFit: Fit = { fits: false };

/** How a value fits a definition into which it is piped. */
export function fitOf(definition: Applied, input: TensorType): Fit {
  const inputs = pipedInputs(definition, input);
  if (!inputs) return doesNotFit;
  const { parameters } = definition;
  const given = Object.entries(parameters).map(([name, parameter]) => [name, parameter.required ? heldValue(name, parameter) : { value: parameter.defaultValue, isTelling: true }] as const); // prettier-ignore
  if (given.some(([, held]) => held.isLayer)) return { fits: fitsExample(definition, input) };
  const calls = definition.kind === 'layer' ? Object.entries(definition.callParameters ?? {}) : [];
  const values = Object.fromEntries([...given.map(([name, { value }]) => [name, value] as const), ...calls.map(([name, { defaultValue }]) => [name, defaultValue] as const)]); // prettier-ignore
  const names = definition.tensors.filter((name) => !name.startsWith('...')).map((name) => name.replace('?', ''));
  const named = Object.fromEntries(inputs.slice(0, names.length).map((type, i) => [names[i]!, type]));
  const need = new JudgingNeed(inputs[0]!);
  const result = resultOf(() =>
    definition.shape({
      input: inputs[0]!,
      inputs,
      named,
      parameters: values,
      need,
    }),
  );
  if (need.isRefuted) return doesNotFit;
  const isTelling =
    inputs.length === 1 && given.every(([, held]) => held.isTelling) && rankOf(input.shape) !== undefined;
  return { fits: true, result: isTelling ? resultText(result) : undefined };
}

/** A rule that is asked about what it was not made for (a letter for a number) may fail. */
function resultOf(ask: () => RuleResult): RuleResult {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** The value itself first, and others like it for the tensors that must be given besides. */
function pipedInputs({ tensors }: Applied, input: TensorType): readonly TensorType[] | undefined {
  const first = tensors[0];
  if (first === undefined || first.endsWith('?')) return undefined;
  const others = tensors.slice(1).filter((name) => !name.endsWith('?'));
  const count = first.startsWith('...') ? 1 : others.length;
  return [input, ...Array.from({ length: count }, () => ({ ...input }))];
}

const lettersFrom = 1_000_000_000;

interface Held {
  readonly value: unknown;
  /** Whether what the rule makes of it says something about any value. */
  readonly isTelling: boolean;
  readonly isLayer?: boolean;
}

/** What stands for an argument that must be given. */
function heldValue(name: string, { type }: Parameter): Held {
  const letter = (): Dim => variable({ name, id: lettersFrom + [...name].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 1_000_003, 0) }); // prettier-ignore
  switch (type.kind) {
    case 'int':
      return { value: letter(), isTelling: true };
    case 'ints':
      return {
        value: Array.from({ length: type.length }, letter),
        isTelling: true,
      };
    case 'float':
      return {
        value: Math.max(type.min ?? 0.5, Math.min(type.max ?? 0.5, 0.5)),
        isTelling: true,
      };
    case 'numbers':
      return {
        value: Array.from({ length: type.length ?? 1 }, () => 0.5),
        isTelling: true,
      };
    case 'activation':
      return {
        value: { definition: registry.functions.get('relu'), parameters: {} },
        isTelling: true,
      };
    case 'dtype':
      return { value: 'float32', isTelling: false };
    case 'layer':
    case 'layers':
      return { value: undefined, isTelling: false, isLayer: true };
    case 'axis':
      return { value: 0, isTelling: false };
    case 'axes':
      return { value: [0], isTelling: false };
    default:
      return { value: [], isTelling: false };
  }
}

/** For layers around layers: at least as many axes as in the first example. */
function fitsExample({ examples: [example] }: Applied, input: TensorType): boolean {
  if (!example) return true;
  const wanted = 'dtype' in example.input ? example.input : { dtype: 'float32', shape: example.input };
  return wanted.dtype === input.dtype && minimumRank(input.shape) >= Math.min(wanted.shape.length, 4);
}

function resultText(result: RuleResult): string | undefined {
  if (result === undefined) return undefined;
  if ('dtype' in result) return typeText(result);
  const list = result as readonly unknown[];
  const first = list[0];
  if (typeof first === 'object' && first !== null && 'dtype' in first) {
    const several = result as readonly {
      readonly name: string;
      readonly dtype: string;
      readonly shape: Shape;
    }[];
    return several.length > mostResults
      ? undefined
      : `(${several.map((one) => `${one.name}: ${typeText(one)}`).join(', ')})`;
  }
  return displayShape(result as Shape);
}

const mostResults = 4;

const typeText = ({ dtype, shape }: { readonly dtype: string; readonly shape: Shape }): string =>
  `${dtype === 'float32' ? '' : dtype}${displayShape(shape)}`;

/** Refutes only what no argument can mend: ranks, dtypes and sizes of the value that flows in. */
class JudgingNeed implements Need {
  isRefuted = false;
  readonly #piped: TensorType;

  constructor(piped: TensorType) {
    this.#piped = piped;
  }

  #holds(condition: boolean): boolean {
    if (!condition) this.isRefuted = true;
    return condition;
  }

  rank(input: TensorType, wanted: number): boolean {
    if (input !== this.#piped) return true;
    return this.#holds((rankOf(input.shape) ?? wanted) === wanted && minimumRank(input.shape) <= wanted);
  }

  rankAtLeast(input: TensorType, wanted: number): boolean {
    return input !== this.#piped || input.shape.some(isSpread) || this.#holds(minimumRank(input.shape) >= wanted);
  }

  dtype(input: TensorType, allowed: readonly TensorType['dtype'][]): boolean {
    return input !== this.#piped || this.#holds(allowed.includes(input.dtype));
  }

  fits(window: Dim, size: Dim): boolean {
    const [w, s] = [asInteger(window), asInteger(size)];
    return w === undefined || s === undefined || this.#holds(w <= s);
  }

  broadcast(inputs: readonly TensorType[]): Shape | undefined {
    const result = broadcastAll(inputs.map(({ shape }) => shape), noFacts); // prettier-ignore
    return 'mismatch' in result ? inputs[0]?.shape : result.shape;
  }

  axis(axis: number, rank: number): number | undefined {
    const at = axis < 0 ? axis + rank : axis;
    return this.#holds(at >= 0 && at < rank) ? at : undefined;
  }

  equal = (): boolean => true;
  divisible = (): boolean => true;
  index = (): boolean => true;
  sameCount = (): boolean => true;
  known = (): boolean => true;
  argument = (): boolean => true;
  pattern = (): false => false;
  indices = (): boolean => true;
}

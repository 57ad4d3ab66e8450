/** What expressions evaluate to while a body is checked. Broken expressions are `unknown` and silence what follows. */
import type { Block, Expression, Model, Node, Stage } from '../../grammar/ast.ts';
import type { FunctionDefinition, PairDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition } from '../definitions/define-layer.ts';
import type { NamedDefinition, OptimizerDefinition } from '../definitions/define-optimizer.ts';
import type { TensorType } from '../definitions/types.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import type { GraphValue } from '../graph/model-graph.ts';
import {
  asInteger,
  asNumber,
  display,
  displayCondition,
  displayShape,
  type Condition,
  type Dim,
  type Shape,
  type SizeVariable,
} from '../shapes/index.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import type { BodyContext } from './context.ts';
import type { LayeredMap } from './layered-map.ts';

/** An exact number: an integer, a fraction, or an expression of size variables. */
export interface ExactValue {
  readonly kind: 'exact';
  readonly dim: Dim;
}
export interface FloatValue {
  readonly kind: 'float';
  readonly value: number;
}
/** A truth value, perhaps one that depends on sizes. */
export interface BoolValue {
  readonly kind: 'bool';
  readonly condition: Condition;
}
export interface StringValue {
  readonly kind: 'string';
  readonly value: string;
}
export interface ListValue {
  readonly kind: 'list';
  readonly elements: readonly Value[];
}
export interface TupleValue {
  readonly kind: 'tuple';
  readonly elements: readonly Value[];
  /** Names of a block's outputs or an op's results. */
  readonly names?: readonly string[];
}
/** A bare name where an option is expected: `same`. */
export interface OptionValue {
  readonly kind: 'option';
  readonly name: string;
}
/** A built-in name, before its place decides which of its meanings is meant; with arguments where it was called. */
export interface BuiltinValue {
  readonly kind: 'builtin';
  readonly name: string;
  readonly function?: FunctionDefinition;
  readonly pair?: PairDefinition;
  readonly metric?: PairDefinition;
  readonly optimizer?: OptimizerDefinition;
  readonly named: readonly NamedDefinition[];
  /** Evaluated arguments by parameter name, where it was called: `randomNormal(stddev: 0.02)`. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** As for layers. */
  readonly isUndecided?: boolean;
  readonly undecided?: readonly string[];
}
export interface TensorValue {
  readonly kind: 'tensor';
  readonly value: GraphValue;
}
/** How to make a layer; each use makes a new one. */
export interface RecipeValue {
  readonly kind: 'recipe';
  readonly recipe: Recipe;
}
export interface InstanceValue {
  readonly kind: 'instance';
  readonly instance: Instance;
}
/** A compile-time function from `const f(x) = …`. */
export interface ConstFunctionValue {
  readonly kind: 'constFunction';
  readonly symbol: FileSymbol;
}
/** A parameter without a value, while a block is checked on its own. */
export interface OpaqueValue {
  readonly kind: 'opaque';
  readonly what: string;
  /** It is one of these options, as the variable says. */
  readonly choice?: { readonly variable: SizeVariable; readonly options: readonly string[] };
  /** Whichever it is, it changes no shape. */
  readonly isActivation?: boolean;
}
/** A block on its own: one of several values, each where its condition holds (`let y = if flag { a } else { b }`). */
export interface CasesValue {
  readonly kind: 'cases';
  readonly cases: readonly Case[];
}
export interface Case {
  readonly condition: Condition;
  readonly value: Value;
}
export interface UnknownValue {
  readonly kind: 'unknown';
}
export type Value =
  | ExactValue | FloatValue | BoolValue | StringValue | ListValue | TupleValue | OptionValue | BuiltinValue
  | TensorValue | RecipeValue | InstanceValue | ConstFunctionValue | OpaqueValue | CasesValue | UnknownValue; // prettier-ignore

export type Recipe =
  | { readonly kind: 'layer'; readonly definition: LayerDefinition; readonly parameters: Readonly<Record<string, unknown>> | undefined; readonly name?: string; readonly argumentPlaces: ReadonlyMap<string, Place>; readonly label: string; /** In a block on its own: see `Bound`. */ readonly isUndecided?: boolean; readonly undecided?: readonly string[] }
  | { readonly kind: 'block'; readonly node: Block | Model; readonly file: FileScope; readonly values: ReadonlyMap<string, Value>; readonly isConfigured?: boolean; /** An argument is broken (reported). */ readonly isBroken?: boolean; readonly name?: string; readonly label: string }
  | { readonly kind: 'pipeline'; readonly head: Expression | undefined; readonly stages: readonly Stage[]; readonly context: BodyContext; readonly label: string }
  | { readonly kind: 'instance'; readonly instance: Instance; readonly label: string }; // prettier-ignore

/** A layer that has been made: it has a path, and weights from its first use on. */
export interface Instance {
  readonly path: string;
  readonly recipe: Recipe;
  readonly made: Place;
  /** Layers: what the first use decided. Pipelines: that there was one, without a mistake. */
  built:
    | {
        readonly inputs: readonly TensorType[];
        readonly weights: Readonly<Record<string, string>>;
        readonly place: Place;
      }
    | undefined;
  /** Blocks: what each use in a model bound. */
  readonly uses: BlockUse[];
  /** Blocks and pipelines: the layers inside, by name. */
  readonly children: LayeredMap<string, Instance>;
  /** The node of the text that makes it. */
  readonly site: Node;
}

/** What the inputs of a block were bound to at a use. */
export interface BlockUse {
  /** By the size's name. */
  readonly sizes: ReadonlyMap<string, Dim>;
  /** By the written name, `...lead`. */
  readonly spreads: ReadonlyMap<string, Shape>;
}
/** What the numbers of a `bool` parameter's variable stand for. */
export const truthValues: readonly string[] = ['false', 'true'];

export const unknown: UnknownValue = { kind: 'unknown' };
export const exact = (d: Dim): ExactValue => ({ kind: 'exact', dim: d });
export const tensor = (value: GraphValue): TensorValue => ({ kind: 'tensor', value });

/** A compile-time number, where it is one number. */
export function numberOf(value: Value): number | undefined {
  if (value.kind === 'float') return value.value;
  return value.kind === 'exact' ? asNumber(value.dim) : undefined;
}

export const isCompileTimeNumber = (value: Value): value is ExactValue | FloatValue =>
  value.kind === 'exact' || value.kind === 'float';

/** `float32[28, 28, 1]`, without the dtype where it is float32. */
export const describeType = (type: TensorType): string =>
  `${type.dtype === 'float32' ? '' : type.dtype}${displayShape(type.shape)}`;

/** A value as a noun phrase for messages: "the number 3", "a tensor of shape [28, 28, 1]". */
export function describe(value: Value): string {
  switch (value.kind) {
    case 'exact':
      return asInteger(value.dim) === undefined
        ? `the number ${display(value.dim)}`
        : `the integer ${display(value.dim)}`;
    case 'float':
      return `the number ${value.value}`;
    case 'bool':
      return `the truth value ${displayCondition(value.condition)}`;
    case 'string':
      return `the string ${JSON.stringify(value.value)}`;
    case 'list':
      return `a list of ${value.elements.length}`;
    case 'tuple':
      return `a tuple of ${value.elements.length}`;
    case 'option':
      return `the option \`${value.name}\``;
    case 'builtin':
      return `${builtinNoun(value)} \`${value.name}\``;
    case 'tensor':
      return `a tensor of shape ${describeType(value.value.type)}`;
    case 'recipe':
      return `${recipeNoun(value.recipe)} \`${value.recipe.label}\``;
    case 'instance':
      return `the layer \`${value.instance.recipe.label}\``;
    case 'constFunction':
      return `the compile-time function \`${value.symbol.name}\``;
    case 'opaque':
      return value.what;
    case 'cases':
      return 'one of several values';
    case 'unknown':
      return 'something with an error';
  }
}

const recipeNoun = (recipe: Recipe): string =>
  recipe.kind !== 'block' ? 'the layer' : recipe.node.kind === 'Block' ? 'the block' : 'the model';

function builtinNoun(value: BuiltinValue): string {
  if (value.function) return 'the function';
  if (value.pair) return 'the loss';
  if (value.metric) return 'the metric';
  if (value.optimizer) return 'the optimizer';
  return `the ${value.named[0]?.kind ?? 'name'}`;
}

/** True for values that a rule may have to be asked about case by case. */
export const isOpen = (value: Value): boolean =>
  value.kind === 'cases' ||
  (value.kind === 'opaque' && value.choice !== undefined) ||
  (value.kind === 'bool' && value.condition.kind !== 'true' && value.condition.kind !== 'false') ||
  (value.kind === 'tuple' && value.elements.some(isOpen));

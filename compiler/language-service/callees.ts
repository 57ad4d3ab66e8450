/**
 * A call or stage → what is called, what its arguments are called, and which of them each written argument is. From the
 * definitions and declarations alone, so that it serves half-written calls too.
 */
import type { Argument, ArgumentList, Block, Call, CallStage, Input, Model, ModelAlias, Node, Parameter as DeclaredParameter } from '../../grammar/ast.ts'; // prettier-ignore
import type { Unit } from '../../grammar/unit.ts';
import { builtinNamed } from '../check/builtins.ts';
import { compileTimeFunctions } from '../check/compile-time.ts';
import type { FunctionDefinition, PairDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition } from '../definitions/define-layer.ts';
import type { NamedDefinition, OptimizerDefinition } from '../definitions/define-optimizer.ts';
import type { Parameter, Parameters } from '../definitions/parameters.ts';
import { registry } from '../definitions/registry.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import { localsOf, type Local } from './locals.ts';
import { meaningAmong } from './meaning.ts';

/** One thing that may be given. */
export interface Slot {
  readonly name: string;
  /** `tensor`: data; `parameter`: decides what is made or done; `option`: of the call of a layer, by name. */
  readonly kind: 'tensor' | 'parameter' | 'option';
  readonly isRequired: boolean;
  /** Takes as many as there are. */
  readonly isVariadic: boolean;
  /** By position, too. */
  readonly isPositional: boolean;
  /** Of something built in. */
  readonly definition?: Parameter;
  /** Of something declared in a program. */
  readonly declared?: { readonly node: DeclaredParameter | Input; readonly of: FileSymbol };
}

export interface Callee {
  readonly name: string;
  readonly target:
    | { readonly kind: 'definition'; readonly definition: LayerDefinition | FunctionDefinition | PairDefinition | NamedDefinition | OptimizerDefinition }
    /** `floor`, `range`: computed by the compiler. */
    | { readonly kind: 'compileTime'; readonly name: string }
    /** A block, a model or a compile-time function. */
    | { readonly kind: 'symbol'; readonly symbol: FileSymbol };
  /** Whether the first argument list makes a layer and the second applies it. */
  readonly isLayer: boolean;
  /** What makes it: parameters. Of functions: tensors first. */
  readonly made: readonly Slot[];
  /** What a layer, block or model is applied to: `Layer(…)(x, mask: m)`. Empty where `isLayer` is false. */
  readonly applied: readonly Slot[];
} // prettier-ignore

/** Which of several things a built-in name is. */
export type Wanted = NamedDefinition['kind'] | 'optimizer' | 'metric';

/** What a name means when it is called at a place; undefined for what cannot be called, is unknown or is left open. */
export function calleeNamed(
  file: FileScope,
  unit: Unit | undefined,
  name: string,
  offset: number,
  wanted?: Wanted,
  locals = unit ? localsOf(file, unit) : [],
): Callee | undefined {
  // prettier-ignore
  const meaning = meaningAmong(locals, file, name, offset, 'call');
  if (meaning?.kind === 'symbol') return symbolCallee(meaning.symbol);
  if (meaning?.kind === 'local') return madeCallee(meaning.local);
  return meaning?.kind === 'builtin' ? builtinCallee(name, wanted) : undefined;
}

/** A layer that has been made, `layer f = Dense(8)`: what is left is to apply it. */
function madeCallee({ node, name, file, unit }: Local): Callee | undefined {
  if (node.kind !== 'LayerStatement') return undefined;
  const value = node.value.kind === 'Call' ? node.value.callee : node.value;
  const callee = value.kind === 'Name' ? calleeNamed(file, unit, value.name, value.span.start) : undefined;
  return callee && (callee.isLayer ? { ...callee, name, isLayer: false, made: callee.applied, applied: [] } : callee);
}

/** Something built in. `wanted` tells which is meant where one name is several things: the initializer or the function. */
export function builtinCallee(name: string, wanted?: Wanted): Callee | undefined {
  // prettier-ignore
  const layer = registry.layers.get(name);
  if (layer) return layerCallee(layer);
  const builtin = builtinNamed(name);
  const named =
    builtin?.named.find(({ kind }) => kind === wanted) ?? (builtin?.function ? undefined : builtin?.named[0]);
  if (wanted === 'optimizer' && builtin?.optimizer) return plainCallee(builtin.optimizer, []);
  if (wanted === 'metric' && builtin?.metric) return pairCallee(builtin.metric);
  if (named && (wanted || !builtin?.pair)) return plainCallee(named, []);
  if (builtin?.function) return functionCallee(builtin.function);
  const pair = builtin?.pair ?? builtin?.metric;
  if (pair) return pairCallee(pair);
  if (builtin?.optimizer) return plainCallee(builtin.optimizer, []);
  if (!compileTimeFunctions.has(name)) return undefined;
  return { name, target: { kind: 'compileTime', name }, isLayer: false, made: [], applied: [] };
}

function layerCallee(definition: LayerDefinition): Callee {
  const options = slotsOf(definition.callParameters ?? {}, 'option').map((slot) => ({ ...slot, isPositional: false }));
  return {
    name: definition.name,
    target: { kind: 'definition', definition },
    isLayer: true,
    made: [...slotsOf(definition.parameters, 'parameter'), layerName],
    applied: [...tensorSlots(definition.tensors), ...options],
  };
}

/** Every layer may be given a name for its weights. */
const layerName: Slot = { name: 'name', kind: 'parameter', isRequired: false, isVariadic: false, isPositional: false };

function functionCallee(definition: FunctionDefinition): Callee {
  const callee = plainCallee(definition, tensorSlots(definition.tensors));
  // `einsum("q d, k d -> q k", a, b)`: before any number of tensors stands what says how many.
  const isFirst = ({ definition: own }: Slot): boolean => own?.type.kind === 'string';
  if (!callee.made.some(({ isVariadic }) => isVariadic)) return callee;
  return { ...callee, made: [...callee.made.filter(isFirst), ...callee.made.filter((slot) => !isFirst(slot))] };
}

const pairCallee = (definition: PairDefinition): Callee => {
  const tensors = tensorSlots(['target', 'output']).map((slot) => ({ ...slot, isRequired: true }));
  const callee = plainCallee(definition, tensors);
  const extras = tensorSlots(['mask?', 'sampleWeight?']).map((slot) => ({ ...slot, isPositional: false }));
  return { ...callee, made: [...callee.made, ...extras] };
};

function plainCallee(
  definition: FunctionDefinition | PairDefinition | NamedDefinition | OptimizerDefinition,
  tensors: readonly Slot[],
): Callee {
  // prettier-ignore
  const made = [...tensors, ...slotsOf(definition.parameters, 'parameter')];
  return { name: definition.name, target: { kind: 'definition', definition }, isLayer: false, made, applied: [] };
}

const tensorSlots = (names: readonly string[]): readonly Slot[] =>
  names.map((written) => ({
    name: written.replace(/^\.\.\.|\?$/g, ''),
    kind: 'tensor',
    isRequired: !written.endsWith('?'),
    isVariadic: written.startsWith('...'),
    isPositional: true,
  }));

const swallowing: ReadonlySet<string> = new Set(['sizes', 'axes', 'permutation']);

const slotsOf = (parameters: Parameters, kind: Slot['kind']): readonly Slot[] =>
  Object.entries(parameters).map(([name, definition]) => ({
    name,
    kind,
    isRequired: definition.required,
    isVariadic: swallowing.has(definition.type.kind),
    isPositional: definition.named !== true && definition.type.kind !== 'namedSizes',
    definition,
  }));

function symbolCallee(symbol: FileSymbol): Callee | undefined {
  const { node } = symbol;
  const target = { kind: 'symbol', symbol } as const;
  if (node.kind === 'ModelAlias')
    return { name: symbol.name, target, isLayer: true, made: [layerName], applied: aliasedInputs(symbol, node) };
  const made = (node.parameters ?? []).map((parameter) => declaredSlot(symbol, parameter));
  if (node.kind === 'Const') return node.parameters && { name: symbol.name, target, isLayer: false, made, applied: [] };
  return { name: symbol.name, target, isLayer: true, made: [...made, layerName], applied: inputSlots(symbol, node) };
}

/** What the model takes that an alias stands for; an alias of an alias is none. */
function aliasedInputs({ file }: FileSymbol, { value }: ModelAlias): readonly Slot[] {
  const name = value.kind === 'Call' ? value.callee : value;
  const model = name.kind === 'Name' ? file.symbols.get(name.name) : undefined;
  return model?.node.kind === 'Model' ? inputSlots(model, model.node) : [];
}

const declaredSlot = (of: FileSymbol, node: DeclaredParameter): Slot => ({
  name: node.name.name,
  kind: 'parameter',
  isRequired: !node.defaultValue,
  isVariadic: false,
  isPositional: true,
  declared: { node, of },
});

const inputSlots = (of: FileSymbol, node: Block | Model): readonly Slot[] =>
  node.body.statements.flatMap((statement): Slot[] =>
    statement.kind === 'Input'
      ? [{ name: statement.name.name, kind: 'tensor', isRequired: !statement.defaultValue, isVariadic: false, isPositional: true, declared: { node: statement, of } }]
      : [],
  ); // prettier-ignore

/** A call as it is written: `Layer(made)(applied)`, `f(made)`, `-> f(made)`. */
export interface CallSite {
  readonly callee: Callee;
  /** The stage or the (inner) call that names the callee. */
  readonly node: Call | CallStage;
  readonly lists: readonly { readonly list: ArgumentList; readonly slots: readonly Slot[]; /** Slots that the piped value has taken. */ readonly piped: number }[]; // prettier-ignore
}

/**
 * The call that a node is, where its callee is a name with a meaning. `Layer(a)(b)`: give the outer or the inner call.
 * `locals`: the names of the declaration, where they are known.
 */
export function callSiteOf(file: FileScope, unit: Unit, node: Call | CallStage, path: readonly Node[], locals = localsOf(file, unit)): CallSite | undefined {
  const isOuter = node.kind === 'Call' && node.callee.kind === 'Call';
  const inner = isOuter ? (node.callee as Call) : node;
  if (inner.callee.kind !== 'Name') return undefined;
  const { name, span } = inner.callee;
  const callee = calleeNamed(file, unit, name, span.start, wantedAt(path, inner), locals);
  if (!callee) return undefined;
  const flowing = inner.kind === 'CallStage' || isHead(path, node) ? flowingInto(path, node) : 0;
  const written = inner.kind === 'CallStage' ? inner.calls : isOuter ? [inner.arguments, (node as Call).arguments] : [inner.arguments]; // prettier-ignore
  const lists = written.map((list, i) => {
    const isMade = i === 0;
    return { list, slots: isMade ? callee.made : callee.applied, piped: takesPiped(callee, i) ? flowing : 0 };
  });
  return { callee, node: inner, lists };
} // prettier-ignore

/** Whether what flows into a stage fills the first slots of this of its argument lists. */
export const takesPiped = ({ isLayer, made }: Callee, list: number): boolean =>
  isLayer ? list === 1 : list === 0 && made.some(({ kind }) => kind === 'tensor');

/** How many values flow into a stage, as far as the text tells: `(q, v, k) -> Attention`. */
function flowingInto(path: readonly Node[], node: Node): number {
  const parent = path[path.indexOf(node) - 1];
  const isFirst = parent?.kind === 'Pipeline' && parent.stages[0] === node;
  return isFirst && parent.head.kind === 'Tuple' ? parent.head.elements.length : 1;
}

/** The first of a pipeline of layers is a stage that looks like a call. */
function isHead(path: readonly Node[], node: Node): boolean {
  const parent = path[path.indexOf(node) - 1];
  return parent?.kind === 'Pipeline' && parent.head === node && parent.stages.length > 0 && node.kind === 'Call' && node.callee.kind === 'Name' && /^_*[A-Z]/.test(node.callee.name); // prettier-ignore
}

/** Which of several things a name is where it stands as an argument: what the argument's parameter wants. */
export function wantedAt(path: readonly Node[], node: Node): Wanted | undefined {
  const field = path.findLast((above) => above.kind === 'TrainField');
  const parent = path[path.indexOf(node) - 1];
  if (field?.kind === 'TrainField' && parent === field && field.name.name === 'optimizer') return 'optimizer';
  if (field?.kind === 'TrainField' && field.name.name === 'metrics') return 'metric';
  if (field?.kind === 'TrainField' && field.name.name === 'callbacks') return 'callback';
  if (parent?.kind === 'Weight') return 'initializer';
  if (parent?.kind !== 'Argument') return undefined;
  const name = parent.name?.name ?? '';
  if (/initializer$/i.test(name)) return 'initializer';
  if (/regularizer$/i.test(name)) return 'regularizer';
  if (/constraint$/i.test(name)) return 'constraint';
  return /learningRate|schedule/i.test(name) ? 'schedule' : undefined;
}

/** The slot that the `index`th argument of a list fills; undefined where there is none such. */
export function slotAt(
  { list, slots, piped }: CallSite['lists'][number],
  index: number,
  argument: Argument | undefined = list.arguments[index],
): Slot | undefined {
  // prettier-ignore
  const given = (one: Argument): GivenArgument => ({
    label: one.name && !one.name.missing ? one.name.name : undefined,
    isString: one.value.kind === 'StringLiteral',
  });
  const before = list.arguments.slice(0, index).map(given);
  return slotOf(slots, piped, before, argument ? given(argument) : { label: undefined, isString: false });
}

/** As much of an argument as can be told while it is being written. */
export interface GivenArgument {
  readonly label: string | undefined;
  readonly isString: boolean;
}

/** The slot of an argument behind others, which fill slots of their own. */
export function slotOf(
  slots: readonly Slot[],
  piped: number,
  before: readonly GivenArgument[],
  { label, isString }: GivenArgument,
): Slot | undefined {
  // prettier-ignore
  if (label !== undefined) return slots.find(({ name }) => name === label);
  const positional = slots.filter(({ isPositional }) => isPositional);
  // A pattern is no tensor: `einsum("q d, k d -> q k", a, b)`.
  const patternSlot = positional.find(
    ({ kind, definition }) => kind === 'parameter' && definition?.type.kind === 'string',
  );
  const isPattern = (one: GivenArgument): boolean =>
    one.isString && patternSlot !== undefined && positional.some(({ kind }) => kind === 'tensor');
  const isFirst = before.length === 0 && patternSlot !== undefined && patternSlot === positional[0];
  if (isFirst || isPattern({ label, isString })) return patternSlot;
  // What has been given by its label, or is a pattern, takes no position.
  const isTaken = (slot: Slot): boolean =>
    before.some((one) => one.label === slot.name || (slot === patternSlot && isPattern(one)));
  const open = positional.filter((slot) => !isTaken(slot));
  const at = piped + before.filter((one) => one.label === undefined && !isPattern(one)).length;
  // What takes as many as there are takes all that come behind it.
  const swallower = open.findIndex(({ isVariadic }) => isVariadic);
  return open[swallower >= 0 && at > swallower ? swallower : at];
}

/** Calls in expressions: `f(a, b)`, `Layer(args)`, `Layer(args)(x)`, compile-time functions, losses. */
import type { Argument, Call, Name } from '../../grammar/ast.ts';
import type { FunctionDefinition } from '../definitions/define-function.ts';
import { argumentDuplicate, argumentType } from '../diagnostics/catalogue/arguments.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import type { GraphValue } from '../graph/model-graph.ts';
import { applyFunction } from './apply.ts';
import { bindParameters } from './bind-arguments.ts';
import { builtinNamed, isOfFamily, layerNamed, namesOfFamily } from './builtins.ts';
import { compileTimeFunctions, evaluateCompileTime } from './compile-time.ts';
import { callConstant } from './constants.ts';
import { placeOf, report, shortText, type BodyContext } from './context.ts';
import { declaredName, evaluate } from './evaluate.ts';
import { anyOption, type Expected } from './expected.ts';
import { applyInstance, configure, instanceAt } from './instances.ts';
import { applyLoss } from './losses.ts';
import { reportUnknownCallee } from './stages.ts';
import { toTensor } from './tensors.ts';
import { describe, unknown, type BuiltinValue, type Recipe, type Value } from './values.ts';

export function evaluateCall(ctx: BodyContext, node: Call, expected: Expected): Value {
  const { callee } = node;
  const args = node.arguments.arguments;
  const place = placeOf(ctx, node.span);
  const name = shortText(placeOf(ctx, callee.span), 30);
  const found = callee.kind === 'Name' ? calleeOf(ctx, callee, expected) : evaluate(ctx, callee);
  if (!found) {
    for (const argument of args) evaluate(ctx, argument.value, anyOption);
    return unknown;
  }
  switch (found.kind) {
    case 'unknown':
    case 'opaque':
      for (const argument of args) evaluate(ctx, argument.value, anyOption);
      return found;
    case 'constFunction':
      return callConstant(ctx, found.symbol, args, { name, place });
    case 'instance':
      return applyInstance(ctx, found.instance, undefined, args, { name, place });
    case 'recipe': {
      const calleePlace = placeOf(ctx, callee.span);
      if (callee.kind === 'Name') {
        const recipe = configure(ctx, found.recipe, node.arguments, { name, place: calleePlace }, place);
        return isBroken(recipe) ? unknown : { kind: 'recipe', recipe };
      }
      // `Dense(64)(x)`: the inner call is the constructor.
      const written = callee.kind === 'Call' && callee.callee.kind === 'Name' ? callee.callee.name : name;
      const instance = instanceAt(ctx, found.recipe, callee, written, place);
      return applyInstance(ctx, instance, undefined, args, { name: written, place });
    }
    case 'builtin':
      return callBuiltin(ctx, found, node, expected);
    default:
      report(ctx, argumentType.callable({ name, got: describe(found) }), callee.span);
      return unknown;
  }
}

/** An argument is broken, or open in a block on its own. */
const isBroken = (recipe: Recipe): boolean =>
  recipe.kind === 'layer' ? recipe.parameters === undefined : recipe.kind === 'block' && recipe.isBroken === true;

/** A call looks for a callable: what is none is passed over where a built-in is. */
function calleeOf(ctx: BodyContext, callee: Name, expected: Expected): Value | undefined {
  const declared = declaredName(ctx, callee.name);
  const callable = declared && ['recipe', 'instance', 'builtin', 'constFunction', 'opaque', 'unknown'].includes(declared.kind); // prettier-ignore
  if (callable) return declared;
  const builtin = builtinNamed(callee.name) ?? layerNamed(callee.name);
  if (builtin) return builtin;
  if (compileTimeFunctions.has(callee.name)) return { kind: 'builtin', name: callee.name, named: [] };
  if (declared) return declared;
  reportUnknownCallee(ctx, callee, expected.families.flatMap(namesOfFamily));
  return undefined;
}

function callBuiltin(ctx: BodyContext, builtin: BuiltinValue, node: Call, expected: Expected): Value {
  const args = node.arguments.arguments;
  const place = placeOf(ctx, node.span);
  const callee = { name: builtin.name, place: placeOf(ctx, node.callee.span) };
  const wanted = expected.families.find((family) => isOfFamily(builtin, family));
  if (wanted === 'activation' && builtin.function) {
    const bound = bindParameters(ctx, callee, builtin.function.parameters, args, false);
    return bound.values
      ? { ...builtin, arguments: bound.values, isUndecided: bound.isUndecided, undecided: bound.undecided }
      : unknown;
  }
  if (wanted && wanted !== 'optimizer' && wanted !== 'layer') return configureNamed(ctx, builtin, args, callee, wanted);
  if (wanted === 'optimizer' && builtin.optimizer) {
    const bound = bindParameters(ctx, callee, builtin.optimizer.parameters, args, false);
    return bound.values
      ? { ...builtin, arguments: bound.values, isUndecided: bound.isUndecided, undecided: bound.undecided }
      : unknown;
  }
  if (compileTimeFunctions.has(builtin.name)) {
    const values = args.map((argument) => evaluate(ctx, argument.value));
    const isTensor = values.some((value) => value.kind === 'tensor') || args.some((argument) => argument.name);
    if (!isTensor || !builtin.function) return evaluateCompileTime(ctx, builtin.name, values, args, place);
  }
  if (builtin.function) return applyNamedFunction(ctx, builtin, undefined, args, { name: builtin.name, place, callee: callee.place }); // prettier-ignore
  if (builtin.pair) return applyLoss(ctx, builtin.pair, args, { name: builtin.name, place });
  const first = builtin.named[0];
  if (first) return configureNamed(ctx, builtin, args, callee, first.kind);
  if (builtin.optimizer) {
    const bound = bindParameters(ctx, callee, builtin.optimizer.parameters, args, false);
    return bound.values
      ? { ...builtin, arguments: bound.values, isUndecided: bound.isUndecided, undecided: bound.undecided }
      : unknown;
  }
  report(ctx, argumentType.callable({ name: builtin.name, got: describe(builtin) }), node.callee.span);
  return unknown;
}

function configureNamed(
  ctx: BodyContext,
  builtin: BuiltinValue,
  args: readonly Argument[],
  callee: { readonly name: string; readonly place: Place },
  kind: string,
): Value {
  // prettier-ignore
  const definition = builtin.named.find((candidate) => candidate.kind === kind);
  if (!definition) return unknown;
  const bound = bindParameters(ctx, callee, definition.parameters, args, false);
  return bound.values
    ? {
        ...builtin,
        named: [definition],
        arguments: bound.values,
        isUndecided: bound.isUndecided,
        undecided: bound.undecided,
      }
    : unknown;
}

export interface FunctionSite {
  readonly name: string;
  readonly place: Place;
  readonly callee: Place;
}

/** A function applied to what flows in (first) and its arguments. */
export function applyNamedFunction(
  ctx: BodyContext,
  builtin: BuiltinValue,
  flowing: Value | undefined,
  args: readonly Argument[],
  site: FunctionSite,
): Value {
  // prettier-ignore
  const definition = builtin.function;
  if (!definition) {
    if (builtin.pair) return applyLoss(ctx, builtin.pair, args, site);
    report(ctx, argumentType.callable({ name: builtin.name, got: describe(builtin) }), site.callee);
    return unknown;
  }
  const piped = flowing === undefined ? [] : flowing.kind === 'tuple' ? flowing.elements : [flowing];
  const split = splitTensors(ctx, definition, piped, args, site);
  if (builtin.arguments && split.rest.length === 0)
    return split.tensors ? applyFunction(ctx, definition, builtin.arguments, split.tensors, { ...withPlaces(site), isUndecided: builtin.isUndecided ?? false, undecided: builtin.undecided }, split.names) : unknown; // prettier-ignore
  const bound = bindParameters(ctx, { name: site.name, place: site.callee }, definition.parameters, split.rest, false);
  if (!split.tensors) return unknown;
  return applyFunction(ctx, definition, bound.values, split.tensors, { ...withPlaces(site), argumentPlaces: bound.places, isUndecided: bound.isUndecided, undecided: bound.undecided }, split.names); // prettier-ignore
}

const withPlaces = (site: FunctionSite) => ({ name: site.name, place: site.place, argumentPlaces: new Map<string, Place>() }); // prettier-ignore

interface Split {
  /** Undefined where one is broken. */
  readonly tensors: readonly GraphValue[] | undefined;
  /** Their names in the definition, where they are not simply the first ones. */
  readonly names?: readonly string[];
  readonly rest: readonly Argument[];
}

/** The first arguments are tensors, by position or by their names; the others are parameters. */
function splitTensors(
  ctx: BodyContext,
  definition: FunctionDefinition,
  piped: readonly Value[],
  args: readonly Argument[],
  site: FunctionSite,
): Split {
  // prettier-ignore
  const variadic = definition.tensors.at(-1)?.startsWith('...') ?? false;
  const slots = definition.tensors.map((name) => name.replace(/^\.\.\.|\?$/g, ''));
  const given: { readonly slot: number; readonly tensor: GraphValue | undefined }[] = [];
  const where = `\`${site.name}\``;
  const place = (value: Value, at: Place): void => {
    given.push({ slot: given.length, tensor: toTensor(ctx, value, where, at) });
  };
  for (const value of piped) place(value, site.place);
  const rest: Argument[] = [];
  const kinds = Object.values(definition.parameters).map((p) => p.type.kind);
  // `heads: 8` names an axis of a pattern, also where a tensor has that name.
  const labelled = (argument: Argument): number =>
    argument.name && !definition.parameters[argument.name.name] && !kinds.includes('namedSizes') ? slots.indexOf(argument.name.name) : -1; // prettier-ignore
  /** Of a positional argument: patterns are no tensors, and what may be left out is one only where it looks like one. */
  const isTensor = (argument: Argument): boolean => {
    if (kinds.includes('string') && evaluate(ctx, argument.value, anyOption).kind === 'string') return false;
    if (variadic || given.length < requiredTensors(definition)) return true;
    return argument.value.kind === 'Name' && given.length < slots.length && ctx.scope.find(argument.value.name)?.value.kind === 'tensor'; // prettier-ignore
  };
  for (const argument of args) {
    const at = placeOf(ctx, argument.value.span);
    const slot = labelled(argument);
    if (slot >= 0) {
      if (given.some((g) => g.slot === slot)) report(ctx, argumentDuplicate.twice({ callee: site.name, name: slots[slot]!, byPosition: true }), argument.span); // prettier-ignore
      given.push({ slot, tensor: toTensor(ctx, evaluate(ctx, argument.value), where, at) });
    } else if (argument.name || !isTensor(argument)) rest.push(argument);
    else place(evaluate(ctx, argument.value), at);
  }
  if (given.some((g) => g.tensor === undefined)) return { tensors: undefined, rest };
  const sorted = [...given].sort((a, b) => a.slot - b.slot);
  const inOrder = sorted.every((g, i) => g.slot === i);
  return {
    tensors: sorted.map((g) => g.tensor!),
    rest,
    ...(inOrder || variadic ? {} : { names: sorted.map((g) => slots[g.slot]!) }),
  };
}

const requiredTensors = (definition: FunctionDefinition): number =>
  definition.tensors.filter((name) => !name.endsWith('?')).length;

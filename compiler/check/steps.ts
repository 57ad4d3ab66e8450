/**
 * `TimeDistributed` of what is more than one built-in layer: each step of what flows in becomes an example of its own,
 * the block, model, pipeline or made layer is applied as everywhere else, and the steps of each result are joined again.
 */
import type { Argument } from '../../grammar/ast.ts';
import type { FunctionDefinition } from '../definitions/define-function.ts';
import { argumentMissing, argumentUnknown } from '../diagnostics/catalogue/arguments.ts';
import { typeArity } from '../diagnostics/catalogue/shapes.ts';
import { bug, type Place } from '../diagnostics/diagnostic.ts';
import type { GraphValue } from '../graph/model-graph.ts';
import { asExamples, asSteps, atEachStep } from '../functions/steps.ts';
import { isSpread, type Dim } from '../shapes/index.ts';
import type { Callee } from './bind-arguments.ts';
import type { Coerced } from './coerce.ts';
import { inCases } from './cases.ts';
import { report, shortText, withinOf, type BodyContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { applyInstance, configure, instanceNamed } from './instances.ts';
import { RuleNeed } from './rule-need.ts';
import { toTensor } from './tensors.ts';
import { tensor, unknown, type Instance, type Recipe, type Value } from './values.ts';

const isRecipe = (value: unknown): value is Recipe => typeof value === 'object' && value !== null && 'kind' in value;

/** What the argument `layer` of a wrapper is where it is no built-in layer. */
export function wrappedBody(parameters: Readonly<Record<string, unknown>> | undefined): Recipe | undefined {
  const given = parameters?.['layer'];
  return isRecipe(given) ? given : undefined;
}

/** A block, model, pipeline or made layer as such an argument; undefined for anything else. A bare name gets its defaults. */
export function wrappable(ctx: BodyContext, value: Value, place: Place): Coerced | undefined {
  if (value.kind === 'instance')
    return { value: { kind: 'instance', instance: value.instance, label: value.instance.path } satisfies Recipe };
  if (value.kind !== 'recipe') return undefined;
  // A built-in layer runs by itself, except where it wraps what does not.
  if (value.recipe.kind === 'layer' && !wrappedBody(value.recipe.parameters)) return undefined;
  return { value: configure(ctx, value.recipe, undefined, { name: nameOf(value.recipe), place }, place) };
}

/** The steps that are examples here, for nodes and for types. */
export const stepsOf = ({ steps }: Pick<BodyContext, 'steps'>): { readonly steps?: readonly Dim[] } =>
  steps.length === 0 ? {} : { steps };

/** The tensor as it is inside `TimeDistributed`: what was made outside is the same at each step. */
export function hereOf(ctx: BodyContext, value: GraphValue, place: Place): GraphValue {
  const { steps = [], batched } = value.type;
  if (!batched || steps.length === ctx.steps.length) return value;
  const time = ctx.steps[steps.length] ?? bug('a step of a sequence is used outside of it');
  const outer = { ...ctx, steps };
  const inner = ctx.steps.slice(0, steps.length + 1);
  return hereOf(ctx, moved(outer, atEachStep, { time }, value, { ...value.type, steps: inner }, place), place);
}

/** A node of the steps around, whose definition says what becomes of the values. */
function moved(
  ctx: Pick<BodyContext, 'assembler' | 'steps' | 'within'>,
  definition: FunctionDefinition,
  parameters: Readonly<Record<string, unknown>>,
  input: GraphValue,
  type: GraphValue['type'],
  origin: Place,
): GraphValue {
  // prettier-ignore
  const node = { kind: 'apply', definition, parameters, inputs: [input], weights: {}, path: '', origin, label: shortText(origin), ...stepsOf(ctx), ...withinOf(ctx), outputs: [type] } as const;
  return ctx.assembler.add(node)[0] ?? bug('a node without results');
}

interface Sequence {
  readonly time: Dim;
  readonly examples: GraphValue;
}

/** A sequence taken apart; undefined where it has no steps (reported), or a `...spread` hides how many. */
function takenApart(ctx: BodyContext, given: GraphValue, callee: Callee): Sequence | undefined {
  const value = hereOf(ctx, given, callee.place);
  const site = { name: callee.name, place: callee.place, argumentPlaces: new Map<string, Place>() };
  const need = new RuleNeed(ctx, site, [value]);
  const result = asExamples.shape({ input: value.type, inputs: [value.type], named: { x: value.type }, parameters: {}, need }); // prettier-ignore
  const time = value.type.shape[0];
  if (!result || need.failed || !time || isSpread(time)) return undefined;
  const type = { dtype: value.type.dtype, shape: value.type.shape.slice(1), batched: true, steps: [...ctx.steps, time] }; // prettier-ignore
  return { time, examples: moved(ctx, asExamples, {}, value, type, callee.place) };
}

/** Names by which the tensors may be given: those of a block's inputs. */
function inputNames(body: Recipe): readonly string[] {
  if (body.kind === 'instance') return inputNames(body.instance.recipe);
  if (body.kind !== 'block') return ['x'];
  return body.node.body.statements.flatMap((statement) => (statement.kind === 'Input' ? [statement.name.name] : []));
}

/** The tensors of the call in order; undefined where one is broken (reported). */
function givenTensors(
  ctx: BodyContext,
  body: Recipe,
  piped: readonly Value[],
  args: readonly Argument[],
  callee: Callee,
): readonly GraphValue[] | undefined {
  // prettier-ignore
  const names = inputNames(body);
  const values: (Value | undefined)[] = [...piped];
  for (const { name, value } of args) {
    const at = name ? names.indexOf(name.name) : values.length;
    const evaluated = evaluate(ctx, value);
    if (at >= 0) values[at] = evaluated;
    else {
      report(ctx, argumentUnknown.ofStep({ callee: callee.name, name: name!.name, names }), name!.span);
      return undefined;
    }
  }
  const leftOut = names.find((_, i) => i < values.length && !values[i]);
  if (leftOut !== undefined) {
    report(ctx, argumentMissing.ofStep({ callee: callee.name, name: leftOut, names }), callee.place);
    return undefined;
  }
  if (values.length === 0) report(ctx, typeArity.count({ callee: callee.name, takes: '1 tensor', got: 0, names: ['x'], required: 1 }), callee.place); // prettier-ignore
  const tensors = values.map((value) => value && toTensor(ctx, value, `\`${callee.name}\``, callee.place));
  return tensors.length > 0 && tensors.every((t) => t !== undefined) ? tensors : undefined;
}

/** Whether all are sequences of as many steps as the first. */
function areAsLong(ctx: BodyContext, inputs: readonly GraphValue[], [first, ...others]: readonly Sequence[], { name, place }: Callee): boolean {
  const need = new RuleNeed(ctx, { name, place, argumentPlaces: new Map() }, inputs);
  const left = { input: inputs[0]!.type, axis: 0 };
  return others.every(({ time }, i) => need.equal(first!.time, time, { what: 'numbers of steps', left, right: { input: inputs[i + 1]!.type, axis: 0 } })); // prettier-ignore
} // prettier-ignore

/** As the messages call it: a block by its name. */
const nameOf = (body: Recipe): string => (body.kind === 'block' ? body.node.name.name : body.label);

export function applyAtEachStep(
  ctx: BodyContext,
  instance: Instance,
  body: Recipe,
  piped: readonly Value[],
  args: readonly Argument[],
  callee: Callee,
): Value {
  // prettier-ignore
  const given = givenTensors(ctx, body, piped, args, callee);
  const sequences = given?.map((value) => takenApart(ctx, value, callee));
  if (!sequences || !sequences.every((s) => s !== undefined) || !areAsLong(ctx, given!, sequences, callee))
    return unknown;
  const { time } = sequences[0]!;
  const examples = sequences.map((s) => tensor(s.examples));
  const inner: BodyContext = {
    ...ctx,
    owner: { path: instance.path, names: new Map(), children: instance.children },
    loops: [],
    steps: [...ctx.steps, time],
  };
  const part = instanceNamed(inner, body, 'layer', instance.site, instance.made);
  const flowing: Value = examples.length === 1 ? examples[0]! : { kind: 'tuple', elements: examples };
  const result = applyInstance(inner, part, flowing, [], {
    ...callee,
    name: nameOf(body),
    applied: `${callee.name}(…)`,
  });
  if (ctx.mode !== 'names') instance.built ??= { inputs: [], weights: {}, place: callee.place };
  const joined = (at: BodyContext, value: Value): Value => {
    if (value.kind === 'tuple') return { ...value, elements: value.elements.map((element) => joined(at, element)) };
    return value.kind === 'tensor' ? tensor(joinedSteps(at, value.value, time, callee.place)) : unknown;
  };
  return inCases(ctx, undefined, result, joined);
}

/** The steps of a result as one sequence again; what is the same for every example stays so. */
function joinedSteps(ctx: BodyContext, given: GraphValue, time: Dim, place: Place): GraphValue {
  const value = hereOf({ ...ctx, steps: [...ctx.steps, time] }, given, place);
  const { dtype, shape, batched } = value.type;
  const steps = batched ? stepsOf(ctx) : {};
  return moved(ctx, asSteps, { time }, value, { dtype, shape: [time, ...shape], batched, ...steps }, place);
}

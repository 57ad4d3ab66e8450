/** Blocks and models as blocks: parameters bound, inputs bound to the shapes that are given, the body run in place. */
import type { Argument, Block, Input, Model } from '../../grammar/ast.ts';
import { argumentUnknown } from '../diagnostics/catalogue/arguments.ts';
import { nameRecursive } from '../diagnostics/catalogue/names.ts';
import { requireFailed } from '../diagnostics/catalogue/structure.ts';
import { shapeMismatch, shapeRank, typeArity, typeDtype } from '../diagnostics/catalogue/shapes.ts';
import { plural, nearNames } from '../diagnostics/suggest.ts';
import type { GraphValue, NodeGroup } from '../graph/model-graph.ts';
import { asNumber, bindShapes, dim, display, displayAxis, displayCondition, displayShape, isRelation, noBindings, substituteCondition, variablesOf, variablesOfCondition, type BindFailure, type Bindings, type Dim, type SizeVariable } from '../shapes/index.ts'; // prettier-ignore
import { givenArguments } from './argument-text.ts';
import type { Callee } from './bind-arguments.ts';
import { runBody } from './body.ts';
import {
  groupIn,
  placeOf,
  report,
  withinBudget,
  type BodyContext,
  type CheckedBlock,
  type Owner,
  type Session,
} from './context.ts';
import { checkedBlock, usedContext } from './check-block.ts';
import { holds } from './decide.ts';
import { evaluate } from './evaluate.ts';
import { layerNamesOf } from './layer-names.ts';
import { rankCause } from './rank-causes.ts';
import { broadcastDefault, declaredType, type DeclaredType } from './tensor-types.ts';
import { toTensor } from './tensors.ts';
import {
  describeType,
  exact,
  tensor,
  unknown,
  type BlockUse,
  type Instance,
  type Recipe,
  type Value,
} from './values.ts';

type BlockRecipe = Extract<Recipe, { kind: 'block' }>;

/** Blocks inside blocks; what goes deeper has a `layer` parameter that leads back to itself. */
const mostNested = 64;

/** Runs the body of a block for the tensors that are given. */
export function applyBlock(
  ctx: BodyContext,
  instance: Instance,
  recipe: BlockRecipe,
  piped: readonly Value[],
  args: readonly Argument[],
  callee: Callee,
): Value {
  // prettier-ignore
  const { node, file, label } = recipe;
  if (!withinBudget(ctx, callee.place)) return unknown;
  const checked = checkedBlock(ctx.session, file, node);
  // A block may be handed to itself (`Twice(Twice(Dense(4)))`), but not without end.
  const isInside = checked.state === 'broken' && ctx.frames.some((frame) => frame.node === node);
  if (checked.state === 'busy' || isInside || ctx.frames.length > mostNested) {
    report(ctx, nameRecursive.cycle({ path: [...wayBack(ctx.session, node), node.name.name] }), callee.place);
    return unknown;
  }
  const owner: Owner = { path: instance.path, names: layerNamesOf(ctx.session, node), children: instance.children };
  const inner: BodyContext = { ...usedContext(ctx, file, node, { label, place: callee.place }), owner };
  for (const { name } of node.parameters) {
    const value = recipe.values.get(name.name) ?? unknown;
    inner.scope.set(name.name, { value, what: 'parameter', place: placeOf(inner, name.span) });
  }
  const errorsBefore = ctx.session.diagnostics.errorCount;
  const given = matchInputs(ctx, node, piped, args, callee);
  const bindings = given && bindInputs(ctx, inner, node, given, callee);
  if (!bindings) return unknown;
  if (ctx.mode === 'model') instance.uses.push(useOf(inner, bindings));
  const within = ctx.mode === 'model' ? useGroup(ctx, inner, instance, recipe, callee) : undefined;
  const { outputs } = runBody({ ...inner, boundSpreads: bindings.spreads, within }, node.body.statements);
  if (ctx.session.diagnostics.errorCount === errorsBefore && !meets(ctx, inner, checked, callee)) return unknown;
  if (outputs.length === 0) return unknown;
  if (outputs.length === 1) return outputs[0]!.value;
  return { kind: 'tuple', elements: outputs.map((o) => o.value), names: outputs.map((o) => o.name) };
}

/** What the nodes of this use are part of. */
const useGroup = (
  ctx: BodyContext,
  inner: BodyContext,
  { path }: Instance,
  { node, file }: BlockRecipe,
  { place }: Callee,
): NodeGroup =>
  groupIn(ctx, {
    kind: 'block',
    name: node.name.name,
    path,
    origin: place,
    declared: { file: file.source, span: node.span },
    arguments: givenArguments(inner, node.parameters),
  });

/** The blocks that are being checked, from this one on. */
function wayBack({ checkedBlocks }: Session, { name }: Block | Model): readonly string[] {
  const busy = [...checkedBlocks.values()].flatMap(({ value }) => (value.state === 'busy' ? [value.name] : []));
  const from = busy.indexOf(name.name);
  return from >= 0 ? busy.slice(from) : [name.name];
}

/** Whether what the block requires for all sizes holds for these: also where their numbers would stretch. */
function meets(ctx: BodyContext, inner: BodyContext, checked: CheckedBlock, callee: Callee): boolean {
  if (checked.state !== 'fine') return true;
  const sizes = new Map<number, Dim>();
  for (const [name, v] of checked.variables) {
    const size = sizeHere(v, inner.scope.find(name)?.value);
    if (size) sizes.set(v.id, size);
  }
  const known = checked.requirements.filter((c) => variablesOfCondition(c).every((v) => sizes.has(v.id)));
  const broken = known.find((condition) => !holds(ctx, substituteCondition(condition, sizes), callee.place));
  if (!broken) return true;
  const here = variablesOfCondition(broken).map((v) => `${v.name} is ${textHere(v, sizes.get(v.id)!)}`);
  report(ctx, requireFailed.inferred({ block: callee.name, text: displayCondition(broken), here }), callee.place);
  return false;
}

/** What a size or parameter of a block is at a use, as a number. */
function sizeHere({ labels }: SizeVariable, value: Value | undefined): Dim | undefined {
  if (value?.kind === 'exact') return value.dim;
  const label = value?.kind === 'option' ? value.name : value?.kind === 'bool' ? value.condition.kind : '';
  const at = labels?.indexOf(label) ?? -1;
  return at < 0 ? undefined : dim(at);
}

const textHere = ({ labels }: SizeVariable, size: Dim): string => labels?.[asNumber(size) ?? -1] ?? display(size);

/** With the dtype also where it is float32. */
const typeText = ({ dtype, shape }: GraphValue['type']): string => `${dtype}${displayShape(shape)}`;

const inputsOf = (node: Block | Model): readonly Input[] =>
  node.body.statements.filter((statement): statement is Input => statement.kind === 'Input');

/** The tensor for each input; undefined entries are optional inputs that are not given. */
function matchInputs(
  ctx: BodyContext,
  node: Block | Model,
  piped: readonly Value[],
  args: readonly Argument[],
  callee: Callee,
): readonly (GraphValue | undefined)[] | undefined {
  // prettier-ignore
  const inputs = inputsOf(node);
  const names = inputs.map((input) => input.name.name);
  const values: (Value | undefined)[] = [...piped];
  let broken = false;
  for (const argument of args) {
    const at = argument.name ? names.indexOf(argument.name.name) : values.length;
    const value = evaluate(ctx, argument.value);
    if (at >= 0) values[at] = value;
    else {
      const { name, span } = argument.name!;
      report(ctx, argumentUnknown.name({ callee: callee.name, name, near: nearNames(name, names), signature: names.join(', '), span }), span); // prettier-ignore
      broken = true;
    }
  }
  const missing = inputs.some((input, i) => !input.defaultValue && values[i] === undefined);
  if (broken || (missing && values.some((value) => value?.kind === 'unknown' || value?.kind === 'opaque')))
    return undefined;
  if (missing || values.length > inputs.length) {
    const required = inputs.filter((input) => !input.defaultValue).length;
    const takes = required === inputs.length ? plural(required, 'tensor') : `${required} to ${inputs.length} tensors`;
    report(ctx, typeArity.count({ callee: callee.name, takes, got: values.filter((v) => v).length, names, required, applied: callee.applied }), callee.place); // prettier-ignore
    return undefined;
  }
  const tensors = inputs.map((_, i) => values[i] && toTensor(ctx, values[i]!, `\`${callee.name}\``, callee.place));
  const unclear = tensors.some((t, i) => t === undefined && values[i] !== undefined);
  return unclear ? undefined : tensors;
}

/** Binds the size names of the inputs and declares the inputs; undefined after a report. */
function bindInputs(
  ctx: BodyContext,
  inner: BodyContext,
  node: Block | Model,
  given: readonly (GraphValue | undefined)[],
  callee: Callee,
): Bindings | undefined {
  // prettier-ignore
  const inputs = inputsOf(node);
  const declared = inputs.map((input) => declaredType(inner, input.type, true));
  if (declared.some((d) => d === undefined)) return undefined;
  const pairs = inputs.flatMap((input, i) => (given[i] ? [{ input, declared: declared[i]!, actual: given[i] }] : []));
  for (const pair of pairs) {
    if (pair.declared.dtype === pair.actual.type.dtype) continue;
    const related = [{ file: inner.file.source, span: pair.input.type.span, message: `\`${pair.input.name.name}\` is declared here` }]; // prettier-ignore
    report(ctx, typeDtype.input({ block: callee.name, input: pair.input.name.name, wanted: pair.declared.dtype, got: typeText(pair.actual.type) }), callee.place, related); // prettier-ignore
    return undefined;
  }
  const shapes = pairs.map((pair) => ({ declared: pair.declared.shape, actual: pair.actual.type.shape }));
  const bound = bindShapes(shapes, noBindings, ctx.assembler.facts);
  if (bound.kind !== 'bound') return reportBindFailure(ctx, inner, pairs, bound, callee);
  for (const { condition, input, axis } of bound.conditions) {
    if (holds(ctx, condition, callee.place)) continue;
    const pair = pairs[input]!;
    const [wanted, got] = isRelation(condition) ? [display(condition.left), display(condition.right)] : ['another size', 'this']; // prettier-ignore
    reportInputMismatch(ctx, inner, pair, axis, wanted, got, callee);
    return undefined;
  }
  bindSizes(inner, bound.bindings);
  inputs.forEach((input, i) => {
    const value = given[i] ?? broadcastDefault(inner, input, declared[i]!, bound.bindings);
    inner.scope.set(input.name.name, { value: value ? tensor(value) : unknown, what: 'input', place: placeOf(inner, input.name.span) }); // prettier-ignore
  });
  return bound.bindings;
}

/** Size names get the sizes that they were bound to. */
function bindSizes(inner: BodyContext, bindings: Bindings): void {
  for (const [name, entry] of inner.scope.entries) {
    if (entry.what !== 'size' || entry.value.kind !== 'exact') continue;
    const own = variablesOf(entry.value.dim)[0];
    const size = own && bindings.sizes.get(own.id);
    if (size) inner.scope.set(name, { ...entry, value: exact(size) });
  }
}

function useOf(inner: BodyContext, bindings: Bindings): BlockUse {
  const sizes = [...inner.scope.entries].flatMap(([name, { what, value }]) =>
    what === 'size' && value.kind === 'exact' ? [[name, value.dim] as const] : [],
  );
  const spreads = [...inner.spreads].map(([name, { id }]) => [name, bindings.spreads.get(id) ?? []] as const);
  return { sizes: new Map(sizes), spreads: new Map(spreads) };
}

interface InputPair {
  readonly input: Input;
  readonly declared: DeclaredType;
  readonly actual: GraphValue;
}

function reportBindFailure(
  ctx: BodyContext,
  inner: BodyContext,
  pairs: readonly InputPair[],
  failure: BindFailure,
  callee: Callee,
): undefined {
  // prettier-ignore
  const pair = pairs[failure.input]!;
  if (failure.kind === 'rank') {
    const data = { block: callee.name, input: pair.input.name.name, declared: inner.file.source.textOf(pair.input.type.span), shape: describeType(pair.actual.type), wanted: failure.expected, rank: failure.actual, ...rankCause(pair.actual, { rank: failure.expected, place: callee.place }) }; // prettier-ignore
    report(ctx, shapeRank.input(data), callee.place, declaredHere(inner, pair.input));
    return undefined;
  }
  const [expected, actual] = failure.kind === 'spread' ? [displayShape(failure.expected), displayShape(failure.actual)] : [display(failure.expected), display(failure.actual)]; // prettier-ignore
  reportInputMismatch(ctx, inner, pair, failure.axis, expected, actual, callee);
  return undefined;
}

function reportInputMismatch(
  ctx: BodyContext,
  inner: BodyContext,
  pair: InputPair,
  axis: number,
  wanted: string,
  got: string,
  callee: Callee,
): void {
  // prettier-ignore
  const shape = pair.actual.type.shape;
  const marked = `[${shape.map((size, i) => (i === axis ? `›${displayAxis(size)}‹` : displayAxis(size))).join(', ')}]`;
  const declared = inner.file.source.textOf(pair.input.type.span);
  const data = { block: callee.name, input: pair.input.name.name, declared, shape: marked, axis: `axis ${axis}`, wanted, got }; // prettier-ignore
  const from = { ...pair.actual.node.origin, message: `${describeType(pair.actual.type)} comes from here` };
  report(ctx, shapeMismatch.input(data), callee.place, [...declaredHere(inner, pair.input), from]);
}

const declaredHere = (inner: BodyContext, input: Input) => [
  { file: inner.file.source, span: input.type.span, message: `\`${input.name.name}\` is declared here` },
];

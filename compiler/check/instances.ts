/** Recipes become instances: a layer made at a place of the text, with a path; and instances are applied. */
import type { Argument, ArgumentList, Expression, Node } from '../../grammar/ast.ts';
import { argumentUnknown } from '../diagnostics/catalogue/arguments.ts';
import { nameDuplicate } from '../diagnostics/catalogue/names.ts';
import { typeArity } from '../diagnostics/catalogue/shapes.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { nearNames } from '../diagnostics/suggest.ts';
import type { GraphValue } from '../graph/model-graph.ts';
import { applyLayer } from './apply.ts';
import { bindParameters, signatureOf, type Callee } from './bind-arguments.ts';
import { bindBlockParameters } from './block-parameters.ts';
import { applyBlock } from './blocks.ts';
import { groupIn, madeSince, placeOf, report, Scope, see, shortText, type BodyContext, type Owner } from './context.ts';
import { evaluate } from './evaluate.ts';
import { layerNamesOf, lowerCamelCase } from './layer-names.ts';
import { LayeredMap } from './layered-map.ts';
import { applyCallee, runStages } from './stages.ts';
import { applyAtEachStep, wrappedBody } from './steps.ts';
import { toTensor } from './tensors.ts';
import { unknown, type Instance, type Recipe, type Value } from './values.ts';

/** Gives a recipe its arguments: `Conv2D` and `(8, 3)`. */
export function configure(
  ctx: BodyContext,
  recipe: Recipe,
  given: ArgumentList | undefined,
  callee: Callee,
  place: Place,
): Recipe {
  // prettier-ignore
  const args = given?.arguments ?? [];
  const label = given ? shortText({ file: place.file, span: { start: callee.place.span.start, end: given.span.end } }) : recipe.label; // prettier-ignore
  switch (recipe.kind) {
    case 'layer': {
      if (recipe.parameters && args.length === 0) return recipe;
      if (recipe.parameters) return refuse(ctx, recipe, args, callee);
      const inputs = [...recipe.definition.tensors.slice(1).map((name) => name.replace(/^\.\.\.|\?$/g, '')), ...Object.keys(recipe.definition.callParameters ?? {})]; // prettier-ignore
      const bound = bindParameters(ctx, { ...callee, inputs }, recipe.definition.parameters, args, true);
      return { ...recipe, parameters: bound.values, argumentPlaces: bound.places, label, ...(bound.isUndecided ? { isUndecided: true, undecided: bound.undecided } : {}), ...(bound.name === undefined ? {} : { name: bound.name }) }; // prettier-ignore
    }
    case 'block': {
      if (recipe.isConfigured) return args.length === 0 ? recipe : refuse(ctx, recipe, args, callee);
      const bound = bindBlockParameters(ctx, recipe, args, callee);
      return {
        ...recipe,
        values: bound.values,
        isConfigured: true,
        isBroken: bound.isBroken,
        label,
        ...(bound.name === undefined ? {} : { name: bound.name }),
      };
    }
    case 'pipeline':
    case 'instance':
      return args.length === 0 ? recipe : refuse(ctx, recipe, args, callee);
  }
}

function refuse(ctx: BodyContext, recipe: Recipe, args: readonly Argument[], callee: Callee): Recipe {
  const signature = recipe.kind === 'layer' ? signatureOf(recipe.definition.parameters) : callee.name;
  report(ctx, argumentUnknown.tooMany({ callee: callee.name, most: 0, signature }), args[0]!.span);
  return recipe;
}

/** The instance that a constructor makes at its place in the text; the same one when its block is applied again. */
export function instanceAt(ctx: BodyContext, recipe: Recipe, site: Node, written: string, made: Place): Instance {
  if (recipe.kind === 'instance') return recipe.instance;
  const own = 'name' in recipe ? recipe.name : undefined;
  const name = own ?? ctx.owner.names.get(site) ?? lowerCamelCase(written);
  return instanceNamed(ctx, recipe, name, site, made);
}

/** The instance of this name, with the indices of the loops around it. Two constructors may not share one. */
export function instanceNamed(ctx: BodyContext, recipe: Recipe, name: string, site: Node, made: Place): Instance {
  if (recipe.kind === 'instance') return recipe.instance;
  const { path, children } = ctx.owner;
  const key = [name, ...ctx.loops].join('.');
  const existing = children.get(key);
  if (existing?.site === site) return existing;
  if (existing) {
    const related = [{ ...existing.made, message: 'first used here' }];
    report(ctx, nameDuplicate.layer({ name }), made, related);
  }
  const full = path === '' ? key : `${path}.${key}`;
  const instance: Instance = { path: full, recipe, made, built: undefined, uses: [], children: new LayeredMap(), site };
  if (!existing) children.set(key, instance);
  return instance;
}

/** Applies an instance to what flows in, further arguments of the call, and named inputs. */
export function applyInstance(
  ctx: BodyContext,
  instance: Instance,
  flowing: Value | undefined,
  args: readonly Argument[],
  callee: Callee,
): Value {
  // prettier-ignore
  const { recipe } = instance;
  const piped = flowing === undefined ? [] : flowing.kind === 'tuple' ? flowing.elements : [flowing];
  switch (recipe.kind) {
    case 'layer': {
      const body = wrappedBody(recipe.parameters);
      if (body) return applyAtEachStep(ctx, instance, body, piped, args, callee);
      return applyLayerInstance(ctx, instance, recipe, piped, args, callee);
    }
    case 'block':
      return applyBlock(ctx, instance, recipe, piped, args, callee);
    case 'pipeline':
      return applyPipeline(ctx, instance, recipe, piped, args, callee);
    case 'instance':
      return applyInstance(ctx, recipe.instance, flowing, args, callee);
  }
}

function applyLayerInstance(
  ctx: BodyContext,
  instance: Instance,
  recipe: Extract<Recipe, { kind: 'layer' }>,
  piped: readonly Value[],
  args: readonly Argument[],
  callee: Callee,
): Value {
  // prettier-ignore
  const { definition } = recipe;
  const options = definition.callParameters ?? {};
  const names = definition.tensors.map((name) => name.replace(/^\.\.\.|\?$/g, ''));
  const isOption = (argument: Argument): boolean => argument.name !== undefined && argument.name.name in options;
  const given: { readonly at: number; readonly tensor: GraphValue | undefined }[] = [];
  const take = (at: number, value: Value, place: Place): void => {
    given.push({ at, tensor: toTensor(ctx, value, `\`${callee.name}\``, place) });
  };
  for (const value of piped) take(given.length, value, callee.place);
  let broken = false;
  for (const argument of args) {
    if (isOption(argument)) continue;
    const value = evaluate(ctx, argument.value);
    const at = argument.name ? names.indexOf(argument.name.name) : given.length;
    // `initialState: (h, c)` fills as many tensors as there are states.
    const several = value.kind === 'tuple' && at >= 0 && names[at + 1] === `${names[at]}2` ? value.elements : [value];
    if (at >= 0) several.forEach((element, i) => take(at + i, element, placeOf(ctx, argument.value.span)));
    else {
      broken = true;
      const { name, span } = argument.name!;
      const known = [...names, ...Object.keys(options)];
      report(ctx, argumentUnknown.name({ callee: callee.name, name, near: nearNames(name, known), signature: known.join(', '), span }), span); // prettier-ignore
    }
  }
  const bound = bindParameters(ctx, callee, options, args.filter(isOption), false);
  if (broken || !bound.values || given.some((g) => !g.tensor)) return unknown;
  const sorted = [...given].sort((a, b) => a.at - b.at);
  const inOrder = sorted.every((g, i) => g.at === i);
  const argumentPlaces = new Map([...recipe.argumentPlaces, ...bound.places]);
  const parameters = recipe.parameters && { ...recipe.parameters, ...bound.values };
  const isUndecided = recipe.isUndecided === true || bound.isUndecided;
  const site = {
    name: definition.name,
    place: callee.place,
    argumentPlaces,
    isUndecided,
    undecided: [...(recipe.undecided ?? []), ...bound.undecided],
  };
  const inputNames = inOrder ? undefined : sorted.map((g) => names[g.at] ?? '');
  return applyLayer(ctx, instance, definition, parameters, sorted.map((g) => g.tensor!), site, inputNames); // prettier-ignore
}

function applyPipeline(
  ctx: BodyContext,
  instance: Instance,
  recipe: Extract<Recipe, { kind: 'pipeline' }>,
  piped: readonly Value[],
  args: readonly Argument[],
  callee: Callee,
): Value {
  // prettier-ignore
  const given = [...piped, ...args.map((argument) => evaluate(ctx, argument.value))];
  if (given.length === 0) {
    report(ctx, typeArity.count({ callee: callee.name, takes: 'a tensor', got: 0, names: [] }), callee.place);
    return unknown;
  }
  const flowing: Value = given.length === 1 ? given[0]! : { kind: 'tuple', elements: given };
  const names = layerNamesOf(ctx.session, recipe.stages, recipe.head);
  const owner: Owner = { path: instance.path, names, children: instance.children };
  // Its text belongs to the body that wrote it, wherever it is applied.
  const { file, scope, spreads, boundSpreads } = recipe.context;
  // What fitted before and does not fit here is a mistake of this use, not of the pipeline.
  const use = { place: callee.place, label: callee.name, node: instance.site, rounds: ctx.rounds };
  const frames = instance.built ? [...ctx.frames, use] : recipe.context.frames;
  const name = instance.path.slice(instance.path.lastIndexOf('.') + 1);
  const within = groupIn(ctx, { kind: 'layers', name, path: instance.path, origin: callee.place });
  const inner: BodyContext = {
    ...ctx,
    file,
    scope: new Scope(scope),
    owner,
    loops: [],
    frames,
    within,
    spreads,
    boundSpreads,
  };
  const errorsBefore = ctx.session.diagnostics.errorCount;
  const result = runStages(inner, recipe.head ? applyHead(inner, recipe.head, flowing) : flowing, recipe.stages);
  if (ctx.mode !== 'names' && ctx.session.diagnostics.errorCount === errorsBefore)
    instance.built ??= { inputs: [], weights: {}, place: callee.place };
  return result;
}

/** The head of a pipeline of layers: a constructor, a made layer or a function. */
function applyHead(ctx: BodyContext, head: Expression, flowing: Value): Value {
  const from = ctx.assembler.nodes.length;
  const result = headApplied(ctx, head, flowing);
  see(ctx, 'stage', head, result, { given: flowing, ...madeSince(ctx, from) });
  return result;
}

function headApplied(ctx: BodyContext, head: Expression, flowing: Value): Value {
  if (head.kind === 'Name' || head.kind === 'Member') return applyCallee(ctx, flowing, head, [], head);
  if (head.kind === 'Call' && (head.callee.kind === 'Name' || head.callee.kind === 'Member'))
    return applyCallee(ctx, flowing, head.callee, [head.arguments], head);
  if (head.kind === 'Call' && head.callee.kind === 'Call' && head.callee.callee.kind === 'Name')
    return applyCallee(ctx, flowing, head.callee.callee, [head.callee.arguments, head.arguments], head.callee);
  const value = evaluate(ctx, head, { options: [], families: ['layer'] });
  const place = placeOf(ctx, head.span);
  const name = shortText(place);
  if (value.kind === 'recipe') {
    const recipe = configure(ctx, value.recipe, undefined, { name, place }, place);
    return applyInstance(ctx, instanceAt(ctx, recipe, head, 'layer', place), flowing, [], { name, place });
  }
  return value.kind === 'instance' ? applyInstance(ctx, value.instance, flowing, [], { name, place }) : unknown;
}

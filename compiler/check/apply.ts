/** A definition applied to tensors: its shape rule is asked, its weights are made, and a node joins the model. */
import type { FunctionDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition, RuleResult } from '../definitions/define-layer.ts';
import type { TensorType } from '../definitions/types.ts';
import { typeArity } from '../diagnostics/catalogue/shapes.ts';
import { shapeMismatch, shapeUnknownSize } from '../diagnostics/catalogue/shapes.ts';
import { bug, type Place } from '../diagnostics/diagnostic.ts';
import { plural } from '../diagnostics/suggest.ts';
import type { GraphValue } from '../graph/model-graph.ts';
import { asInteger, display, displayShape, equal, type Dim } from '../shapes/index.ts';
import { report, shortText, withinOf, type BodyContext } from './context.ts';
import { holds } from './decide.ts';
import { RuleNeed } from './rule-need.ts';
import { hereOf, stepsOf } from './steps.ts';
import { tensor, unknown, type Instance, type Value } from './values.ts';

/** How a call stands in the text. */
export interface CallSite {
  /** As written: `Conv2D`, `+`. */
  readonly name: string;
  readonly place: Place;
  readonly argumentPlaces: ReadonlyMap<string, Place>;
  /** In a block on its own: see `Bound`. */
  readonly isUndecided?: boolean;
  readonly undecided?: readonly string[] | undefined;
}

/** Whether this many tensors may be given; reports where not. */
export function checkArity(
  ctx: BodyContext,
  definition: LayerDefinition | FunctionDefinition,
  count: number,
  site: CallSite,
): boolean {
  // prettier-ignore
  const { tensors } = definition;
  const variadic = tensors.at(-1)?.startsWith('...') ?? false;
  const required = tensors.filter((name) => !name.endsWith('?') && !name.startsWith('...')).length + (variadic ? 1 : 0);
  if (count >= required && (variadic || count <= tensors.length)) return true;
  const names = tensors.map((name) => name.replace(/^\.\.\.|\?$/g, ''));
  const takes = variadic ? `at least ${plural(required, 'tensor')}` : required === tensors.length ? plural(required, 'tensor') : `${required} to ${tensors.length} tensors`; // prettier-ignore
  report(ctx, typeArity.count({ callee: site.name, takes, got: count, names, required }), site.place);
  return false;
}

/** Applies a function. `parameters` are complete, or undefined where an argument is broken. */
export function applyFunction(
  ctx: BodyContext,
  definition: FunctionDefinition,
  parameters: Readonly<Record<string, unknown>> | undefined,
  given: readonly GraphValue[],
  site: CallSite,
  inputNames?: readonly string[],
): Value {
  if (!parameters || !checkArity(ctx, definition, given.length, site)) return unknown;
  const inputs = given.map((value) => hereOf(ctx, value, site.place));
  const outputs = resultTypes(ctx, definition, parameters, inputs, site, inputNames);
  if (!outputs) return unknown;
  const names = inputNames ? { inputNames } : {};
  const node = { kind: 'apply', definition, parameters, inputs, ...names, weights: {}, path: '', origin: site.place, label: shortText(site.place), ...stepsOf(ctx), ...withinOf(ctx), ...(site.isUndecided ? { isUndecided: true } : {}) } as const; // prettier-ignore
  return resultValue(ctx.assembler.add({ ...node, outputs: outputs.types }), outputs.names);
}

/** Applies a layer instance; its first use makes its weights, later uses must agree with them. */
export function applyLayer(
  ctx: BodyContext,
  instance: Instance,
  definition: LayerDefinition,
  parameters: Readonly<Record<string, unknown>> | undefined,
  given: readonly GraphValue[],
  site: CallSite,
  inputNames?: readonly string[],
): Value {
  if (!parameters || !checkArity(ctx, definition, given.length, site)) return unknown;
  const inputs = given.map((value) => hereOf(ctx, value, site.place));
  const outputs = resultTypes(ctx, definition, parameters, inputs, site, inputNames);
  if (!outputs) return unknown;
  const weights = layerWeights(ctx, instance, definition, parameters, inputs, site, inputNames);
  if (!weights) return unknown;
  const label = instance.recipe.label;
  const names = inputNames ? { inputNames } : {};
  const node = { kind: 'apply', definition, parameters, inputs, ...names, weights, path: instance.path, origin: site.place, label, ...stepsOf(ctx), ...withinOf(ctx), ...(site.isUndecided ? { isUndecided: true } : {}) } as const; // prettier-ignore
  return resultValue(ctx.assembler.add({ ...node, outputs: outputs.types }), outputs.names);
}

function resultValue(values: readonly GraphValue[], names: readonly string[] | undefined): Value {
  if (names === undefined) return tensor(values[0] ?? bug('a node without results'));
  return { kind: 'tuple', elements: values.map(tensor), names };
}

/** The inputs by their names in the definition, without the variadic one. */
function namedInputs(
  definition: LayerDefinition | FunctionDefinition,
  types: readonly TensorType[],
  inputNames?: readonly string[],
): Readonly<Record<string, TensorType>> {
  // prettier-ignore
  const names = inputNames ?? definition.tensors.filter((name) => !name.startsWith('...')).map((name) => name.replace(/\?$/, '')); // prettier-ignore
  return Object.fromEntries(types.slice(0, names.length).map((type, i) => [names[i]!, type]));
}

interface Results {
  readonly types: readonly TensorType[];
  readonly names?: readonly string[];
}

function resultTypes(
  ctx: BodyContext,
  definition: LayerDefinition | FunctionDefinition,
  parameters: Readonly<Record<string, unknown>>,
  inputs: readonly GraphValue[],
  site: CallSite,
  inputNames?: readonly string[],
): Results | undefined {
  // prettier-ignore
  const types = inputs.map((input) => input.type);
  const need = new RuleNeed(ctx, site, inputs);
  const named = namedInputs(definition, types, inputNames);
  const watched = watchedParameters(parameters, site.undecided ?? []);
  const result = definition.shape({ input: types[0]!, inputs: types, named, parameters: watched.parameters, need });
  if (result === undefined || need.failed || watched.wasAsked()) return undefined;
  const perExample = definition.kind === 'function' && definition.batched === true;
  const batched = perExample || inputs.some((input) => input.type.batched);
  return typesOf(result, { batched, ...(batched ? stepsOf(ctx) : {}) });
}

/** Parameters that tell whether a rule looked at one that each use decides. */
function watchedParameters(
  parameters: Readonly<Record<string, unknown>>,
  undecided: readonly string[],
): { readonly parameters: Readonly<Record<string, unknown>>; wasAsked(): boolean } {
  // prettier-ignore
  if (undecided.length === 0) return { parameters, wasAsked: () => false };
  let asked = false;
  const get = (target: Readonly<Record<string, unknown>>, name: string): unknown => {
    asked ||= undecided.includes(name);
    return target[name];
  };
  return { parameters: new Proxy(parameters, { get }), wasAsked: () => asked };
}

function typesOf(result: NonNullable<RuleResult>, of: Omit<TensorType, 'dtype' | 'shape'>): Results {
  if ('dtype' in result) return { types: [{ dtype: result.dtype, shape: result.shape, ...of }] };
  const list = result as readonly unknown[];
  const first = list[0];
  if (typeof first === 'object' && first !== null && 'dtype' in first && 'name' in first) {
    const several = result as readonly { name: string; dtype: TensorType['dtype']; shape: TensorType['shape'] }[];
    return {
      types: several.map((r) => ({ dtype: r.dtype, shape: r.shape, ...of })),
      names: several.map((r) => r.name),
    };
  }
  return { types: [{ dtype: 'float32', shape: result as TensorType['shape'], ...of }] };
}

function layerWeights(
  ctx: BodyContext,
  instance: Instance,
  definition: LayerDefinition,
  parameters: Readonly<Record<string, unknown>>,
  inputs: readonly GraphValue[],
  site: CallSite,
  inputNames?: readonly string[],
): Readonly<Record<string, string>> | undefined {
  // prettier-ignore
  const types = inputs.map((input) => input.type);
  const wanted =
    definition.weights?.({
      input: types[0]!,
      inputs: types,
      named: namedInputs(definition, types, inputNames),
      parameters,
    }) ?? {};
  const paths: Record<string, string> = {};
  for (const [name, weight] of Object.entries(wanted)) {
    if (!weight) continue;
    const path = instance.path === '' ? name : `${instance.path}.${name}`;
    paths[name] = path;
    const existing = ctx.assembler.weights.get(path);
    if (existing) {
      if (!sameShape(ctx, existing.shape, weight.shape, site.place)) {
        const data = { layer: instance.path, weight: name, first: displayShape(existing.shape), now: displayShape(weight.shape) }; // prettier-ignore
        const related = [{ ...existing.origin, message: `first used here` }];
        report(ctx, shapeMismatch.shared(data), site.place, related);
        return undefined;
      }
      continue;
    }
    const sizes = weight.shape.map((size) => asInteger(size));
    const open = weight.shape.find((_, i) => sizes[i] === undefined);
    if (ctx.mode === 'model' && open) {
      reportOpenWeight(ctx, site, parameters, displayShape(weight.shape), open);
      return undefined;
    }
    ctx.assembler.addWeight(path, weight, sizes.map((size) => size ?? 0), site.place); // prettier-ignore
  }
  if (ctx.mode !== 'names') instance.built ??= { inputs: types, weights: paths, place: site.place };
  return paths;
}

/** A weight of a size that only the caller knows: to blame is the argument that says so. */
function reportOpenWeight(
  ctx: BodyContext,
  site: CallSite,
  parameters: Readonly<Record<string, unknown>>,
  weight: string,
  open: Dim,
): void {
  // prettier-ignore
  const isOpen = (value: unknown): value is Dim => typeof value === 'object' && value !== null && 'terms' in value && asInteger(value as Dim) === undefined; // prettier-ignore
  const argument = [...site.argumentPlaces.keys()].find((name) => isOpen(parameters[name]) || (Array.isArray(parameters[name]) && parameters[name].some(isOpen))); // prettier-ignore
  const what = argument === undefined ? 'the size of its weights' : `\`${argument}\``;
  const place = (argument === undefined ? undefined : site.argumentPlaces.get(argument)) ?? site.place;
  report(ctx, shapeUnknownSize.weight({ callee: site.name, what, size: display(open), weight }), place);
}

/** In a block on its own the sizes may still be open: that they are equal is then a requirement. */
const sameShape = (ctx: BodyContext, a: readonly Dim[], b: readonly Dim[], place: Place): boolean =>
  a.length === b.length && a.every((size, i) => holds(ctx, equal(size, b[i]!), place));

/** `train`: targets, loss, metrics, optimizer and the numbers of the fit, in the scope of the model's end. */
import type { Span } from '../../grammar/source.ts';
import type { Call, Expression, Node, Target, Train, TrainField } from '../../grammar/ast.ts';
import { childrenOf } from '../../grammar/visit.ts';
import { registry } from '../definitions/registry.ts';
import { argumentMissing, argumentOption } from '../diagnostics/catalogue/arguments.ts';
import { nameDuplicate, nameUnknown, nameUnknownFunction } from '../diagnostics/catalogue/names.ts';
import { trainUnusedTarget } from '../diagnostics/catalogue/training.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { fold, nearNames } from '../diagnostics/suggest.ts';
import { typeNotATensor } from '../diagnostics/catalogue/shapes.ts';
import type { GraphInput, GraphMetric, InputNode, TrainingGraph } from '../graph/model-graph.ts';
import type { NamedUse, ParameterKind } from '../definitions/parameters.ts';
import { asNumber, type Dim } from '../shapes/index.ts';
import { builtinNamed, lossNames } from './builtins.ts';
import { otherSpellings, respelled } from './other-spellings.ts';
import { coerce, coerceNamed, defaultsOf } from './coerce.ts';
import { placeOf, report, Scope, shortText, type BodyContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { bindPair } from './losses.ts';
import { mentions } from './mentions.ts';
import { declare } from './patterns.ts';
import { rateFunctionOf } from './rate-function.ts';
import { declaredType, isDType } from './tensor-types.ts';
import { toTensor } from './tensors.ts';
import { furtherRequirements } from './requirements.ts';
import { tensor, unknown, type ConstFunctionValue, type Value } from './values.ts';

const fieldNames = ['loss', 'metrics', 'optimizer', 'batchSize', 'epochs', 'validationSplit', 'shuffle', 'clipNorm', 'clipValue', 'globalClipNorm', 'freeze', 'callbacks']; // prettier-ignore

/** What others write beside the optimizer and belongs to it. */
const ofOptimizer = ['learningRate', 'lr', 'learning_rate', 'weightDecay', 'momentum'];

/** The training of a model, or undefined where something in it is broken (reported). `ctx` is that of the model's end. */
export function checkTrain(ctx: BodyContext, node: Train): TrainingGraph | undefined {
  const inner: BodyContext = { ...ctx, scope: new Scope(ctx.scope), loops: [], rounds: [], misfits: new Set() };
  const errorsBefore = ctx.session.diagnostics.errorCount;
  const [ofModel, valuesBefore] = [[...ctx.assembler.requirements], new Set(ctx.assembler.valueRequirements)];
  const targets = node.items.filter((item): item is Target => item.kind === 'Target').map((t) => declareTarget(inner, t)); // prettier-ignore
  const fields = collectFields(inner, node);
  const loss = checkLoss(inner, node, fields);
  const metrics = checkMetrics(inner, fields.get('metrics')?.value, pairOf(fields.get('loss')?.value));
  const optimizer = checkOptimizer(inner, node, fields.get('optimizer'));
  const numbers = { ...checkNumbers(inner, fields), ...clippingOf(inner, optimizer, fields) };
  const callbacks = checkCallbacks(inner, fields.get('callbacks')?.value);
  const freeze = checkFreeze(inner, fields.get('freeze')?.value);
  // What is broken may hide uses.
  if (ctx.session.diagnostics.errorCount === errorsBefore) reportUnusedTargets(inner, node);
  if (!loss || !optimizer || targets.some((t) => !t)) return undefined;
  return {
    origin: placeOf(ctx, node.span),
    targets: targets as readonly GraphInput[],
    loss,
    metrics,
    optimizer,
    ...numbers,
    freeze,
    callbacks,
    requirements: furtherRequirements(ctx.assembler.requirements, ofModel, ctx.assembler.sizes),
    valueRequirements: ctx.assembler.valueRequirements.filter((r) => !valuesBefore.has(r)),
  };
}

function declareTarget(ctx: BodyContext, target: Target): GraphInput | undefined {
  const type = declaredType(ctx, target.type, false);
  if (!type) {
    declare(ctx, target.name, unknown, 'target');
    return undefined;
  }
  const origin = placeOf(ctx, target.span);
  const { name } = target.name;
  const value = ctx.assembler.add({ kind: 'target', name, origin, label: shortText(origin), outputs: [{ ...type, batched: true }] })[0]!; // prettier-ignore
  declare(ctx, target.name, tensor(value), 'target');
  return { node: value.node as InputNode, ...(target.doc ? { doc: target.doc.text } : {}) };
}

function collectFields(ctx: BodyContext, node: Train): ReadonlyMap<string, TrainField> {
  const fields = new Map<string, TrainField>();
  for (const item of node.items) {
    if (item.kind === 'Target' || item.name.missing) continue;
    const { name, span } = item.name;
    if (ofOptimizer.includes(name)) report(ctx, nameUnknown.optimizerField({ name }), span);
    else if (!fieldNames.includes(name)) takeUnknownField(ctx, node, item, fields);
    else if (fields.has(name)) report(ctx, nameDuplicate.field({ name }), span);
    else fields.set(name, item);
  }
  return fields;
}

/** Read as what was most likely meant: a field of a similar name that is not there, or a target. */
function takeUnknownField(
  ctx: BodyContext,
  { items }: Train,
  field: TrainField,
  fields: Map<string, TrainField>,
): void {
  const { name, span } = field.name;
  const isGiven = (other: string): boolean => fields.has(other) || items.some((item) => item.name.name === other);
  const near = nearNames(name, fieldNames).filter((other) => !isGiven(other));
  if (name === 'target') {
    report(ctx, nameUnknown.namelessTarget({ type: ctx.file.source.textOf(field.value.span) }), span);
    // Its name is one of those that nothing else has.
    for (const word of mentions(items)) if (!isKnown(ctx, word)) declareName(ctx, word, span);
    return;
  }
  const isTarget = near.length === 0 && looksLikeType(field.value) && !ctx.scope.find(name);
  if (isTarget) {
    report(ctx, nameUnknown.targetField({ name, type: ctx.file.source.textOf(field.value.span), span }), span);
    declare(ctx, field.name, unknown, 'target');
    return;
  }
  report(ctx, nameUnknown.field({ name, near: nearNames(name, fieldNames), span }), span);
  if (near[0] !== undefined) fields.set(near[0], field);
}

const isKnown = (ctx: BodyContext, name: string): boolean =>
  ctx.scope.find(name) !== undefined || ctx.file.symbols.has(name) || builtinNamed(name) !== undefined || isDType(name);

function declareName(ctx: BodyContext, name: string, span: Span): void {
  ctx.scope.set(name, { value: unknown, what: 'target', place: placeOf(ctx, span) });
}

/** `int32`, `int32[seq]`, `[10]` */
const looksLikeType = (node: Expression): boolean =>
  (node.kind === 'Name' && isDType(node.name)) ||
  (node.kind === 'IndexExpression' && node.object.kind === 'Name' && isDType(node.object.name)) ||
  (node.kind === 'List' && node.elements.every(({ kind }) => kind === 'NumberLiteral' || kind === 'Name'));

function checkLoss(ctx: BodyContext, node: Train, fields: ReadonlyMap<string, TrainField>) {
  const field = fields.get('loss');
  if (!field) {
    const help = 'Say what is to be made small, e.g. `loss: meanSquaredError(target, output)`.';
    report(ctx, argumentMissing.field({ name: 'loss', help }), node.model.span);
    return undefined;
  }
  const value = evaluate(ctx, field.value);
  const place = placeOf(ctx, field.value.span);
  if (value.kind !== 'string') return toTensor(ctx, value, '`loss`', place);
  report(ctx, typeNotATensor.pairName({ field: 'loss', given: value.value, ...pairMeant(value.value) }), place);
  return undefined;
}

/** Metric calls and tensor expressions; two of one name are told apart by their outputs. */
function checkMetrics(
  ctx: BodyContext,
  node: Expression | undefined,
  lossPair: Call | undefined,
): readonly GraphMetric[] {
  if (!node) return [];
  const elements = node.kind === 'List' || node.kind === 'Tuple' ? node.elements : [node];
  const metrics = elements.flatMap((element) => checkMetric(ctx, element, lossPair) ?? []);
  const count = (name: string): number => metrics.filter((m) => m.name === name).length;
  return metrics.map((metric) => (count(metric.name) < 2 ? metric : { ...metric, name: nameByOutput(ctx, metric) }));
}

function nameByOutput(ctx: BodyContext, metric: GraphMetric): string {
  const output = [...ctx.scope.names()].find((name) => {
    const value = ctx.scope.find(name)?.value;
    return value?.kind === 'tensor' && value.value.node === metric.prediction.node;
  });
  return `${output ?? `output${metric.prediction.node.id}`}${metric.name.charAt(0).toUpperCase()}${metric.name.slice(1)}`;
}

function nearLosses(name: string): readonly string[] {
  const other = otherSpellings[name];
  return other === undefined ? nearNames(name, lossNames()) : [other];
}

/** The loss or metric that a string of Keras's names: `"mse"`, `"sparse_categorical_crossentropy"`. */
const pairMeant = (given: string): { readonly meant: string | undefined } => ({
  meant: otherSpellings[given] ?? lossNames().find((name) => fold(name) === fold(given)),
});

/** The call of a loss with a target and an output, somewhere in the expression of the loss. */
function pairOf(node: Node | undefined): Call | undefined {
  if (!node) return undefined;
  const isPair = node.kind === 'Call' && node.callee.kind === 'Name' && registry.losses.has(node.callee.name) && node.arguments.arguments.length >= 2; // prettier-ignore
  if (isPair) return node;
  for (const child of childrenOf(node)) {
    const found = pairOf(child);
    if (found) return found;
  }
  return undefined;
}

/** The accuracy that goes with the loss, and the target and output of the loss as written: `(label, digit)`. */
function accuracyFor(ctx: BodyContext, loss: Call | undefined): { readonly name?: string; readonly pair?: string } {
  if (loss?.callee.kind !== 'Name') return {};
  const [target, output] = loss.arguments.arguments.map(({ value }) => ctx.file.source.textOf(value.span));
  const family = /^(sparseCategorical|categorical|binary)/.exec(loss.callee.name)?.[0];
  return { pair: `(${target}, ${output})`, ...(family ? { name: `${family}Accuracy` } : {}) };
}

function checkMetric(ctx: BodyContext, node: Expression, lossPair: Call | undefined): GraphMetric | undefined {
  const origin = placeOf(ctx, node.span);
  if (node.kind === 'StringLiteral') {
    if (/^acc(uracy)?$/.test(node.value)) report(ctx, nameUnknownFunction.accuracy({ span: node.span, ...accuracyFor(ctx, lossPair) }), node.span); // prettier-ignore
    else report(ctx, typeNotATensor.pairName({ field: 'metrics', given: node.value, ...pairMeant(node.value) }), node.span); // prettier-ignore
    return undefined;
  }
  if (node.kind === 'Name' && !ctx.scope.find(node.name)) {
    const { pair } = accuracyFor(ctx, lossPair);
    if (node.name === 'accuracy') report(ctx, nameUnknownFunction.accuracy({ span: node.span, ...accuracyFor(ctx, lossPair) }), node.span); // prettier-ignore
    else if (registry.metrics.has(node.name) || registry.losses.has(node.name))
      report(ctx, argumentMissing.pair({ name: node.name, pair, span: node.span }), node.span); // prettier-ignore
    else report(ctx, nameUnknownFunction.loss({ name: node.name, near: nearLosses(node.name), span: node.span }), node.span); // prettier-ignore
    return undefined;
  }
  if (node.kind === 'Call' && node.callee.kind === 'Name') {
    const { name, span } = node.callee;
    if (name === 'accuracy') return void report(ctx, nameUnknownFunction.accuracy({ span, name: accuracyFor(ctx, lossPair).name }), span); // prettier-ignore
    const definition = registry.metrics.get(name) ?? registry.losses.get(name);
    if (definition) {
      const bound = bindPair(ctx, definition, node.arguments.arguments, { name, place: origin, isMetric: true });
      if (!bound) return undefined;
      const { positions: _, ...rest } = bound;
      return { name, definition, ...rest, origin };
    }
    if (!registry.functions.has(name) && !ctx.scope.find(name)) {
      const other = otherSpellings[name];
      return void report(ctx, nameUnknownFunction.loss({ name, near: nearLosses(name), span, respelled: other === undefined ? undefined : respelled(ctx.file.source, span, name, other) }), span); // prettier-ignore
    }
  }
  const value = toTensor(ctx, evaluate(ctx, node), 'A metric', origin);
  const name = node.kind === 'Name' ? node.name : 'metric';
  return value && { name, parameters: {}, prediction: value, origin };
}

function checkOptimizer(
  ctx: BodyContext,
  node: Train,
  field: TrainField | undefined,
): TrainingGraph['optimizer'] | undefined {
  // prettier-ignore
  if (!field) {
    report(ctx, argumentMissing.field({ name: 'optimizer', help: 'Say how to step, e.g. `optimizer: adam`.' }), node.model.span); // prettier-ignore
    return undefined;
  }
  const value = evaluate(ctx, field.value, { options: [], families: ['optimizer'] });
  if (value.kind === 'builtin' && value.optimizer)
    return { definition: value.optimizer, parameters: value.arguments ?? defaultsOf(value.optimizer.parameters) };
  if (value.kind === 'unknown') return undefined;
  const names = [...registry.optimizers.keys()];
  const place = placeOf(ctx, field.value.span);
  if (value.kind === 'string')
    report(ctx, argumentOption.quoted({ name: 'optimizer', got: value.value, known: names.includes(value.value), span: place.span }), place); // prettier-ignore
  else {
    const got = shortText(place, 30);
    report(ctx, argumentOption.unknown({ name: 'optimizer', got, options: names, near: nearNames(got, names), span: place.span }), place); // prettier-ignore
  }
  return undefined;
}

/** Clipping that is an argument of the optimiser, as in Keras; said there, it is not said again as a field. */
function clippingOf(
  ctx: BodyContext,
  optimizer: TrainingGraph['optimizer'] | undefined,
  fields: ReadonlyMap<string, TrainField>,
): Pick<TrainingGraph, 'clipNorm' | 'clipValue' | 'globalClipNorm'> {
  const limits: Record<string, number> = {};
  for (const name of ['clipNorm', 'clipValue', 'globalClipNorm']) {
    const limit = optimizer?.parameters[name];
    if (typeof limit !== 'number' || limit === 0) continue;
    const field = fields.get(name);
    if (field) report(ctx, nameDuplicate.field({ name }), field.name.span);
    limits[name] = limit;
  }
  return limits;
}

function checkNumbers(ctx: BodyContext, fields: ReadonlyMap<string, TrainField>) {
  const read = (name: string, type: ParameterKind): unknown => {
    const field = fields.get(name);
    if (!field) return undefined;
    return coerce(ctx, name, type, evaluate(ctx, field.value), placeOf(ctx, field.value.span))?.value;
  };
  const whole = (name: string): number | undefined => {
    const value = read(name, { kind: 'int', min: 1 }) as Dim | undefined;
    return value && asNumber(value);
  };
  const positive = { kind: 'float', min: 0, exclusiveMin: true } as const;
  const optional = {
    validationSplit: read('validationSplit', { kind: 'float', min: 0, max: 1, exclusiveMax: true }) as number | undefined, // prettier-ignore
    shuffle: read('shuffle', { kind: 'bool' }) as boolean | undefined,
    clipNorm: read('clipNorm', positive) as number | undefined,
    clipValue: read('clipValue', positive) as number | undefined,
    globalClipNorm: read('globalClipNorm', positive) as number | undefined,
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { batchSize: whole('batchSize') ?? 32, epochs: whole('epochs') ?? 1, ...given };
}

function checkCallbacks(ctx: BodyContext, node: Expression | undefined): readonly NamedUse[] {
  if (!node) return [];
  const elements = node.kind === 'List' || node.kind === 'Tuple' ? node.elements : [node];
  return elements.flatMap((element) => {
    const value = evaluate(ctx, element, { options: [], families: ['callback'] });
    if (value.kind === 'unknown') return [];
    const place = placeOf(ctx, element.span);
    const complete = withRateFunctions(ctx, value, place);
    const coerced = complete && coerceNamed({ ctx, name: 'callbacks', place }, complete, 'callback');
    return coerced ? [coerced.value as NamedUse] : [];
  });
}

/** The callback with its compile-time functions as expressions; undefined where one cannot be such (reported). */
function withRateFunctions(ctx: BodyContext, value: Value, place: Place): Value | undefined {
  if (value.kind !== 'builtin' || !value.arguments) return value;
  const given = Object.entries(value.arguments).map(([name, argument]) => {
    const { kind, symbol } = (argument ?? {}) as Partial<ConstFunctionValue>;
    return [name, kind === 'constFunction' ? rateFunctionOf(ctx, symbol!, place) : argument] as const;
  });
  const broken = given.some(([name, argument]) => argument === undefined && value.arguments![name] !== undefined);
  return broken ? undefined : { ...value, arguments: Object.fromEntries(given) };
}

/** Paths of frozen layers: names of made layers and blocks, members of them. */
function checkFreeze(ctx: BodyContext, node: Expression | undefined): readonly string[] {
  if (!node) return [];
  const elements = node.kind === 'List' || node.kind === 'Tuple' ? node.elements : [node];
  return elements.flatMap((element) => {
    if (element.kind === 'StringLiteral') return [element.value];
    const place = placeOf(ctx, element.span);
    const text = shortText(place);
    const value = ctx.scope.find(text.split('.')[0]!)?.value;
    if (value?.kind === 'instance') return [[value.instance.path, ...text.split('.').slice(1)].join('.')];
    const paths = [...ctx.assembler.weights.keys()];
    if (paths.some((path) => path === text || path.startsWith(`${text}.`))) return [text];
    report(
      ctx,
      nameUnknown.value({
        name: text,
        near: nearNames(
          text,
          paths.map((p) => p.split('.')[0]!),
        ),
      }),
      place,
    );
    return [];
  });
}

function reportUnusedTargets(ctx: BodyContext, node: Train): void {
  // What did not parse may hold the use.
  if (ctx.file.diagnostics.some(({ code }) => code.startsWith('syntax/'))) return;
  const used = mentions(node.items.filter((item) => item.kind === 'TrainField'));
  for (const item of node.items)
    if (item.kind === 'Target' && !item.name.missing && !used.has(item.name.name))
      report(ctx, trainUnusedTarget.unused({ name: item.name.name }), item.name.span);
}

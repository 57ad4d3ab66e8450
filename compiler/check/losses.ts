/** Losses and metrics applied to a target and an output: do they fit (LANGUAGE.md §7)? */
import type { Argument } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import type { PairDefinition } from '../definitions/define-function.ts';
import { trainActivation, trainTarget } from '../diagnostics/catalogue/training.ts';
import { typeArity, shapeMismatch, typeDtype } from '../diagnostics/catalogue/shapes.ts';
import type { Place, RelatedPlace } from '../diagnostics/diagnostic.ts';
import type { GraphValue } from '../graph/model-graph.ts';
import { asNumber, displayShape, equal, isSpread, type Axis, type Shape } from '../shapes/index.ts';
import { activationOf } from './activations.ts';
import { otherActivation, withoutFromLogits } from './activation-fixes.ts';
import { bindParameters } from './bind-arguments.ts';
import { placeOf, report, shortText, type BodyContext } from './context.ts';
import { holds } from './decide.ts';
import { evaluate } from './evaluate.ts';
import { requireIndices } from './index-values.ts';
import { adviceFor, shownShapes } from './misfits.ts';
import { hereOf, stepsOf } from './steps.ts';
import { toTensor } from './tensors.ts';
import { describeType, tensor, unknown, type Value } from './values.ts';

export interface PairSite {
  readonly name: string;
  readonly place: Place;
  readonly isMetric?: boolean;
}

export interface BoundPair {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly target: GraphValue;
  readonly prediction: GraphValue;
  readonly mask?: GraphValue;
  readonly sampleWeight?: GraphValue;
  /** Shape of what the loss gives: one number per position. */
  readonly positions: Shape;
}

/** A loss call as a value: one number per position. */
export function applyLoss(
  ctx: BodyContext,
  definition: PairDefinition,
  args: readonly Argument[],
  site: PairSite,
): Value {
  // prettier-ignore
  const bound = bindPair(ctx, definition, args, site);
  if (!bound) return unknown;
  const outputs = [{ dtype: 'float32', shape: bound.positions, batched: true, ...stepsOf(ctx) }] as const;
  const { positions: _, ...rest } = bound;
  const node = {
    kind: 'loss',
    definition,
    ...rest,
    origin: site.place,
    label: shortText(site.place),
    ...stepsOf(ctx),
    outputs,
  } as const;
  return tensor(ctx.assembler.add(node)[0]!);
}

/** Evaluates and checks the arguments of a loss or metric; undefined after a report. */
export function bindPair(
  ctx: BodyContext,
  definition: PairDefinition,
  args: readonly Argument[],
  site: PairSite,
): BoundPair | undefined {
  // prettier-ignore
  const positional = args.filter((argument) => !argument.name);
  const named = (name: string): Argument | undefined => args.find((argument) => argument.name?.name === name);
  const extras = ['mask', 'sampleWeight'].map((name) => named(name));
  const rest = [...positional.slice(2), ...args.filter((a) => a.name && !extras.includes(a))];
  const bound = bindParameters(ctx, site, definition.parameters, rest, false);
  if (positional.length < 2) {
    report(ctx, typeArity.pair({ callee: site.name, got: positional.length }), site.place); // prettier-ignore
    return undefined;
  }
  const tensorOf = (argument: Argument): GraphValue | undefined => {
    const value = toTensor(ctx, evaluate(ctx, argument.value), `\`${site.name}\``, placeOf(ctx, argument.value.span));
    return value && hereOf(ctx, value, site.place);
  };
  const [target, prediction] = [tensorOf(positional[0]!), tensorOf(positional[1]!)];
  const [mask, sampleWeight] = extras.map((argument) => argument && tensorOf(argument));
  if (!target || !prediction || !bound.values) return undefined;
  const isOneSided = definition.targets !== 'same' || definition.expects !== 'any';
  if (isOneSided && prediction.node.kind === 'target' && target.node.kind === 'apply') {
    const [first, second] = positional.map((argument) => argument.value.span);
    report(ctx, trainTarget.swapped({ callee: site.name, spans: [first!, second!], texts: [textOf(ctx, first!), textOf(ctx, second!)] }), site.place); // prettier-ignore
    return undefined;
  }
  // What does not fit the loss need not be told of each metric again.
  const pair = `${target.node.id} ${displayShape(prediction.type.shape)}`;
  if (site.isMetric && ctx.misfits?.has(pair)) return undefined;
  const positions = checkTarget(ctx, definition, target, prediction, site);
  if (!positions) ctx.misfits?.add(pair);
  if (!positions || !checkActivation(ctx, definition, prediction, bound.values, site)) return undefined;
  for (const [extra, dtype] of [
    [mask, 'bool'],
    [sampleWeight, 'float32'],
  ] as const)
    if (extra && !checkExtra(ctx, extra, dtype, positions, placeOf(ctx, named(dtype === 'bool' ? 'mask' : 'sampleWeight')!.value.span))) return undefined; // prettier-ignore
  return { parameters: bound.values, target, prediction, positions, ...(mask ? { mask } : {}), ...(sampleWeight ? { sampleWeight } : {}) }; // prettier-ignore
}

/** `mask:` and `sampleWeight:` have one value for each position of the target. */
function checkExtra(
  ctx: BodyContext,
  extra: GraphValue,
  dtype: 'bool' | 'float32',
  positions: Shape,
  place: Place,
): boolean {
  // prettier-ignore
  const name = dtype === 'bool' ? 'mask' : 'sampleWeight';
  if (dtype === 'bool' && extra.type.dtype !== 'bool') {
    report(ctx, typeDtype.mask({ text: shortText(place, 30), got: describeType(extra.type) }), place);
    return false;
  }
  if (sameShape(ctx, extra.type.shape, positions, place)) return true;
  const data = { name, given: describeType(extra.type), wanted: displayShape(positions) };
  report(ctx, shapeMismatch.positions(data), place, [{ ...extra.node.origin, message: `${describeType(extra.type)} comes from here` }].filter(({ span }) => span.start !== place.span.start)); // prettier-ignore
  return false;
}

const textOf = (ctx: BodyContext, span: Span): string => ctx.file.source.textOf(span);

function sameShape(ctx: BodyContext, a: Shape, b: Shape, place: Place): boolean {
  return a.length === b.length && a.every((axis, i) => sameAxis(ctx, axis, b[i]!, place));
}

function sameAxis(ctx: BodyContext, a: Axis, b: Axis, place: Place): boolean {
  if (isSpread(a) || isSpread(b)) return isSpread(a) && isSpread(b) && a.id === b.id;
  return holds(ctx, equal(a, b), place);
}

const sizeIs = (axis: Axis | undefined, size: number): boolean =>
  axis !== undefined && !isSpread(axis) && asNumber(axis) === size;
const isOne = (shape: Shape): boolean => shape.length === 0 || (shape.length === 1 && sizeIs(shape[0], 1));

/** The shape of the positions, or undefined where target and output do not fit (reported). */
function checkTarget(
  ctx: BodyContext,
  definition: PairDefinition,
  target: GraphValue,
  output: GraphValue,
  site: PairSite,
): Shape | undefined {
  // prettier-ignore
  const related = cameFrom(target, output);
  const shapes = { callee: site.name, output: describeType(output.type) };
  const outputShape = output.type.shape;
  if (definition.targets === 'same') {
    if (isOne(target.type.shape) && isOne(outputShape)) return [];
    if (sameShape(ctx, target.type.shape, outputShape, site.place)) return outputShape.slice(0, -1);
    return reportMisfit(ctx, definition, target, output, site);
  }
  const classes = outputShape.at(-1);
  if (classes === undefined) {
    report(ctx, trainTarget.scalar({ callee: site.name }), site.place, related);
    return undefined;
  }
  if (sizeIs(classes, 1)) {
    report(ctx, trainTarget.width({ callee: site.name, output: shapes.output }), site.place, related);
    return undefined;
  }
  const positions = outputShape.slice(0, -1);
  if (definition.targets === 'oneHot') {
    if (sameShape(ctx, target.type.shape, outputShape, site.place)) return positions;
    return reportMisfit(ctx, definition, target, output, site);
  }
  if (definition.targets === 'classIndex') return checkClassIndex(ctx, definition, target, output, positions, site);
  return definition.targets === 'label'
    ? checkLabel(ctx, target, output, site)
    : checkSequence(ctx, target, output, site);
}

/** A number beside one vector, which is no vector of classes. */
function checkLabel(ctx: BodyContext, target: GraphValue, output: GraphValue, site: PairSite): Shape | undefined {
  if (target.type.dtype === 'int32' && isOne(target.type.shape) && output.type.shape.length === 1) return [];
  const data = { callee: site.name, target: describeType(target.type), output: describeType(output.type) };
  report(ctx, trainTarget.label(data), site.place, cameFrom(target, output));
  return undefined;
}

/** Labels beside the classes at each time; they are indices of these. */
function checkSequence(ctx: BodyContext, target: GraphValue, output: GraphValue, site: PairSite): Shape | undefined {
  const fits = target.type.dtype === 'int32' && target.type.shape.length === 1 && output.type.shape.length === 2;
  if (fits && ![...target.type.shape, ...output.type.shape].some(isSpread)) return requireClasses(ctx, target, output, site) ? [] : undefined; // prettier-ignore
  const data = { callee: site.name, target: describeType(target.type), output: describeType(output.type) };
  report(ctx, trainTarget.sequence(data), site.place, cameFrom(target, output));
  return undefined;
}

function checkClassIndex(
  ctx: BodyContext,
  definition: PairDefinition,
  target: GraphValue,
  output: GraphValue,
  positions: Shape,
  site: PairSite,
): Shape | undefined {
  // prettier-ignore
  const { shape, dtype } = target.type;
  const trailing = shape.length === positions.length + 1 && sizeIs(shape.at(-1), 1);
  const plain = trailing ? shape.slice(0, -1) : shape;
  if (dtype === 'int32' && sameShape(ctx, plain, positions, site.place)) {
    return requireClasses(ctx, target, output, site) ? positions : undefined;
  }
  return reportMisfit(ctx, definition, target, output, site);
}

/** Both shapes, why they do not fit, and where they come from. */
function reportMisfit(
  ctx: BodyContext,
  definition: PairDefinition,
  target: GraphValue,
  output: GraphValue,
  site: PairSite,
): undefined {
  const isIndex = definition.targets === 'classIndex';
  const [shownTarget, shownOutput] = shownShapes(target, output, isIndex);
  const { help, fixes, related = [] } = adviceFor({ definition, target, output, place: site.place });
  const positions = output.type.shape.slice(0, -1);
  const wanted = `\`int32${positions.length === 0 ? '' : displayShape(positions)}\``;
  const data = { callee: site.name, target: shownTarget, output: shownOutput, wanted, help, fixes };
  const wording = isIndex ? trainTarget.classIndex : definition.targets === 'oneHot' ? trainTarget.oneHot : trainTarget.same; // prettier-ignore
  const seen = new Set(cameFrom(target, output).map(({ span }) => span.start));
  report(ctx, wording(data), site.place, [...cameFrom(target, output), ...related.filter(({ span }) => !seen.has(span.start))]); // prettier-ignore
  return undefined;
}

/** Labels must lie below the number of classes. False where they surely do not (reported). */
function requireClasses(ctx: BodyContext, target: GraphValue, output: GraphValue, site: PairSite): boolean {
  const classes = output.type.shape.at(-1)!;
  return isSpread(classes) || requireIndices(ctx, target, classes, site.name, site.place);
}

const cameFrom = (target: GraphValue, output: GraphValue): readonly RelatedPlace[] => [
  { ...target.node.origin, message: `the target ${describeType(target.type)}` },
  { ...output.node.origin, message: `the output ${describeType(output.type)} comes from here` },
];

/** Whether the output's activation is one that the loss expects; reports where not. */
function checkActivation(
  ctx: BodyContext,
  definition: PairDefinition,
  output: GraphValue,
  parameters: Readonly<Record<string, unknown>>,
  site: PairSite,
): boolean {
  // prettier-ignore
  const found = activationOf(output);
  const width = output.type.shape.at(-1);
  if (found?.name === 'softmax' && sizeIs(width, 1) && definition.kind === 'loss') {
    // prettier-ignore
    report(ctx, trainActivation.softmaxOfOne({ output: describeType(output.type) }), found.place, [{ ...site.place, message: 'used by this loss' }]); // prettier-ignore
    return false;
  }
  if (definition.expects === 'any' || !found) return true;
  const got = found.name;
  if (parameters['fromLogits'] === true) {
    if (got === 'none') return true;
    report(ctx, trainActivation.logits({ callee: site.name, got, fixes: withoutFromLogits(site.place) }), site.place, [{ ...found.place, message: `\`${got}\` is applied here` }]); // prettier-ignore
    return false;
  }
  if (definition.expects === 'logits') {
    if (got === 'none' || got === 'softmax') return true;
    report(ctx, trainActivation.scores({ callee: site.name, got }), found.place, [{ ...site.place, message: 'used by this loss' }]); // prettier-ignore
    return false;
  }
  const wanted = definition.expects;
  if (got === wanted) return true;
  const warning = wanted === 'sigmoid' && got === 'softmax';
  report(ctx, trainActivation.wrong({ callee: site.name, wanted, got, warning, fixes: otherActivation(found, wanted, site.place) }), found.place, [{ ...site.place, message: 'used by this loss' }]); // prettier-ignore
  return warning;
}

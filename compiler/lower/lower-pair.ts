/** Losses and metrics: makes the target fit the output, finds the logits, and weighs the positions. */
import { axisFromStart, product } from '../definitions/axes.ts';
import type { PairDefinition } from '../definitions/define-function.ts';
import type { GraphBuilder, TensorNode } from '../graph/index.ts';
import type { Dim } from '../shapes/index.ts';
import { repeatToBatch } from './apply-definition.ts';
import { findLogits } from './find-logits.ts';

export interface Pair {
  readonly definition: PairDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly target: TensorNode;
  readonly prediction: TensorNode;
}

export interface Weighing {
  /** bool: only these positions count. */
  readonly mask?: TensorNode | undefined;
  readonly sampleWeight?: TensorNode | undefined;
}

/** The axis of the classes, counting all axes of the output. */
const classAxisOf = (pair: Pair): number => {
  const axis = pair.parameters['axis'];
  return 1 + axisFromStart(typeof axis === 'number' ? axis : -1, pair.prediction.shape.length - 1);
};

/** `[]` and `[1]` fit each other; a class index may have a trailing axis of 1. */
function fittedTarget(op: GraphBuilder, pair: Pair, target: TensorNode, output: TensorNode): TensorNode {
  const { targets } = pair.definition;
  const index = targets === 'classIndex' || targets === 'label';
  if (targets === 'sequence') return op.cast(target, 'int32');
  const converted = op.cast(target, index ? 'int32' : 'float32');
  const classAxis = classAxisOf(pair);
  const shape = index ? output.shape.filter((_, axis) => axis !== classAxis) : output.shape;
  return converted.shape.length === shape.length ? converted : op.reshape(converted, [converted.shape[0]!, ...shape.slice(1)]);
} // prettier-ignore

/** One number per position, `[batch, …positions]`. */
export const pairValues = (op: GraphBuilder, pair: Pair, batch: Dim): TensorNode => lowerPair(op, pair, batch, {});

/** What a batch adds to the accumulator of a metric that is no mean, `[size]`. */
export const pairSums = lowerPair;

function lowerPair(op: GraphBuilder, pair: Pair, batch: Dim, weighing: Weighing): TensorNode {
  const [rawTarget, rawOutput] = repeatToBatch(op, [pair.target, pair.prediction], batch);
  const output = op.cast(rawOutput!, 'float32');
  const target = fittedTarget(op, pair, rawTarget!, output);
  const { definition, parameters } = pair;
  const activation = definition.expects === 'logits' ? 'softmax' : definition.expects;
  const wanted = definition.fromLogits === true && activation !== 'any' ? activation : undefined;
  const found = (): TensorNode | undefined => wanted && findLogits(op, output, wanted, classAxisOf(pair));
  const logits = parameters['fromLogits'] === true ? output : found();
  const weight = definition.accumulator && positionWeights(op, weighing, positionsOf(pair, output));
  return definition.lower({ target, output, logits, parameters, weight, op });
}

/** `[batch, …positions]`: the output without its last axis, or without that of the classes. */
function positionsOf(pair: Pair, output: TensorNode): readonly Dim[] {
  if (pair.definition.targets === 'same') return output.shape.length === 1 ? output.shape : output.shape.slice(0, -1);
  return output.shape.filter((_, axis) => axis !== classAxisOf(pair));
}

/** Mask and sample weights as one number for each position. */
function positionWeights(op: GraphBuilder, { mask, sampleWeight }: Weighing, shape: readonly Dim[]): TensorNode | undefined {
  const given = [mask, sampleWeight].filter((w) => w !== undefined);
  if (given.length === 0) return undefined;
  const weights = given.map((w) => fittedWeight(op, op.cast(w, 'float32'), { shape }));
  return op.broadcastTo(weights.reduce((a, b) => op.multiply(a, b)), shape);
} // prettier-ignore

/** A weight per position in the shape of the values; one per example stands for all its positions. */
function fittedWeight(op: GraphBuilder, weight: TensorNode, values: Pick<TensorNode, 'shape'>): TensorNode {
  const missing = values.shape.length - weight.shape.length;
  if (missing > 0) return op.reshape(weight, [...weight.shape, ...Array.from({ length: missing }, () => 1)]);
  return missing === 0 ? weight : op.reshape(weight, [weight.shape[0]!, ...values.shape.slice(1)]);
}

const countOf = (op: GraphBuilder, values: TensorNode): TensorNode => op.dimension(product(values.shape));

/** Values whose mean over everything is the mean over what the mask selects; sample weights weigh and count fully. */
export function weighedLoss(op: GraphBuilder, values: TensorNode, { mask, sampleWeight }: Weighing): TensorNode {
  const weighed = sampleWeight ? op.multiply(values, fittedWeight(op, op.cast(sampleWeight, 'float32'), values)) : values;
  if (!mask) return weighed;
  const selected = op.broadcastTo(fittedWeight(op, mask, values), values.shape);
  const valid = op.maximum(op.sum(op.cast(selected, 'float32')), 1);
  return op.multiply(op.select(selected, weighed, 0), op.divide(countOf(op, values), valid));
} // prettier-ignore

/** Each example's positions times its weight, `[batch]`. As in Keras, the mean of that does not divide by the weights. */
export const weighedByExample = (op: GraphBuilder, values: TensorNode, weight: TensorNode): TensorNode =>
  op.multiply(values, op.reshape(weight, [weight.shape[0]!, ...values.shape.slice(1).map(() => 1)]));

/** The sum of a metric's values and the number (or weight) of what was summed, as scalars. */
export function metricTotals(
  op: GraphBuilder,
  values: TensorNode,
  { mask, sampleWeight }: Weighing,
): { readonly total: TensorNode; readonly count: TensorNode } {
  if (!mask && !sampleWeight) return { total: op.sum(values), count: countOf(op, values) };
  const weights = [mask, sampleWeight].filter((w) => w !== undefined).map((w) => fittedWeight(op, op.cast(w, 'float32'), values)); // prettier-ignore
  const weight = op.broadcastTo(weights.reduce((a, b) => op.multiply(a, b)), values.shape); // prettier-ignore
  const counted = mask ? op.select(op.broadcastTo(fittedWeight(op, mask, values), values.shape), values, 0) : values;
  return { total: op.sum(op.multiply(counted, weight)), count: op.sum(weight) };
}

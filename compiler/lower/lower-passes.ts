/**
 * Forward and backward as two halves, for losses outside the model: the backward half starts from gradients of the
 * outputs. While training it also has the gradients of auxiliary losses and penalties.
 */
import type { GraphBuilder, TensorNode } from '../graph/index.ts';
import type { GraphValue, ModelGraph } from '../graph/model-graph.ts';
import type { Dim } from '../shapes/index.ts';
import type { LoweredPasses } from './lowered.ts';
import { gradientsOf } from './lower-training.ts';
import { penalties } from './penalties.ts';
import { walkModel, type Walk } from './walk-model.ts';

type Named = readonly (readonly [string, TensorNode])[];
const none = (): boolean => false;

/** What is differentiated: each output times its gradient, and in training what the model adds to any loss. */
function total(op: GraphBuilder, model: ModelGraph, walk: Walk, outputs: Named, training: boolean): TensorNode {
  const products = outputs
    .filter(([, node]) => node.dtype === 'float32')
    .map(([name, node]) => op.sum(op.multiply(node, op.input(`gradient:${name}`, 'float32', node.shape))));
  const meanOf = (value: GraphValue): TensorNode => op.mean(op.cast(walk.valueOf(value), 'float32'));
  const added = training
    ? [...model.auxiliaryLosses.map(({ value }) => meanOf(value)), ...penalties(op, model, none), ...walk.penalties]
    : [];
  return [...products, ...added].reduce((a, b) => op.add(a, b), op.scalar(0));
}

function pass(op: GraphBuilder, model: ModelGraph, batch: Dim, training: boolean): ReadonlyMap<string, TensorNode> {
  const added = training ? model.auxiliaryLosses.map(({ value }) => value) : [];
  const wanted = [...model.outputs.map(({ value }) => value), ...added];
  const walk = walkModel({ builder: op, model, batch, training, isFrozen: none, wanted });
  const whole = (x: TensorNode): TensorNode => op.broadcastTo(x, [batch, ...x.shape.slice(1)]);
  const outputs: Named = model.outputs.map(({ name, value }) => [name, whole(walk.valueOf(value))]);
  const sum = total(op, model, walk, outputs, training);
  const { learned, inputs } = gradientsOf({ builder: op, model, batch, isFrozen: none }, sum);
  return new Map([
    ...outputs.map(([name, node]) => [`output:${name}`, node] as const),
    ...[...walk.updates].map(([path, node]) => [`weight:${path}`, node] as const),
    ...learned.map(({ weight, gradient }) => [`gradient:${weight.path}`, gradient] as const),
    ...inputs,
  ]);
}

export function lowerPasses(builder: GraphBuilder, model: ModelGraph, batch: Dim): LoweredPasses {
  const training = pass(builder, model, batch, true);
  const inference = pass(builder, model, batch, false);
  const same = training.size === inference.size && [...training].every(([name, node]) => inference.get(name) === node);
  return { training, ...(same ? {} : { inference }) };
}

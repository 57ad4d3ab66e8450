/** Layer graph → tensor programs: inference, one training step, evaluation, and the two halves of a pass, all in one builder. */
import { createGraphBuilder, type GraphBuilder, type TensorNode } from '../graph/index.ts';
import { memberModels } from '../graph/member-models.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { variable, type Dim, type SizeVariable } from '../shapes/index.ts';
import { lowerPasses } from './lower-passes.ts';
import { lowerTraining } from './lower-training.ts';
import type { LoweredModel } from './lowered.ts';
import { walkModel } from './walk-model.ts';

/** Before all variables of a model, whose ids count from 0; named apart from its sizes. */
function batchVariable(model: ModelGraph): SizeVariable {
  const taken = new Set(model.sizes.map((size) => size.name));
  return { name: ['n', 'batch', 'examples'].find((name) => !taken.has(name)) ?? 'batchSize', id: -1 };
}

function inferenceOf(builder: GraphBuilder, model: ModelGraph, batch: Dim): ReadonlyMap<string, TensorNode> {
  const wanted = model.outputs.map((output) => output.value);
  const walk = walkModel({ builder, model, batch, training: false, isFrozen: () => false, wanted });
  // What has no batch axis is given to the caller once for each example.
  const whole = (x: TensorNode): TensorNode => builder.broadcastTo(x, [batch, ...x.shape.slice(1)]);
  return new Map(model.outputs.map(({ name, value }) => [name, whole(walk.valueOf(value))]));
}

export function lowerModel(model: ModelGraph): LoweredModel {
  const builder = createGraphBuilder();
  const size = batchVariable(model);
  const batch = variable(size);
  const inference = inferenceOf(builder, model, batch);
  const { training } = model;
  const members = memberModels(model).map((own) => ({ model: own, inference: inferenceOf(builder, own, batch) }));
  const lowered = training && lowerTraining({ builder, model, training, batch });
  const passes = lowerPasses(builder, model, batch);
  return {
    model,
    builder,
    batch: size,
    inference,
    passes,
    ...(members.length > 0 ? { members } : {}),
    ...(lowered ? { training: lowered } : {}),
  };
}

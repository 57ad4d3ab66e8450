/** The members of a model as models: each with inputs, outputs and nodes of its own, and the weights of the whole. */
import type { ModelGraph } from './model-graph.ts';

export function memberModels(model: ModelGraph): readonly ModelGraph[] {
  const { doc: _doc, training: _training, members = [], ...shared } = model;
  return members.map((member) => ({ ...shared, ...member, name: `${model.name}.${member.name}` }));
}

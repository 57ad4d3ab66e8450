/**
 * The `update` function of a model: weights, slots and gradients in, new weights and slots out. Each weight has a block of
 * its own, which runs if its gradient is given; what several weights need stands before.
 */
import type { ModelGraph } from '../graph/model-graph.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { blank, code, indented, line, runtimeType, typeOnly, type Line } from './code.ts';
import { fieldFunctionHead, roleField } from './field-parameters.ts';
import { specialLeaf } from './function-parameters.ts';
import { camelCase, capitalised, member, quoted } from './identifiers.ts';
import { isMadeLeaf } from './node-kinds.ts';
import type { Stage, StageOf } from './stage.ts';
import { ownerOf, owners, stagesOfModel } from './stages.ts';
import { recordType } from './signature.ts';
import { functionBody, type FunctionBody, type Guard } from './tensor-function.ts';
import type { TrainingContext } from './training-functions.ts';

const isGradient = ({ op, attributes }: TensorNode): boolean =>
  op === 'input' && specialLeaf(String(attributes['name']))?.role === 'gradients';

/** The part before those of the weights: what several of them need. */
export const shared = 'shared values';

/** The statements that update a weight stand for the `train` block. */
function updateStages(model: ModelGraph, stageOf: StageOf, updated: (node: TensorNode) => string | undefined): StageOf {
  const { optimizer, origin } = model.training!;
  const stages = new Map<string, Stage>(
    model.weights.map(({ path }, i) => [
      path,
      { place: origin, label: `${optimizer.definition.name} of ${path}`, name: path, order: i, isLoss: false },
    ]),
  );
  return (node) => {
    const path = updated(node);
    return path === undefined ? stageOf(node) : stages.get(path);
  };
}

/** `newDenseKernel`, `newDenseKernelM`. */
function newNames(outputs: ReadonlyMap<string, TensorNode>): ReadonlyMap<TensorNode, string> {
  return new Map(
    [...outputs].map(([name, node]) => {
      const { path, slot } = ownerOf(name)!;
      return [node, `new${capitalised(camelCase(path))}${capitalised(slot)}`];
    }),
  );
}

function guardOf(path: string, outputs: readonly string[]): Guard {
  return {
    condition: (use) => `${member(use('gradients'), path)} !== undefined`,
    outputs: outputs.filter((name) => ownerOf(name)?.path === path),
    handOver: (name, variable) => {
      const { kind, slot } = ownerOf(name)!;
      return line(
        kind === 'slot'
          ? `newSlots[${quoted(`${path}/${slot}`)}] = ${variable};`
          : `newWeights[${quoted(path)}] = ${variable};`,
      );
    },
  };
}

/** The weight that each node serves, if it serves one alone. */
export function updateParts(outputs: ReadonlyMap<string, TensorNode>): (node: TensorNode) => string {
  const owner = owners(outputs);
  return (node) => owner.get(node) ?? shared;
}

export function updateBody({ model, training, leaves, batch, scope }: Omit<TrainingContext, 'names'>): FunctionBody {
  const { outputs, origins } = training.update;
  const owner = owners(outputs);
  const partOf = updateParts(outputs);
  const paths = model.weights.map(({ path }) => path).filter((path) => outputs.has(`weight:${path}`));
  const names = [...outputs.keys()];
  // Where all are updated together, those of frozen weights are given too, and stay as they are.
  const together = model.training!.globalClipNorm !== undefined;
  return functionBody({
    outputs,
    stageOf: updateStages(model, stagesOfModel(model, origins), (node) =>
      isMadeLeaf(node) ? undefined : owner.get(node),
    ),
    sectionOf: () => 'update',
    parts: { order: [shared, ...paths], of: partOf },
    guards: new Map(paths.map((path) => [path, guardOf(path, names)])),
    wanted: newNames(outputs),
    reserved: [...scope.reserved, 'newWeights', 'newSlots'],
    leaves,
    batch,
    shared: scope,
    seeded: false,
    spends: (node) => isGradient(node) || (node.op === 'slot' && !together),
  });
}

export function updateFunction(context: TrainingContext): readonly Line[] {
  const { model, names } = context;
  const body = updateBody(context);
  // A norm over all gradients needs them all.
  const together = model.training!.globalClipNorm !== undefined;
  const weightName = `models.${model.name}.WeightName`;
  const fields = [
    ...roleField(body, 'weights', recordType(weightName)),
    ...roleField(body, 'slots', recordType(`keyof typeof ${names.slots}`)),
    ...roleField(body, 'gradients', together ? recordType(weightName) : code`Partial<${recordType(weightName)}>`),
    ...roleField(body, 'learningRate', 'number'),
    ...roleField(body, 'step', 'number'),
  ];
  const result = code`${runtimeType('UpdateResult')}`;
  const record = typeOnly(code`: Record<string, ${runtimeType('Data')}>`);
  return [
    line('/** New values of the weights whose gradients are given, and of their slots. */'),
    ...fieldFunctionHead({ name: names.update, body, fields, result, place: model.training!.origin }),
    ...indented([line(code`const newWeights${record} = {};`), line(code`const newSlots${record} = {};`)]),
    ...body.lines,
    ...indented([line('return { weights: newWeights, slots: newSlots };')]),
    line('}'),
    blank,
  ];
}

/**
 * Forward and backward of a model as two functions, for losses outside it: `forwardPass` gives the outputs and what
 * `backwardPass`, which starts from gradients of the outputs, needs of it. Where training differs, there is a second pair
 * that computes as inference does.
 */
import type { GraphBuilder, TensorNode } from '../graph/index.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import type { Dim } from '../shapes/index.ts';
import { blank, bodyOnly, code, indented, line, linesOnly, runtimeType, type Line } from './code.ts';
import { fieldFunctionHead, frozenField, roleField, tensorsField, type FieldParameter } from './field-parameters.ts';
import { capitalised, camelCase, propertyKey } from './identifiers.ts';
import type { Leaves } from './inference-function.ts';
import type { ValueRecord } from './literal.ts';
import type { ModelNames } from './model-names.ts';
import type { ModuleScope } from './module-scope.ts';
import type { PreparedProgram } from './prepare.ts';
import { recordType, unionOf } from './signature.ts';
import { overSaved, splitPass, type SplitPass } from './split-pass.ts';
import { stagesOfModel } from './stages.ts';
import { functionBody, type FunctionBody } from './tensor-function.ts';
import { exportedConstant, namedCode, resultField } from './training-functions.ts';

export interface PreparedPasses {
  readonly training: PreparedProgram;
  readonly inference?: PreparedProgram | undefined;
}

export interface PassContext {
  readonly model: ModelGraph;
  readonly builder: GraphBuilder;
  readonly passes: PreparedPasses;
  readonly leaves: Leaves;
  readonly batch: Dim;
  readonly names: ModelNames;
  readonly scope: ModuleScope;
}

/** The functions, and the constant with the name of the model's class. */
export function passCode(context: PassContext): readonly Line[] {
  const { model, names, passes } = context;
  const both = (forward: string, backward: string): ValueRecord => ({
    forward: namedCode(forward),
    backward: namedCode(backward),
  });
  const training = pair(context, passes.training, names.forwardPass, names.backwardPass, 'training');
  const pass = both(names.forwardPass, names.backwardPass);
  if (passes.inference === undefined) return [...training, ...exportedConstant(model, names, 'PassProgram', { pass })];
  const inference = pair(context, passes.inference, names.inferencePass, names.inferenceBackward, 'inference');
  const inferencePass = both(names.inferencePass, names.inferenceBackward);
  return [...training, ...inference, ...exportedConstant(model, names, 'PassProgram', { pass, inferencePass })];
}

function pair(
  context: PassContext,
  program: PreparedProgram,
  forwardName: string,
  backwardName: string,
  mode: string,
): readonly Line[] {
  const split = splitPass(program.outputs);
  const forward = forwardBody(context, split);
  const saved = new Map(split.saved.map((node, i) => [node, forward.results.get(`saved:${i}`)!]));
  const backward = backwardBody(context, overSaved(split, saved, context.builder));
  const lines = [
    line(`/** Outputs of a batch in ${mode}, new statistics, and what \`${backwardName}\` needs. */`),
    ...forwardLines(context, forward, forwardName, [...saved.values()]),
    line('/** Gradients by weights and inputs from those of the outputs. */'),
    ...backwardLines(context, backward, backwardName, [...saved.values()]),
  ];
  return linesOnly(bodyOnly, lines);
}

function common({ model, leaves, batch, scope, builder }: PassContext) {
  const names = new Set(model.inputs.map(({ node }) => node.name));
  return {
    stageOf: stagesOfModel(model, builder),
    reserved: scope.reserved,
    leaves: new Map([...leaves].filter(([name]) => names.has(name))),
    batch,
    shared: scope,
    seeded: true,
  };
}

function forwardBody(context: PassContext, { forward, saved }: SplitPass): FunctionBody {
  const outputs = [...forward].filter(([name]) => name.startsWith('output:'));
  const states = [...forward].filter(([name]) => name.startsWith('weight:'));
  const wanted = new Map<TensorNode, string>([
    ...states.map(([name, node]) => [node, newName(name)] as const),
    ...outputs.map(([name, node]) => [node, name.slice('output:'.length)] as const),
  ]);
  return functionBody({
    ...common(context),
    outputs: new Map([...forward, ...saved.map((node, i) => [`saved:${i}`, node] as const)]),
    unnamed: saved.filter((node) => !wanted.has(node)),
    sectionOf: () => 'forward',
    wanted,
  });
}

const newName = (output: string): string => `new${capitalised(camelCase(output.slice('weight:'.length)))}`;

function backwardBody(context: PassContext, outputs: ReadonlyMap<string, TensorNode>): FunctionBody {
  const wanted = [...outputs].map(([name, node]) => [node, `d${capitalised(camelCase(name.slice(name.indexOf(':') + 1)))}`] as const); // prettier-ignore
  return functionBody({
    ...common(context),
    outputs,
    sectionOf: () => 'backward',
    wanted: new Map(wanted),
  });
}

const inputFields = ({ model }: PassContext, body: FunctionBody): readonly FieldParameter[] => [
  ...roleField(body, 'weights', recordType(`models.${model.name}.WeightName`)),
  ...tensorsField(body, 'inputs', model.inputs.map(({ node }) => node.name)), // prettier-ignore
  ...frozenField(body, model),
  ...roleField(body, 'step', 'number'),
  ...roleField(body, 'seed', 'number'),
];

function forwardLines(context: PassContext, body: FunctionBody, name: string, saved: readonly string[]): readonly Line[] {
  const { model } = context;
  const kept = saved.map((variable) => `${propertyKey(variable)},`);
  return [
    ...fieldFunctionHead({ name, body, fields: inputFields(context, body), result: code`${runtimeType('ForwardResult')}`, place: model.origin }),
    ...body.lines,
    ...indented([
      line('return {'),
      ...indented([
        ...resultField('outputs', 'output:', body),
        ...(kept.length === 0 ? [line('saved: {},')] : [line('saved: {'), ...indented(kept.map((one) => line(one))), line('},')]),
        ...resultField('states', 'weight:', body),
      ]),
      line('};'),
    ]),
    line('}'),
    blank,
  ];
} // prettier-ignore

function backwardLines(context: PassContext, body: FunctionBody, name: string, saved: readonly string[]): readonly Line[] {
  const { model } = context;
  const fields = [
    ...inputFields(context, body),
    ...roleField(body, 'saved', recordType(unionOf(saved))),
    ...roleField(body, 'gradients', recordType(unionOf(model.outputs.map((output) => output.name)))),
  ];
  return [
    ...fieldFunctionHead({ name, body, fields, result: code`${runtimeType('BackwardResult')}`, place: model.origin }),
    ...body.lines,
    ...indented([
      line('return {'),
      ...indented([...resultField('weights', 'gradient:', body), ...resultField('inputs', 'input:', body)]),
      line('};'),
    ]),
    line('}'),
    blank,
  ];
} // prettier-ignore

/**
 * The training half of a model: `gradients` (forward, loss and metrics, backward), `update` and `evaluate`, and the
 * constant that hands them to the runtime.
 */
import type { ModelGraph } from '../graph/model-graph.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import { sampleWeightLeaf, sampleWeightsLeaf } from '../lower/lower-training.ts';
import type { LoweredTraining } from '../lower/lowered.ts';
import type { Dim } from '../shapes/index.ts';
import {
  blank,
  bodyOnly,
  code,
  declarationOnly,
  indented,
  line,
  linesOnly,
  runtimeType,
  sourceTypeOnly,
  typeOnly,
  type Line,
} from './code.ts';
import { fieldFunctionHead, frozenField, roleField, tensorsField } from './field-parameters.ts';
import { camelCase, capitalised, propertyKey, quoted } from './identifiers.ts';
import type { Leaves } from './inference-function.ts';
import { fieldsText } from './kernel-call.ts';
import { valueLines, type Value, type ValueRecord } from './literal.ts';
import type { ModelNames } from './model-names.ts';
import type { ModuleScope } from './module-scope.ts';
import type { PreparedProgram } from './prepare.ts';
import { sectionOrder, sectionsOf, type Section } from './sections.ts';
import { trainingSpec } from './spec-code.ts';
import type { StageOf } from './stage.ts';
import { stagesOfModel } from './stages.ts';
import { deviceParameter, functionHead, recordParameter, recordType, weightsParameter, unionOf } from './signature.ts';
import { functionBody, type FunctionBody, type Guard } from './tensor-function.ts';
import { updateFunction } from './update-function.ts';

export interface PreparedTraining {
  readonly lowered: LoweredTraining;
  readonly gradients: PreparedProgram;
  readonly thawed?: PreparedProgram | undefined;
  readonly update: PreparedProgram;
  readonly evaluate: PreparedProgram;
  readonly adapt?: PreparedProgram | undefined;
}

export interface TrainingContext {
  readonly model: ModelGraph;
  readonly training: PreparedTraining;
  readonly leaves: Leaves;
  readonly batch: Dim;
  readonly names: ModelNames;
  readonly scope: ModuleScope;
}

const headings: Readonly<Record<string, string>> = {
  forward: 'forward',
  loss: 'loss and metrics',
  backward: 'backward',
  inputs: 'gradients of inputs',
};

export function trainingCode(context: TrainingContext): readonly Line[] {
  const { training, names } = context;
  const functions = [
    ...gradientsFunction(context, names.gradients, training.gradients),
    ...(training.thawed === undefined ? [] : gradientsFunction(context, names.allGradients, training.thawed)),
    ...updateFunction(context),
    ...evaluateFunction(context),
    ...(training.adapt === undefined ? [] : adaptFunction(context, training.adapt)),
  ];
  return [...linesOnly(bodyOnly, functions), ...programConstant(context)];
}

/** What stands for a target, or comes from a loss or metric. */
const lossTest =
  (model: ModelGraph, stageOf: StageOf) =>
  (node: TensorNode): boolean =>
    stageOf(node)?.isLoss === true ||
    node.inputs.some(
      (x) => x.op === 'input' && model.training!.targets.some((t) => t.node.name === x.attributes['name']),
    );

/** Which nodes only the gradients of inputs need. */
function inputPart(outputs: ReadonlyMap<string, TensorNode>): ReadonlySet<TensorNode> {
  const own = (isInput: boolean) => [...outputs].filter(([name]) => name.startsWith('input:') === isInput).map(([, node]) => node); // prettier-ignore
  const others = new Set(topological(own(false)));
  const only = topological(own(true)).filter((node) => !others.has(node));
  // What a loop gives is there when the loop has run.
  return new Set(only.filter((node) => node.op !== 'result' || !others.has(node.inputs[0]!)));
}

const namedOutputs = (outputs: ReadonlyMap<string, TensorNode>, prefix: string): readonly string[] =>
  [...outputs.keys()].filter((name) => name.startsWith(prefix));

/** The part of the training step that each node is in. */
function gradientSections(
  model: ModelGraph,
  { outputs, origins }: Pick<PreparedProgram, 'outputs' | 'origins'>,
): (node: TensorNode) => Section {
  const stageOf = stagesOfModel(model, origins);
  const nodes = (prefix: string): readonly TensorNode[] =>
    namedOutputs(outputs, prefix).map((name) => outputs.get(name)!);
  const results = {
    report: nodes('report'),
    state: nodes('weight:'),
    updates: [...nodes('gradient:'), ...nodes('input:')],
  };
  const sections = sectionsOf(results, lossTest(model, stageOf));
  return (node) => {
    const section = sections.get(node) ?? 'forward';
    return section === 'update' ? 'backward' : section;
  };
}

/** As the sections, and what only gradients of inputs need. */
export function gradientParts(
  model: ModelGraph,
  program: Pick<PreparedProgram, 'outputs' | 'origins'>,
): (node: TensorNode) => string {
  const sectionOf = gradientSections(model, program);
  const ofInputs = inputPart(program.outputs);
  return (node) => (ofInputs.has(node) ? 'inputs' : sectionOf(node));
}

export function gradientsBody(
  { model, leaves, batch, scope }: Omit<TrainingContext, 'names'>,
  program: PreparedProgram,
): FunctionBody {
  const { outputs, origins } = program;
  const guard: Guard = {
    condition: (use) => use('inputGradients'),
    outputs: namedOutputs(outputs, 'input:'),
    handOver: (name, variable) => line(`ofInputs[${quoted(name.slice('input:'.length))}] = ${variable};`),
  };
  return functionBody({
    outputs,
    stageOf: stagesOfModel(model, origins),
    sectionOf: gradientSections(model, program),
    parts: { order: [...sectionOrder, 'inputs'], of: gradientParts(model, program) },
    guards: new Map([['inputs', guard]]),
    headings,
    wanted: gradientNames(outputs),
    reserved: [...scope.reserved, 'ofInputs'],
    leaves,
    batch,
    shared: scope,
    seeded: true,
  });
} // prettier-ignore

/** `dDenseKernel` and `dImage` for gradients, `newNormMovingMean` for new statistics. */
export function gradientNames(outputs: ReadonlyMap<string, TensorNode>): ReadonlyMap<TensorNode, string> {
  const wanted = new Map<TensorNode, string>();
  for (const [name, node] of outputs) {
    const path = name.slice(name.indexOf(':') + 1);
    if (name.startsWith('weight:')) wanted.set(node, `new${capitalised(camelCase(path))}`);
    if (name.startsWith('gradient:') || name.startsWith('input:')) wanted.set(node, `d${capitalised(camelCase(path))}`);
  }
  return wanted;
}

function gradientsFunction(context: TrainingContext, name: string, program: PreparedProgram): readonly Line[] {
  const { model } = context;
  const body = gradientsBody(context, program);
  const all = name === context.names.allGradients ? ' Of frozen weights too.' : '';
  const fields = [
    ...roleField(body, 'weights', recordType(`models.${model.name}.WeightName`)),
    ...tensorsField(body, 'inputs', inputNames(model)),
    ...tensorsField(body, 'targets', targetNames(model)),
    ...frozenField(body, model),
    ...roleField(body, 'sampleWeight', code`${runtimeType('Data')}`),
    ...roleField(body, 'sampleWeights', recordType(unionOf(weighedTargets(program)))),
    ...roleField(body, 'step', 'number'),
    ...roleField(body, 'seed', 'number'),
    ...roleField(body, 'inputGradients', 'boolean'),
  ];
  const { place, result } = { place: model.training!.origin, result: code`${runtimeType('GradientResult')}` };
  const inputs = [...program.outputs.keys()].some((output) => output.startsWith('input:'));
  const record = code`const ofInputs${typeOnly(code`: Record<string, ${runtimeType('Data')}>`)} = {};`;
  return [
    line(`/** Losses and metrics of a batch, new statistics, and the gradients of the loss.${all} */`),
    ...fieldFunctionHead({ name, body, fields, result, place }),
    ...(inputs ? indented([line(record)]) : []),
    ...body.lines,
    ...indented(gradientsResult(body, inputs)),
    line('}'),
    blank,
  ];
}

const inputNames = (model: ModelGraph): readonly string[] => model.inputs.map(({ node }) => node.name);
const targetNames = (model: ModelGraph): readonly string[] => model.training!.targets.map(({ node }) => node.name);

function gradientsResult(body: FunctionBody, inputs: boolean): readonly Line[] {
  const report = body.results.get('report')!;
  return [
    line('return {'),
    ...indented([
      line(report === 'report' ? 'report,' : `report: ${report},`),
      ...resultField('states', 'weight:', body),
      ...resultField('weights', 'gradient:', body),
      line(inputs ? 'inputs: ofInputs,' : 'inputs: {},'),
    ]),
    line('};'),
  ];
}

/** The results whose names begin so, as a record: `weights: { 'dense.kernel': dDenseKernel },`. */
export function resultField(field: string, prefix: string, { results }: FunctionBody): readonly Line[] {
  const own = [...results].filter(([name]) => name.startsWith(prefix));
  if (own.length === 0) return [line(`${field}: {},`)];
  const lines = own.map(([name, variable]) => {
    const key = propertyKey(name.slice(prefix.length));
    return line(key === variable ? `${key},` : `${key}: ${variable},`);
  });
  return [line(`${field}: {`), ...indented(lines), line('},')];
}

function evaluateFunction({ model, training, leaves, batch, names, scope }: TrainingContext): readonly Line[] {
  const stageOf = stagesOfModel(model, training.evaluate.origins);
  const sections = sectionsOf(
    { report: [...training.evaluate.outputs.values()], state: [], updates: [] },
    lossTest(model, stageOf),
  );
  const body = functionBody({
    outputs: training.evaluate.outputs,
    stageOf,
    sectionOf: (node) => sections.get(node) ?? 'forward',
    headings,
    wanted: new Map(),
    reserved: scope.reserved,
    leaves,
    batch,
    shared: scope,
    seeded: false,
  });
  const parameters = [
    deviceParameter(body),
    weightsParameter(body, `models.${model.name}.WeightName`),
    recordParameter('_inputs', body, inputNames(model)),
    recordParameter('_targets', body, targetNames(model)),
  ];
  return [
    line('/** Losses and metrics of a batch without training. */'),
    ...functionHead(names.evaluate, parameters, code`${runtimeType('Data')}`, model.training!.origin),
    ...body.lines,
    ...indented([line(`return ${body.results.get('report')!};`)]),
    line('}'),
    blank,
  ];
}

function adaptFunction({ model, leaves, batch, names, scope }: TrainingContext, program: PreparedProgram): readonly Line[] {
  const body = functionBody({
    outputs: program.outputs,
    stageOf: stagesOfModel(model, program.origins),
    sectionOf: () => 'forward',
    wanted: new Map([...program.outputs].map(([name, node]) => [node, camelCase(name.replace(':', '.'))])),
    reserved: scope.reserved,
    leaves,
    batch,
    shared: scope,
    seeded: false,
  });
  const parameters = [
    deviceParameter(body),
    weightsParameter(body, `models.${model.name}.WeightName`),
    recordParameter('_inputs', body, inputNames(model)),
  ];
  return [
    line('/** What layers learn from a batch before training. */'),
    ...functionHead(names.adapt, parameters, code`${runtimeType('DataRecord')}`, model.training!.origin),
    ...body.lines,
    ...indented([line(`return ${fieldsText(body.results)};`)]),
    line('}'),
    blank,
  ];
} // prettier-ignore

function programConstant({ model, training, names }: TrainingContext): readonly Line[] {
  const { optimizer, ...rest } = trainingSpec(model, training.lowered);
  const { slots, ...settings } = optimizer as ValueRecord;
  const byTarget = weighedTargets(training.gradients);
  const fields: ValueRecord = {
    ...rest,
    optimizer: { ...settings, slots: namedCode(names.slots) },
    ...(training.thawed === undefined ? {} : { allGradients: namedCode(names.allGradients) }),
    ...(model.training!.globalClipNorm === undefined ? {} : { updatesTogether: true }),
    ...(weighsExamples(training.gradients) ? { sampleWeights: true } : {}),
    ...(byTarget.length > 0 ? { sampleWeights: byTarget } : {}),
    gradients: namedCode(names.gradients),
    update: namedCode(names.update),
    evaluate: namedCode(names.evaluate),
    ...(training.adapt === undefined ? {} : { adapt: namedCode(names.adapt) }),
  };
  const slotsEnd = code`${sourceTypeOnly(' as const')};`;
  return [
    ...linesOnly(bodyOnly, [...valueLines(slots!, code`const ${names.slots} = `, slotsEnd), blank]),
    ...exportedConstant(model, names, 'TrainingProgram', fields),
  ];
} // prettier-ignore

const weighsExamples = ({ outputs }: PreparedProgram): boolean =>
  topological(outputs.values()).some((node) => node.op === 'input' && node.attributes['name'] === sampleWeightLeaf);

/** The targets whose losses are weighed each by itself. */
const weighedTargets = ({ outputs }: PreparedProgram): readonly string[] =>
  topological(outputs.values())
    .map((node) => (node.op === 'input' ? String(node.attributes['name']) : ''))
    .filter((name) => name.startsWith(sampleWeightsLeaf))
    .map((name) => name.slice(sampleWeightsLeaf.length));

export const namedCode = (name: string): Value => ({ code: [{ text: name }], type: [] });

/** What the training module gives for a model: a constant with the name of its class. */
export function exportedConstant(
  model: ModelGraph,
  names: ModelNames,
  typeName: 'PassProgram' | 'TrainingProgram',
  fields: ValueRecord,
): readonly Line[] {
  const type = runtimeType(typeName);
  const exported = names.class === model.name;
  const prefix = exported ? 'export ' : '';
  const end = [{ text: ';' }];
  const all: ValueRecord = names.kernels ? { ...fields, kernels: namedCode('kernels') } : fields;
  return [
    ...linesOnly(bodyOnly, valueLines(all, code`${prefix}const ${names.class}${typeOnly(code`: ${type}`)} = `, end)),
    line(declarationOnly(code`${prefix}declare const ${names.class}: ${type};`)),
    ...(exported ? [] : [line(`export { ${names.class} as ${model.name} };`)]),
    blank,
  ];
}

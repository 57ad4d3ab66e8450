/** The `infer` function of a model: weights and inputs in, outputs out. */
import type { ModelGraph } from '../graph/model-graph.ts';
import { completeSizes } from '../definitions/axes.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Dim } from '../shapes/index.ts';
import { bodyOf, stringOf } from '../ops/attributes.ts';
import { hasBody } from '../graph/loop-body.ts';
import { topological } from '../graph/traverse.ts';
import { displayShape } from '../shapes/index.ts';
import { blank, bodyOnly, code, indented, line, linesOnly, runtimeType, type Line } from './code.ts';
import { specialLeaf } from './function-parameters.ts';
import { fieldsText } from './kernel-call.ts';
import type { ModelNames } from './model-names.ts';
import type { ModuleScope } from './module-scope.ts';
import type { PreparedProgram } from './prepare.ts';
import { stagesOfModel } from './stages.ts';
import { deviceParameter, functionHead, recordParameter, unionOf, weightsParameter } from './signature.ts';
import { functionBody, type FunctionBody } from './tensor-function.ts';

export type Leaves = ReadonlyMap<string, { readonly axes: readonly Dim[] }>;

/** Inputs, also those that no program reads (`zerosLike(x)` needs only their sizes), and targets, batch axis included. */
export function leavesOf(
  model: Pick<ModelGraph, 'inputs'>,
  batch: Dim,
  programs: readonly ReadonlyMap<string, TensorNode>[],
): Leaves {
  const nodes = topological(programs.flatMap((outputs) => [...outputs.values()])).filter((node) => node.op === 'input');
  const byText = nodes.toSorted((a, b) => a.id - b.id);
  const own = byText.filter((node) => specialLeaf(stringOf(node.attributes, 'name')) === undefined);
  const read = own.map((node) => [stringOf(node.attributes, 'name'), { axes: node.shape }] as const);
  const names = new Set(read.map(([name]) => name));
  const unread = model.inputs
    .filter(({ node }) => !names.has(node.name))
    .map(({ node }) => [node.name, { axes: [batch, ...completeSizes(node.outputs[0]!.shape)] }] as const);
  return new Map([...read, ...unread]);
}

export interface InferenceContext {
  readonly model: ModelGraph;
  readonly program: PreparedProgram;
  readonly leaves: Leaves;
  /** The number of examples. */
  readonly batch: Dim;
  readonly names: ModelNames;
  readonly scope: ModuleScope;
}

export function inferenceBody({ model, program, leaves, batch, scope }: Omit<InferenceContext, 'names'>): FunctionBody {
  return functionBody({
    outputs: program.outputs,
    stageOf: stagesOfModel(model, program.origins),
    sectionOf: () => 'forward',
    wanted: new Map(),
    reserved: scope.reserved,
    leaves,
    batch,
    shared: scope,
    seeded: false,
  });
}

/** Whether examples are only computed all together: random numbers are drawn for them, or a result is none of theirs. */
export function isUndivided({ outputs }: Pick<PreparedProgram, 'outputs'>, batch: Dim): boolean {
  const draws = (roots: Iterable<TensorNode>): boolean =>
    topological(roots).some(
      ({ op, attributes }) => random.has(op) || (hasBody(op) && draws(bodyOf(attributes).outputs)),
    );
  return draws(outputs.values()) || [...outputs.values()].some(({ shape }) => shape[0]?.key !== batch.key);
}

const random: ReadonlySet<string> = new Set(['randomUniform', 'randomNormal']);

export function inferenceFunction(context: InferenceContext): readonly Line[] {
  const { model, program, names } = context;
  const body = inferenceBody(context);
  const parameters = [
    deviceParameter(body),
    weightsParameter(body, `keyof typeof ${names.spec}.weights`),
    recordParameter(
      '_inputs',
      body,
      model.inputs.map(({ node }) => node.name),
    ),
  ];
  const result = code`${runtimeType('DataRecord')}<${unionOf(program.outputs.keys())}>`;
  const lines = [
    line(`/** ${signatureText(model)} */`),
    ...functionHead(names.infer, parameters, result, model.origin),
    ...body.lines,
    ...indented([line(`return ${fieldsText(body.results)};`)]),
    line('}'),
    blank,
  ];
  return linesOnly(bodyOnly, lines);
}

/** `image [n, 28, 28, 1] → digit [n, 10]`. */
function signatureText(model: ModelGraph): string {
  const shown = (name: string, shape: Parameters<typeof displayShape>[0]): string =>
    `${name} ${displayShape(shape)
      .replace(/^\[(?=.)/, '[n, ')
      .replace('[n, ]', '[n]')}`;
  const inputs = model.inputs.map(({ node }) => shown(node.name, node.outputs[0]!.shape));
  const outputs = model.outputs.map(({ name, value }) => shown(name, value.type.shape));
  return `${inputs.join(', ')} → ${outputs.join(', ')}`;
}

/**
 * What optimisation made of each program of a model, as plain data with its sentences: `nn build --explain` prints it, and gives it as JSON.
 */
import type { Place } from '../diagnostics/diagnostic.ts';
import { topological, nodesOf } from '../graph/traverse.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import type { LoweredModel } from '../lower/lowered.ts';
import { familiesOf } from '../emit/backends/index.ts';
import { prepare, type PrepareOptions } from '../emit/prepare.ts';
import { gradientParts } from '../emit/training-functions.ts';
import type { EmitOptions } from '../emit/emitted.ts';
import { bodyOf } from '../ops/attributes.ts';
import { ops } from '../ops/index.ts';
import { wholeLoop } from '../emit/whole-loop.ts';
import type { PassRecord, Step } from '../optimise/index.ts';
import { sentencesOf } from './sentences.ts';

export interface ModelExplanation {
  readonly model: string;
  readonly place: Place;
  readonly backends: EmitOptions['backends'];
  readonly programs: readonly ProgramExplanation[];
}

export interface ProgramExplanation {
  readonly program: 'prediction' | 'training step';
  /** Those that it is for: training has a form for each family of them. */
  readonly backends: EmitOptions['backends'];
  readonly operations: Change;
  readonly passes: readonly PassExplanation[];
}

/** Operations that a run computes: what is free, such as a reshape, does not count, nor in predictions what follows from weights alone. */
export interface Change {
  readonly before: number;
  readonly after: number;
}

export interface PassExplanation {
  readonly pass: string;
  readonly summary: string;
  readonly operations: Change;
  readonly done: readonly Sentence[];
  /** What a reader may have expected, and why it was not done. */
  readonly left: readonly Sentence[];
}

/** The same about several stages of the text is said once. */
export interface Sentence {
  readonly text: string;
  readonly times: number;
  /** The stages that it is about. */
  readonly places: readonly Place[];
}

export function explainedModel(lowered: LoweredModel, backends: EmitOptions['backends']): ModelExplanation {
  const { model, builder, inference, training } = lowered;
  const explained = (program: ProgramExplanation['program'], outputs: LoweredModel['inference'], options: PrepareOptions): ProgramExplanation => {
    const { weightsStay = false } = options;
    const { records, outputs: after } = prepare(outputs, builder, options);
    return {
      program,
      backends: options.backends,
      operations: { before: operations({ outputs }, weightsStay), after: operations({ outputs: after }, weightsStay) },
      passes: [...records, wholeLoops({ outputs: after }, builder)].map((record) => explainedPass(record, model.origin, weightsStay)),
    };
  }; // prettier-ignore
  return {
    model: model.name,
    place: model.origin,
    backends,
    programs: [
      explained('prediction', inference, { backends, weightsStay: true }),
      ...(training ? familiesOf(backends).map((family) => explained('training step', training.gradients, { backends: family.backends, parts: (program) => gradientParts(model, program) })) : []), // prettier-ignore
    ],
  };
}

/** Loops that are written as one call, in the form of a pass: they stay one node, and are known when code is written. */
function wholeLoops(program: TensorProgram, { originOf }: LoweredModel['builder']): PassRecord {
  const steps = nodesOf(program).flatMap((node): readonly Step[] => {
    const whole = node.op === 'scan' ? wholeLoop(node) : undefined;
    const rule = whole && { name: `loop(f) → ${whole.helper}`, why: 'the runtime computes all steps in one call' };
    return rule ? [{ kind: 'rewritten', rule, at: originOf(node) }] : [];
  });
  const pass = { name: 'whole-loops', summary: 'knows loops that are one kernel', run: () => ({ program, steps }) };
  return { pass, before: program, after: program, steps };
}

const explainedPass = ({ pass, before, after, steps }: PassRecord, place: Place, weightsStay: boolean): PassExplanation => ({
  pass: pass.name,
  summary: pass.summary,
  operations: { before: operations(before, weightsStay), after: operations(after, weightsStay) },
  ...sentencesOf(steps, place.file),
}); // prettier-ignore

/** In loops each once: how often they run is known later. */
function operations(program: TensorProgram, weightsStay: boolean): number {
  const depends = new Set<TensorNode>();
  let count = 0;
  for (const node of nodesOf(program)) {
    const varies = node.op === 'input' || node.op === 'randomUniform' || node.op === 'randomNormal' || node.inputs.some((x) => depends.has(x)); // prettier-ignore
    if (varies) depends.add(node);
    if ((varies || !weightsStay) && isComputed(node)) count++;
    if (node.op === 'scan') count += topological(bodyOf(node.attributes).outputs).filter(isComputed).length;
  }
  return count;
}

const isComputed = ({ op, inputs }: TensorNode): boolean =>
  inputs.length > 0 && op !== 'scan' && op !== 'result' && ops[op].traits.alias !== true;

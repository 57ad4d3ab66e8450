/** What the reference evaluator computes of a lowered model, before anything is optimised, in double precision. */
import {
  evaluateProgram,
  ndArray,
  topological,
  type EvaluationBindings,
  type NdArray,
  type TensorNode,
} from '../../compiler/graph/index.ts';
import { completeSizes } from '../../compiler/definitions/axes.ts';
import type { LoweredModel, LoweredTraining } from '../../compiler/lower/lowered.ts';
import { ReportFold } from '../../runtime/history.ts';
import type { ReportEntry } from '../../runtime/program.ts';
import { normalNumbers, uniformNumbers } from '../../runtime/random/draws.ts';
import type { Arrays, CaseArray, CaseHead, PassCase, ScoreCase, StepsCase } from './case-data.ts';
import { spreadNumbers } from './example-model.ts';
import { arrayOf, seed } from './run-case.ts';
import type { TrainingModel } from './training-models.ts';

type Values = Readonly<Record<string, NdArray>>;
type Program = ReadonlyMap<string, TensorNode>;

/** Where passes start to draw; see `runtime/passes.ts`. */
const firstDraw = 2 ** 31;

const caseArray = ({ dtype, shape, data }: NdArray): CaseArray => arrayOf(dtype, shape, data);
const caseArrays = (values: Values): Arrays =>
  Object.fromEntries(Object.entries(values).map(([name, array]) => [name, caseArray(array)]));

/** Numbers for every weight; variances are positive. As floats, which is what the model gets. */
function weightsFor({ model }: LoweredModel): Values {
  const entries = model.weights.map(({ path, sizes, dtype }, k) => {
    const x = spreadNumbers(sizes, k + 3);
    const data = Array.from(x.data, (v) => Math.fround(path.endsWith('ariance') ? 0.6 + Math.abs(v) / 2 : v / 3));
    return [
      path,
      dtype === 'int32'
        ? ndArray(
            sizes,
            data.map(() => k),
            'int32',
          )
        : ndArray(sizes, data),
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** What a program reads beside inputs and weights: every example counts 1, and nothing is frozen. */
function usualLeaves(program: Program, examples: number): Values {
  const leaves = topological(program.values()).filter((node) => node.op === 'input');
  const flags = leaves.map((node) => String(node.attributes['name'])).filter((name) => name.startsWith('frozen:'));
  const ones = ndArray([examples], Array<number>(examples).fill(1));
  return { 'sampleWeight:': ones, ...Object.fromEntries(flags.map((name) => [name, ndArray([], [0], 'bool')])) };
}

const firstOf = (values: Values): NdArray => Object.values(values)[0]!;

/** Sizes by the axes of inputs. */
function sizesFrom({ model, batch }: LoweredModel, inputs: Values): ReadonlyMap<number, number> {
  const sizes = new Map([[batch.id, firstOf(inputs).shape[0]!]]);
  for (const { node } of model.inputs)
    for (const [axis, size] of completeSizes(node.outputs[0]!.shape).entries()) {
      const factor = size.terms.length === 1 ? size.terms[0]!.factors : [];
      const atom = factor.length === 1 ? factor[0]!.atom : undefined;
      if (atom?.kind === 'variable') sizes.set(atom.variable.id, inputs[node.name]!.shape[axis + 1]!);
    }
  return sizes;
}

function evaluated(lowered: LoweredModel, program: Program, given: Values, bindings: EvaluationBindings): Values {
  const inputs = { ...usualLeaves(program, firstOf(given).shape[0]!), ...given };
  const random: NonNullable<EvaluationBindings['random']> = (kind, use, count) =>
    (kind === 'uniform' ? uniformNumbers : normalNumbers)(count, { seed, step: bindings.step ?? 0, use });
  const sizes = sizesFrom(lowered, given);
  const all = { random, ...bindings, inputs, sizes, precision: 'float64' as const };
  return Object.fromEntries(evaluateProgram({ outputs: program }, all));
}

/** Those whose names start so, without that; all must be numbers. */
function named(values: Values, prefix: string): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, array]) => {
      if (!name.startsWith(prefix)) return [];
      if (!array.data.every(Number.isFinite)) throw new Error(`${name} is not finite everywhere: choose other inputs`);
      return [[name.slice(prefix.length), array] as const];
    }),
  );
}

const isFloat = ({ dtype }: NdArray): boolean => dtype === 'float32';
const isRandom = (program: Program): boolean =>
  topological(program.values()).some(({ op }) => op === 'randomNormal' || op === 'randomUniform');

export function passCase(head: CaseHead, lowered: LoweredModel, inputs: Values): PassCase {
  const weights = weightsFor(lowered);
  const passes = lowered.passes!.training;
  const half = (prefixes: readonly string[]): Program =>
    new Map([...passes].filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix))));
  const step = { weights, step: firstDraw };
  const forward = evaluated(lowered, half(['output:', 'weight:']), inputs, step);
  const outputs = named(forward, 'output:');
  const floats = Object.entries(outputs).filter(([, array]) => isFloat(array));
  const cotangents = Object.fromEntries(floats.map(([name, { shape }], i) => [name, spreadNumbers(shape, 7 + i)]));
  const leaves = Object.fromEntries(Object.entries(cotangents).map(([name, array]) => [`gradient:${name}`, array]));
  const backward = evaluated(lowered, half(['gradient:', 'input:']), { ...inputs, ...leaves }, step);
  const inference = isRandom(lowered.inference) ? undefined : named(prefixed('', evaluated(lowered, lowered.inference, inputs, { weights })), ''); // prettier-ignore
  return {
    ...head,
    run: 'pass',
    inputs: caseArrays(inputs),
    weights: caseArrays(weights),
    outputGradients: caseArrays(cotangents),
    expected: {
      ...(inference === undefined ? {} : { inference: caseArrays(inference) }),
      training: caseArrays(outputs),
      states: caseArrays(named(forward, 'weight:')),
      inputGradients: caseArrays(withZeros(named(backward, 'input:'), inputs)),
      weightGradients: caseArrays(named(backward, 'gradient:')),
    },
  };
}

const prefixed = (prefix: string, values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, array]) => [prefix + name, array]));

/** A float input on which nothing depends smoothly has a gradient of zeros. */
const withZeros = (gradients: Values, inputs: Values): Values => ({
  ...Object.fromEntries(
    Object.entries(inputs)
      .filter(([, array]) => isFloat(array))
      .map(([name, { shape, data }]) => [name, ndArray(shape, new Float64Array(data.length))]),
  ),
  ...gradients,
});

function trainingOf({ training }: LoweredModel): LoweredTraining {
  if (training === undefined) throw new Error('the model has no train block');
  return training;
}

/** Batches hold inputs and targets. */
export function scoreCase(
  head: CaseHead,
  lowered: LoweredModel,
  { batches, score }: TrainingModel,
  differentiated: boolean,
): ScoreCase {
  const weights = weightsFor(lowered);
  const training = trainingOf(lowered);
  const fold = new ReportFold(training.report as readonly ReportEntry[]);
  for (const batch of batches) {
    const { report } = evaluated(lowered, training.evaluate, batch, { weights });
    fold.add(Float32Array.from(report!.data), firstOf(batch).shape[0]!);
  }
  const value = fold.scores()[score];
  if (value === undefined) throw new Error(`${head.about} is not reported as '${score}'`);
  const found = differentiated ? evaluated(lowered, training.gradients, batches[0]!, { weights, step: 1 }) : undefined;
  return {
    ...head,
    run: 'score',
    batches: batches.map(caseArrays),
    weights: caseArrays(weights),
    score,
    expected: {
      score: value,
      ...(found === undefined
        ? {}
        : {
            inputGradients: caseArrays(named(found, 'input:')),
            weightGradients: caseArrays(named(found, 'gradient:')),
          }),
    },
  };
}

const steps = 3;

export function stepsCase(head: CaseHead, lowered: LoweredModel, { batches }: TrainingModel): StepsCase {
  const training = trainingOf(lowered);
  const batch = batches[0]!;
  const first = weightsFor(lowered);
  let weights = first;
  let slots: Values = Object.fromEntries(
    training.slots.map(({ name, sizes, initial = 0 }) => {
      if (initial === 'weight') return [name, first[name.slice(0, name.lastIndexOf('/'))]!];
      return [name, ndArray(sizes, new Float64Array(sizes.reduce((a, b) => a * b, 1)).fill(initial))];
    }),
  );
  for (let step = 1; step <= steps; step++) {
    const made = evaluated(lowered, training.step, batch, { weights, slots, step, learningRate: 0.05 });
    weights = { ...weights, ...named(made, 'weight:') };
    slots = { ...slots, ...named(made, 'slot:') };
  }
  return {
    ...head,
    run: 'steps',
    batch: caseArrays(batch),
    steps,
    weights: caseArrays(first),
    expected: { weights: caseArrays(weights) },
  };
}

/**
 * Forward and backward as two calls, and gradients without an update: for losses and loops of the user's own. Loaded when
 * first used.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type BoundaryRules, type CheckedBatch, checkBatch } from './boundary.ts';
import { checkedBatch } from './data.ts';
import { type Device, attempt } from './device.ts';
import { scoresOf } from './history.ts';
import { InputError } from './input-error.ts';
import { inputRecord } from './input-record.ts';
import type { ModelState } from './model-state.ts';
import { placed, tensorOf } from './placement.ts';
import type { Data, Pass, PassInputs } from './program.ts';
import { adoptStates, gradientsOnBatch, taken, withoutFrozen } from './steps.ts';
import { passing, trainable } from './training-state.ts';
import { zeros } from './updates.ts';

type Datas = Readonly<Record<string, Data>>;
export type Tensors = Record<string, Tensor>;
export interface TensorGradients {
  readonly weights: Tensors;
  readonly inputs: Tensors;
}

/** Random numbers of passes are drawn apart from those of training steps, which count from 1. */
const firstDraw = 2 ** 31;

/** What `Model.forward` gives. Holds what `backward` needs until that or `dispose` is called. */
export class HeldPass {
  /** By name; the caller's to dispose. */
  readonly outputs: Tensors;
  readonly #state: ModelState;
  readonly #pass: Pass;
  readonly #outputShapes: Readonly<Record<string, readonly number[]>>;
  #held: (PassInputs & { readonly saved: Datas }) | undefined;

  /** Inputs are checked and the module is loaded. Inside an `attempt`. */
  constructor(state: ModelState, pass: Pass, batch: CheckedBatch, training: boolean) {
    const { device } = state;
    this.#state = state;
    this.#pass = pass;
    const { data, made } = placed(device, state.rules, batch.inputs);
    const step = training ? firstDraw + state.draws : 0;
    const given = { weights: state.weights, inputs: data, frozen: state.freezing.flags, step, seed: state.seed };
    const mark = device.mark();
    const { outputs, saved, states } = pass.forward(device, given);
    device.own(mark, [outputs, saved, states].flatMap((record) => Object.values(record))); // prettier-ignore
    // Weights are replaced by updates, and inputs may be disposed, before backward is called.
    for (const one of [given.weights, given.inputs, given.frozen].flatMap((record) => Object.values(record)))
      device.share(one);
    for (const one of made) device.dispose(one);
    this.#held = { ...given, weights: { ...given.weights }, saved };
    if (training) {
      state.draws++;
      adoptStates(state, states);
    } else free(device, states);
    this.#outputShapes = Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape]));
    this.outputs = tensorsOf(device, outputs);
  }

  /**
   * The gradients by weights and inputs of a loss of which these are the gradients by outputs; an output without one does not count. Once.
   * The tensors are the caller's.
   * @throws InputError for gradients that do not fit.
   */
  backward(outputGradients: unknown): TensorGradients {
    const { device, program } = this.#state;
    const held = this.#held;
    if (held === undefined)
      throw new Error(`${program.spec.name}: backward can be called once for each forward; this pass is over.`);
    const checked = this.#checked(outputGradients);
    const result = attempt(device, () => {
      const { data, made: written } = placed(device, checked.rules, checked.batch.inputs);
      const made = [...written];
      for (const [name, shape] of Object.entries(this.#outputShapes))
        if (data[name] === undefined) made.push((data[name] = zeros(device, shape)));
      const mark = device.mark();
      const found = this.#pass.backward(device, { ...held, gradients: data });
      device.own(mark, [...Object.values(found.weights), ...Object.values(found.inputs)]);
      for (const one of made) device.dispose(one);
      return completed(this.#state, held.inputs, found);
    });
    this.dispose();
    return result;
  }

  /** Gives back what is held for `backward`; not the outputs. */
  dispose(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held === undefined) return;
    for (const record of [held.saved, held.weights, held.inputs, held.frozen]) free(this.#state.device, record);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #checked(gradients: unknown): { readonly rules: BoundaryRules; readonly batch: CheckedBatch } {
    const { spec } = this.#state.program;
    const floats = Object.entries(spec.outputs).filter(([, { dtype }]) => dtype === 'float32');
    const tensors = floats.map(([name]) => {
      const shape = this.#outputShapes[name]!.slice(1);
      return { name, role: 'gradient' as const, spec: { dtype: 'float32' as const, shape } };
    });
    const rules = { model: spec.name, source: spec.source, tensors, requirements: [], valueRequirements: [] };
    const given = recordOf(gradients, tensors.length === 1 ? tensors[0]!.name : undefined);
    const present = tensors.filter(({ name }) => given[name] !== undefined);
    const batch = checkBatch({ ...rules, tensors: present.length === 0 ? tensors : present }, given);
    const examples = this.#outputShapes[tensors[0]!.name]![0]!;
    if (batch.size !== examples)
      throw new InputError(
        `${spec.name}: the outputs have ${examples} examples, but the gradients given for them ${batch.size}.`,
      );
    return { rules, batch };
  }
}

/** A record, or the value of the only entry. */
function recordOf(given: unknown, only: string | undefined): Readonly<Record<string, unknown>> {
  const isRecord =
    typeof given === 'object' && given !== null && Object.getPrototypeOf(given) === Object.prototype && !('data' in given); // prettier-ignore
  return isRecord || only === undefined ? (given as Readonly<Record<string, unknown>>) : { [only]: given };
}

/** @param record Inputs by name. */
export async function forward(state: ModelState, inputs: unknown, training: boolean): Promise<HeldPass> {
  const { pass, inferencePass } = await passing(state);
  if (pass === undefined) throw new Error(`${state.program.spec.name} was built without forward and backward.`);
  const batch = checkBatch(state.rules, inputRecord(state.rules, inputs));
  return attempt(
    state.requireAlive().device,
    () => new HeldPass(state, training ? pass : (inferencePass ?? pass), batch, training),
  );
}

/** Loss and metrics of a batch and the gradients of the loss, of the weights as they are. */
export async function gradients(
  state: ModelState,
  given: unknown,
): Promise<{ readonly scores: Record<string, number>; readonly gradients: TensorGradients }> {
  const training = await trainable(state);
  const { device } = state;
  const batch = checkedBatch(state.stepRules!, given);
  const { report, result } = attempt(device, () => {
    const options = { step: state.step + 1, seed: state.seed, inputGradients: true };
    const made = gradientsOnBatch(state, training, batch, options);
    free(device, made.states);
    const inputs = batch.inputs.filter(({ name }) => Object.hasOwn(state.program.spec.inputs, name));
    return { report: made.report, result: completed(state, Object.fromEntries(inputs.map((x) => [x.name, x])), made) };
  });
  return { scores: scoresOf(training.report, await taken(device, report), batch.size), gradients: result };
}

/** As tensors, with zeros for every weight that could learn and every input that has none. Takes over what is found. */
function completed(
  state: ModelState,
  inputs: Readonly<Record<string, { readonly shape: readonly number[] }>>,
  found: { readonly weights: Datas; readonly inputs: Datas },
): TensorGradients {
  const { device, program } = state;
  const weights = withoutFrozen(state, found.weights);
  const ofInputs = { ...found.inputs };
  for (const [path, { trainable, dtype, shape }] of Object.entries(program.spec.weights))
    if (trainable && dtype === 'float32') weights[path] ??= zeros(device, shape);
  for (const [name, { shape }] of Object.entries(inputs)) ofInputs[name] ??= zeros(device, shape);
  return { weights: tensorsOf(device, weights), inputs: tensorsOf(device, ofInputs) };
}

function tensorsOf(device: Device, record: Datas): Tensors {
  return Object.fromEntries(Object.entries(record).map(([name, data]) => [name, tensorOf(device, data)]));
}

function free(device: Device, record: Datas): void {
  for (const one of Object.values(record)) device.dispose(one);
}

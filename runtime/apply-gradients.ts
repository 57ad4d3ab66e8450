/** `applyGradients`: one update of the weights from gradients of the user's. Loaded when first used. */
import { isTensor, type TensorLike } from './tensor-like.ts';
import { checkBatch } from './boundary.ts';
import { attempt } from './device.ts';
import { InputError } from './input-error.ts';
import type { ModelState } from './model-state.ts';
import { nearestName } from './nearest-name.ts';
import { type OptimizerUse, optimizerNames, slotsOf, updatedWeight } from './optimizers.ts';
import { placed } from './placement.ts';
import type { Data, TrainingProgram } from './program.ts';
import { prepareSlots } from './slots.ts';
import { passing, trainable } from './training-state.ts';
import { takeStep, zeros } from './updates.ts';

type Given = Readonly<Record<string, TensorLike | undefined>>;

/**
 * Gradients of frozen weights are passed over.
 * @throws InputError for gradients that do not fit, or an optimiser that is not known.
 */
export async function applyGradients(state: ModelState, given: Given, use: OptimizerUse | undefined): Promise<void> {
  const { device } = state.requireAlive();
  // They are the caller's, who may dispose them as soon as this waits.
  const gradients = heldGradients(state, given);
  try {
    const training = state.program.training === undefined ? undefined : await trainable(state);
    // An optimiser of the caller's choice computes with kernels that come with the passes.
    if (training === undefined && state.program.kernels !== undefined) await passing(state);
    state.requireAlive();
    const own = training && isOwn(training, use) ? training : undefined;
    if (own !== undefined) {
      prepareSlots(state, own);
      takeStep(state, own, gradients, use?.learningRate);
    } else applyOther(state, gradients, checkedUse(state, use));
  } finally {
    for (const gradient of Object.values(gradients)) device.dispose(gradient);
  }
}

/** The optimiser of the `train` block, at most with another learning rate. */
function isOwn({ optimizer }: TrainingProgram, use: OptimizerUse | undefined): boolean {
  if (use === undefined) return true;
  const isPlain = Object.entries(use).every(([key, value]) => key === 'name' || key === 'learningRate' || value === undefined); // prettier-ignore
  return use.name === optimizer.name && isPlain;
}

function applyOther(state: ModelState, gradients: Readonly<Record<string, Data>>, use: OptimizerUse): void {
  const { device, weights, slots, applied } = state;
  const step = (applied[use.name] ?? 0) + 1;
  const key = (path: string, name: string): string => `${path}/${use.name}.${name}`;
  // One after the other, so that the old values of one are gone before the next has new ones.
  for (const [path, gradient] of Object.entries(gradients)) {
    const made = attempt(device, () => {
      const fresh = slotsOf(use).filter((name) => slots[key(path, name)] === undefined);
      const first = new Map(fresh.map((name) => [name, zeros(device, state.program.spec.weights[path]!.shape)]));
      const slot = (name: string): Data => first.get(name) ?? slots[key(path, name)]!;
      const { weight, slots: made } = updatedWeight(device, use, { weight: weights[path]!, gradient, slot, step });
      for (const data of first.values()) device.dispose(data);
      return {
        weights: { [path]: weight },
        slots: Object.fromEntries(Object.entries(made).map(([name, data]) => [key(path, name), data])),
      };
    });
    state.adopt(made);
  }
  applied[use.name] = step;
}

function checkedUse(state: ModelState, use: OptimizerUse | undefined): OptimizerUse {
  const { name, source } = state.program.spec;
  if (use === undefined)
    throw new InputError(`${name} has no train block in ${source} to take an optimizer from: applyGradients(weights, { optimizer: { name: 'adam' } }).`); // prettier-ignore
  if (optimizerNames.includes(use.name)) return use;
  const near = nearestName(use.name, optimizerNames);
  throw new InputError(
    `${name}: there is no optimizer "${String(use.name)}" for applyGradients.${near === undefined ? '' : ` Did you mean "${near}"?`} There are ${optimizerNames.join(', ')}, and that of the train block.`,
  );
}

/** As data of our own, each with a reference; none for frozen weights. */
function heldGradients(state: ModelState, given: Given): Record<string, Data> {
  const { device, freezing, program } = state;
  const { name: model, source, weights } = program.spec;
  return attempt(device, () => {
    const held: Record<string, Data> = {};
    for (const [path, value] of Object.entries(given)) {
      const weight = Object.hasOwn(weights, path) ? weights[path]! : undefined;
      if (weight === undefined || !weight.trainable) {
        const near = nearestName(path, Object.keys(weights));
        throw new InputError(
          `${model}: there is no weight "${path}" that learns.${near === undefined || near === path ? '' : ` Did you mean "${near}"?`}`,
        );
      }
      if (value === undefined || freezing.has(path)) continue;
      const tensors = [{ name: path, role: 'gradient', spec: weight }] as const;
      const rules = { model, source, tensors, requirements: [], valueRequirements: [] };
      // A weight has no batch axis; the check puts one in front.
      const inputs = checkBatch(rules, { [path]: value }, false).inputs.map((input) => ({ ...input, shape: [...weight.shape] }));
      const { data, made } = placed(device, rules, inputs as Parameters<typeof placed>[2]);
      held[path] = isTensor(value) && made.length === 0 ? device.share(data[path]!) : data[path]!;
    }
    return held;
  });
} // prettier-ignore

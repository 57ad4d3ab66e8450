/** Reading and replacing the weights of a live model, and which weights of a file fit it. */
import { checkBatch } from './boundary.ts';
import { type Values, attempt } from './device.ts';
import { InputError } from './input-error.ts';
import type { GivenWeights, LoadReport, ModelState } from './model-state.ts';
import { nearestName } from './nearest-name.ts';
import { placed } from './placement.ts';
import type { Data, DType, ModelSpec } from './program.ts';
import type { ArrayOf } from './tensor-like.ts';
import { WeightsError } from './weights-error.ts';
import { type SafetensorsFile, type StoredTensor, writeSafetensors } from './safetensors.ts';

/** Read access to one weight; always to its present values. */
export interface WeightView<Shape extends readonly number[] = readonly number[], Type extends DType = DType> {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: Type;
  readonly trainable: boolean;
  /** A copy of the values, in row-major order. */
  data(): Promise<ArrayOf<Type>>;
}

export function weightViews(state: ModelState): Readonly<Record<string, WeightView>> {
  const views: Record<string, WeightView> = {};
  for (const [name, { shape, dtype, trainable }] of Object.entries(state.program.spec.weights)) {
    views[name] = { name, shape, dtype, trainable, data: () => copied(state.requireAlive(), name) };
  }
  return views;
}

/** A copy: on `cpu` what is read is the weight itself. Its data is held while it is read, for a step may replace it meanwhile. */
async function copied({ device, weights }: ModelState, name: string): Promise<Values> {
  const data = device.share(weights[name]!);
  try {
    return (await device.read(data)).slice();
  } finally {
    device.dispose(data);
  }
}

/** What a checkpoint puts before the paths of the optimiser's slots. */
export const slotPrefix = 'optimizer:';

/** What a file has but for the optimiser's state, where it is a checkpoint. */
export function withoutSlots({ tensors, metadata }: SafetensorsFile): ReadonlyMap<string, StoredTensor> {
  if (metadata['step'] === undefined) return tensors;
  return new Map([...tensors].filter(([path]) => !path.startsWith(slotPrefix)));
}

/** The weights as a safetensors file; for a checkpoint with slots, step, seed and learning rate. */
export async function savedWeights(
  state: ModelState,
  checkpoint = false,
  more: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { device } = state;
  const { name, weights } = state.program.spec;
  const entries: [string, Data][] = Object.keys(weights).map((path) => [path, state.weights[path]!]);
  if (checkpoint) for (const [path, data] of Object.entries(state.slots)) entries.push([slotPrefix + path, data]);
  const training = checkpoint ? pastOf(state) : {};
  // All are held before the first is awaited, so that the file is of one step.
  for (const [, data] of entries) device.share(data);
  try {
    const tensors = new Map<string, StoredTensor>();
    for (const [path, data] of entries) {
      tensors.set(path, {
        dtype: data.dtype,
        shape: weights[path]?.shape ?? data.shape,
        data: await device.read(data),
      });
    }
    return writeSafetensors(tensors, { format: 'nnlang', model: name, ...training, ...more });
  } finally {
    for (const [, data] of entries) device.dispose(data);
  }
}

/** What a checkpoint tells besides tensors; `resume` reads it. What is as at first is left out. */
function pastOf({ step, seed, draws, applied, learningRate, freezing }: ModelState): Record<string, string> {
  return {
    step: String(step),
    seed: String(seed),
    ...(draws === 0 ? {} : { draws: String(draws) }),
    ...(Object.keys(applied).length === 0 ? {} : { applied: JSON.stringify(applied) }),
    ...(learningRate === undefined ? {} : { learningRate: JSON.stringify(learningRate) }),
    ...(freezing.isAsAtFirst ? {} : { frozen: JSON.stringify(freezing.paths) }),
  };
}

/** @throws InputError for unknown names and shapes that do not fit; then nothing is changed. */
export function setWeights(state: ModelState, values: Readonly<Record<string, unknown>>): void {
  const { spec } = state.program;
  const paths = Object.keys(spec.weights);
  const rules = { model: spec.name, source: spec.source, requirements: [], valueRequirements: [] };
  const fresh = attempt(state.device, () => {
    const made: Record<string, Data> = {};
    for (const [path, value] of Object.entries(values)) {
      const weight = Object.hasOwn(spec.weights, path) ? spec.weights[path] : undefined;
      if (weight === undefined) {
        const near = nearestName(path, paths);
        throw new InputError(
          `${spec.name}: there is no weight "${path}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
        );
      }
      const tensors = [{ name: path, role: 'weight', spec: weight }] as const;
      const { inputs } = checkBatch({ ...rules, tensors }, { [path]: value }, false);
      // A weight has no batch axis; the check put one in front.
      const whole = inputs.map((input) => ({
        ...input,
        shape: [...weight.shape],
        ...(input.values && { values: input.values.slice() }),
      }));
      const { data, made: own } = placed(state.device, { ...rules, tensors }, whole as typeof inputs);
      made[path] = own.length > 0 ? data[path]! : state.device.run('Identity', { x: data[path] });
    }
    return made;
  });
  for (const path of Object.keys(fresh)) state.adapted.add(path.slice(0, Math.max(0, path.lastIndexOf('.'))));
  state.adopt({ weights: fresh, slots: {} });
}

/**
 * The tensors that fit the model by name, shape and dtype.
 * @throws WeightsError listing what is missing, left over or different, unless `partial`.
 */
export function fitting(
  spec: ModelSpec,
  tensors: ReadonlyMap<string, StoredTensor>,
  partial: boolean,
  source: string,
): { readonly given: GivenWeights; readonly report: LoadReport } {
  const given = new Map<string, StoredTensor>();
  const fresh: string[] = [];
  const problems: string[] = [];
  for (const [path, { shape, dtype, line }] of Object.entries(spec.weights)) {
    const stored = tensors.get(path);
    const wanted = `${dtype} [${shape.join(', ')}] (${spec.source}:${line})`;
    if (stored !== undefined && stored.dtype === dtype && stored.shape.join() === shape.join()) {
      given.set(path, stored);
      continue;
    }
    fresh.push(path);
    if (stored === undefined) problems.push(`missing:    ${path}, ${wanted}`);
    else
      problems.push(
        `different:  ${path} is ${stored.dtype} [${stored.shape.join(', ')}] there, ${wanted} in the model`,
      );
  }
  const unexpected = [...tensors.keys()].filter((name) => !Object.hasOwn(spec.weights, name));
  for (const name of unexpected) {
    const { dtype, shape } = tensors.get(name)!;
    problems.push(`unexpected: ${name}, ${dtype} [${shape.join(', ')}]`);
  }
  if (problems.length > 0 && !partial) {
    const hint =
      given.size > 0 ? '\nWith { partial: true } the weights that fit are taken and the others initialised.' : '';
    throw new WeightsError(
      `${source} does not fit the model ${spec.name}:\n  ${shortened(problems).join('\n  ')}${hint}`,
    );
  }
  return { given, report: { loaded: [...given.keys()], fresh, unexpected } };
}

function shortened(lines: readonly string[]): readonly string[] {
  return lines.length <= 30 ? lines : [...lines.slice(0, 30), `… and ${lines.length - 30} more`];
}

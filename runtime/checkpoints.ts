/** The bytes of a checkpoint → weights, optimiser state and what else it tells. */
import type { GivenWeights, LoadReport, Past } from './model-state.ts';
import type { ModelSpec, ScheduleSpec } from './program.ts';
import { readSafetensors } from './safetensors.ts';
import { fitting } from './fitting.ts';
import { slotPrefix } from './weights.ts';
import { WeightsError } from './weights-error.ts';

export interface Checkpoint {
  readonly seed: number;
  readonly past: Past;
  readonly given: GivenWeights;
  readonly report: LoadReport;
  readonly slots: GivenWeights;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * @param name What messages call it.
 * @throws SafetensorsError or WeightsError for a file that is damaged, does not fit, or is no checkpoint.
 */
export function readCheckpoint(bytes: Uint8Array, name: string, spec: ModelSpec): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, name);
  const [step, seed] = [Number(metadata['step']), Number(metadata['seed'])];
  if (!Number.isSafeInteger(step) || !Number.isSafeInteger(seed)) {
    throw new WeightsError(`${name} is no checkpoint: it tells no step and seed. Use load() for a file of weights.`);
  }
  const isSlot = (path: string): boolean => path.startsWith(slotPrefix);
  const weights = new Map([...tensors].filter(([path]) => !isSlot(path)));
  const slots = new Map(
    [...tensors].filter(([path]) => isSlot(path)).map(([path, one]) => [path.slice(slotPrefix.length), one]),
  );
  return { seed, past: { step, ...pastOf(metadata) }, ...fitting(spec, weights, false, name), slots, metadata };
}

function pastOf(metadata: Readonly<Record<string, string>>): Omit<Past, 'step'> {
  const read = (name: string): unknown => {
    const text = metadata[name];
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw new WeightsError(`"${name}" of the checkpoint cannot be read: ${text}`);
    }
  };
  return {
    draws: (read('draws') as number | undefined) ?? 0,
    applied: (read('applied') as Record<string, number> | undefined) ?? {},
    learningRate: read('learningRate') as number | ScheduleSpec | undefined,
    frozen: read('frozen') as string[] | undefined,
  };
}

/** Reading the weights of a live model. */
import type { Values } from './device.ts';
import type { ModelState } from './model-state.ts';
import type { Data, DType } from './program.ts';
import type { StoredTensor } from './safetensors.ts';
import type { ArrayOf } from './tensor-like.ts';

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
    const { writeSafetensors } = await import('./safetensors.ts');
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

/** Layers that learn mean and variance of the training data before the first epoch (`Normalization`), unless they have them already. */
import type { BatchSource } from './data.ts';
import type { Values } from './device.ts';
import type { ModelState } from './model-state.ts';
import type { Data, TrainingProgram } from './program.ts';
import { withBatch } from './steps.ts';

/** Statistics of all batches so far, in double precision. */
interface Running {
  count: number;
  readonly mean: Float64Array;
  /** Sums of squared differences from the mean. */
  readonly squares: Float64Array;
}

/** Does nothing where the weights were loaded or set, or after the first time. */
export async function adapt(
  state: ModelState,
  training: TrainingProgram,
  source: BatchSource,
  between: () => void,
  breathe: () => Promise<void>,
): Promise<void> {
  if (training.adapt === undefined) return;
  const { device, loaded, program } = state;
  const isFresh = (layer: string): boolean =>
    !state.adapted.has(layer) && !loaded.loaded.includes(`${layer}.mean`) && Object.hasOwn(program.spec.weights, `${layer}.mean`);
  if (!Object.keys(program.spec.weights).some((path) => path.endsWith('.mean') && isFresh(path.slice(0, -'.mean'.length)))) return;
  const layers = new Map<string, Running>();
  for await (const batch of source.batches()) {
    const found = withBatch(state, training, batch, (inputs) => {
      const mark = device.mark();
      const made = training.adapt!(device, state.weights, inputs);
      device.own(mark, Object.values(made));
      return made;
    });
    const values = await readAll(state, found);
    for (const name of Object.keys(values)) {
      if (!name.startsWith('mean:')) continue;
      const layer = name.slice('mean:'.length);
      if (!isFresh(layer)) continue;
      const batchStatistics = [values[name]!, values[`variance:${layer}`]!, values[`count:${layer}`]![0]!] as const;
      layers.set(layer, combined(layers.get(layer), ...batchStatistics));
    }
    await breathe();
    between();
  }
  const weights: Record<string, Data> = {};
  for (const [layer, { count, mean, squares }] of layers) {
    weights[`${layer}.mean`] = device.write(Float32Array.from(mean), [mean.length], 'float32');
    weights[`${layer}.variance`] = device.write(Float32Array.from(squares, (sum) => sum / count), [mean.length], 'float32');
    weights[`${layer}.count`] = device.write(Int32Array.of(count), [], 'int32');
    state.adapted.add(layer);
  }
  state.adopt({ weights, slots: {} });
} // prettier-ignore

/** Chan, Golub and LeVeque 1979: exact also where the mean is far from 0. */
function combined(before: Running | undefined, mean: Values, variance: Values, count: number): Running {
  const { count: old, mean: oldMean, squares } = before ?? { count: 0, mean: new Float64Array(mean.length), squares: new Float64Array(mean.length) };
  const total = old + count;
  for (const i of mean.keys()) {
    const difference = mean[i]! - oldMean[i]!;
    oldMean[i]! += (difference * count) / total;
    squares[i]! += variance[i]! * count + (difference * difference * old * count) / total;
  }
  return { count: total, mean: oldMean, squares };
} // prettier-ignore

async function readAll({ device }: ModelState, found: Readonly<Record<string, Data>>): Promise<Record<string, Values>> {
  const values: Record<string, Values> = {};
  try {
    for (const [name, data] of Object.entries(found)) values[name] = (await device.read(data)).slice();
  } finally {
    for (const data of Object.values(found)) device.dispose(data);
  }
  return values;
}

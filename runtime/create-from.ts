/** The weights of a model or file that another is created from. */
import { fitting, withoutSlots } from './fitting.ts';
import type { AnyModel, CreateOptions } from './create.ts';
import type { GivenWeights, LoadReport } from './model-state.ts';
import type { DType, ModelSpec } from './program.ts';
import { type StoredTensor, readSafetensors } from './safetensors.ts';
import { type WeightsSource, weightBytes } from './weight-files.ts';
import type { Values } from './device.ts';

type From = NonNullable<CreateOptions['from']>;

/** Those that fit by name and shape. @throws SafetensorsError or WeightsError from a file that cannot be read. */
export async function weightsFrom(
  from: From,
  spec: ModelSpec,
): Promise<{ readonly given: GivenWeights; readonly report: LoadReport }> {
  return fitting(spec, await storedWeights(from), true, '');
}

async function storedWeights(from: From): Promise<ReadonlyMap<string, StoredTensor>> {
  if (!isModel(from)) {
    const { bytes, name } = await weightBytes(from as WeightsSource);
    return withoutSlots(readSafetensors(bytes, name));
  }
  const spec: ModelSpec = from.state.requireAlive().program.spec;
  const tensors = new Map<string, StoredTensor>();
  const views = from.weights as Readonly<Record<string, { data(): Promise<Values> }>>;
  for (const [path, { shape, dtype }] of Object.entries(spec.weights)) {
    tensors.set(path, { shape, dtype: dtype satisfies DType, data: await views[path]!.data() });
  }
  return tensors;
}

/** By what it has: its class would be another one in a script of its own. */
const isModel = (from: From): from is AnyModel => typeof from === 'object' && 'state' in from;

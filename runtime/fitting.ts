/** Which weights of a file fit a model. */
import type { GivenWeights, LoadReport } from './model-state.ts';
import type { ModelSpec } from './program.ts';
import type { SafetensorsFile, StoredTensor } from './safetensors.ts';
import { WeightsError } from './weights-error.ts';
import { slotPrefix } from './weights.ts';

/** What a file has but for the optimiser's state, where it is a checkpoint. */
export function withoutSlots({ tensors, metadata }: SafetensorsFile): ReadonlyMap<string, StoredTensor> {
  if (metadata['step'] === undefined) return tensors;
  return new Map([...tensors].filter(([path]) => !path.startsWith(slotPrefix)));
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

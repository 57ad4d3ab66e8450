/** Predictions of large batches by parts, in bundles without tensors: loaded when the first such batch comes. */
import type { CheckedBatch } from './boundary.ts';
import type { Values } from './device.ts';
import { InputError } from './input-error.ts';
import { partSize } from './parts.ts';
import type { Predicting } from './predictor.ts';
import type { ArrayInput, Arrays, Part } from './predictor-of-arrays.ts';

/** A model, and how it computes some of the examples where no plan does: handed in, for one module more would be one script more. */
interface Computing {
  readonly by: Predicting;
  readonly inferred: (by: Predicting, inputs: readonly ArrayInput[], part: Part) => Promise<Arrays>;
}

/**
 * The outputs of a batch; nothing where it is best computed at once.
 * @throws InputError for a `batchSize` that is no whole number from 1.
 */
export async function computedByParts(
  computing: Computing,
  batch: CheckedBatch,
  batchSize: number | undefined,
): Promise<Arrays | undefined> {
  const { by } = computing;
  if (batchSize !== undefined && (!Number.isSafeInteger(batchSize) || batchSize < 1))
    throw new InputError(`${by.rules.model}: batchSize must be a whole number from 1, but is ${String(batchSize)}.`);
  const count = batchSize ?? partSize(by.state.requireAlive().device, by, batch);
  if (count >= batch.size) return undefined;
  const parts: Arrays[] = [];
  for (let at = 0; at < batch.size; at += count)
    parts.push(
      await inferredPart(computing, batch.inputs as readonly ArrayInput[], [at, Math.min(count, batch.size - at)]),
    );
  return parts[0]!.map(([name], i) => [name, joined(parts.map((part) => part[i]![1]))]);
}

/** By a plan, where there is one. */
async function inferredPart({ by, inferred }: Computing, inputs: readonly ArrayInput[], part: Part): Promise<Arrays> {
  const [begin, count] = part;
  const cut = inputs.map((input) => {
    const width = input.values.length / input.shape[0]!;
    const values = input.values.subarray(begin * width, (begin + count) * width);
    return { ...input, shape: [count, ...input.shape.slice(1)], values };
  });
  const planned = by.state.requireAlive().plans.of(by.infer, by.rules)?.run({ inputs: cut, size: count });
  return planned === undefined ? inferred(by, inputs, part) : Object.entries(planned);
}

function joined(parts: readonly Values[]): Values {
  const first = parts[0]!;
  const whole = new (first.constructor as new (length: number) => Values)(parts.reduce((sum, { length }) => sum + length, 0)); // prettier-ignore
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What computes outputs from inputs, in bundles without tensors, where it stands in for `predictor.ts`: arrays in, arrays out. */
import type { BoundaryRules, Checked, CheckedBatch } from './boundary.ts';
import { type Values, attempt } from './device.ts';
import { InputError } from './input-error.ts';
import { batchOfArrays } from './input-of-arrays.ts';
import { partSize } from './parts.ts';
import type { PredictOptions, Predicting } from './predictor.ts';
import type { Data } from './program.ts';

type Arrays = [name: string, values: Values][];
type ArrayInput = Extract<Checked, { readonly tensor?: undefined }>;

const leftOut = "nnlang's plugin left tensors out of this bundle (`tensors: false`)";
const left = (name: string): never => {
  throw new Error(`${name}() gives tensors, and ${leftOut}. Use run().`);
};

export abstract class Predictor {
  /** @throws Error once the model is disposed. */
  abstract predicting(): Predicting;

  predict(): never {
    return left('predict');
  }

  predictOne(): never {
    return left('predictOne');
  }

  async run(inputs: unknown, { batchSize }: PredictOptions = {}): Promise<unknown> {
    const by = this.predicting();
    const plans = batchSize === undefined ? by.state.plans.of(by.infer, by.rules) : undefined;
    const quick = plans?.quickly(inputs);
    if (quick !== undefined) return quick;
    const batch = batchOfArrays(by.rules, inputs) ?? (await looked(by.rules, inputs));
    const size = batchSize ?? partSize(by.state.device, by, batch);
    const planned = size === batch.size ? plans?.run(batch) : undefined;
    const outputs = planned === undefined ? await computed(by, batch, size) : Object.entries(planned);
    return batch.alone && outputs.length === 1 ? outputs[0]![1] : Object.fromEntries(outputs);
  }
}

/** Inputs in any form. @throws InputError if they do not fit. */
async function looked(rules: BoundaryRules, inputs: unknown): Promise<CheckedBatch & { readonly alone: boolean }> {
  const { checkBatch, inputRecord } = await import('./any-inputs.ts');
  const record = inputRecord(rules, inputs);
  const batch = checkBatch(rules, record);
  const tensor = batch.inputs.find((input) => input.tensor !== undefined);
  if (tensor !== undefined)
    throw new InputError(`${rules.model}: input "${tensor.name}" is a tensor, and ${leftOut}. Pass its values: await tensor.data().`); // prettier-ignore
  return { ...batch, alone: record !== inputs };
}

/** The outputs of a batch, computed at once or in parts. */
async function computed(by: Predicting, batch: CheckedBatch, batchSize: number): Promise<Arrays> {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new InputError(`${by.rules.model}: batchSize must be a whole number from 1, but is ${String(batchSize)}.`);
  const parts: Arrays[] = [];
  const inputs = batch.inputs as readonly ArrayInput[];
  for (let at = 0; at < batch.size; at += batchSize)
    parts.push(await inferredPart(by, inputs, [at, Math.min(batchSize, batch.size - at)]));
  return parts[0]!.map(([name], i) => [name, joined(parts.map((part) => part[i]![1]))]);
}

/** The first example and the number of examples. */
type Part = readonly [begin: number, count: number];

/** By a plan, where there is one. */
async function inferredPart(by: Predicting, inputs: readonly ArrayInput[], part: Part): Promise<Arrays> {
  const [begin, count] = part;
  const cut = inputs.map((input) => {
    const width = input.values.length / input.shape[0]!;
    const values = input.values.subarray(begin * width, (begin + count) * width);
    return { ...input, shape: [count, ...input.shape.slice(1)], values };
  });
  const plans = by.state.requireAlive().plans.of(by.infer, by.rules);
  const planned = plans?.run({ inputs: cut, size: count });
  return planned === undefined ? inferred(by, inputs, part) : Object.entries(planned);
}

async function inferred(
  { state, infer }: Predicting,
  inputs: readonly ArrayInput[],
  [begin, count]: Part,
): Promise<Arrays> {
  const { device, weights } = state.requireAlive();
  const outputs = attempt(device, () => {
    const mark = device.mark();
    const given: Record<string, Data> = {};
    for (const { name, spec, shape, values } of inputs) {
      const width = values.length / shape[0]!;
      const part = values.subarray(begin * width, (begin + count) * width);
      given[name] = device.write(part, [count, ...shape.slice(1)], spec.dtype);
    }
    const result = Object.entries(infer(device, weights, given));
    device.own(mark, result.map(([, output]) => output)); // prettier-ignore
    for (const data of Object.values(given)) device.dispose(data);
    return result;
  });
  try {
    const arrays: Arrays = [];
    for (const [name, data] of outputs) arrays.push([name, (await device.read(data)).slice()]);
    return arrays;
  } finally {
    for (const [, data] of outputs) device.dispose(data);
  }
}

function joined(parts: readonly Values[]): Values {
  if (parts.length === 1) return parts[0]!;
  const first = parts[0]!;
  const whole = new (first.constructor as new (length: number) => Values)(parts.reduce((sum, { length }) => sum + length, 0)); // prettier-ignore
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

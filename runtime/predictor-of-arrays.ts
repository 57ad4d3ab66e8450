/** What computes outputs from inputs, in bundles without tensors, where it stands in for `predictor.ts`: arrays in, arrays out. */
import type { BoundaryRules, Checked, CheckedBatch } from './boundary.ts';
import { type Values, attempt } from './device.ts';
import { InputError } from './input-error.ts';
import { batchOfArrays } from './input-of-arrays.ts';
import type { PredictOptions, Predicting } from './predictor.ts';
import type { Data } from './program.ts';

export type Arrays = [name: string, values: Values][];
export type ArrayInput = Extract<Checked, { readonly tensor?: undefined }>;

/** `parts.ts` divides no batches of fewer examples. */
const fewestDivided = 64;

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
    const whole = (): Promise<Arrays> => inferred(by, arraysOf(batch), [0, batch.size]);
    // What divides batches is loaded when one is large, or its parts are asked for.
    const divided =
      batchSize === undefined && batch.size < fewestDivided ? undefined : await inParts(by, batch, batchSize);
    const planned = divided === undefined ? plans?.run(batch) : undefined;
    const outputs = divided ?? (planned === undefined ? await whole() : Object.entries(planned));
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

const arraysOf = ({ inputs }: CheckedBatch): readonly ArrayInput[] => inputs as readonly ArrayInput[];

async function inParts(
  by: Predicting,
  batch: CheckedBatch,
  batchSize: number | undefined,
): Promise<Arrays | undefined> {
  const { computedByParts } = await import('./arrays-by-parts.ts');
  return computedByParts({ by, inferred }, batch, batchSize);
}

/** The first example and the number of examples. */
export type Part = readonly [begin: number, count: number];

/** The outputs for some of the examples. @throws Error once the model is disposed. */
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

/**
 * Computes once for inputs of nothing, before the first real ones come: graphics cards compile their programs then, on wasm and cpu the plan is made, and
 * memory has been taken.
 */
import { InputError } from './input-error.ts';
import type { BoundaryRules } from './boundary.ts';
import type { TensorSpec, ValueRequirementSpec } from './program.ts';
import { sizeOf } from './kernels/sizes.ts';
import { evaluateSize } from './size-expressions.ts';
import { zeroValues } from './device.ts';

export interface WarmUpOptions {
  /** How many examples predictions will be of, or several such numbers; default 1. */
  readonly batchSize?: number | readonly number[];
  /** Numbers for the sizes that inputs leave open: `{ h: 256, w: 256 }`. */
  readonly sizes?: Readonly<Record<string, number>>;
}

/** The second run of the same sizes makes the plan. */
const runs = 2;

/**
 * @param run Predicts.
 * @throws InputError for a size that has no number, and for sizes that the model cannot have.
 */
export async function warmUp(
  rules: BoundaryRules,
  run: (inputs: Readonly<Record<string, unknown>>) => Promise<unknown>,
  { batchSize = 1, sizes = {} }: WarmUpOptions,
): Promise<void> {
  for (const batch of typeof batchSize === 'number' ? [batchSize] : batchSize) {
    if (!Number.isSafeInteger(batch) || batch < 1)
      throw new InputError(`${rules.model}: batchSize must be a whole number from 1, but is ${String(batch)}.`);
    const inputs = rules.tensors.map(({ name, spec }) => {
      const shape = [batch, ...spec.shape.map((size) => sizeIn(rules.model, name, size, sizes))];
      return [name, { data: nothing(name, spec, shape, rules.valueRequirements), shape }] as const;
    });
    for (let i = 0; i < runs; i++) await run(Object.fromEntries(inputs));
  }
}

function sizeIn(model: string, input: string, size: TensorSpec['shape'][number], sizes: Readonly<Record<string, number>>): number {
  if (typeof size === 'number') return size;
  const value = evaluateSize(size, sizes);
  if (value !== undefined) return value;
  const missing = (size.match(/[A-Za-z_]\w*/g) ?? []).filter((name) => !Object.hasOwn(sizes, name) && !/^(floor|ceil|min|max)$/.test(name)); // prettier-ignore
  const example = missing.map((name) => `${name}: 64`).join(', ');
  throw new InputError(`${model}: input "${input}" leaves ${missing.join(' and ')} open; tell warmUp for what: warmUp({ sizes: { ${example} } }).`); // prettier-ignore
} // prettier-ignore

/** Zeros, or the least that an index may be. */
function nothing(name: string, spec: TensorSpec, shape: readonly number[], ranges: readonly ValueRequirementSpec[]) {
  const values = zeroValues([sizeOf(shape)], spec.dtype);
  return values.fill(Math.max(0, ...ranges.filter(({ tensor }) => tensor === name).map(({ from = 0 }) => from)));
}

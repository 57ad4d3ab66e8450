/**
 * Inputs whose fitting can be told by the type and the length of arrays, without the checks of `boundary.ts`, which are loaded where these do not do: they
 * take every other form, and say what is wrong.
 */
import type { BoundaryRules, CheckedBatch } from './boundary.ts';
import type { Values } from './device.ts';
import { type QuickInputs, quickInputs } from './plans/quick-inputs.ts';

/** `undefined` where a closer look is needed. `alone`: the only input was passed without a record. */
export function batchOfArrays(
  rules: BoundaryRules,
  inputs: unknown,
): (CheckedBatch & { readonly alone: boolean }) | undefined {
  const quick: QuickInputs | undefined = quickInputs(rules);
  const [first] = rules.tensors;
  if (quick === undefined || first === undefined || typeof inputs !== 'object' || inputs === null) return undefined;
  const values = ArrayBuffer.isView(inputs) ? inputs : (inputs as Readonly<Record<string, unknown>>)[first.name];
  const width = first.spec.shape.reduce<number>((product, axis) => product * Number(axis), 1);
  const size = ((values as Values | undefined)?.length ?? 0) / width;
  if (!Number.isSafeInteger(size) || size < 1) return undefined;
  const given = quick(inputs, size);
  if (given === undefined) return undefined;
  const checked = rules.tensors.map(({ name, spec }, i) => ({ name, spec, shape: [size, ...(spec.shape as readonly number[])], values: given.values[i]! })); // prettier-ignore
  return { inputs: checked, size, alone: given.alone };
}

/** What is passed to `predict` or `run` → the inputs by name. */
import type { BoundaryRules } from './boundary.ts';
import { InputError } from './input-error.ts';
import { isShapedArray, isTensor, isTypedArray } from './tensor-like.ts';

/** The inputs by name; a value passed alone is that of the only input. */
export function inputRecord({ model, tensors }: BoundaryRules, inputs: unknown): Readonly<Record<string, unknown>> {
  if (isInputRecord(inputs, tensors)) return inputs;
  if (tensors.length === 1) return { [tensors[0]!.name]: inputs };
  throw new InputError(`${model}: it has several inputs; pass { ${tensors.map(({ name }) => name).join(', ')} }.`);
}

function isInputRecord(
  inputs: unknown,
  tensors: readonly { readonly name: string }[],
): inputs is Record<string, unknown> {
  if (
    typeof inputs !== 'object' ||
    inputs === null ||
    Array.isArray(inputs) ||
    isTypedArray(inputs) ||
    isTensor(inputs)
  )
    return false;
  // Inputs may themselves be called data and shape.
  return (
    !isShapedArray(inputs) || (tensors.length === 2 && tensors.every(({ name }) => name === 'data' || name === 'shape'))
  );
}

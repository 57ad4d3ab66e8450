/** Inputs that can be told to fit by their type and length alone: what a program runs on again and again. */
import type { BoundaryRules } from '../boundary.ts';
import type { Values } from '../device.ts';
import type { DType } from '../program.ts';

/** The arrays in the order of the inputs, for so many examples; `undefined` for anything that needs a closer look. */
export type QuickInputs = (inputs: unknown, size: number) => QuickValues | undefined;
export interface QuickValues {
  readonly values: readonly Values[];
  /** Whether the only input was passed without a record. */
  readonly alone: boolean;
}

const arrayTypes: Readonly<Record<DType, unknown>> = { float32: Float32Array, int32: Int32Array, bool: undefined };

/** `undefined` where sizes are open, values have a range, or an input may be left out. */
export function quickInputs({ tensors, requirements, valueRequirements }: BoundaryRules): QuickInputs | undefined {
  if (requirements.length > 0 || valueRequirements.length > 0) return undefined;
  const known = tensors.map(({ name, spec }) => {
    const width = spec.shape.reduce<number>((product, size) => product * (typeof size === 'number' ? size : NaN), 1);
    return { name, type: arrayTypes[spec.dtype], width: spec.default === undefined ? width : NaN };
  });
  // A record of `data` and `shape` may be something else.
  if (known.some(({ name, type, width }) => !(width > 0) || type === undefined || name === 'data')) return undefined;
  const only = known.length === 1 ? known[0] : undefined;
  return (inputs, size) => {
    if (typeof inputs !== 'object' || inputs === null) return undefined;
    if (only !== undefined && inputs.constructor === only.type) {
      const values = inputs as Values;
      return values.length === only.width * size ? { values: [values], alone: true } : undefined;
    }
    if (inputs.constructor !== Object) return undefined;
    let count = 0;
    for (const _ in inputs) count++;
    if (count !== known.length) return undefined;
    const values: Values[] = [];
    for (const { name, type, width } of known) {
      const value = (inputs as Readonly<Record<string, Values | undefined>>)[name];
      if (value === undefined || value === null || value.constructor !== type || value.length !== width * size)
        return undefined;
      values.push(value);
    }
    return { values, alone: false };
  };
}

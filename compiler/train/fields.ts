/**
 * A model graph → what its training data must look like, one field per input and target. Loaders know fields only, so
 * they can be used and tested without a compiler.
 */
import type { GraphInput, ModelGraph } from '../graph/model-graph.ts';
import type { DType } from '../graph/tensor-graph.ts';
import { asInteger, displayAxis } from '../shapes/index.ts';

export interface Field {
  readonly name: string;
  readonly role: 'input' | 'target';
  readonly dtype: DType;
  /** Of one example: numbers, or names and expressions of sizes that the data decides. */
  readonly shape: readonly (number | string)[];
  /** Values must lie in [from, below); `from` is 0 unless given. */
  readonly from?: number;
  readonly below?: number;
  /** The model has a default for it. */
  readonly optional?: boolean;
}

/** Typed values of a field, example after example. */
export interface FieldData {
  readonly data: Float32Array | Int32Array | Uint8Array;
  /** Of one example. */
  readonly shape: readonly number[];
  /** Where texts were turned into indices: the text of each index. */
  readonly classes?: readonly string[];
}

export interface Dataset {
  readonly count: number;
  /** By field name; optional fields that the data does not have are left out. */
  readonly fields: Readonly<Record<string, FieldData>>;
  /** What the reader should know: which columns went where. Full sentences. */
  readonly notes: readonly string[];
}

/** How columns are chosen and texts are numbered. */
export interface LoadOptions {
  /** Field name → columns, as `--map` has them. */
  readonly map?: Readonly<Record<string, string>>;
  /** Whether the first row of a CSV file holds names; found out where not given. */
  readonly header?: boolean;
  /** The numbering of the training data, which test data must share. */
  readonly classes?: Readonly<Record<string, readonly string[]>>;
}

export function fieldsOf(model: ModelGraph): readonly Field[] {
  const limits = [...model.valueRequirements, ...(model.training?.valueRequirements ?? [])];
  const field = ({ node, defaultValue }: GraphInput, role: Field['role']): Field => {
    const { dtype, shape } = node.outputs[0]!;
    const own = limits.filter(({ tensor }) => tensor === node.name);
    const from = Math.max(...own.map((limit) => limit.from ?? 0));
    return {
      name: node.name,
      role,
      dtype,
      shape: shape.map((axis) => ('kind' in axis ? displayAxis(axis) : (asInteger(axis) ?? displayAxis(axis)))),
      ...(own.length > 0 ? { below: Math.min(...own.map((limit) => limit.below)) } : {}),
      ...(own.length > 0 && from !== 0 ? { from } : {}),
      ...(defaultValue === undefined ? {} : { optional: true }),
    };
  };
  return [
    ...model.inputs.map((input) => field(input, 'input')),
    ...(model.training?.targets ?? []).map((target) => field(target, 'target')),
  ];
}

export const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;

/** `input image: float32[28, 28, 1]` */
export const fieldText = ({ role, name, dtype, shape }: Field): string =>
  `${role} ${name}: ${dtype}${shape.length > 0 ? shapeText(shape) : ''}`;

/** The number of values per example, unless a size is open. */
export function elementsOf({ shape }: Field): number | undefined {
  const open = shape.some((axis) => typeof axis === 'string');
  return open ? undefined : (shape as readonly number[]).reduce((product, size) => product * size, 1);
}

/**
 * The data's shape as the field has it: equal, or equal but for axes of size 1 (greyscale images have no channel axis),
 * or flattened. Undefined where they do not fit.
 */
export function fitShape(actual: readonly number[], { shape }: Field): readonly number[] | undefined {
  if (agrees(actual, shape)) return actual;
  const squeezed = actual.filter((size) => size !== 1);
  const wanted = shape.filter((size) => size !== 1);
  if (agrees(squeezed, wanted)) {
    let next = 0;
    return shape.map((size) => (size === 1 ? 1 : squeezed[next++]!));
  }
  const count = actual.reduce((product, size) => product * size, 1);
  const flat = shape.length === 1 && (shape[0] === count || typeof shape[0] === 'string');
  return flat ? [count] : undefined;
}

const agrees = (actual: readonly number[], wanted: readonly (number | string)[]): boolean =>
  actual.length === wanted.length && wanted.every((size, i) => typeof size === 'string' || size === actual[i]);

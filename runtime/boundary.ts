/**
 * Checks what users pass, once, before emitted code runs: names, shapes, sizes that must agree, requirements of the model, dtypes, ranges of
 * indices. Emitted code behind it checks nothing. It makes no data on a device.
 */
import type { RequirementSpec, Sizes, TensorSpec, ValueRequirementSpec } from './program.ts';
import type { Values } from './device.ts';
import { InputError } from './input-error.ts';
import { nearestName } from './nearest-name.ts';
import { evaluateSize } from './size-expressions.ts';
import { type Source, sourceOf } from './tensor-like.ts';
import { requireRange, valuesAs } from './values.ts';
import type { Tensor } from '@tensorflow/tfjs-core';

/** One checked input: a tensor of the user's, or values in the array type of its dtype. Its shape has the batch axis. */
export type Checked = { readonly name: string; readonly spec: TensorSpec; readonly shape: number[] } & (
  { readonly tensor: Tensor; readonly values?: undefined } | { readonly values: Values; readonly tensor?: undefined }
);
export interface CheckedBatch {
  readonly inputs: readonly Checked[];
  /** Number of examples. */
  readonly size: number;
}

export interface BoundaryRules {
  /** The model's name and file, for messages. */
  readonly model: string;
  readonly source: string;
  readonly tensors: readonly NamedSpec[];
  readonly requirements: readonly RequirementSpec[];
  readonly valueRequirements: readonly ValueRequirementSpec[];
}
export interface NamedSpec {
  readonly name: string;
  readonly role: 'input' | 'target' | 'weight' | 'gradient';
  readonly spec: TensorSpec;
}

/**
 * Checks a record of inputs (and targets).
 * @param batched Whether the values have a batch axis; without one, an axis of size 1 is put in front.
 * @throws InputError naming the model, the input, and what was wanted and given.
 */
export function checkBatch(
  rules: BoundaryRules,
  given: Readonly<Record<string, unknown>>,
  batched = true,
): CheckedBatch {
  requireNames(rules, given);
  const sizes: Record<string, number> = {};
  const binding: Binding = {
    rules,
    sizes,
    boundBy: {},
    batch: batched ? undefined : { size: 1, by: undefined },
    batched,
  };
  const sources = rules.tensors
    .filter(({ name }) => given[name] !== undefined)
    .map((named) => ({ named, source: requireSource(rules, named, given[named.name]) }));
  // Shapes that are known first: they settle sizes from which the shapes of flat arrays follow.
  const shapes = new Map<string, number[]>();
  for (const { named, source } of sources) {
    if (source.shape !== undefined) shapes.set(named.name, boundShape(binding, named, source.shape));
  }
  for (const { named, source } of sources) {
    if (!('tensor' in source) && source.shape === undefined) {
      shapes.set(named.name, boundShape(binding, named, inferredShape(binding, named, source)));
    }
  }
  requireExpressions(binding, shapes);
  requireRequirements(rules, sizes);
  const inputs = sources.map(({ named, source }) => checkedValues(rules, named, source, shapes.get(named.name)!));
  const size = binding.batch?.size ?? 1;
  for (const named of rules.tensors)
    if (given[named.name] === undefined) inputs.push(defaultInput(rules, named, sizes, size));
  return { inputs, size };
}

interface Binding {
  readonly rules: BoundaryRules;
  readonly sizes: Record<string, number>;
  readonly boundBy: Record<string, NamedSpec>;
  readonly batched: boolean;
  batch: { readonly size: number; readonly by: NamedSpec | undefined } | undefined;
}

function requireNames({ model, tensors }: BoundaryRules, given: Readonly<Record<string, unknown>>): void {
  const names = tensors.map(({ name }) => name);
  const role = tensors.some((named) => named.role === 'target') ? 'input or target' : 'input';
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const near = nearestName(
      name,
      names.filter((other) => given[other] === undefined),
    );
    throw new InputError(
      `${model}: there is no ${role} "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`} It takes ${list(names)}.`,
    );
  }
  for (const { name, role: part, spec } of tensors) {
    if (given[name] === undefined && spec.default === undefined)
      throw new InputError(`${model}: ${part} "${name}" ${shapeText(spec, true)} is missing. It takes ${list(names)}.`);
  }
}

function requireSource(rules: BoundaryRules, named: NamedSpec, value: unknown): Source {
  const source = sourceOf(value);
  if (typeof source === 'object') return source;
  const is =
    source ??
    `${value === null ? 'null' : `a ${typeof value}`}; pass a tensor, a typed array, nested arrays of numbers, or { data, shape }`;
  throw problem(rules, named, `is ${is}`, true);
}

/** Checks a shape against the spec, binding size names to sizes, and returns it with a batch axis. */
function boundShape(binding: Binding, named: NamedSpec, shape: readonly number[]): number[] {
  const { rules, batched } = binding;
  const example = batched ? shape.slice(1) : shape;
  const wanted = wantedSizes(named.spec, example.length);
  if (wanted === undefined || (batched && shape.length === 0)) throw wrongRank(binding, named, shape);
  for (const [axis, size] of example.entries()) {
    const expected = wanted[axis]!;
    const at = (): string => `is [${shape.join(', ')}]: axis ${axis + (batched ? 1 : 0)} is ${size}`;
    if (typeof expected === 'number') {
      if (size !== expected) throw problem(rules, named, `${at()}, not ${expected}`, batched);
    } else if (isName(expected)) {
      const by = binding.boundBy[expected];
      if (by === undefined) {
        binding.sizes[expected] = size;
        binding.boundBy[expected] = named;
      } else if (binding.sizes[expected] !== size) {
        const where = by === named ? 'on another axis' : `in ${by.role} "${by.name}"`;
        throw problem(rules, named, `${at()}, but ${expected} is ${binding.sizes[expected]} ${where}`, batched);
      }
    }
  }
  if (batched) bindBatch(binding, named, shape[0]!);
  return batched ? [...shape] : [1, ...shape];
}

/** The sizes of an example of this rank, those under a spread (`...rest`) as `''`; `undefined` if the rank does not fit. */
function wantedSizes({ shape }: TensorSpec, rank: number): readonly (number | string)[] | undefined {
  const spread = shape.findIndex((size) => typeof size === 'string' && size.startsWith('...'));
  if (spread < 0) return rank === shape.length ? shape : undefined;
  const free = rank - (shape.length - 1);
  if (free < 0) return undefined;
  return [...shape.slice(0, spread), ...Array<string>(free).fill(''), ...shape.slice(spread + 1)];
}

/** An input that was left out, by its default. */
function defaultInput(rules: BoundaryRules, { name, spec }: NamedSpec, sizes: Sizes, batch: number): Checked {
  const example = spec.shape.map((size) => (typeof size === 'number' ? size : evaluateSize(size, sizes)));
  const given = spec.default!;
  if (example.includes(undefined)) {
    throw new InputError(
      `${rules.model}: input "${name}" ${shapeText(spec, true)} cannot be left out here: its sizes are not known.`,
    );
  }
  const shape = [batch, ...(example as number[])];
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Array.from({ length: count }, (_, i) =>
    typeof given === 'number' ? given : given[i % given.length]!,
  );
  return { name, spec, shape, values: valuesAs(spec.dtype, values, (message) => new InputError(message)) };
}

function bindBatch(binding: Binding, named: NamedSpec, size: number): void {
  if (size === 0) throw problem(binding.rules, named, 'has no examples', true);
  if (binding.batch === undefined) binding.batch = { size, by: named };
  else if (binding.batch.size !== size && binding.batch.by !== undefined) {
    const { size: other, by } = binding.batch;
    throw new InputError(
      `${binding.rules.model}: ${by.role} "${by.name}" has ${other} examples, but ${named.role} "${named.name}" has ${size}.`,
    );
  }
}

function wrongRank({ rules, batched }: Binding, named: NamedSpec, shape: readonly number[]): InputError {
  const is = `is [${shape.join(', ')}]`;
  const fits = (example: readonly number[]): boolean => {
    const wanted = wantedSizes(named.spec, example.length);
    return wanted?.every((size, axis) => typeof size === 'string' || size === example[axis]) === true;
  };
  if (batched && fits(shape)) {
    return problem(
      rules,
      named,
      `${is}. That is one example without the batch axis: use predictOne, or pass it as [${[1, ...shape].join(', ')}]`,
      true,
    );
  }
  if (!batched && fits(shape.slice(1))) {
    return problem(
      rules,
      named,
      `${is}. predictOne takes one example without a batch axis; use predict for a batch`,
      false,
    );
  }
  return problem(rules, named, is, batched);
}

/** The shape of a flat array, whose length gives the one size that is not known: the batch, or a size of the example. */
function inferredShape(
  binding: Binding,
  named: NamedSpec,
  source: { values: ArrayLike<number>; rows?: number },
): number[] {
  const { rules, batched, sizes } = binding;
  const length = source.values.length;
  const example = named.spec.shape.map((size) => (typeof size === 'number' ? size : evaluateSize(size, sizes)));
  const rows = batched ? (source.rows ?? (example.includes(undefined) ? binding.batch?.size : undefined)) : undefined;
  const shape: (number | undefined)[] = batched ? [rows, ...example] : example;
  const known = shape.reduce<number>((product, size) => product * (size ?? 1), 1);
  const unknown = shape.filter((size) => size === undefined).length;
  if (unknown > 1)
    throw problem(
      rules,
      named,
      `is a flat array, from whose length its sizes do not follow. Pass { data, shape }`,
      batched,
    );
  if (unknown === 0 ? length === known : known > 0 && length % known === 0)
    return shape.map((size) => size ?? length / known);
  const relation = unknown === 0 ? `${known} are needed` : `which is not a multiple of ${known}`;
  throw problem(rules, named, `is an array of ${length} values, ${relation}`, batched);
}

/** Sizes such as `2 * h`, once all names are bound. */
function requireExpressions({ rules, sizes, batched }: Binding, shapes: ReadonlyMap<string, readonly number[]>): void {
  for (const named of rules.tensors) {
    const shape = shapes.get(named.name);
    if (shape === undefined) continue;
    for (const [axis, expected] of wantedSizes(named.spec, shape.length - 1)!.entries()) {
      if (typeof expected === 'number' || isName(expected)) continue;
      const value = evaluateSize(expected, sizes);
      if (value === undefined || value === shape[axis + 1]) continue;
      const shown = batched ? shape : shape.slice(1);
      throw problem(rules, named, `is [${shown.join(', ')}]: ${expected} is ${value}, not ${shape[axis + 1]}`, batched);
    }
  }
}

function requireRequirements({ model, source, requirements }: BoundaryRules, sizes: Sizes): void {
  for (const { text, line, holds } of requirements) {
    if (holds(sizes)) continue;
    const used = Object.keys(sizes).filter((name) => new RegExp(`\\b${name}\\b`).test(text));
    const given = (used.length > 0 ? used : Object.keys(sizes)).map((name) => `${name} is ${sizes[name]}`);
    throw new InputError(`${model}: ${text} is needed (${source}:${line}), but ${given.join(' and ')}.`);
  }
}

function checkedValues(rules: BoundaryRules, named: NamedSpec, source: Source, shape: number[]): Checked {
  const { name, spec } = named;
  const ranges = rules.valueRequirements.filter((requirement) => requirement.tensor === name);
  if ('tensor' in source) return { name, spec, shape, tensor: source.tensor };
  const at = (message: string): InputError => problem(rules, named, message, true);
  const values = valuesAs(spec.dtype, source.values, at);
  for (const range of ranges)
    requireRange(values, shape, range, (message) => at(`${message} (${rules.source}:${range.line})`));
  return { name, spec, shape, values };
}

function problem(
  { model, source }: BoundaryRules,
  { name, role, spec }: NamedSpec,
  message: string,
  batched: boolean,
): InputError {
  const line = spec.line === undefined ? '' : ` (${source}:${spec.line})`;
  const hasBatch = batched && (role === 'input' || role === 'target');
  return new InputError(`${model}: ${role} "${name}" must be ${shapeText(spec, hasBatch)}${line}, but ${message}.`);
}

/** `n` stands for the number of examples, where the model has no size of that name. */
function shapeText({ shape }: TensorSpec, batched: boolean): string {
  const sizes = shape.join(', ');
  const first = /\bn\b/.test(sizes) ? 'batch' : 'n';
  return `[${batched ? [first, ...shape].join(', ') : sizes}]`;
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

function isName(size: string): boolean {
  return /^[A-Za-z_]\w*$/.test(size);
}

/**
 * Outputs of a model → one record per example, and these as JSON or CSV. Where the weights tell the names of classes, each
 * record also has the most probable one, under the target's name.
 */
import type { Dataset } from './fields.ts';
import { batchOf } from './run-training.ts';
import type { PredictingNet } from './trainable.ts';

type Values = Float32Array | Int32Array | Uint8Array;

export interface PredictedOutput {
  readonly name: string;
  /** Of one example. */
  readonly shape: readonly number[];
  /** Example after example. */
  readonly values: Values;
  readonly isBool: boolean;
}

export interface Predictions {
  readonly count: number;
  readonly outputs: readonly PredictedOutput[];
  /** Names of classes by target, for outputs that have a number for each. */
  readonly classes: readonly NamedClasses[];
}

export interface NamedClasses {
  readonly target: string;
  readonly output: string;
  readonly names: readonly string[];
}

/** Computes in parts, so that the values between take no more room for many examples than for few. */
export async function predictions(
  net: PredictingNet,
  inputs: Dataset,
  batchSize: number,
  classes: Readonly<Record<string, readonly string[]>>,
): Promise<Predictions> {
  const parts = new Map<string, { readonly shape: readonly number[]; readonly values: Values[] }>();
  for (let begin = 0; begin < inputs.count; begin += batchSize) {
    const results = net.predict(batchOf(part(inputs, begin, Math.min(begin + batchSize, inputs.count))));
    for (const [name, tensor] of Object.entries(results)) {
      const values = await tensor.data();
      const known = parts.get(name);
      if (known) known.values.push(values);
      else parts.set(name, { shape: tensor.shape.slice(1), values: [values] });
      tensor.dispose();
    }
  }
  const outputs = [...parts].map(([name, { shape, values }]) => ({ name, shape, values: joined(values), isBool: values[0] instanceof Uint8Array })); // prettier-ignore
  return { count: inputs.count, outputs, classes: namedClasses(outputs, classes) };
}

function part({ fields }: Dataset, begin: number, end: number): Dataset {
  const cut = Object.entries(fields).map(([name, { data, shape }]) => {
    const each = sizeOf(shape);
    return [name, { shape, data: data.subarray(begin * each, end * each) }];
  });
  return { count: end - begin, fields: Object.fromEntries(cut), notes: [] };
}

function joined(parts: readonly Values[]): Values {
  const first = parts[0]!;
  const length = parts.reduce((sum, values) => sum + values.length, 0);
  const all = first instanceof Float32Array ? new Float32Array(length) : first instanceof Int32Array ? new Int32Array(length) : new Uint8Array(length); // prettier-ignore
  let at = 0;
  for (const values of parts) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** A target's classes belong to the only output that has a number for each of them. */
function namedClasses(outputs: readonly PredictedOutput[], classes: Readonly<Record<string, readonly string[]>>): readonly NamedClasses[] {
  return Object.entries(classes).flatMap(([target, names]) => {
    const fitting = outputs.filter(({ shape, values }) => shape.length === 1 && shape[0] === names.length && names.length > 1 && values instanceof Float32Array); // prettier-ignore
    const taken = outputs.some(({ name }) => name === target);
    return fitting.length === 1 && !taken ? [{ target, output: fitting[0]!.name, names }] : [];
  });
} // prettier-ignore

/** JSON, one example a line. What is no finite number is `null`, for which JSON has nothing better. */
export function jsonText(all: Predictions): string {
  const lines = Array.from({ length: all.count }, (_, row) => {
    const values = all.outputs.map((output) => `${JSON.stringify(output.name)}: ${nested(output, row)}`);
    const best = all.classes.map((named) => `${JSON.stringify(named.target)}: ${JSON.stringify(mostProbable(all, named, row))}`); // prettier-ignore
    return `  { ${[...values, ...best].join(', ')} }`;
  });
  return `[\n${lines.join(',\n')}\n]\n`;
}

function nested({ shape, values, isBool }: PredictedOutput, row: number): string {
  let at = row * sizeOf(shape);
  const level = (depth: number): string => {
    if (depth < shape.length) return `[${Array.from({ length: shape[depth]! }, () => level(depth + 1)).join(', ')}]`;
    const value = values[at++]!;
    if (isBool) return String(value !== 0);
    return Number.isFinite(value) ? numberText(value, values) : 'null';
  };
  return level(0);
}

/** CSV with a header: `digit.0, digit.1, …`, or the names of classes in place of numbers. */
export function csvText(all: Predictions): string {
  const header = [
    ...all.outputs.flatMap(({ name, shape }) => columnNames(name, shape, all.classes.find(({ output }) => output === name)?.names)), // prettier-ignore
    ...all.classes.map(({ target }) => target),
  ];
  const rows = Array.from({ length: all.count }, (_, row) => [
    ...all.outputs.flatMap(({ shape, values, isBool }) => {
      const each = sizeOf(shape);
      const own = values.subarray(row * each, (row + 1) * each);
      return Array.from(own, (value) => (isBool ? String(value !== 0) : numberText(value, values)));
    }),
    ...all.classes.map((named) => mostProbable(all, named, row)),
  ]);
  return `${[header, ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`;
}

function columnNames(name: string, shape: readonly number[], classes: readonly string[] | undefined): readonly string[] {
  if (classes) return classes.map((one) => `${name}.${one}`);
  return shape.reduce<readonly string[]>((names, size) => names.flatMap((before) => Array.from({ length: size }, (_, i) => `${before}.${i}`)), [name]); // prettier-ignore
} // prettier-ignore

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function mostProbable({ outputs }: Predictions, { output, names }: NamedClasses, row: number): string {
  const { values } = outputs.find(({ name }) => name === output)!;
  const own = Array.from(values.subarray(row * names.length, (row + 1) * names.length));
  return names[own.indexOf(Math.max(...own))] ?? '';
}

/** The shortest text that is this number again in float32: 0.1, where the nearest float64 is 0.10000000149011612. */
function numberText(value: number, values: Values): string {
  if (!(values instanceof Float32Array) || Number.isInteger(value)) return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

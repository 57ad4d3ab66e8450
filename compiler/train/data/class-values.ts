/**
 * A column of class names or class numbers → values of a field: indices, a one-hot vector, or 0 and 1.
 */
import { elementsOf, fieldText, type Field, type FieldData } from '../fields.ts';
import { dataError, listed } from './data-error.ts';
import { numberOf, rowText, type BuilderContext } from './cells.ts';
import type { GrowingArray } from './growing-array.ts';

export interface ClassColumn {
  readonly name: string;
  /** Each text once. */
  readonly texts: readonly string[];
  /** Per row, an index into `texts`. */
  readonly codes: GrowingArray<Int32Array>;
}

type Context = Pick<BuilderContext, 'file' | 'place' | 'classes'>;

export function classesToValues(field: Field, column: ClassColumn, context: Context): FieldData {
  const numbers = column.texts.map(numberOf);
  const numeric = context.classes === undefined && numbers.every((value) => value !== undefined);
  const classes = numeric ? undefined : numbering(field, column, context);
  const valueOf = numeric ? (numbers as number[]) : column.texts.map((text) => classes!.indexOf(text));
  const size = classCount(field);
  // A target of shape [k] may be given as one class per example; with k = 1 the class itself is the value.
  if (field.dtype === 'float32' && size !== 1) return oneHot(field, column, valueOf, classes, context);
  if (field.dtype === 'int32') requireWhole(field, column, valueOf, context);
  const data = field.dtype === 'int32' ? new Int32Array(column.codes.length) : new Float32Array(column.codes.length);
  for (let row = 0; row < data.length; row++) data[row] = valueOf[column.codes.at(row)]!;
  return { data, shape: field.shape.map(() => 1), ...(classes ? { classes } : {}) };
}

/** How many classes the field tells apart; undefined where that is open. */
function classCount(field: Field): number | undefined {
  if (field.dtype === 'int32') return field.below;
  return elementsOf(field);
}

/** The texts in their order, checked against the model; or the numbering of the training data. */
function numbering(field: Field, column: ClassColumn, { file, place, classes }: Context): readonly string[] {
  if (classes) {
    const unknown = column.texts.findIndex((text) => !classes.includes(text));
    if (unknown < 0) return classes;
    const row = rowOf(column, unknown);
    throw dataError(file, `column ${column.name} has the class "${column.texts[unknown]}" in ${rowText(place, row)}, which the training data does not have`, `The classes are ${listed(classes, 10)}.`); // prettier-ignore
  }
  const sorted = [...column.texts].sort();
  const limit = field.dtype === 'float32' && elementsOf(field) === 1 ? 2 : classCount(field);
  if (limit === undefined || sorted.length <= limit) return sorted;
  if (field.dtype === 'float32' && limit === 2) {
    throw dataError(file, `column ${column.name} has ${sorted.length} different texts (${listed(sorted)}), but ${fieldText(field)} is one number`, 'Texts fit one number only where there are two of them, which become 0 and 1.'); // prettier-ignore
  }
  throw dataError(file, `column ${column.name} has ${sorted.length} classes (${listed(sorted)}), but the model tells ${limit} apart`, 'Change the number of classes in the model, or choose another column with --map.'); // prettier-ignore
}

function rowOf({ codes }: ClassColumn, code: number): number {
  let row = 0;
  while (row < codes.length && codes.at(row) !== code) row++;
  return row;
}

function requireWhole(field: Field, column: ClassColumn, valueOf: readonly number[], { file, place }: Context): void {
  const wrong = valueOf.findIndex((value) => !Number.isInteger(value));
  if (wrong < 0) return;
  throw dataError(file, `column ${column.name} has ${column.texts[wrong]} in ${rowText(place, rowOf(column, wrong))}, but ${fieldText(field)} takes whole numbers`, 'Round the column, or declare it as float32 in the model.'); // prettier-ignore
}

function oneHot(
  field: Field,
  column: ClassColumn,
  valueOf: readonly number[],
  classes: readonly string[] | undefined,
  { file, place }: Context,
): FieldData {
  const size = elementsOf(field) ?? Math.max(...valueOf) + 1;
  const wrong = valueOf.findIndex((value) => !Number.isInteger(value) || value < 0 || value >= size);
  if (wrong >= 0) {
    throw dataError(file, `column ${column.name} has ${column.texts[wrong]} in ${rowText(place, rowOf(column, wrong))}, but ${fieldText(field)} takes classes from 0 to ${size - 1}`); // prettier-ignore
  }
  const data = new Float32Array(column.codes.length * size);
  for (let row = 0; row < column.codes.length; row++) data[row * size + valueOf[column.codes.at(row)]!] = 1;
  return { data, shape: [size], ...(classes ? { classes } : {}) };
}

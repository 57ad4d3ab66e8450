/**
 * Cells of a table → the typed array of one field. Texts become class indices where the field can be a class, sorted,
 * so that the numbering depends on the data alone. What is wrong is gathered, so that one message names all the lines.
 */
import { plural } from '../../diagnostics/suggest.ts';
import { elementsOf, fieldText, fitShape, type Field, type FieldData } from '../fields.ts';
import { booleanOf, hasDecimalComma, isMissing, numberOf, rowText, type BuilderContext, type Cell } from './cells.ts';
import { classesToValues, type ClassColumn } from './class-values.ts';
import { dataError, listed } from './data-error.ts';
import { GrowingArray } from './growing-array.ts';

export interface FieldBuilder {
  /** The cells of a row in the order of the columns. */
  add(cell: Cell, column: number, row: number): void;
  finish(rows: number): FieldData;
}

export function createFieldBuilder(field: Field, context: BuilderContext): FieldBuilder {
  return mayHoldClasses(field, context) ? classBuilder(field, context) : numberBuilder(field, context);
}

function mayHoldClasses(field: Field, { columnNames, shape }: BuilderContext): boolean {
  if (columnNames.length !== 1 || (shape !== undefined && shape.length > 0) || field.dtype === 'bool') return false;
  if (field.dtype === 'int32') return elementsOf(field) === 1;
  return field.role === 'target' && field.shape.length <= 1;
}

function numberBuilder(field: Field, context: BuilderContext): FieldBuilder {
  const values = newStore(field);
  const missing = new MissingCells(context);
  let wrong: { readonly cell: Cell; readonly column: number; readonly row: number } | undefined;
  return {
    add: (cell, column, row) => {
      const value = field.dtype === 'bool' ? booleanOf(cell) : numberOf(cell);
      if (value === undefined && isMissing(cell)) missing.add(column, row);
      else if (value === undefined || (field.dtype === 'int32' && !Number.isInteger(value)))
        wrong ??= { cell, column, row };
      values.push((value ?? 0) / (context.divisor ?? 1));
    },
    finish: (rows) => {
      if (wrong) throw wrongCell(field, context, wrong.cell, wrong.column, wrong.row);
      missing.refuse();
      const data = values.toTypedArray();
      const shape = exampleShape(field, context, rows === 0 ? 0 : data.length / rows);
      requireRange(field, data, shape, context);
      return { data, shape };
    },
  };
}

function classBuilder(field: Field, context: BuilderContext): FieldBuilder {
  const missing = new MissingCells(context);
  const codeOf = new Map<string, number>();
  const codes = new GrowingArray(Int32Array);
  return {
    add: (cell, column, row) => {
      const text = cell === null || cell === undefined ? '' : String(cell).trim();
      if (text === '') missing.add(column, row);
      const code = codeOf.get(text) ?? codeOf.size;
      if (code === codeOf.size) codeOf.set(text, code);
      codes.push(code);
    },
    finish: () => {
      missing.refuse();
      const column: ClassColumn = { name: context.columnNames[0]!, texts: [...codeOf.keys()], codes };
      const result = classesToValues(field, column, context);
      requireRange(field, result.data, result.shape, context);
      return result;
    },
  };
}

function newStore({ dtype }: Field): GrowingArray<Float32Array | Int32Array | Uint8Array> {
  if (dtype === 'float32') return new GrowingArray<Float32Array | Int32Array | Uint8Array>(Float32Array);
  return new GrowingArray<Float32Array | Int32Array | Uint8Array>(dtype === 'int32' ? Int32Array : Uint8Array);
}

/** Rows without a value, by column. */
class MissingCells {
  readonly #context: BuilderContext;
  readonly #rows = new Map<number, number[]>();

  constructor(context: BuilderContext) {
    this.#context = context;
  }

  add(column: number, row: number): void {
    const rows = this.#rows.get(column);
    if (rows) rows.push(row);
    else this.#rows.set(column, [row]);
  }

  refuse(): void {
    const { file, columnNames, place } = this.#context;
    const [first] = this.#rows;
    if (!first) return;
    const [column, rows] = first;
    const others = this.#rows.size - 1;
    const places = `${place.noun}${rows.length === 1 ? '' : 's'} ${listed(rows.map(place.number))}`;
    throw dataError(
      file,
      `there is no value in column ${columnNames[column]} in ${places}${others > 0 ? `; ${plural(others, 'more column')} ${others === 1 ? 'has' : 'have'} gaps too` : ''}`,
      `Fill in the values, or remove those ${place.noun}s.`,
    );
  }
}

function wrongCell(field: Field, context: BuilderContext, cell: Cell, column: number, row: number): Error {
  const place = `column ${context.columnNames[column]} has ${JSON.stringify(cell)} in ${rowText(context.place, row)}`;
  if (field.dtype === 'bool') return dataError(context.file, `${place}, but ${fieldText(field)} takes true or false (or 1 and 0)`); // prettier-ignore
  if (field.dtype === 'int32' && numberOf(cell) !== undefined) {
    return dataError(context.file, `${place}, but ${fieldText(field)} takes whole numbers`, 'Round the column, or declare it as float32 in the model.'); // prettier-ignore
  }
  const help = hasDecimalComma(cell)
    ? 'Write decimal points instead of decimal commas.'
    : 'Choose columns of numbers with --map, or turn the texts into numbers first.';
  return dataError(context.file, `${place}, but ${fieldText(field)} takes numbers`, help);
}

/** One open size follows from the number of values; a shape that the data has must fit the declared one. */
function exampleShape(field: Field, { shape, file }: BuilderContext, values: number): readonly number[] {
  if (shape !== undefined) {
    const fitted = fitShape(shape, field);
    if (fitted) return fitted;
    throw dataError(file, `its examples have the shape [${shape.join(', ')}], but the model has ${fieldText(field)}`);
  }
  const known = field.shape.filter((axis) => typeof axis === 'number').reduce((product, size) => product * size, 1);
  const open = field.shape.filter((axis) => typeof axis === 'string').length;
  if (open <= 1 && values % known === 0) return field.shape.map((axis) => (typeof axis === 'number' ? axis : values / known)); // prettier-ignore
  throw dataError(file, `${values} values per example do not decide the sizes of ${fieldText(field)}`, 'Use JSON with nested arrays, which have a shape.'); // prettier-ignore
}

/** Index values out of range would read beyond a table, so the first one is named. */
export function requireRange(
  field: Field,
  data: FieldData['data'],
  shape: readonly number[],
  context: Pick<BuilderContext, 'file' | 'place'>,
): void {
  // prettier-ignore
  const { from = 0, below } = field;
  if (below === undefined || field.dtype !== 'int32') return;
  const at = data.findIndex((value) => value < from || value >= below);
  if (at < 0) return;
  const perExample = shape.reduce((product, size) => product * size, 1);
  const fromOne = data[at] === below && !data.includes(0);
  throw dataError(
    context.file,
    `${field.name} is ${data[at]} in ${rowText(context.place, Math.floor(at / perExample))}, but the model takes whole numbers from ${from} to ${below - 1}`,
    fromOne
      ? 'The numbers seem to count from 1: subtract 1 from each.'
      : `Make the model's number of classes larger, or correct the data.`,
  );
}

/**
 * Columns of a table → the fields of a model that they fill. By `--map` first, then by name, then in order: inputs from
 * the left, then targets. A lone column of text goes to the target that wants a class.
 */
import { alternatives, didYouMean, nearNames, plural } from '../../diagnostics/suggest.ts';
import { elementsOf, fieldText, type Field } from '../fields.ts';
import { dataError, listed } from './data-error.ts';

export interface TableColumn {
  /** From the header, or its number, counted from 1. */
  readonly name: string;
  /** Values per cell: 1 in CSV, more for arrays in JSON. */
  readonly width: number;
  /** The first row has text there. */
  readonly text: boolean;
}

/** For each field that is filled, the indices of its columns. */
export type Assignment = ReadonlyMap<Field, readonly number[]>;

interface Table {
  readonly file: string;
  readonly columns: readonly TableColumn[];
  readonly map: Readonly<Record<string, string>>;
}

export function assignColumns(fields: readonly Field[], table: Table): Assignment {
  const assigned = new Map<Field, readonly number[]>();
  const taken = new Set<number>();
  const give = (field: Field, columns: readonly number[]): void => {
    assigned.set(field, columns);
    for (const column of columns) taken.add(column);
  };
  for (const [name, pattern] of Object.entries(table.map)) {
    give(fieldNamed(name, fields, table), mappedColumns(name, pattern, table));
  }
  const open = (): readonly Field[] => fields.filter((field) => !assigned.has(field));
  for (const field of open()) {
    const columns = namedColumns(field, table).filter((column) => !taken.has(column));
    if (columns.length > 0) give(field, columns);
  }
  for (const [field, columns] of assigned) requireWidth(field, columns, table);
  for (const [field, columns] of restInOrder(open(), freeColumns(table, taken), table)) give(field, columns);
  return assigned;
}

const freeColumns = ({ columns }: Table, taken: ReadonlySet<number>): readonly number[] =>
  columns.map((_, i) => i).filter((i) => !taken.has(i));

function fieldNamed(name: string, fields: readonly Field[], { file }: Table): Field {
  const field = fields.find((one) => one.name === name);
  if (field) return field;
  const names = fields.map((one) => one.name);
  const help = didYouMean(nearNames(name, names)) ?? `It has ${alternatives(names)}.`;
  throw dataError(file, `--map names ${name}, but the model has no input or target of that name`, help);
}

/** `name`, `prefix*`, `first..last`, and several of these joined with `+`. */
function mappedColumns(field: string, pattern: string, table: Table): readonly number[] {
  return pattern.split('+').flatMap((part) => {
    const range = /^(.+)\.\.(.+)$/.exec(part.trim());
    if (range) {
      const first = columnNamed(field, range[1]!, table);
      const last = columnNamed(field, range[2]!, table);
      if (last < first) throw dataError(table.file, `--map ${field}=${part}: ${range[2]} comes before ${range[1]}`);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    }
    if (part.trim().endsWith('*')) return columnsWithPrefix(field, part.trim().slice(0, -1), table);
    return [columnNamed(field, part.trim(), table)];
  });
}

function columnNamed(field: string, name: string, { columns, file }: Table): number {
  const exact = columns.findIndex((column) => column.name === name);
  const index = exact >= 0 ? exact : columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  if (index >= 0) return index;
  const names = columns.map((column) => column.name);
  const help = didYouMean(nearNames(name, names)) ?? `Its columns are ${listed(names, 12)}.`;
  throw dataError(file, `--map ${field}=${name}: there is no column ${name}`, help);
}

function columnsWithPrefix(field: string, prefix: string, { columns, file }: Table): readonly number[] {
  const found = columns.flatMap((column, i) => (column.name.startsWith(prefix) ? [i] : []));
  if (found.length > 0) return found;
  throw dataError(file, `--map ${field}=${prefix}*: no column begins with ${prefix}`, `Its columns are ${listed(columns.map((c) => c.name), 12)}.`); // prettier-ignore
}

/** The column of the field's name, or all of `name0 name1 …`, `name_0 …`, `name.0 …`, `name[0] …`. */
function namedColumns(field: Field, { columns }: Table): readonly number[] {
  const name = field.name.toLowerCase();
  const same = columns.findIndex((column) => column.name.toLowerCase() === name);
  if (same >= 0) return [same];
  const numbered = columns.flatMap((column, i) => {
    const rest = column.name.toLowerCase().startsWith(name) ? column.name.slice(name.length) : '';
    return /^([_.-]?\d+|\[\d+\])+$/.test(rest) ? [i] : [];
  });
  return numbered.length === elementsOf(field) || elementsOf(field) === undefined ? numbered : [];
}

/** What neither `--map` nor names decide: left over columns fill left over fields in order. */
function restInOrder(fields: readonly Field[], free: readonly number[], table: Table): Assignment {
  const result = new Map<Field, readonly number[]>();
  const needed = fields.filter((field) => !field.optional);
  if (needed.length === 0) return result;
  let columns = [...free];
  const texts = columns.filter((i) => table.columns[i]!.text);
  const classTarget = needed.filter((field) => field.role === 'target' && takesText(field));
  const numeric = needed.filter((field) => !classTarget.includes(field));
  if (texts.length === 1 && classTarget.length === 1 && numeric.length > 0) {
    result.set(classTarget[0]!, texts);
    columns = columns.filter((i) => i !== texts[0]);
  }
  const rest = needed.filter((field) => !result.has(field));
  const widths = widthsInOrder(
    rest,
    columns.reduce((sum, i) => sum + table.columns[i]!.width, 0),
  );
  if (!widths) throw tooManyOrFew(needed, free, table);
  for (const [i, field] of rest.entries()) {
    const own = takeWidth(columns, widths[i]!, table);
    if (!own) throw tooManyOrFew(needed, free, table);
    result.set(field, own);
    columns = columns.slice(own.length);
  }
  return result;
}

/** A class index, a one-hot vector, or 0 and 1 for two classes. */
const takesText = (field: Field): boolean =>
  field.dtype === 'int32' ? elementsOf(field) === 1 : field.dtype === 'float32' && field.shape.length <= 1;

/** The number of values of each field; one field of open size takes what the others leave. */
function widthsInOrder(fields: readonly Field[], available: number): readonly number[] | undefined {
  const sizes = fields.map(elementsOf);
  const known = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const open = sizes.filter((size) => size === undefined).length;
  if (open > 1 || (open === 0 ? known !== available : known >= available)) return undefined;
  return sizes.map((size) => size ?? available - known);
}

function takeWidth(columns: readonly number[], width: number, table: Table): readonly number[] | undefined {
  let sum = 0;
  for (const [i, column] of columns.entries()) {
    if (sum === width) return columns.slice(0, i);
    sum += table.columns[column]!.width;
    if (sum > width) return undefined;
  }
  return sum === width ? columns : undefined;
}

function tooManyOrFew(fields: readonly Field[], free: readonly number[], { columns, file }: Table): Error {
  const names = free.map((i) => columns[i]!.name);
  const wants = fields.map((field) => {
    const count = elementsOf(field);
    return `${fieldText(field)} wants ${count === undefined ? 'one or more' : count}`;
  });
  const has = free.length === columns.length ? plural(free.length, 'column') : `${plural(free.length, 'column')} left`;
  return dataError(
    file,
    `it has ${has} (${listed(names, 8) || 'none'}), which do not fit the model: ${wants.join(', ')}`,
    `Say which columns are meant: --map ${fields.map((field) => `${field.name}=COLUMNS`).join(',')}, where COLUMNS is a name, first..last, prefix*, or several joined with +.`,
  );
}

function requireWidth(field: Field, columns: readonly number[], table: Table): void {
  const wanted = elementsOf(field);
  const width = columns.reduce((sum, i) => sum + table.columns[i]!.width, 0);
  if (wanted === undefined || width === wanted || takesClasses(field, columns, table)) return;
  const names = columns.map((i) => table.columns[i]!.name);
  throw dataError(
    table.file,
    `${fieldText(field)} wants ${plural(wanted, 'value')} per example, but ${columns.length === 1 ? `column ${names[0]} has` : `columns ${listed(names, 4)} have`} ${width}`,
    `Choose columns with --map ${field.name}=COLUMNS, where COLUMNS is a name, first..last, prefix*, or several joined with +.`,
  );
}

/** One column of texts or class numbers can fill a one-hot vector. */
export const takesClasses = (
  field: Field,
  columns: readonly number[],
  { columns: all }: Pick<Table, 'columns'>,
): boolean =>
  field.role === 'target' && field.shape.length === 1 && columns.length === 1 && all[columns[0]!]!.width === 1;

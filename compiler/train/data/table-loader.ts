/**
 * Rows of a table, one at a time → a data set. Shared by CSV and JSON, which differ in how rows are read only.
 */
import { plural } from '../../diagnostics/suggest.ts';
import { fieldText, shapeText, type Dataset, type Field, type FieldData, type LoadOptions } from '../fields.ts';
import { assignColumns, type TableColumn } from './assign-columns.ts';
import { dataError, listed } from './data-error.ts';
import { type Cell, type RowPlace } from './cells.ts';
import { createFieldBuilder, type FieldBuilder } from './field-builder.ts';

export interface TableSource {
  /** As messages name it. */
  readonly file: string;
  readonly columns: readonly (TableColumn & {
    readonly shape?: readonly number[];
    /** Holds unsigned bytes, which are pixels where an input takes fractions. */
    readonly bytes?: boolean;
  })[];
  readonly place: RowPlace;
}

export interface TableLoader {
  /** One row: a cell, or the flattened cells of an array, per column. */
  addRow(cells: readonly (Cell | readonly Cell[])[]): void;
  finish(): Dataset;
}

interface Filled {
  readonly field: Field;
  readonly columns: readonly number[];
  readonly builder: FieldBuilder;
}

export function createTableLoader(fields: readonly Field[], source: TableSource, options: LoadOptions): TableLoader {
  const { file, columns, place } = source;
  const assignment = assignColumns(fields, { file, columns, map: options.map ?? {} });
  const assigned = fields.flatMap((field) => {
    const own = assignment.get(field);
    return own ? [{ field, own }] : [];
  });
  const filled: readonly Filled[] = assigned.map(({ field, own }) => ({
    field,
    columns: own,
    builder: createFieldBuilder(field, {
      file,
      columnNames: own.map((i) => columns[i]!.name),
      place,
      classes: options.classes?.[field.name],
      ...(own.length === 1 && columns[own[0]!]!.shape ? { shape: columns[own[0]!]!.shape! } : {}),
      ...(isScaled(field, own, columns) ? { divisor: 255 } : {}),
    }),
  }));
  let rows = 0;
  return {
    addRow: (cells) => {
      for (const { columns: own, builder } of filled) {
        for (const [i, column] of own.entries()) {
          const cell = cells[column];
          if (Array.isArray(cell)) for (const part of cell as readonly Cell[]) builder.add(part, i, rows);
          else builder.add(cell as Cell, i, rows);
        }
      }
      rows++;
    },
    finish: () => {
      if (rows === 0) throw dataError(file, 'it has no examples');
      const built = filled.map(({ field, builder }): readonly [string, FieldData] => [
        field.name,
        builder.finish(rows),
      ]);
      return {
        count: rows,
        fields: Object.fromEntries(built),
        notes: notesOf(filled, source, Object.fromEntries(built)),
      };
    },
  };
}

const isScaled = (field: Field, own: readonly number[], columns: TableSource['columns']): boolean =>
  field.role === 'input' && field.dtype === 'float32' && own.every((i) => columns[i]!.bytes === true);

/** Which columns went where, and how classes are numbered. */
function notesOf(
  filled: readonly Filled[],
  { columns }: TableSource,
  data: Readonly<Record<string, FieldData>>,
): readonly string[] {
  return filled.flatMap(({ field, columns: own }) => {
    const names = own.map((i) => columns[i]!.name);
    const shown = names.length > 4 ? `${names[0]} … ${names.at(-1)}` : listed(names);
    const { classes, shape } = data[field.name]!;
    const size = shape.length > 0 ? ` as ${shapeText(shape)}` : '';
    const which = names.length === 1 ? `column ${shown}` : `${plural(names.length, 'column')} (${shown})`;
    const scaled = isScaled(field, own, columns) ? ', scaled to 0…1' : '';
    const note = `${field.role} ${field.name} is ${which}${size}${scaled}`;
    if (!classes) return [note];
    return [note, `${field.name} counts classes: ${classes.map((name, i) => `${i} ${name}`).join(', ')}`];
  });
}

/** The fields that a table must fill, in words, for messages about tables that fit nothing. */
export const wantedText = (fields: readonly Field[]): string => listed(fields.map(fieldText), 8);

/**
 * CSV → a data set. The separator (comma, semicolon, tab) and whether there is a header are found out from the first
 * lines. Read as a stream, row by row, so that large files need no more memory than their numbers.
 */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Dataset, Field, LoadOptions } from '../fields.ts';
import { dataError } from './data-error.ts';
import { hasDecimalComma, numberOf } from './cells.ts';
import { GrowingArray } from './growing-array.ts';
import { createTableLoader, type TableLoader } from './table-loader.ts';

export interface CsvSource {
  /** As messages name it. */
  readonly file: string;
  open(): Readable;
}

export const csvFile = (path: string, file: string): CsvSource => ({ file, open: () => createReadStream(path) });

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

export async function loadCsv(
  source: CsvSource,
  fields: readonly Field[],
  options: LoadOptions = {},
): Promise<Dataset> {
  const { file } = source;
  const lines = new GrowingArray(Int32Array);
  let loader: TableLoader | undefined;
  let width = 0;
  let first: Row | undefined;
  const add = (row: Row): void => {
    requireSameWidth(file, row, width);
    lines.push(row.info.lines);
    loader!.addRow(row.record);
  };
  const begin = (top: Row, second: Row | undefined): void => {
    const header = options.header ?? looksLikeHeader(top.record, second?.record);
    width = top.record.length;
    const sample = header ? second?.record : top.record;
    if (sample && sample.length !== width) requireSameWidth(file, header ? second! : top, width);
    const columns = top.record.map((cell, i) => ({
      name: header ? cell.trim() || `column ${i + 1}` : String(i + 1),
      width: 1,
      text: isText(sample?.[i]),
    }));
    const place = { noun: 'line', number: (row: number) => lines.at(row) };
    loader = createTableLoader(fields, { file, columns, place }, options);
    if (!header) add(top);
    if (second) add(second);
  };
  for await (const row of rowsOf(source)) {
    if (loader) add(row);
    else if (first) begin(first, row);
    else first = row;
  }
  if (!first) throw dataError(file, 'it is empty');
  if (!loader) begin(first, undefined);
  return loader!.finish();
}

async function* rowsOf(source: CsvSource): AsyncGenerator<Row> {
  const delimiter = await separatorOf(source);
  const parser = parse({ bom: true, delimiter, info: true, relax_column_count: true, skip_empty_lines: true });
  const input = source.open();
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const row of input.pipe(parser)) yield row as Row;
  } catch (error) {
    if (error instanceof CsvError) throw dataError(source.file, `it is no valid CSV: ${error.message}`);
    throw error;
  }
}

/** The one of comma, semicolon and tab that is most frequent in the first line. */
async function separatorOf(source: CsvSource): Promise<string> {
  let head = '';
  const input = source.open();
  for await (const chunk of input) {
    head += String(chunk);
    if (/[\r\n]/.test(head) || head.length > 1_000_000) break;
  }
  input.destroy();
  const line = head.split(/[\r\n]/, 1)[0]!.replace(/"[^"]*"/g, '');
  const count = (separator: string): number => line.split(separator).length;
  return [',', ';', '\t'].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

const isText = (cell: string | undefined): boolean =>
  cell !== undefined && cell.trim() !== '' && numberOf(cell) === undefined && !hasDecimalComma(cell);

/** A header names columns: it has text over a number, or nothing but text that does not repeat. */
function looksLikeHeader(top: readonly string[], second: readonly string[] | undefined): boolean {
  if (top.some((cell, i) => isText(cell) && numberOf(second?.[i]) !== undefined)) return true;
  return top.every(isText) && new Set(top).size === top.length && second !== undefined;
}

function requireSameWidth(file: string, { record, info }: Row, width: number): void {
  if (record.length === width) return;
  throw dataError(
    file,
    `line ${info.lines} has ${record.length} cells where the first line has ${width}`,
    'A text that holds the separator must stand in double quotes.',
  );
}

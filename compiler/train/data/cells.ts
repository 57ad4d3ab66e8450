/**
 * Cells of a table: what they may be, when they are numbers, truths or missing, and how messages name their places.
 */
export type Cell = string | number | boolean | null | undefined;

/** How messages name a row: `line 7`, `record 3`. */
export interface RowPlace {
  readonly noun: string;
  readonly number: (row: number) => number;
}
export const rowText = ({ noun, number }: RowPlace, row: number): string => `${noun} ${number(row)}`;

export interface BuilderContext {
  readonly file: string;
  readonly columnNames: readonly string[];
  readonly place: RowPlace;
  /** The shape of one example as the data has it, where it has one (JSON arrays). */
  readonly shape?: readonly number[];
  readonly classes?: readonly string[] | undefined;
  /** What numbers are divided by, for pixels. */
  readonly divisor?: number;
}

/** Spellings of "no value" in the wild; in a class column all but the empty one are taken as a class. */
const missingTexts = new Set(['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL', 'None', '?']);

export function numberOf(cell: Cell): number | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  if (typeof cell !== 'string' || cell.trim() === '') return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

export const hasDecimalComma = (cell: Cell): boolean => typeof cell === 'string' && /^\s*[-+]?\d+,\d+\s*$/.test(cell);

export function booleanOf(cell: Cell): number | undefined {
  const text = String(cell).trim().toLowerCase();
  if (text === 'true' || text === '1') return 1;
  return text === 'false' || text === '0' ? 0 : undefined;
}

export const isMissing = (cell: Cell): boolean =>
  cell === null || cell === undefined || (typeof cell === 'number' ? Number.isNaN(cell) : missingTexts.has(String(cell).trim())); // prettier-ignore

/**
 * A table for the terminal: rules above and below only, for lines between all cells would hide the numbers.
 */
import Table from 'cli-table3';

export interface TableColumnStyle {
  readonly title: string;
  readonly align: 'left' | 'right';
}

export function plainTable(columns: readonly TableColumnStyle[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: {
      top: '─', 'top-mid': '──', 'top-left': '', 'top-right': '',
      bottom: '─', 'bottom-mid': '──', 'bottom-left': '', 'bottom-right': '',
      left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
    }, // prettier-ignore
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

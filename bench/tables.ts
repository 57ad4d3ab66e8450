/** Results → tables, for a terminal and for a page. */
import Table from 'cli-table3';
import { milliseconds } from './measure.ts';
import type { Results, Row } from './results.ts';
import { ownName } from './rivals/rival.ts';

export const tableNames = ['small', 'models', 'training'] as const;
export type TableName = (typeof tableNames)[number];

const titles: Readonly<Record<TableName, string>> = {
  small: 'predict one',
  models: 'predict one',
  training: 'training step',
};

/** The cells of one table, its heading first. */
export function cellsOf({ rows }: Results, name: TableName): readonly (readonly string[])[] {
  const own = rows.filter(({ table }) => table === name);
  const present = [...new Set(own.flatMap(({ timings }) => timings.map((timing) => timing.name)))];
  const backends = new Set(own.map(({ backend }) => backend)).size > 1;
  const head = [titles[name], ...(backends ? ['on'] : []), ...present, 'aim'];
  const body = own.map((row) => [
    row.name,
    ...(backends ? [row.backend] : []),
    ...present.map((one) => timeOf(row, one)),
    row.aims
      .filter(({ than }) => !(than in row.absent))
      .map((aim) => aimText(row, aim))
      .join('; '),
  ]);
  return [head, ...body];
}

const timingOf = ({ timings }: Row, name: string) => timings.find((timing) => timing.name === name);

/** How often as long as ours it takes. */
export function ratioOf(row: Row, name: string): number | undefined {
  const [own, other] = [timingOf(row, ownName), timingOf(row, name)];
  return own && other && other.median / own.median;
}

function timeOf(row: Row, name: string): string {
  const timing = timingOf(row, name);
  if (timing === undefined) return '–';
  const ratio = name === ownName ? '' : ` (${factor(ratioOf(row, name)!)})`;
  return `${milliseconds(timing.median)}${timing.on === undefined ? '' : ` on ${timing.on}`}${ratio}`;
}

const factor = (ratio: number): string => `${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)} ×`;

/** `20 × tf.layers`, and what is missing where it is missed. */
function aimText(row: Row, { than, ratio: wanted }: Row['aims'][number]): string {
  const reached = ratioOf(row, than);
  const text = wanted === 1 ? `ahead of ${than}` : wanted < 1 ? `within ${Math.round(1 / wanted)} × ${than}` : `${wanted} × ${than}`; // prettier-ignore
  return reached === undefined ? `${text}: not measured` : reached >= wanted ? text : `${text}: missed`;
}

/** Why columns have holes, one line each. */
export function reasonsOf({ rows }: Results, name: TableName): readonly string[] {
  const reasons = new Map<string, string[]>();
  for (const { table, absent, name: work } of rows)
    if (table === name)
      for (const because of Object.values(absent)) reasons.set(because, [...(reasons.get(because) ?? []), work]);
  return [...reasons].map(([because, works]) => `${[...new Set(works)].join('; ')}: ${because}`);
}

/** Beside tf.layers alone: works of all tables. */
export function briefCells({ rows }: Results): readonly (readonly string[])[] {
  const compared = rows.flatMap((row) => {
    const ratio = ratioOf(row, 'tf.layers');
    if (ratio === undefined) return [];
    const what = row.does === 'predict' ? 'predict one' : 'training step';
    const theirs = timingOf(row, 'tf.layers')!;
    const there = theirs.on === undefined ? '' : ` (${theirs.on})`;
    return [[`${what}, ${row.name}`, row.backend, timeOf(row, ownName), `${milliseconds(theirs.median)}${there}`, factor(ratio)]]; // prettier-ignore
  });
  return [['work', 'on', ownName, 'tf.layers', 'ratio'], ...compared];
}

/** When and where it was measured, as a sentence. */
export function circumstances({ machine, busy, rows }: Results): string {
  const days = [...new Set(rows.map(({ date }) => date))].sort();
  const when = days.length === 1 ? days[0]! : `${days[0]} to ${days.at(-1)}`;
  const alone = busy < 0.5 ? 'nothing else running' : `with about ${busy} other processes that wanted a core`;
  return `Measured ${when}: ${machine}; ${alone}.`;
}

export function printed(results: Results): string {
  const parts = tableNames.flatMap((name) => {
    const [head = [], ...body] = cellsOf(results, name);
    if (body.length === 0) return [];
    const table = new Table({ head: [...head], style: { head: [], border: [] }, colAligns: head.map((_, i) => (i === 0 || i === head.length - 1 ? 'left' : 'right')) }); // prettier-ignore
    for (const cells of body) table.push([...cells]);
    return [table.toString(), ...reasonsOf(results, name).map((line) => `  – ${line}`)];
  });
  return [results.machine, ...parts].join('\n');
}

/**
 * What the cases measured, by backend: `recorded/BACKEND.json`, which the page `docs/numerics.md` shows. Written only with
 * `UPDATE_NUMERICS=1`, by the tests for cpu and wasm and by `npm run test:browser` for webgl and webgpu; otherwise a run
 * must agree with what is recorded.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { BackendName } from '../../compiler/emit/backends/index.ts';
import { columns, type CaseHead, type CaseResult } from './case-data.ts';
import { caseHeads } from './make-cases.ts';

/** By `KIND NAME: ABOUT`. */
export type Recorded = Readonly<Record<string, CaseResult['errors']>>;

/** No error may be greater, whatever is recorded. */
export const limit = 1e-4;

const fileOf = (backend: BackendName): URL => new URL(`./recorded/${backend}.json`, import.meta.url);
export const keyOf = ({ kind, name, about }: CaseHead): string => `${kind} ${name}: ${about}`;

export function recordedOf(backend: BackendName): Recorded {
  const file = fileOf(backend);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Recorded) : {};
}

/** Two digits tell enough. */
const rounded = (value: number): number => Number(value.toPrecision(2));

/** Cases that were not run keep what was measured before. */
function write(backend: BackendName, results: ReadonlyMap<string, CaseResult>): void {
  const before = recordedOf(backend);
  const entries = caseHeads().flatMap((head) => {
    const key = keyOf(head);
    const errors = results.get(head.id)?.errors;
    if (errors === undefined) return before[key] === undefined ? [] : [[key, before[key]] as const];
    return [[key, Object.fromEntries(Object.entries(errors).map(([column, value]) => [column, rounded(value)]))] as const];
  });
  writeFileSync(fileOf(backend), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
} // prettier-ignore

/** A little more than what is recorded may come of another machine; an order of magnitude may not. */
const isMore = (value: number, recorded: number): boolean => value > 10 * recorded + 1e-6;

function problemsOf(one: CaseHead, result: CaseResult | undefined, before: CaseResult['errors'] | undefined): string[] {
  if (result === undefined) return ['was not run'];
  if (result.failure !== undefined) return [result.failure];
  return columns.flatMap((column) => {
    const [now, then] = [result.errors[column], before?.[column]];
    if (now === undefined && then === undefined) return [];
    if (now === undefined) return [`${column} is recorded, but not there now`];
    if (!(now <= limit)) return [`${column} is off by ${now.toPrecision(2)}`];
    if (then === undefined) return [`${column} is not recorded: run with UPDATE_NUMERICS=1`];
    return isMore(now, then) ? [`${column} is off by ${now.toPrecision(2)}, recorded is ${then}`] : [];
  });
}

/** Compares results with what is recorded, or records them. Gives what is wrong, a line for each. */
export function checkedResults(backend: BackendName, cases: readonly CaseHead[], list: readonly CaseResult[]): readonly string[] {
  const results = new Map(list.map((result) => [result.id, result]));
  const recording = process.env['UPDATE_NUMERICS'] === '1';
  const before = recordedOf(backend);
  const lines = cases.flatMap((one) => {
    const result = results.get(one.id);
    const known = recording ? result?.errors : before[keyOf(one)];
    return problemsOf(one, result, known).map((problem) => `${backend}: ${keyOf(one)}: ${problem}`);
  });
  if (recording && lines.length === 0) write(backend, results);
  return lines;
} // prettier-ignore

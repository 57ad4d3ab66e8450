/**
 * From text to diagnostics: generated projects of growing size, cold and after one edit.
 *
 *     npm run bench:checking
 *
 * The projects are those of `sample-project.ts`.
 */
import Table from 'cli-table3';
import { createCompiler } from '../compiler/compile.ts';
import { milliseconds } from './measure.ts';
import { project } from './sample-project.ts';

function checkAll(files: ReadonlyMap<string, string>, compiler: ReturnType<typeof createCompiler>): number {
  let problems = 0;
  for (const path of files.keys())
    problems += compiler.check(path).diagnostics.filter((d) => d.severity === 'error').length;
  return problems;
}

const hostOf = (files: ReadonlyMap<string, string>) => ({
  readFile: (path: string) => files.get(path),
  exists: (path: string) => files.has(path),
  resolvePackage: () => undefined,
});

function timed(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** Keystrokes in a file of a project: a default that four blocks use, white space, a stage half typed and taken back. */
function edited(text: string, round: number): string {
  const middle = text.indexOf('\nblock', text.length / 2);
  if (round % 4 === 0) return text.replace(/rate = 0\.\d+/, `rate = 0.${(round % 9) + 1}`);
  if (round % 4 === 1) return `${text.slice(0, middle)}\n${text.slice(middle)}`;
  if (round % 4 === 2) return text.replace('    -> Flatten', '    -> re -> Flatten');
  return text.replace('    -> re -> Flatten', '    -> Flatten');
}

interface Measured {
  readonly lines: number;
  readonly cold: number;
  readonly warm: number;
  /** Median and 95th percentile of edits of the first file. */
  readonly edit: number;
  readonly slow: number;
}

function measure(lines: number): Measured {
  const files = project(lines);
  const total = [...files.values()].reduce((sum, text) => sum + text.split('\n').length, 0);
  const compiler = createCompiler(hostOf(files));
  let problems = 0;
  const cold = timed(() => (problems = checkAll(files, compiler)));
  if (problems > 0) throw new Error(`the generated project has ${problems} errors`);
  const warm = Math.min(
    ...Array.from({ length: 3 }, () => timed(() => checkAll(files, createCompiler(hostOf(files))))),
  );
  const path = '/project/file0.nn';
  const edits = Array.from({ length: 120 }, (_, i) => {
    files.set(path, edited(files.get(path)!, i));
    return timed(() => compiler.check(path));
  });
  const sorted = edits.slice(20).sort((x, y) => x - y);
  return { lines: total, cold, warm, edit: sorted[50]!, slow: sorted[95]! };
}

const table = new Table({ head: ['lines', 'first', 'again, from scratch', 'per 1,000 lines', 'after an edit', 'of 20 the slowest'], style: { head: [], border: [] }, colAligns: ['right', 'right', 'right', 'right', 'right', 'right'] }); // prettier-ignore
for (const lines of [1_000, 10_000, 50_000, 100_000]) {
  const { lines: total, cold, warm, edit, slow } = measure(lines);
  table.push([total.toLocaleString('en'), milliseconds(cold), milliseconds(warm), milliseconds((warm / total) * 1000), milliseconds(edit), milliseconds(slow)]); // prettier-ignore
}
console.log(table.toString());

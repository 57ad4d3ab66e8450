/**
 * What a keystroke costs in an editor: the text changes, then diagnostics and all inlay hints of the file.
 *
 *     npm run bench:editor
 *
 * A stage is typed letter by letter into one block after the other, so most texts are half-written; then it is deleted
 * again. Besides, questions about places of a text that has been checked, and memory over ten thousand keystrokes.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Table from 'cli-table3';
import {
  codeLenses,
  diagnosticsOf,
  hover,
  inlayHints,
  Project,
  resolveCodeLens,
  signatureHelp,
} from '../compiler/language-service/index.ts';
import { project as generated } from './sample-project.ts';
import { milliseconds } from './measure.ts';

const typed = '\n    -> Conv2D(filters, 3, padding: same)';

/** One text after the other, as somebody types a stage into each block in turn and takes it back. */
function* keystrokes(text: string, rounds: number): Generator<string> {
  const places = [...text.matchAll(/-> BatchNormalization/g)].map(({ index, 0: found }) => index + found.length);
  for (let round = 0; round < rounds; round++) {
    const at = places[(round * 7) % places.length]!;
    for (let length = 1; length <= typed.length; length++) yield text.slice(0, at) + typed.slice(0, length) + text.slice(at); // prettier-ignore
    yield text;
  }
}

function opened(files: ReadonlyMap<string, string>): Project {
  const project = new Project({
    readFile: (path) => files.get(path),
    exists: (path) => files.has(path),
    resolvePackage: () => undefined,
  });
  for (const [path, text] of files) project.setText(path, text);
  return project;
}

/** Diagnostics and hints of one file; the number of both. */
function answers(project: Project, path: string, length: number): number {
  return diagnosticsOf(project, path).length + inlayHints(project, path, { start: 0, end: length }).length;
}

interface Measured {
  readonly what: string;
  readonly keys: number;
  readonly median: number;
  readonly slow: number;
  readonly slowest: number;
}

function measure(what: string, files: ReadonlyMap<string, string>, path: string, rounds: number): Measured {
  const project = opened(files);
  for (const name of files.keys()) answers(project, name, files.get(name)!.length);
  const times: number[] = [];
  for (const text of keystrokes(files.get(path)!, rounds)) {
    const begun = performance.now();
    project.setText(path, text);
    answers(project, path, text.length);
    times.push(performance.now() - begun);
  }
  const warm = times.slice(typed.length).sort((a, b) => a - b);
  const at = (part: number): number => warm[Math.floor(part * (warm.length - 1))]!;
  return { what, keys: warm.length, median: at(0.5), slow: at(0.95), slowest: at(1) };
}

/** A question at places all over a file, asked a second time: the first makes what is kept. */
function ask(what: string, question: (project: Project, path: string, at: number) => unknown): Measured {
  const files = generated(1_000);
  const [path = '', text = ''] = [...files][0] ?? [];
  const project = opened(files);
  const places = Array.from({ length: 1_000 }, (_, i) => (i * 7919) % text.length);
  for (const at of places) question(project, path, at);
  const times = places.map((at) => {
    const begun = performance.now();
    question(project, path, at);
    return performance.now() - begun;
  });
  const sorted = times.sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))]!;
  return { what, keys: sorted.length, median: at(0.5), slow: at(0.95), slowest: at(1) };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapUsed(): number {
  collectGarbage();
  return getHeapStatistics().used_heap_size / 2 ** 20;
}

/** Megabytes after so many keystrokes each. */
function memoryOver(files: ReadonlyMap<string, string>, path: string, marks: readonly number[]): readonly number[] {
  const project = opened(files);
  const found: number[] = [];
  let keys = 0;
  for (const text of keystrokes(files.get(path)!, Infinity)) {
    project.setText(path, text);
    answers(project, path, text.length);
    if (++keys === marks[found.length]) found.push(heapUsed());
    if (found.length === marks.length) break;
  }
  return found;
}

const table = new Table({ head: ['keystrokes in', 'measured', 'median', '19 of 20 within', 'slowest'], style: { head: [], border: [] }, colAligns: ['left', 'right', 'right', 'right', 'right'] }); // prettier-ignore
const one = generated(1_000);
const fifty = generated(50_000);
for (const { what, keys, median, slow, slowest } of [
  measure('a file of 1,000 lines', one, '/project/file0.nn', 12),
  measure('a project of 50 such files', fifty, '/project/file49.nn', 12),
])
  table.push([what, keys, milliseconds(median), milliseconds(slow), milliseconds(slowest)]);
console.log(table.toString());
const questions = new Table({ head: ['question in a file of 1,000 lines', 'asked', 'median', '19 of 20 within', 'slowest'], style: { head: [], border: [] }, colAligns: ['left', 'right', 'right', 'right', 'right'] }); // prettier-ignore
for (const { what, keys, median, slow, slowest } of [
  ask('hover', (project, path, at) => hover(project, path, at)),
  ask('signature help', (project, path, at) => signatureHelp(project, path, at)),
  ask('all code lenses', (project, path) => codeLenses(project, path).map((lens) => resolveCodeLens(project, lens))),
])
  questions.push([what, keys, milliseconds(median), milliseconds(slow), milliseconds(slowest)]);
console.log(questions.toString());
const marks = [500, 2_500, 5_000, 10_000];
const megabytes = memoryOver(one, '/project/file0.nn', marks);
for (const [i, mark] of marks.entries())
  console.log(`after ${mark.toLocaleString('en')} keystrokes: ${megabytes[i]!.toFixed(1)} MB`);

/**
 * What a completion costs in an editor: a letter is typed, then what may be written there is asked for, as it is when
 * nothing else has been asked of the new text yet.
 *
 *     npm run bench:completion
 *
 * A stage and a statement are typed letter by letter into one block after the other, and into a model of 100 layers.
 */
import Table from 'cli-table3';
import { completions, diagnosticsOf, Project } from '../compiler/language-service/index.ts';
import { milliseconds } from './measure.ts';
import { project as generated } from './sample-project.ts';

const path = '/project/file0.nn';

/** Where something is typed: behind every match. */
interface Typing {
  readonly what: string;
  readonly behind: RegExp;
  readonly typed: string;
}

const typings: readonly Typing[] = [
  { what: 'a stage in a block', behind: /-> BatchNormalization/g, typed: '\n    -> Conv2D(filters, 3, padding: same)' },
  { what: 'a statement in a block', behind: /are too few"\n/g, typed: '  let small = max(filters, c) + x -> relu' },
  { what: 'a stage in a model of 100 layers', behind: /-> Conv2D\(9, 3, padding: same, activation: relu\)/g, typed: '\n    -> Dropout(rate: 0.5)' }, // prettier-ignore
];

function opened(files: ReadonlyMap<string, string>): Project {
  const project = new Project({
    readFile: (name) => files.get(name),
    exists: (name) => files.has(name),
    resolvePackage: () => undefined,
  });
  for (const [name, text] of files) project.setText(name, text);
  for (const name of files.keys()) diagnosticsOf(project, name);
  return project;
}

/** Milliseconds of each letter, the first rounds left out. */
function timesOf(files: ReadonlyMap<string, string>, { behind, typed }: Typing, rounds: number): readonly number[] {
  const project = opened(files);
  const text = files.get(path)!;
  const places = [...text.matchAll(behind)].map(({ index, 0: found }) => index + found.length);
  const paths = [...files.keys()];
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const at = places[(round * 7) % places.length]!;
    for (let length = 1; length <= typed.length; length++) {
      project.setText(path, text.slice(0, at) + typed.slice(0, length) + text.slice(at));
      const begun = performance.now();
      completions(project, path, at + length, { paths });
      times.push(performance.now() - begun);
    }
  }
  return times.slice(2 * typed.length).sort((a, b) => a - b);
}

const head = ['typing', 'letters', 'median', '19 of 20 within', 'slowest'];
const table = new Table({ head, style: { head: [], border: [] }, colAligns: ['left', 'right', 'right', 'right', 'right'] }); // prettier-ignore
for (const [size, files] of [
  ['1,000 lines', generated(1_000)],
  ['50 such files', generated(50_000)],
] as const)
  for (const typing of typings) {
    const times = timesOf(files, typing, 10);
    const at = (part: number): string => milliseconds(times[Math.floor(part * (times.length - 1))]!);
    table.push([`${typing.what}, ${size}`, times.length, at(0.5), at(0.95), at(1)]);
  }
console.log(table.toString());

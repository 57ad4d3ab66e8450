/**
 * The names that hints give to positional arguments are those that they have: written before the last positional
 * argument of each call, they change nothing. Over a part of all the programs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import { visit } from '../../grammar/visit.ts';
import { summarize } from '../../compiler/summary/summarize.ts';
import { summaryJson } from '../../compiler/summary/summary-json.ts';
import { diagnosticsOf, inlayHints, type Project } from '../../compiler/language-service/index.ts';
import { projectWith } from './marked.ts';

/** Where the last positional argument of each call begins. */
function lastPositional(text: string): ReadonlySet<number> {
  const starts = new Set<number>();
  visit(parse(new SourceFile('', text)).file, (node) => {
    const last = node.kind === 'ArgumentList' ? node.arguments.findLast(({ name }) => !name) : undefined;
    if (last) starts.add(last.span.start);
  });
  return starts;
}

function named(text: string): { readonly text: string; readonly count: number } {
  const project = projectWith({ '/a.nn': text });
  const options = { shapes: false, rounds: false, parameterNames: 'all' } as const;
  const last = lastPositional(text);
  const hints = inlayHints(project, '/a.nn', { start: 0, end: text.length }, options).filter(({ offset }) => last.has(offset));
  const result = [...hints].reverse().reduce((all, hint) => `${all.slice(0, hint.offset)}${hint.text} ${all.slice(hint.offset)}`, text);
  return { text: result, count: hints.length };
} // prettier-ignore

/** What is wrong, and what the models are. */
function meaningOf(text: string): unknown {
  const project: Project = projectWith({ '/a.nn': text });
  const models = project.check('/a.nn')!.models.map((graph) => summaryJson([{ ...summarize(graph), arguments: {} }]));
  return { models, problems: diagnosticsOf(project, '/a.nn').map(({ code }) => code) };
}

it('gives positional arguments the names that they have', () => {
  const folder = new URL('../cases/', import.meta.url).pathname;
  const programs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.nn'));
  let count = 0;
  for (const [i, path] of programs.entries()) {
    if (i % 6 !== 3) continue;
    const text = readFileSync(folder + path, 'utf8');
    const other = named(text);
    count += other.count;
    expect(meaningOf(other.text), `${path}\n${other.text}`).toEqual(meaningOf(text));
  }
  expect(count).toBeGreaterThan(100);
});

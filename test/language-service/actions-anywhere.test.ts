/**
 * Refactorings keep what a program computes, at sampled places of real programs. And whatever the text, half-written or
 * spoilt, no action throws, each applies cleanly, and what parsed before parses afterwards.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import {
  codeActions, diagnosticsOf, edited, editsBetween, formattingEdits, onTypeFormattingEdits, Project,
  rangeFormattingEdits, type CodeAction, type Edit,
} from '../../compiler/language-service/index.ts'; // prettier-ignore
import { createNodeHost } from '../../compiler/project/node-host.ts';
import { parse, SourceFile, visit, type Node, type Span } from '../../grammar/index.ts';
import { programOf } from './same-program.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const parses = (text: string): boolean => parse(new SourceFile('', text)).problems.length === 0;
const sampled = <T>(all: readonly T[], step: number): readonly T[] => all.filter((_, i) => i % step === 0);

const good = sampled(globSync('test/cases/mistakes/good/*.nn').sort(), 20);
const everything = 'test/language-service/everything.nn';
const large = ['examples/moby-dick/moby-dick.nn', 'test/cases/zoo/unet.nn', 'test/cases/zoo/multi-input.nn', 'test/cases/zoo/transformer-blocks.nn']; // prettier-ignore

function projectOf(path: string, text: string): Project {
  const project = new Project(createNodeHost());
  project.setText(path, text);
  return project;
}

/** Nodes and the beginnings of nodes, runs of stages and of statements. */
function selections(roots: readonly Node[], step: number): readonly Span[] {
  const spans: Span[] = [];
  const runs = (nodes: readonly Node[]): void => nodes.forEach(({ span: { start } }, i) => {
    for (const last of [nodes[i], nodes[i + 1], nodes.at(-1)]) if (last && last.span.end > start) spans.push({ start, end: last.span.end }); // prettier-ignore
  }); // prettier-ignore
  for (const root of roots)
    visit(root, (node) => {
      spans.push(node.span, { start: node.span.start, end: node.span.start });
      if (node.kind === 'Pipeline' || node.kind === 'Repeat' || node.kind === 'For') runs(node.stages);
      if (node.kind === 'Body') runs(node.statements);
    });
  return sampled(spans, step);
}

/** The file's text after an action; what it does to one file must apply. */
async function textAfter(action: CodeAction, path: string, text: string): Promise<string> {
  const { edit, renameAt } = await action.change();
  expect([...edit.keys()]).toEqual([path]);
  const edits = edit.get(path)!;
  expectClean(edits, text);
  const result = edited(text, edits);
  if (renameAt !== undefined) expect(result.slice(renameAt)).toMatch(/^[A-Za-z_]/);
  return result;
}

/** In the text, and apart. */
function expectClean(edits: readonly Edit[], text: string): void {
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let end = 0;
  for (const { span } of sorted) {
    expect(span.start).toBeGreaterThanOrEqual(end);
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    end = span.end;
  }
  expect(end).toBeLessThanOrEqual(text.length);
}

/** An annotation is a demand of its own: with it, a size may be written in another way, and what it demands may go. */
const SAME_BUT_FOR_SIZES = /type annotation/;

describe('refactorings keep the program', () => {
  const applied = new Set<string>();

  it.each([everything, ...good, ...large])('%s', { timeout: 60_000 }, async (name) => {
    const path = resolve(name);
    const text = read(path);
    const project = projectOf(path, text);
    const problems = diagnosticsOf(project, path);
    const [errors, warnings] = [problems.filter((d) => d.severity === 'error'), problems.filter((d) => d.severity !== 'hint')]; // prettier-ignore
    expect(errors).toEqual([]);
    const before = programOf(project.check(path)!);
    const trial = new Project(createNodeHost());
    const seen = new Set<string>();
    const units = project.file(path)!.units.map((unit) => unit.node);
    for (const span of selections(units, large.includes(name) ? 47 : 2))
      for (const action of codeActions(project, path, span, { only: ['refactor'] })) {
        if (action.disabled !== undefined) continue;
        const after = await textAfter(action, path, text);
        if (seen.has(after)) continue;
        seen.add(after);
        applied.add(action.title.replaceAll(/`[^`]*`|\d+/g, '…').replace(/ \(.*/, ''));
        trial.setText(path, after);
        const found = diagnosticsOf(trial, path).filter((d) => d.severity !== 'hint');
        const what = `${action.title} at ${JSON.stringify(text.slice(span.start, span.end))}\n${after}`;
        expect(found.length, `${what}\n${found.map((d) => d.message).join('\n')}`).toBeLessThanOrEqual(warnings.length);
        if (!SAME_BUT_FOR_SIZES.test(action.title)) expect(programOf(trial.check(path)!), what).toEqual(before);
      }
  });

  it('and all of them have been tried', () => {
    expect([...applied].sort()).toEqual([
      'Add the type annotation …', 'Add … for …', 'Convert to named arguments', 'Convert to positional arguments',
      'Extract into a block', 'Extract into a …', 'Inline the block … here', 'Inline …', 'Remove the type annotation',
      'Turn … equal groups of stages into …', 'Turn … equal stages into …', 'Unroll …',
    ]); // prettier-ignore
  });
});

describe('whatever the text', () => {
  const texts = [
    ...globSync('test/cases/mistakes/bad/*.nn')
      .sort()
      .filter((_, i) => i % 6 === 0),
    ...good,
  ].map(read);
  const spoilt = fc.record({
    text: fc.constantFrom(...texts),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
    change: fc.constantFrom('none', 'truncated', 'deleted', 'inserted'),
    inserted: fc.constantFrom('->', '(', ')', '{', '}', ',', ':', '"', 'let a =', ' repeat 2 {', '/*', '// c\n', '\r\n', 'é'),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(60),
  }); // prettier-ignore

  function made({ text, cut, change, inserted }: { readonly text: string; readonly cut: number; readonly change: string; readonly inserted: string }): string {
    const at = Math.floor(cut * text.length);
    if (change === 'truncated') return text.slice(0, at);
    if (change === 'deleted') return text.slice(0, at) + text.slice(at + 7);
    return change === 'inserted' ? text.slice(0, at) + inserted + text.slice(at) : text;
  } // prettier-ignore

  it('actions do not throw, apply, and leave a text that parses', { timeout: 60_000 }, async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(spoilt, async (given) => {
        const text = made(given);
        const start = Math.floor(given.from * text.length);
        const span = { start, end: Math.min(text.length, start + given.length) };
        for (const action of codeActions(projectOf('/a.nn', text), '/a.nn', span, { paths: ['/a.nn'] })) {
          if (action.disabled !== undefined) continue;
          count++;
          const after = await textAfter(action, '/a.nn', text);
          if (parses(text)) expect(parses(after), `${action.title}\n${after}`).toBe(true);
        }
      }),
      { seed: 20_261_128, numRuns: 240 },
    );
    expect(count).toBeGreaterThan(60);
  });

  it('formatting does not throw, applies, and gives the same a second time', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(spoilt, async (given) => {
        const text = made(given);
        const start = Math.floor(given.from * text.length);
        const span = { start, end: Math.min(text.length, start + given.length) };
        const project = projectOf('/a.nn', text);
        const edits = await rangeFormattingEdits(project, '/a.nn', span);
        expectClean(edits, text);
        for (const typed of ['}', '\n']) expectClean(await onTypeFormattingEdits(project, '/a.nn', start, typed), text);
        const whole = edited(text, await formattingEdits(project, '/a.nn'));
        expect(edited(whole, await formattingEdits(projectOf('/a.nn', whole), '/a.nn'))).toBe(whole);
        expect(edited(text, editsBetween(text, whole))).toBe(whole);
      }),
      { numRuns: 80 },
    );
  });
});

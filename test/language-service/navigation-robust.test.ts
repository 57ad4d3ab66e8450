/** Whatever the text and the place, no feature throws, and every span lies in its text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definitionAt, documentLinks, documentSymbols, foldingRanges, hierarchyItemAt, highlightsAt, incomingCalls, edited, linkedEditingAt, outgoingCalls, prepareRename, Project, referencesAt, rename, selectionRangesAt, semanticTokens, typeDefinitionAt, workspaceSymbols } from '../../compiler/language-service/index.ts'; // prettier-ignore
import { occurrencesOf, type Occurrence } from '../../compiler/language-service/occurrences.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';

const root = join(import.meta.dirname, '../cases');
const programs = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.nn'))
  .sort()
  .map((name) => readFileSync(join(root, name), 'utf8'));

/** The same numbers in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const scraps = ['', '(', ')', '{', '}', '->', '.', ',', ':', '"', '=', '...', '/*', '//', 'let ', 'block ', 'import ', ' as ', '[', ' x', '\\u{', 'é', 'repeat 2 as i {']; // prettier-ignore

/** A program with something cut out and something put in. */
function mutated(text: string, random: (below: number) => number): string {
  let result = text;
  for (let i = 0; i < 3; i++) {
    const at = random(result.length);
    result = result.slice(0, at) + scraps[random(scraps.length)]! + result.slice(at + random(6));
  }
  return random(3) === 0 ? result.slice(0, random(result.length)) : result;
}

const occurrenceCount = (text: string, word: string): number => text.toLowerCase().split(word).length - 1;

const path = '/a.nn';
type Spanned = { readonly start: number; readonly end: number };

function expectSound(text: string, offsets: readonly number[]): void {
  const project = new Project(createMemoryHost({}));
  project.setText(path, text);
  project.setText(
    '/b.nn',
    'import { A, M } from "./a.nn"\nmodel B {\n  input x: [3]\n  output y = x -> A(n: 2) -> M\n}\n',
  );
  const inside = (spans: readonly Spanned[]): void => {
    for (const { start, end } of spans) if (start < 0 || start > end || end > text.length) expect.fail(`${start}–${end} is not in ${JSON.stringify(text)}`); // prettier-ignore
  };
  inside(semanticTokens(project, path).map(({ span }) => span));
  inside(foldingRanges(project, path).map(({ span }) => span));
  // It asks the checker, which takes its time over large ones.
  if (text.length < 1500) inside(documentSymbols(project, path).flatMap(({ span, selection }) => [span, selection]));
  inside(documentLinks(project, path).map(({ span }) => span));
  inside(workspaceSymbols(project, '', [path]).flatMap((found) => (found.path === path ? [found.span] : [])));
  for (const offset of offsets) {
    const here = definitionAt(project, path, offset);
    inside(here ? [here.origin, ...here.targets.flatMap((target) => (target.path === path ? [target.nameSpan, target.fullSpan] : []))] : []); // prettier-ignore
    inside(typeDefinitionAt(project, path, offset)?.targets.map(({ fullSpan }) => fullSpan) ?? []);
    inside(referencesAt(project, path, offset, { includeDeclaration: true, paths: [] }).flatMap((found) => (found.path === path ? [found.span] : []))); // prettier-ignore
    inside(highlightsAt(project, path, offset).map(({ span }) => span));
    inside(linkedEditingAt(project, path, offset) ?? []);
    inside(selectionRangesAt(project, path, offset));
    const ready = prepareRename(project, path, offset);
    if (ready.kind === 'ready') inside([ready.span]);
    const item = hierarchyItemAt(project, path, offset);
    if (item) inside([...incomingCalls(project, item, []), ...outgoingCalls(project, item)].flatMap(({ item: other, spans }) => (other.path === path ? spans : []))); // prettier-ignore
  }
}

describe('navigation', () => {
  it('answers at every sampled place of every program', () => {
    const random = randomFrom(7);
    for (const text of programs.filter((_, i) => i % 5 === 0)) expectSound(text, [0, text.length, ...Array.from({ length: 4 }, () => random(text.length))]); // prettier-ignore
  });

  it('answers in broken and half-written programs', () => {
    const random = randomFrom(11);
    for (let i = 0; i < 100; i++) {
      const text = mutated(programs[random(programs.length)]!.slice(0, 3000), random);
      expectSound(text, [text.length, ...Array.from({ length: 4 }, () => random(text.length + 1))]);
    }
  });

  it('renames or says why not, in broken and half-written programs', () => {
    const random = randomFrom(23);
    for (let i = 0; i < 60; i++) {
      const text = mutated(programs[random(programs.length)]!.slice(0, 1500), random);
      const project = new Project(createMemoryHost({}));
      project.setText(path, text);
      const words = [...text.matchAll(/\b[A-Za-z_]\w*/g)];
      const word = words[random(words.length)];
      if (!word) continue;
      const result = rename(project, path, word.index, /^_*[A-Z]/.test(word[0]) ? 'Qqfresh' : 'qqfresh', []);
      if (result.kind === 'refused') expect(result.message).toMatch(/^\S.*\.$/s);
      else {
        const after = edited(text, result.edits.get(path)!);
        expect(occurrenceCount(after, 'qqfresh')).toBe(result.edits.get(path)!.length);
      }
    }
  });

  it('gives spans of highlights that are the name itself', () => {
    const random = randomFrom(3);
    for (const text of programs.filter((_, n) => n % 3 === 1)) {
      const project = new Project(createMemoryHost({}));
      project.setText(path, text);
      for (let i = 0; i < 5; i++) {
        const words = highlightsAt(project, path, random(text.length)).map(({ span }) => text.slice(span.start, span.end)); // prettier-ignore
        expect(new Set(words).size).toBeLessThan(2);
      }
    }
  });
});

/** What a name means is found from the text alone; the checker finds it by running the program. They must agree. */
describe('names', () => {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.nn'));
  const files = Object.fromEntries(names.map((name) => [`/${name}`, readFileSync(join(root, name), 'utf8')]));
  const project = new Project(createMemoryHost(files));
  const paths = (wanted: RegExp): readonly string[] =>
    Object.keys(files)
      .filter((name) => wanted.test(name))
      .sort();

  it('all mean something in sound programs', () => {
    const isUnknown = ({ target }: Occurrence): boolean =>
      target.kind === 'free' || target.kind === 'import' || ((target.kind === 'label' || target.kind === 'member') && target.of === undefined); // prettier-ignore
    const unknown = paths(/^\/(zoo|architectures|requires|bugs\/good|mistakes\/good)\//).flatMap((of) =>
      occurrencesOf(project.file(of)!).filter(isUnknown).map(({ name, span }) => `${of} ${span.start} ${name}`),
    ); // prettier-ignore
    expect(unknown).toEqual([]);
  });

  it('mean nothing that is declared where the checker says that they are unknown', () => {
    let seen = 0;
    for (const of of paths(/\/bad\//)) {
      const { diagnostics } = project.check(of)!;
      const unknown = diagnostics.filter(({ code }) => /^name\/unknown(-layer|-function)?$/.test(code));
      const found = unknown.length > 0 ? occurrencesOf(project.file(of)!) : [];
      for (const { span } of unknown)
        for (const { name, target } of found.filter(
          (other) => other.span.start === span.start && other.span.end === span.end,
        )) {
          seen++;
          expect([of, name, target.kind]).not.toEqual([of, name, expect.stringMatching(/^(local|symbol)$/)]);
        }
    }
    expect(seen).toBeGreaterThan(10);
  });
});

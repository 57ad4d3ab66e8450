/** Parsing around an edit gives what parsing the whole gives, whatever the edit. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../grammar/parse.ts';
import { parseText, type ParsedText } from '../../grammar/parse-again.ts';
import { SourceFile } from '../../grammar/source.ts';

const folder = new URL('../cases/zoo/', import.meta.url).pathname;
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.nn'))
  .map((name) => readFileSync(folder + name, 'utf8'));

const sourceOf = (text: string): SourceFile => new SourceFile('a.nn', text);

function expectSame(again: ParsedText): void {
  const { file, problems } = parse(again.source);
  expect(again.units.map(({ node }) => node)).toEqual(file.declarations);
  expect(again.imports).toEqual(file.imports);
  expect(again.problems).toEqual(problems);
  for (const unit of again.units) {
    expect(unit.name).toEqual(unit.node.kind === 'Train' ? unit.node.model : unit.node.name);
    expect(unit.span.end).toBe(unit.node.span.end);
  }
}

/** Keystrokes, and pieces that break more than one declaration. */
const pieces = ['x', ' ', '\n', '\n\n', '}', '{', '->', '-> relu', '(', ')', '"', '/*', '*/', '// note\n', '/// Doc.\n', 'import { A } from "./b.nn"\n', 'block B {\n', 'model ', 'train ', 'const k = 3\n', '= 1', "'", '#']; // prettier-ignore
const edit = fc.record({
  at: fc.nat(),
  remove: fc.constantFrom(0, 0, 1, 3, 40),
  insert: fc.constantFrom('', ...pieces),
});

describe('parsing around an edit', () => {
  it('gives after each of many edits what parsing the whole gives', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 8 }), (start, edits) => {
        let parsed = parseText(sourceOf(start));
        for (const { at, remove, insert } of edits) {
          const { text } = parsed.source;
          const from = at % (text.length + 1);
          parsed = parseText(sourceOf(text.slice(0, from) + insert + text.slice(from + remove)), parsed);
          expectSame(parsed);
        }
      }),
      { seed: 20_261_127, numRuns: 300 },
    );
  });

  it('keeps the declarations that are not edited', () => {
    const text = '/// A.\nblock A {\n  input x: [n]\n  output y = x\n}\n\nconst k = 3\n\nblock B {\n  input x: [n]\n  output y = x\n}\n'; // prettier-ignore
    const before = parseText(sourceOf(text));
    const after = parseText(sourceOf(text.replace('3', '345')), before);
    expect(after.units.map(({ key }, i) => key === before.units[i]!.key)).toEqual([true, false, true]);
    expectSame(after);
    const swapped = parseText(sourceOf(`${text.slice(text.indexOf('const'))}\n${text.slice(0, text.indexOf('const'))}`), before); // prettier-ignore
    expect(swapped.units.map(({ key }) => before.units.findIndex((unit) => unit.key === key))).toEqual([1, 2, 0]);
    expectSame(swapped);
  });
});

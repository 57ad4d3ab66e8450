/**
 * What the collected mistakes must survive: each fix removes its problem and adds none, two mistakes in one file are
 * both found where they stand, and no mutilation of any program makes the checker throw.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic, Fix } from '../../compiler/diagnostics/diagnostic.ts';
import { checkText, lineOf } from './checking.ts';

const folder = new URL('../cases/', import.meta.url).pathname;
const programsIn = (where: string): readonly { readonly name: string; readonly text: string }[] =>
  readdirSync(`${folder}${where}`)
    .filter((name) => name.endsWith('.nn'))
    .map((name) => ({ name: `${where}/${name}`, text: readFileSync(`${folder}${where}/${name}`, 'utf8') }));

const bad = ['bugs/bad', 'mistakes/bad'].flatMap(programsIn);
const seed = 20_261_127;

const problems = (text: string): readonly Diagnostic[] =>
  checkText(text).diagnostics.filter(({ severity }) => severity !== 'hint');

const applied = (text: string, { edits }: Fix): string =>
  [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((result, { span, newText }) => result.slice(0, span.start) + newText + result.slice(span.end), text);

describe('fixes', () => {
  const keyOf = (problem: Diagnostic): string => `${problem.code} ${lineOf(problem)}`;

  for (const { name, text } of bad) {
    const before = problems(text);
    const fixes = before.flatMap((problem) => problem.fixes);
    if (fixes.length === 0) continue;
    it(`${name}: the first fix removes the mistake and adds none`, () => {
      const codes = new Set(before.map(({ code }) => code));
      const after = problems(applied(text, fixes[0]!));
      // The same mistake may be made again further down, and lints look at programs without errors only.
      const added = after.filter(({ code, severity }) => severity === 'error' && !codes.has(code));
      expect(added.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
      expect(after.map(keyOf).filter((key) => before.map(keyOf).includes(key))).toEqual([]);
    });
    if (fixes.length < 2) continue;
    it(`${name}: no other fix brings an error of another kind`, () => {
      const before = new Set(problems(text).map(({ code }) => code));
      for (const fix of fixes.slice(1)) {
        const after = problems(applied(text, fix)).filter(({ code, severity }) => severity === 'error' && !before.has(code)); // prettier-ignore
        expect(after.map(({ code, message }) => `${fix.title}: ${code}: ${message}`)).toEqual([]);
      }
    });
  }
});

describe('two mistakes in one file', () => {
  /** Declarations of the second get names of their own. */
  function renamed(text: string): string {
    const names = [...text.matchAll(/^(?:block|model|const) (\w+)/gm)].map((match) => match[1]!);
    return names.reduce((result, name) => result.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}Too`), text);
  }
  const places = (text: string, below = 0): readonly string[] =>
    problems(text).map((problem) => `${problem.code} ${lineOf(problem) + below}`);

  it('are both found where they stand', () => {
    const program = fc.constantFrom(...bad);
    fc.assert(
      fc.property(program, program, (first, second) => {
        const other = renamed(second.text);
        const height = first.text.split('\n').length - 1;
        const expected = [...places(first.text), ...places(other, height)];
        expect([...places(first.text + other)].sort()).toEqual([...expected].sort());
      }),
      { seed, numRuns: 60 },
    );
  });
});

describe('mutilated programs', () => {
  const all = [...bad, ...['bugs/good', 'mistakes/good', 'zoo'].flatMap(programsIn)].filter(({ text }) => text.length < 3000); // prettier-ignore
  const junk = fc.constantFrom('(', ')', '{', '}', '[', ']', '->', ',', ':', '=', '"', '-1', '0', '1e9', '...', 'if', 'for', 'repeat', 'true', 'relu', '@', '%', '//', '/*', '_', '1.5', 'input', 'output', 'Dense', '99999999999', '.', '\u{1F600}'); // prettier-ignore
  const change = fc.record({ at: fc.nat(), kind: fc.constantFrom('drop', 'insert', 'replace', 'swap', 'cut'), token: junk, other: fc.nat(20) }); // prettier-ignore

  it('never make the checker throw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(change, { minLength: 1, maxLength: 3 }), ({ text }, changes) => {
        const tokens = text.match(/\w+|\s+|->|[^\w\s]/g)!;
        for (const { at, kind, token, other } of changes) {
          const i = at % tokens.length;
          if (kind === 'drop') tokens.splice(i, 1);
          else if (kind === 'insert') tokens.splice(i, 0, token);
          else if (kind === 'replace') tokens[i] = token;
          else if (kind === 'cut') tokens.splice(i, other);
          else [tokens[i], tokens[(i + other) % tokens.length]] = [tokens[(i + other) % tokens.length]!, tokens[i]!];
          if (tokens.length === 0) return;
        }
        expect(() => checkText(tokens.join(''))).not.toThrow();
      }),
      { seed, numRuns: 400 },
    );
  });
});

/** Completion at any place of any program: it never fails, and what is chosen never makes a text worse. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completions, resolveCompletion } from '../../compiler/language-service/index.ts';
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import { isKeyword } from '../../grammar/tokens.ts';
import { withItem } from './completing.ts';
import { projectWith } from './marked.ts';

const root = new URL('../cases/', import.meta.url).pathname;
const texts = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.nn'))
  .sort()
  .map((path) => readFileSync(join(root, path), 'utf8'));

const problemsOf = (text: string): number => parse(new SourceFile('/a.nn', text)).problems.length;

/** As it is while it is written: nothing behind the cursor, or nothing behind it on its line. */
function halfWritten(text: string, offset: number, isLast: boolean): string {
  const end = text.indexOf('\n', offset);
  return text.slice(0, offset) + (isLast || end < 0 ? '' : text.slice(end));
}

/** Not where what the comma announces stands on the next line already. */
function hasRoom(text: string, offset: number): boolean {
  const next = /^\s*(\w+|["([])/.exec(text.slice(offset))?.[1];
  return !/,\s*$/.test(text.slice(0, offset)) || next === undefined || isKeyword(next);
}

const place = fc.record({
  text: fc.constantFrom(...texts),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.constantFrom('whole', 'line', 'end'),
  picks: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
});

describe('completion anywhere', () => {
  it('never fails, and nothing that is chosen parses worse', () => {
    fc.assert(
      fc.property(place, ({ text: whole, part, cut, picks }) => {
        const offset = Math.floor(part * whole.length);
        const text = cut === 'whole' ? whole : halfWritten(whole, offset, cut === 'end');
        const project = projectWith({ '/a.nn': text });
        const { items } = completions(project, '/a.nn', offset);
        expect(new Set(items.map(({ sortText }) => sortText)).size).toBe(items.length);
        for (const pick of [0, 1, ...picks]) {
          const item = items[pick % items.length];
          if (!item) continue;
          expect(item.span.start <= offset && offset <= item.span.end).toBe(true);
          resolveCompletion(project, item);
          // In the middle of a whole line, and before an element without its comma, there is no room for another word.
          if (cut !== 'whole' && hasRoom(text, offset))
            expect(problemsOf(withItem(text, item, 'a')), item.insertText).toBeLessThanOrEqual(problemsOf(text));
        }
      }),
      { numRuns: 120 },
    );
  });
});

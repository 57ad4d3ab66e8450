/** Whatever is formatted says the same as before, with every comment once and in order, and is not formatted again. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { glob } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import { formattedText, saysTheSame } from '../../compiler/format/format-text.ts';
import { parse, SourceFile } from '../../grammar/index.ts';

const paths = await glob(['examples/**/*.nn', 'test/cases/**/*.nn', '!**/generated/**']);
const texts = paths.sort().map((path) => readFileSync(path, 'utf8'));
const isSound = (text: string): boolean => parse(new SourceFile('', text)).problems.length === 0;

async function check(text: string, printWidth: number): Promise<void> {
  const once = await formattedText(text, { printWidth });
  expect(saysTheSame(once, text)).toBe(true);
  expect(await formattedText(once, { printWidth })).toBe(once);
}

describe('all programs there are', () => {
  test.each([80, 30])('in %i columns', async (width) => {
    const sound = texts.filter(isSound);
    expect(sound.length).toBeGreaterThan(400);
    for (const [i, text] of sound.entries()) {
      try {
        await check(text, width);
      } catch (error) {
        throw new Error(`${paths[texts.indexOf(text)] ?? i}\n${text}`, { cause: error });
      }
    }
  });
});

/** Sound programs with white space, comments and parentheses put in at random between two tokens or around a word. */
const noise = fc.constantFrom(
  '\n', '\n\n\n', '  ', ' // c\n', '\n// own line\n', '/* b */', ' /* two\n   lines */ ', '\n/// doc\n', ' /// doc\n',
  '\n\n/// doc\n\n', '\n// prettier-ignore\n', '(', ')', ',',
); // prettier-ignore
const places = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), noise }), {
  minLength: 1,
  maxLength: 6,
});
const mutated = fc
  .record({ text: fc.constantFrom(...texts.filter((text) => text.length < 1500)), places })
  .map(({ text, places }) => {
    let result = text;
    for (const { at, noise } of places) {
      const borders = [...result.matchAll(/(?<=\W)(?=\S)|(?<=\S)(?=\W)/g)].map((match) => match.index);
      const place = borders[Math.floor(at * borders.length)] ?? 0;
      const changed = result.slice(0, place) + noise + result.slice(place);
      if (isSound(changed) || noise === '(') result = changed;
    }
    return result;
  });

test('programs with noise in them', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, fc.constantFrom(20, 80), async (text, width) => {
      fc.pre(isSound(text));
      await check(text, width);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 300) },
  );
});

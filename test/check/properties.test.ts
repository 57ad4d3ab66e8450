/** Random programs: well-typed ones are accepted with the right shapes, broken ones never throw and never hang. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asNumber, isSpread, substituteShape, dim, type Shape } from '../../compiler/shapes/index.ts';
import { checkText, summaryOf } from './checking.ts';

const seed = 20_260_801;

/** A stage and what it does to `[height, width, channels]` in numbers; undefined where it would not fit. */
interface Stage {
  readonly text: string;
  readonly apply: (shape: readonly number[]) => readonly number[] | undefined;
}

const size = fc.integer({ min: 1, max: 4 });
const padding = fc.constantFrom('same', 'valid');
const slide = (n: number, window: number, stride: number, pad: string): number =>
  pad === 'same' ? Math.ceil(n / stride) : n < window ? 0 : Math.floor((n - window) / stride) + 1;

const window = (name: (k: number, s: number, p: string) => string, channels: (c: number) => number) =>
  fc.tuple(size, size, padding).map(([k, s, p]): Stage => ({
    text: name(k, s, p),
    apply: ([h, w, c]) => {
      const result = [slide(h!, k, s, p), slide(w!, k, s, p), channels(c!)];
      return result.every((n) => n > 0) ? result : undefined;
    },
  }));

const stage: fc.Arbitrary<Stage> = fc.oneof(
  size.chain((filters) => window((k, s, p) => `Conv2D(${filters}, ${k}, strides: ${s}, padding: ${p})`, () => filters)), // prettier-ignore
  window(
    (k, s, p) => `MaxPooling2D(${k}, strides: ${s}, padding: ${p})`,
    (c) => c,
  ),
  size.map((n): Stage => ({ text: `UpSampling2D(${n})`, apply: ([h, w, c]) => [h! * n, w! * n, c!] })),
  size.map((n): Stage => ({ text: `Dense(${n})`, apply: ([h, w]) => [h!, w!, n] })),
  fc.constantFrom('relu', 'BatchNormalization', 'Dropout(0.5)', 'if true { tanh }', 'repeat 2 { sigmoid }').map((text): Stage => ({ text, apply: (shape) => shape })), // prettier-ignore
);

const program = fc.record({
  sizes: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), size),
  stages: fc.array(stage, { maxLength: 6 }),
  flatten: fc.boolean(),
});

/** The stages that fit one after the other, and the shape that they give. */
function fitting(
  stages: readonly Stage[],
  input: readonly number[],
): { texts: readonly string[]; shape: readonly number[] } {
  let shape = input;
  const texts: string[] = [];
  for (const { text, apply } of stages) {
    const next = apply(shape);
    if (!next) continue;
    shape = next;
    texts.push(text);
  }
  return { texts, shape };
}

const numbers = (shape: Shape): readonly (number | undefined)[] =>
  shape.map((axis) => (isSpread(axis) ? undefined : asNumber(axis)));

function outputShape(text: string): { readonly shape: Shape; readonly sizes: readonly { name: string; id: number }[] } {
  const { diagnostics, models } = checkText(text);
  expect(diagnostics.filter((d) => d.severity === 'error').map((d) => `${summaryOf(d)} ${d.message}\n${text}`)).toEqual(
    [],
  );
  return { shape: models[0]!.outputs[0]!.value.type.shape, sizes: models[0]!.sizes };
}

describe('random well-typed programs', () => {
  it('are accepted, with numbers and with size names, and give the same shapes', () => {
    fc.assert(
      fc.property(program, ({ sizes, stages, flatten }) => {
        const [h, w, c] = sizes;
        const { texts, shape } = fitting(stages, sizes);
        const pipeline = ['x', ...texts, ...(flatten ? ['Flatten'] : [])].join(' -> ');
        const expected = flatten ? [shape.reduce((a, b) => a * b, 1)] : shape;
        const numeric = outputShape(`model M {\n  input x: [${h}, ${w}, ${c}]\n  output y = ${pipeline}\n}\n`);
        expect(numbers(numeric.shape)).toEqual(expected);
        const symbolic = outputShape(`model M {\n  input x: [h, w, ${c}]\n  output y = ${pipeline}\n}\n`);
        const values = new Map(symbolic.sizes.map(({ name, id }) => [id, dim(name === 'h' ? h : w)]));
        expect(numbers(substituteShape(symbolic.shape, values))).toEqual(expected);
        outputShape(`block B(k: int) {\n  input x: [h, w, c]\n  output y = ${pipeline}\n  output z = x -> Dense(k)\n}\n\nmodel M {\n  input x: [${h}, ${w}, ${c}]\n  output y = (x -> B(3)).y\n}\n`); // prettier-ignore
      }),
      { seed, numRuns: 60 },
    );
  });
});

const folder = new URL('./fixtures/', import.meta.url).pathname;
const sources = readdirSync(folder).filter((name) => name.endsWith('.nn') && name !== 'too-much.nn').map((name) => readFileSync(`${folder}${name}`, 'utf8').replaceAll(/^\s*\/\/.*\n/gm, '')); // prettier-ignore
const library = { './library.nn': '', 'library.nn': readFileSync(`${folder}library.nn`, 'utf8') };
const tokens = sources.map((text) => text.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|"[^"\n]*"|->|\s+|./g) ?? []);
const anyToken = fc.constantFrom(...new Set(tokens.flat()));

describe('programs with random mistakes', () => {
  it('never throw and never hang', () => {
    const edits = fc.array(fc.record({ at: fc.nat(), token: anyToken, kind: fc.constantFrom('replace', 'insert', 'delete', 'swap') }), { minLength: 1, maxLength: 4 }); // prettier-ignore
    fc.assert(
      fc.property(fc.nat(sources.length - 1), edits, (which, changes) => {
        const text = [...tokens[which]!];
        for (const { at, token, kind } of changes) {
          const index = at % text.length;
          if (kind === 'replace') text[index] = token;
          else if (kind === 'insert') text.splice(index, 0, token);
          else if (kind === 'delete') text.splice(index, 1);
          else [text[index], text[text.length - 1]] = [text.at(-1)!, text[index]!];
        }
        const started = performance.now();
        checkText(text.join(''), library);
        expect(performance.now() - started).toBeLessThan(5000);
      }),
      { seed, numRuns: 250 },
    );
  });
});

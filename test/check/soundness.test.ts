/**
 * The symbolic checker against the concrete one. For random pipelines over sizes that are not known: what it refutes,
 * no size satisfies; what it requires holds exactly where the same text with numbers is accepted, but for sizes of 1,
 * which would stretch.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayCondition, evaluateCondition } from '../../compiler/shapes/index.ts';
import { checkText } from './checking.ts';

const small = fc.integer({ min: 1, max: 4 });
const padding = fc.constantFrom('same', 'valid');

/** Stages on [h, w, c], and what needs the same sizes as some steps before. */
const stage = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(small, small, padding).map(([k, s, p]) => `MaxPooling2D(${k}, strides: ${s}, padding: ${p})`) },
  { weight: 3, arbitrary: fc.tuple(small, small, padding).map(([k, s, p]) => `Conv2D(4, ${k}, strides: ${s}, padding: ${p})`) },
  small.map((n) => `UpSampling2D(${n})`),
  fc.tuple(small, small).map(([a, b]) => `ZeroPadding2D(((${a}, ${b}), (0, 1)))`),
  fc.tuple(small, small).map(([a, b]) => `Cropping2D(((${a}, ${b}), (0, 0)))`),
  small.map((n) => `Conv2DTranspose(4, ${n}, strides: 2)`),
  fc.constantFrom('transpose(1, 0, 2)', 'concat(x[0:1], axis: 0)', 'rearrange("h w (g c) -> h (w g) c", g: 2)', 'rearrange("(a h) w c -> h (a w) c", a: 2)', 'rearrange("h (w b) c -> h w (b c)", b: 3)'),
); // prettier-ignore

/** How a pipeline ends: with a rule that joins it to the input. */
const ending = fc.constantFrom(
  'relu',
  'concat(x[:, :, 0:1], axis: -1)',
  'concat(x, axis: -1)',
  'reshape(h, -1)',
  'reshape(h / 2, w, -1)',
  'matMul(transpose(x[:, :, 0:1], 2, 0, 1))',
  'add(x)',
);

const pipeline = fc.record({ stages: fc.array(stage, { minLength: 1, maxLength: 4 }), end: ending });

const sizes = [2, 3, 4, 5, 6, 7, 8, 9, 12];
/** One of the two sizes runs through all, the other through a few. */
const grid = sizes.flatMap((n): readonly (readonly [number, number])[] => [[n, 6], [n, 7], [8, n], [5, n]]); // prettier-ignore

const body = (text: string): string => `{\n  input x: [h, w, 4]\n  output y = x -> ${text}\n}\n`;

function isAccepted(text: string, h: number, w: number): boolean {
  const { diagnostics } = checkText(`const h = ${h}\nconst w = ${w}\n\nmodel M ${body(text)}`);
  return diagnostics.every(({ severity }) => severity !== 'error');
}

describe('random pipelines over open sizes', () => {
  it('require what the concrete checker needs, no more and no less', () => {
    fc.assert(
      fc.property(pipeline, ({ stages, end }) => {
        const text = [...stages, end].join(' -> ');
        const { diagnostics, models } = checkText(`model M ${body(text)}`);
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        const accepted = grid.filter(([h, w]) => isAccepted(text, h, w)).map(String);
        // Weights want numbers, which the concrete checker has.
        if (errors.some(({ code }) => code === 'shape/unknown-size')) return;
        if (errors.length > 0) {
          if (end !== 'add(x)') expect({ text, accepted }).toEqual({ text, accepted: [] });
          return;
        }
        const conditions = models[0]!.requirements.map(({ condition }) => condition);
        const met = grid.filter(([h, w]) => conditions.every((c) => evaluateCondition(c, ({ name }) => (name === 'h' ? h : w)))).map(String); // prettier-ignore
        // Where sums stretch a size of 1, numbers are accepted that no requirement asks for.
        const wanted = end === 'add(x)' ? accepted.filter((size) => met.includes(size)) : accepted;
        expect({ text, requires: conditions.map(displayCondition), met }).toEqual({ text, requires: conditions.map(displayCondition), met: wanted }); // prettier-ignore
      }),
      { seed: 20_261_129, numRuns: 40 },
    );
  });
});

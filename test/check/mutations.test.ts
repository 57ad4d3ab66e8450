/**
 * Random networks with one change: a stage left out, a number changed, a name misspelt. By a reckoning of shapes in
 * numbers, apart from the compiler's, the change is still right, or a certain stage is the first that does not fit;
 * the checker says the same, once, at that stage, for numbers and in blocks of open sizes.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkText, lineOf } from './checking.ts';

const seed = 20_261_128;

interface Stage {
  readonly name: string;
  readonly numbers: readonly number[];
  /** What follows the numbers. */
  readonly options: string;
}

type Rule = (shape: readonly number[], numbers: readonly number[], options: string) => readonly number[] | undefined;

const slide = (size: number, window: number, stride: number, isSame: boolean): number =>
  isSame ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1;
const slid = (sizes: readonly number[], window: number, stride: number, isSame: boolean): readonly number[] | undefined => {
  const result = sizes.map((size) => slide(size, window, stride, isSame));
  return result.every((size) => size >= 1) ? result : undefined;
}; // prettier-ignore
const ofRank = (rank: number, rule: Rule): Rule => (shape, numbers, options) => shape.length === rank ? rule(shape, numbers, options) : undefined; // prettier-ignore
const followedBy = (sizes: readonly number[] | undefined, last: number): readonly number[] | undefined => sizes && [...sizes, last]; // prettier-ignore

const rules: Readonly<Record<string, Rule>> = {
  Conv2D: ofRank(3, ([h, w], [filters, kernel], options) => followedBy(slid([h!, w!], kernel!, 1, options.includes('same')), filters!)), // prettier-ignore
  Conv1D: ofRank(2, ([t], [filters, kernel], options) => followedBy(slid([t!], kernel!, 1, options.includes('same')), filters!)), // prettier-ignore
  MaxPooling2D: ofRank(3, ([h, w, c], [pool]) => followedBy(slid([h!, w!], pool!, pool!, false), c!)),
  UpSampling2D: ofRank(3, ([h, w, c], [n]) => [h! * n!, w! * n!, c!]),
  Dense: (shape, [units]) => (shape.length > 0 ? [...shape.slice(0, -1), units!] : undefined),
  Flatten: (shape) => [shape.reduce((a, b) => a * b, 1)],
  GlobalAveragePooling2D: ofRank(3, ([, , c]) => [c!]),
  GlobalMaxPooling1D: ofRank(2, ([, c]) => [c!]),
  LSTM: ofRank(2, ([t], [units], options) => (options.includes('true') ? [t!, units!] : [units!])),
  RepeatVector: ofRank(1, ([n], [times]) => [times!, n!]),
  BatchNormalization: (shape) => shape,
};

const small = fc.integer({ min: 1, max: 5 });
const stage: fc.Arbitrary<Stage> = fc.oneof(
  fc.tuple(fc.constantFrom('Conv2D', 'Conv1D'), small, small, fc.constantFrom('', ', padding: same')).map(([name, f, k, options]) => ({ name, numbers: [f, k], options })), // prettier-ignore
  fc.tuple(fc.constantFrom('MaxPooling2D', 'UpSampling2D', 'Dense', 'RepeatVector'), small).map(([name, n]) => ({ name, numbers: [n], options: '' })), // prettier-ignore
  fc.tuple(small, fc.constantFrom('', ', returnSequences: true')).map(([n, options]) => ({ name: 'LSTM', numbers: [n], options })), // prettier-ignore
  fc.constantFrom('Flatten', 'GlobalAveragePooling2D', 'GlobalMaxPooling1D', 'BatchNormalization').map((name) => ({ name, numbers: [], options: '' })), // prettier-ignore
);

/** The stages that fit one after the other. */
function fitting(stages: readonly Stage[], input: readonly number[]): readonly Stage[] {
  let shape = input;
  return stages.filter(({ name, numbers, options }) => {
    const next = rules[name]!(shape, numbers, options);
    if (next) shape = next;
    return next !== undefined;
  });
}

/** Which stage is the first that does not fit; -1 where all do. */
function firstMisfit(stages: readonly Stage[], input: readonly number[]): number {
  let shape: readonly number[] | undefined = input;
  return stages.findIndex(({ name, numbers, options }) => {
    shape = shape && rules[name]!(shape, numbers, options);
    return shape === undefined;
  });
}

const textOf = ({ name, numbers, options }: Stage): string =>
  numbers.length === 0 ? name : `${name}(${numbers.join(', ')}${options})`;
/** The stages stand on the lines from 4 on. */
const program = (stages: readonly Stage[], input: readonly number[]): string =>
  `model M {\n  input x: [${input.join(', ')}]\n  output y = x\n${stages.map((s) => `    -> ${textOf(s)}\n`).join('')}    -> tanh\n}\n`;
const firstLine = 4;

const network = fc
  .record({
    input: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
    stages: fc.array(stage, { minLength: 4, maxLength: 12 }),
    at: fc.nat(),
    number: small,
  })
  .map(({ stages, ...rest }) => ({ ...rest, stages: fitting(stages, rest.input) }))
  .filter(({ stages }) => stages.length >= 2);

const errorsOf = (text: string): readonly string[] =>
  checkText(text)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map((d) => `${d.code} on line ${lineOf(d)}`);

function expectVerdict(stages: readonly Stage[], input: readonly number[]): void {
  const misfit = firstMisfit(stages, input);
  const text = program(stages, input);
  const errors = errorsOf(text);
  expect(errors, text).toHaveLength(misfit < 0 ? 0 : 1);
  if (misfit >= 0) expect(errors[0], text).toMatch(new RegExp(`^shape/.* on line ${firstLine + misfit}$`));
}

describe('a random network with one change', () => {
  it('is right before it', () => {
    fc.assert(fc.property(network, ({ stages, input }) => expectVerdict(stages, input)), { seed, numRuns: 60 }); // prettier-ignore
  });
  it('without one stage: right, or one error at the first stage that does not fit', () => {
    fc.assert(
      fc.property(network, ({ stages, input, at }) => expectVerdict(stages.filter((_, i) => i !== at % stages.length), input)), // prettier-ignore
      { seed, numRuns: 150 },
    );
  });
  it('with another number: right, or one error at the first stage that does not fit', () => {
    fc.assert(
      fc.property(network, ({ stages, input, at, number }) => {
        const changed = stages.map((s, i) => (i === at % stages.length ? { ...s, numbers: s.numbers.map((n, j) => (j === s.numbers.length - 1 ? n + number : n)) } : s)); // prettier-ignore
        expectVerdict(changed, input);
      }),
      { seed, numRuns: 150 },
    );
  });
  it('with two stages swapped: right, or one error at the first stage that does not fit', () => {
    fc.assert(
      fc.property(network, ({ stages, input, at }) => {
        const i = at % (stages.length - 1);
        expectVerdict([...stages.slice(0, i), stages[i + 1]!, stages[i]!, ...stages.slice(i + 2)], input);
      }),
      { seed, numRuns: 150 },
    );
  });
  it('with a misspelt name: one error there, which names the right one', () => {
    fc.assert(
      fc.property(network, ({ stages, input, at }) => {
        const i = at % stages.length;
        const right = stages[i]!.name;
        const wrong = right.replace(/n(?!.*n)|t(?!.*t)/, '');
        fc.pre(wrong !== right && right.length > 4);
        const text = program(stages.map((s, j) => (i === j ? { ...s, name: wrong } : s)), input); // prettier-ignore
        const { diagnostics } = checkText(text);
        const errors = diagnostics.filter(({ severity }) => severity === 'error');
        expect(
          errors.map((d) => `${d.code} ${lineOf(d)}`),
          text,
        ).toEqual([`name/unknown-layer ${firstLine + i}`]);
        expect(errors[0]!.help).toContain(`\`${right}\``);
      }),
      { seed, numRuns: 60 },
    );
  });
  it('inside a block: one error, at the use or at the stage', () => {
    fc.assert(
      fc.property(network, ({ stages, input, at }) => {
        const rest = stages.filter((_, i) => i !== at % stages.length);
        const names = ['a', 'b', 'c'].slice(0, input.length).join(', ');
        const block = `block B {\n  input x: [${names}]\n  output y = x\n${rest.map((s) => `    -> ${textOf(s)}\n`).join('')}    -> tanh\n}\n\n`;
        const text = `${block}model M {\n  input x: [${input.join(', ')}]\n  output y = x -> B\n}\n`;
        expect(errorsOf(text).length, text).toBe(firstMisfit(rest, input) < 0 ? 0 : 1);
      }),
      { seed, numRuns: 100 },
    );
  });
});

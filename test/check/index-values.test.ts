/** Index values: what surely lies outside is an error, the rest a requirement on sizes or on the values of an input. */
import { describe, expect, it } from 'vitest';
import { displayCondition } from '../../compiler/shapes/index.ts';
import { checkText, summaryOf } from './checking.ts';

const modelWith = (expression: string): string =>
  `model M {\n  input ids: int32[seq]\n  input r: [seq, 12]\n  output y =\n    ${expression}\n  output z = r + cast(ids -> reshape(seq, 1), float32)\n}\n`;

describe('an index that may be in range', () => {
  for (const [expression, onValues, onSizes] of [
    ['ids -> Embedding(50, 8)', ['ids < 50'], []],
    ['(ids + 1) -> Embedding(50, 8)', ['ids < 49'], []],
    ['(2 * ids - 1) -> reshape(seq, 1) -> Embedding(50, 8)', ['ids < 26'], []],
    ['(9 - ids) -> Embedding(50, 8)', ['ids < 10'], []],
    ['concat(ids, arange(seq)) -> Embedding(50, 8)', ['ids < 50'], ['seq <= 50']],
    ['clip(ids, 0, 9) -> Embedding(10, 8)', [], []],
    ['clip(ids, 0, 20) -> Embedding(10, 8)', [], []],
    ['argMax(r, axis: -1) -> Embedding(12, 8)', [], []],
    ['argMax(r, axis: -1) -> Embedding(11, 8)', [], []],
    ['cast(r > 0, int32) -> Embedding(2, 8)', [], []],
    ['arange(12)[0:5] -> Embedding(10, 8)', [], []],
    ['arange(seq) -> Embedding(10, 8)', [], ['seq <= 10']],
    ['(seq - 1 - arange(seq)) -> Embedding(10, 8)', [], ['seq <= 10']],
  ] as const)
    it(expression, () => {
      const { diagnostics, models } = checkText(modelWith(expression));
      expect(diagnostics.map(summaryOf)).toEqual([]);
      const [model] = models;
      expect(model!.valueRequirements.map(({ tensor, below }) => `${tensor} < ${below}`)).toEqual(onValues);
      expect(model!.requirements.map(({ condition }) => displayCondition(condition))).toEqual(onSizes);
    });
});

describe('the values of an input from which an index is computed', () => {
  for (const [expression, from, below] of [
    ['ids', undefined, 50],
    ['ids - 1', 1, 51],
    ['ids + 2', -2, 48],
    ['3 - 2 * ids', -23, 2],
    ['(ids - 1) * 7', 1, 9],
  ] as const)
    it(`${expression}: from the first to the last that give one`, () => {
      const [model] = checkText(modelWith(`(${expression}) -> Embedding(50, 8)`)).models;
      expect(model!.valueRequirements).toMatchObject([{ tensor: 'ids', ...(from === undefined ? {} : { from }), below }]); // prettier-ignore
      expect(model!.valueRequirements[0]!.from).toBe(from);
    });

  it('of two uses, what both allow', () => {
    const [model] = checkText(modelWith('(ids - 1) -> Embedding(50, 8) -> add((ids + 3) -> Embedding(50, 8))')).models;
    expect(model!.valueRequirements).toMatchObject([{ tensor: 'ids', from: 1, below: 47 }]);
  });
});

describe('an index that is surely out of range', () => {
  for (const expression of [
    'arange(20) -> Embedding(10, 4)',
    '[1, 2, 10] -> Embedding(10, 8)',
    '(arange(5) - 1) -> Embedding(10, 8)',
    '(arange(6) * 2) -> Embedding(10, 8)',
    'clip(ids, 12, 19) -> Embedding(10, 8)',
    'gather(r, [12], axis: 1)',
  ])
    it(expression, () => {
      const { diagnostics } = checkText(modelWith(expression));
      expect(diagnostics.map((d) => d.code)).toEqual(['shape/axis']);
    });

  it('is one at the use of a block whose sizes decide it', () => {
    const block = 'block Places(limit: int) {\n  input x: [seq, d]\n  output y = x + (arange(seq) -> Embedding(limit, 8))\n}\n'; // prettier-ignore
    const { diagnostics } = checkText(`${block}\nmodel M {\n  input x: [20, 8]\n  output y = x -> Places(32)\n  output z = x -> Places(16)\n}\n`); // prettier-ignore
    expect(diagnostics.map(summaryOf)).toEqual(['error shape/axis 9:19']);
  });
});

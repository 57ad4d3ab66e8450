/** Blocks on their own: arguments that each use decides leave shapes known where no shape depends on them. */
import { describe, expect, it } from 'vitest';
import { inlayHints } from '../../compiler/language-service/index.ts';
import { projectWith } from '../language-service/marked.ts';

const errorsOf = (text: string): readonly string[] =>
  projectWith({ '/a.nn': text })
    .check('/a.nn')!
    .diagnostics.map(({ code }) => code);

const shapesIn = (text: string): readonly string[] =>
  inlayHints(projectWith({ '/a.nn': text }), '/a.nn', { start: 0, end: text.length }, { shapes: true, parameterNames: 'none', rounds: false }).map(({ text: shown }) => shown); // prettier-ignore

describe('an argument that a block leaves open', () => {
  it('does not hide shapes that do not depend on it', () => {
    const text = `
block B(rate: float, act: activation, start: initializer, slope = 0.2) {
  input x: [h, w, c]
  output y = x -> Conv2D(8, 3, activation: act, kernelInitializer: start, kernelRegularizer: l2(rate)) -> Dropout(rate / 2) -> act -> leakyRelu(negativeSlope: slope)
}
`;
    expect(errorsOf(text)).toEqual([]);
    expect(shapesIn(text)).toEqual([': [h - 2, w - 2, 8]', ...Array.from({ length: 4 }, () => '[h - 2, w - 2, 8]')]);
  });

  it('lets what follows be checked in the block itself', () => {
    const text = 'block B(rate: float) {\n  input x: [n, 8]\n  output y = x -> Dropout(rate) -> Dense(4) -> add(x)\n}\n'; // prettier-ignore
    expect(errorsOf(text)).toEqual(['shape/mismatch']);
  });

  it('gives requirements behind it', () => {
    const text = 'block B(rate: float) {\n  input x: [h, w, c]\n  output y = x -> Dropout(rate) -> Conv2D(8, 3) -> Conv2D(8, 3, groups: 4)\n}\n'; // prettier-ignore
    const [block] = projectWith({ '/a.nn': text }).check('/a.nn')!.blocks;
    expect(block!.requirements).toHaveLength(2);
  });

  it('is no reason for a lint: each use may decide otherwise', () => {
    const text = `
block A(act: activation) {
  input x: [n, 8]
  output y = x -> Dense(8, activation: act) -> Dense(8) -> act -> act -> Dense(4, activation: softmax)
}
block B(rate = 0.0) {
  input x: [n, 8]
  output y = x -> relu -> Dropout(rate)
}
`;
    expect(errorsOf(text)).toEqual([]);
  });

  it('is seen through wrappers', () => {
    const text = 'block A(rate: float) {\n  input x: [t, 8]\n  output y = x -> Bidirectional(LSTM(4, dropout: rate, returnSequences: true)) -> add(x)\n}\n'; // prettier-ignore
    expect(errorsOf(text)).toEqual([]);
    expect(shapesIn(text)).toEqual([': [t, 8]', '[t, 8]', '[t, 8]']);
  });

  it('leaves unknown what does depend on it', () => {
    const text = 'block A(low: float) {\n  input x: int32[n]\n  output y = x -> clip(low, 10)\n}\n';
    expect(errorsOf(text)).toEqual([]);
    expect(shapesIn(text)).toEqual([]);
  });
});

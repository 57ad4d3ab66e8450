/** When lints speak at all: never beside errors, once per text, in the file that is checked. */
import { describe, expect, it } from 'vitest';
import { checkText, summaryOf } from '../check/checking.ts';

const codes = (text: string, others?: Readonly<Record<string, string>>): readonly string[] =>
  checkText(text, others).diagnostics.map(summaryOf);
const twice = 'Dense(3, activation: softmax) -> softmax';
const train = (loss: string): string => `train M {\n  target t: [3]\n  loss: ${loss}\n  optimizer: adam\n}\n`;

describe('lints', () => {
  it('are silent in a model that has an error, and speak in the others', () => {
    const model = (name: string, stages: string): string => `model ${name} {\n  input x: [4]\n  output y = x -> ${stages}\n}\n`; // prettier-ignore
    expect(codes(model('A', `${twice} -> Conv2D(8, 3)`) + model('B', twice))).toEqual([
      'error shape/rank 3:63',
      'warning lint/double-activation 7:52',
    ]);
  });

  it('are silent where the training has an error', () => {
    const model = `model M {\n  input x: [4]\n  output y = x -> ${twice}\n}\n`;
    expect(codes(model + train('meanSquaredError(t, z)'))).toEqual(['error name/unknown 7:29']);
    expect(codes(model + train('categoricalCrossentropy(t, y, fromLogits: true)'))).toEqual(['error train/activation 7:9']); // prettier-ignore
    expect(codes(model + train('categoricalCrossentropy(t, y)'))).toEqual(['warning lint/double-activation 3:52']);
  });

  it('say nothing more of an activation that does not fit its loss', () => {
    const model = `model M {\n  input x: [4]\n  output y = x -> ${twice}\n}\n`;
    expect(codes(model + train('binaryCrossentropy(t, y)'))).toEqual(['warning train/activation 3:52']);
  });

  it('report a block once, in its own file', () => {
    const block = `block B {\n  input x: [n, 4]\n  output y = x -> ${twice}\n}\n`;
    const model = 'model M {\n  input x: [5, 4]\n  output a = B()(x)\n  output b = B()(x)\n}\n';
    expect(codes(block + model)).toEqual(['warning lint/double-activation 3:52']);
    expect(codes(`import { B } from "./b.nn"\n${model}`, { './b.nn': block, 'b.nn': block })).toEqual([]);
    expect(codes(block)).toEqual(['warning lint/double-activation 3:52']);
  });

  it('take the settings of an alias for settings', () => {
    const model = 'model M(n = 3) {\n  input x: [6, n]\n  output y = softmax(x)\n  output z = reshape(x, 6, n)\n}\n';
    expect(codes(`${model}model One = M(n: 1)\n`)).toEqual([]);
  });

  it('are not repeated for every round of a loop', () => {
    expect(codes(`model M {\n  input x: [4]\n  output y = x -> repeat 3 { Dense(4) -> relu -> relu }\n}\n`)).toEqual([
      'warning lint/double-activation 3:50',
    ]);
  });

  it('can be silenced with a reason', () => {
    const silenced = '// nn-ignore lint/double-activation: a test';
    expect(codes(`model M {\n  input x: [4]\n  ${silenced}\n  output y = x -> ${twice}\n}\n`)).toEqual([]);
  });

  it('go through models of many stages', () => {
    const text = 'model M {\n  input x: [4, 4]\n  output y = x -> repeat 9000 { transpose } -> relu\n}\n';
    expect(codes(text)).toEqual([]);
  });
});

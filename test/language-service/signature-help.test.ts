/** The cursor stands in the text as `¦`, the argument that is being written in the signature as `⟦…⟧`. */
import { describe, expect, it } from 'vitest';
import { signatureHelp, type Signature } from '../../compiler/language-service/index.ts';
import { atCursor } from './marked.ts';

function signatureAt(marked: string, others?: Readonly<Record<string, string>>): Signature | undefined {
  const { project, path, offset } = atCursor(marked, others);
  return signatureHelp(project, path, offset)?.signatures[0];
}

function shown(signature: Signature | undefined): string | undefined {
  if (!signature) return undefined;
  const { label, parameters, activeParameter } = signature;
  if (activeParameter === undefined) return label;
  const { start, end } = parameters[activeParameter]!.span;
  return `${label.slice(0, start)}⟦${label.slice(start, end)}⟧${label.slice(end)}`;
}

const signature = (marked: string, others?: Readonly<Record<string, string>>): string | undefined =>
  shown(signatureAt(marked, others));

/** A stage behind `x`, in a model that is otherwise fine. */
const stage = (text: string): string => `model M {\n  input x: [8, 8]\n  output y = x -> ${text}\n}\n`;

describe('signature help', () => {
  it('goes through the arguments of a layer by position', () => {
    expect(signature(stage('Dense(¦)'))).toMatch(/^Dense\(⟦units⟧, activation: linear, useBias: true, /);
    expect(signature(stage('Dense(3¦)'))).toMatch(/^Dense\(⟦units⟧, /);
    expect(signature(stage('Dense(3, ¦)'))).toMatch(/^Dense\(units, ⟦activation: linear⟧, /);
    expect(signature(stage('Dense(3, relu, ¦)'))).toMatch(/, ⟦useBias: true⟧, /);
  });

  it('finds an argument by its label, also before it has a value', () => {
    expect(signature(stage('Conv2D(8, 3, padding: ¦)'))).toMatch(/, ⟦padding: valid⟧, /);
    expect(signature(stage('Conv2D(8, 3, padding: sa¦, strides: 2)'))).toMatch(/, ⟦padding: valid⟧, /);
    expect(signature(stage('Conv2D(8, 3, paddin: ¦)'))).not.toContain('⟦');
  });

  it('goes on with what is not given where labels stand before', () => {
    expect(signature(stage('Conv2D(filters: 8, ¦)'))).toMatch(/^Conv2D\(filters, ⟦kernelSize⟧/);
  });

  it('serves half-written calls, whatever stands behind', () => {
    const expected = /^Conv2D\(filters, ⟦kernelSize⟧, strides: 1, padding: valid, /;
    expect(signature('model M {\n  input x: [8, 8, 3]\n  output y = x -> Conv2D(32, ¦')).toMatch(expected);
    expect(signature('model M {\n  input x: [8, 8, 3]\n  output y = x -> Conv2D(32, ¦\n    -> relu\n  let z =\n}\n')).toMatch(expected); // prettier-ignore
    expect(signature('model M {\n  input x: [8, 8, 3]\n  let a = x -> Dens(3, (\n  output y = x -> Conv2D(32, ¦) -> -> )\n}}\nblock')).toMatch(expected); // prettier-ignore
  });

  it('ends where the call ends, and is not there outside of calls, in comments and in declarations', () => {
    expect(signature(stage('Dense(3)¦'))).toBeUndefined();
    expect(signature(stage('¦Dense(3)'))).toBeUndefined();
    expect(signature(stage('Dense(3, // ¦\n  relu)'))).toBeUndefined();
    expect(signature('block B(size: int, ¦) {\n}\n')).toBeUndefined();
    expect(signature(stage('repeat 3 { ¦relu }'))).toBeUndefined();
    expect(signature('model M {\n  input x: [8]\n  let a = x -> Dense(3\n  output y = ¦\n}\n')).toBeUndefined();
  });

  it('shows the call around where parentheses only group, and the inner one where it is a call', () => {
    expect(signature(stage('Conv2D(8, (3, ¦3))'))).toMatch(/^Conv2D\(filters, ⟦kernelSize⟧/);
    expect(signature(stage('Dense(3, kernelInitializer: randomNormal(¦))'))).toBe('randomNormal(⟦mean: 0⟧, stddev: 0.05)'); // prettier-ignore
    expect(signature(stage('Dense(3, kernelInitializer: randomNormal(), ¦)'))).toMatch(/^Dense\(/);
  });

  it('puts what flows in before the arrow', () => {
    expect(signature(stage('clip(0, ¦)'))).toBe('x -> clip(xMin, ⟦xMax⟧)');
    expect(signature('model M {\n  input x: [8]\n  output y = clip(x, ¦)\n}\n')).toBe('clip(x, ⟦xMin⟧, xMax)');
    expect(signature(stage('LSTM(4)(¦)'))).toMatch(/^x -> LSTM\(…\)\(⟦initialState: none⟧, /);
    expect(signature('model M {\n  input q: [8, 8]\n  output y = (q, q) -> MultiHeadAttention(2, 4)(¦)\n}\n')).toMatch(/^\(query, value\) -> MultiHeadAttention\(…\)\(⟦key: none⟧, /); // prettier-ignore
  });

  it('counts any number of tensors as one, and knows that a pattern is none', () => {
    expect(signature(stage('concat(x, x, ¦)'))).toBe('x -> concat(⟦...xs⟧, axis: -1)');
    expect(signature(stage('einsum(¦)'))).toBe('x -> einsum(⟦equation⟧, ...xs)');
    expect(signature(stage('einsum("q d, k d -> q k", ¦)'))).toBe('x -> einsum(equation, ⟦...xs⟧)');
    expect(signature(stage('reshape(4, ¦)'))).toBe('x -> reshape(⟦newShape⟧)');
  });

  it('knows blocks, models and compile-time functions of the program, also of another file', () => {
    const others = { '/b.nn': '/// Adds back.\nblock Residual(\n  /// How many.\n  filters: int,\n  rate = 0.5,\n) {\n  input x: [n]\n  /// Kept as it is.\n  input memory: [n]\n  output y = x + memory\n}\n' }; // prettier-ignore
    const head = 'import { Residual } from "./b.nn"\n';
    const first = signatureAt(`${head}${stage('Residual(¦)(x)')}`, others);
    expect(shown(first)).toBe('Residual(⟦filters⟧, rate: 0.5)');
    expect(first?.documentation).toBe('Adds back.');
    expect(first?.parameters[0]?.documentation).toBe('How many.\n\n_`int`_');
    const second = signatureAt(`${head}${stage('Residual(3)(¦)')}`, others);
    expect(shown(second)).toBe('x -> Residual(…)(⟦memory⟧)');
    expect(second?.parameters[0]?.documentation).toBe('Kept as it is.\n\n_`[n]`_');
    expect(signature('const half(v: float, by = 2) = v / by\nconst A = half(3, ¦)\n')).toBe('half(v, ⟦by: 2⟧)');
  });

  it('knows what a made layer and an alias take', () => {
    expect(signature('model M {\n  input x: [8, 4]\n  layer f = LSTM(4)\n  output y = f(x, mask: ¦)\n}\n')).toMatch(/^f\(x, .*⟦mask: none⟧\)$/); // prettier-ignore
    expect(signature('model A(n = 2) {\n  input a: [8]\n  input b: [8]\n  output y = a + b\n}\nmodel B = A(n: 3)\nmodel C {\n  input x: [8]\n  output y = B()(x, ¦)\n}\n')).toBe('B(a, ⟦b⟧)'); // prettier-ignore
    expect(signature('model A = A\nmodel C {\n  input x: [8]\n  output y = A()(x, ¦)\n}\n')).toBe('A()');
  });

  it('takes the meaning that the place asks for', () => {
    const train = (field: string): string => `model M {\n  input x: [8]\n  output y = x\n}\ntrain M {\n  target t: [8]\n  ${field}\n}\n`; // prettier-ignore
    expect(signature(train('loss: meanSquaredError(t, ¦)'))).toBe('meanSquaredError(target, ⟦output⟧, mask: none, sampleWeight: none)'); // prettier-ignore
    expect(signature(train('optimizer: sgd(0.1, ¦)'))).toMatch(/^sgd\(learningRate: 0.01, ⟦momentum: 0⟧, /);
    expect(signature(train('callbacks: [earlyStopping(patience: ¦)]'))).toMatch(/⟦patience: 0⟧/);
    expect(signature(stage('add(randomNormal(¦))'))).toContain('like');
  });

  it('says what an argument is', () => {
    const { parameters, activeParameter, documentation } = signatureAt(stage('Dense(¦)'))!;
    expect(documentation).toBe('Fully connected: every feature feeds every unit.');
    expect(parameters[activeParameter!]?.documentation).toBe('Size of the last axis of the result.\n\n_Whole number, at least 1_'); // prettier-ignore
    expect(signature(stage('Dense(3, name: ¦)'))).toMatch(/, ⟦name: none⟧\)$/);
    expect(signature(stage('Dense(3, ¦)'))).not.toContain('name:');
  });
});

/** Penalties on what layers give: how large they are, where they are added, and their gradients. */
import { describe, expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { useBackend } from '../../runtime/index.ts';
import { compiled } from '../training/compiled.ts';
import { numbersOf } from './concrete-need.ts';
import { applied, evaluated, someNumbers, type Arguments } from './harness.ts';

const sum = (values: ArrayLike<number>, of: (v: number) => number): number =>
  Array.from(values).reduce((total, v) => total + of(v), 0);

function penaltyOf(name: string, args: Arguments, shapes: readonly (readonly number[])[]) {
  const inputs = shapes.map((shape, i) => someNumbers(shape, i + 2));
  const layer = applied(registry.layers.get(name)!, args, inputs);
  const weights = Object.fromEntries(
    Object.entries(layer.weights).map(([key, node]) => [key, someNumbers(numbersOf(node.shape), 4)]),
  ); // prettier-ignore
  const found = evaluated([...layer.outputs, ...layer.penalties], { inputs, weights });
  return { outputs: found.slice(0, layer.outputs.length), penalties: found.slice(layer.outputs.length).map((p) => p.data[0]!) }; // prettier-ignore
}

describe('a penalty is a mean over the examples', () => {
  test('ActivityRegularization passes its input on', () => {
    const { outputs, penalties } = penaltyOf('ActivityRegularization', { l1: 0.1, l2: 0.2 }, [[4, 3]]);
    const x = someNumbers([4, 3], 2).data;
    expect([...outputs[0]!.data]).toEqual([...x]);
    expect(penalties).toHaveLength(1);
    expect(penalties[0]).toBeCloseTo((0.1 * sum(x, Math.abs) + 0.2 * sum(x, (v) => v * v)) / 4, 5);
  });
  test('without factors there is none', () => {
    expect(penaltyOf('ActivityRegularization', {}, [[4, 3]]).penalties).toEqual([]);
    expect(penaltyOf('Dense', { units: 2 }, [[4, 3]]).penalties).toEqual([]);
  });
  test.each([
    ['Dense', { units: 2, activation: 'tanh' }, [4, 3]],
    ['Conv2D', { filters: 2, kernelSize: 2 }, [3, 4, 4, 2]],
    ['SeparableConv1D', { filters: 2, kernelSize: 2 }, [2, 4, 3]],
    ['LSTM', { units: 2, returnSequences: true }, [2, 4, 3]],
    ['ConvLSTM1D', { filters: 2, kernelSize: 2 }, [2, 3, 4, 1]],
  ] as const)('activityRegularizer of %s', (name, args, shape) => {
    const l2 = { name: 'l2', arguments: { l2: 0.3 } };
    const { outputs, penalties } = penaltyOf(name, { ...args, activityRegularizer: l2 }, [shape]);
    expect(penalties).toHaveLength(1);
    expect(penalties[0]).toBeCloseTo((0.3 * sum(outputs[0]!.data, (v) => v * v)) / shape[0], 4);
  });
  test('of a layer within another, and of each projection of an attention', () => {
    const l1 = { name: 'l1', arguments: { l1: 0.5 } };
    const inner = penaltyOf('SpectralNormalization', { layer: ['Dense', { units: 2, activityRegularizer: l1 }] }, [[4, 3]]); // prettier-ignore
    expect(inner.penalties).toHaveLength(1);
    expect(inner.penalties[0]).toBeCloseTo((0.5 * sum(inner.outputs[0]!.data, Math.abs)) / 4, 4);
    const heads = penaltyOf('MultiHeadAttention', { numHeads: 2, keyDim: 2, activityRegularizer: l1 }, [[2, 3, 4], [2, 3, 4]]); // prettier-ignore
    expect(heads.penalties).toHaveLength(4);
  });
});

const program = `
model Net {
  input x: [3]
  output y = x -> ActivityRegularization(l1: 0.5) -> Dense(1, useBias: false, activityRegularizer: l2(0.25))
}
train Net {
  target t: [1]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.1)
}`;

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  test('it is part of the loss and of its gradient, and of what `evaluate` gives', async () => {
    await useBackend(backend);
    const net = await (await compiled<'Net'>(program))['Net'].create({ seed: 2 });
    const x = someNumbers([2, 3], 2).data;
    const kernel = async () => Array.from((await net.weights['dense.kernel']!.data()) as Float32Array);
    const before = await kernel();
    const y = [0, 1].map((n) => before.reduce((total, w, i) => total + w * x[3 * n + i]!, 0));
    const expected = sum(y, (v) => (v - 1) ** 2) / 2 + (0.5 * sum(x, Math.abs)) / 2 + (0.25 * sum(y, (v) => v * v)) / 2;
    const data = { x: Float32Array.from(x), t: Float32Array.of(1, 1) };
    expect(((await net.evaluate(data as never)) as { loss: number }).loss).toBeCloseTo(expected, 5);
    const { loss } = (await net.trainStep(data as never)) as { loss: number };
    expect(loss).toBeCloseTo(expected, 5);
    // d/dw of ½ Σ (y − 1)² + ½ · 0.25 Σ y², both means over two examples.
    const slope = (i: number) => y.reduce((total, v, n) => total + ((v - 1) + 0.25 * v) * x[3 * n + i]!, 0); // prettier-ignore
    const after = await kernel();
    for (const [i, w] of after.entries()) expect(w).toBeCloseTo(before[i]! - 0.1 * slope(i), 5);
    net.dispose();
  });
});

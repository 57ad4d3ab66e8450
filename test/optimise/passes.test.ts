/** The passes on programs as people write them: that each fires, that it does not where it would be wrong, and that nothing but time changes. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { inferred, trained } from './programs.ts';

beforeAll(async () => {
  for (const backend of ['cpu', 'wasm']) await tf.setBackend(backend);
});

const model = (input: string, body: string): string => `model M {\n  input x: ${input}\n  output y = ${body}\n}\n`;
const training = (input: string, output: string, body: string): string => `${model(input, body)}train M {
  target t: ${output}
  loss: meanSquaredError(t, y)
  optimizer: sgd
}
`;

/** Ops of predictions, and the attributes of the last one. */
const opsOf = (input: string, body: string): readonly string[] => inferred(model(input, body)).ops;
const lastOf = (input: string, body: string): Readonly<Record<string, unknown>> =>
  inferred(model(input, body)).nodes.at(-1)!.attributes;

describe('batch normalisation, bias and activation become one kernel', () => {
  const fused: Record<string, readonly [input: string, body: string, op: string, activation: string]> = {
    'over images': ['[6, 6, 2]', 'x -> Conv2D(3, 3, useBias: false) -> BatchNormalization -> relu', 'fusedConv2d', 'relu'],
    'over steps': ['[7, 2]', 'x -> Conv1D(3, 3, padding: same) -> BatchNormalization -> sigmoid', 'fusedConv2d', 'sigmoid'],
    'channel by channel': ['[6, 6, 2]', 'x -> DepthwiseConv2D(3, strides: 2, padding: same, useBias: false) -> BatchNormalization -> relu6', 'fusedDepthwiseConv2d', 'relu6'],
    'steps, channel by channel': ['[7, 2]', 'x -> DepthwiseConv1D(3) -> BatchNormalization -> relu', 'fusedDepthwiseConv2d', 'relu'],
    'of vectors': ['[4]', 'x -> Dense(3) -> BatchNormalization -> elu', 'fusedMatMul', 'elu'],
    'of sequences': ['[5, 4]', 'x -> Dense(3, useBias: false) -> BatchNormalization -> relu6', 'fusedMatMul', 'relu6'],
    'with a slope below 0': ['[6, 6, 2]', 'x -> Conv2D(3, 3) -> BatchNormalization -> leakyRelu(negativeSlope: 0.1)', 'fusedConv2d', 'leakyrelu'],
    'with a slope, as a layer': ['[5, 4]', 'x -> Dense(3) -> LeakyReLU(0.3)', 'fusedMatMul', 'leakyrelu'],
    'with zeros around': ['[6, 6, 2]', 'x -> ZeroPadding2D(((0, 1), (1, 0))) -> Conv2D(3, 3, strides: 2) -> BatchNormalization -> relu', 'fusedConv2d', 'relu'],
  }; // prettier-ignore
  test.each(Object.keys(fused))('%s', (name) => {
    const [input, body, op, activation] = fused[name]!;
    const { ops, nodes } = inferred(model(input, body));
    expect(ops).toEqual([op]);
    expect(nodes[0]!.attributes['activation']).toBe(activation);
  });

  test('slopes are those of the text', () => {
    expect(lastOf('[4]', 'x -> Dense(3, activation: leakyRelu(negativeSlope: 0.1))')['alpha']).toBe(0.1);
    expect(lastOf('[4]', 'x -> Dense(3) -> LeakyReLU')['alpha']).toBe(0.3);
  });

  test('not where the result is read elsewhere too', () => {
    const text = `model M {
  input x: [6, 6, 2]
  let c = x -> Conv2D(2, 3, padding: same)
  let n = c -> BatchNormalization -> relu
  output y = (n, c) -> concat
}`;
    expect(inferred(text).ops).toEqual(['fusedConv2d', 'multiply', 'add', 'relu', 'concat']);
  });

  test('not in training, where the statistics are those of the batch', () => {
    const { ops } = trained(training('[6, 6, 2]', '[4, 4, 3]', 'x -> Conv2D(3, 3) -> BatchNormalization -> relu'));
    expect(ops).toContain('rsqrt');
  });
});

describe('scales and offsets before products', () => {
  test('a convolution that does not pad takes them in, a padded one does not', () => {
    const body = (padding: string): string => `x -> relu -> BatchNormalization -> Conv2D(3, 3, padding: ${padding})`;
    expect(opsOf('[6, 6, 2]', body('valid'))).toEqual(['relu', 'fusedConv2d']);
    expect(opsOf('[6, 6, 2]', body('same'))).toEqual(['relu', 'multiply', 'add', 'fusedConv2d']);
  });

  test('rescaled pictures, and numbers one after the other', () => {
    expect(opsOf('[6, 6, 2]', 'x / 255 * 2 -> Conv2D(3, 3, padding: same)')).toEqual(['fusedConv2d']);
    expect(opsOf('[6]', 'x / 255 * 2 * 3 + 1 + 1')).toEqual(['multiply', 'add']);
    expect(opsOf('[6]', '-(x * 2)')).toEqual(['multiply']);
    // What would overflow on the way, or cancel out, is another number afterwards.
    expect(opsOf('[6]', 'x * 1e30 * 1e-30')).toEqual(['multiply', 'multiply']);
    expect(opsOf('[6]', 'x + 1e9 - 1e9')).toEqual(['add', 'subtract']);
  });

  test('half of gelu, through the shape of a sequence', () => {
    const ops = opsOf('[5, 4]', 'x -> Dense(8, activation: gelu) -> Dense(4)');
    expect(ops.filter((op) => op === 'multiply')).toHaveLength(2);
  });

  test('the normalisation before all three projections of attention, if nothing else reads it', () => {
    const scales = (after: string): number => {
      const text = `model M {
  input x: [5, 8]
  let n = x -> LayerNormalization
  output y = (n, n) -> MultiHeadAttention(2, 4)${after}
}`;
      return inferred(text).ops.filter((op) => op === 'multiply').length;
    };
    expect(scales(' -> add(n)')).toBe(scales('') + 1);
  });

  test('not into weights so large that a copy of them costs more than it saves', () => {
    expect(opsOf('[512]', 'x -> relu -> BatchNormalization -> Dense(512)')).toEqual(['relu', 'fusedMatMul']);
    expect(opsOf('[520]', 'x -> relu -> BatchNormalization -> Dense(520)')).toEqual(['relu', 'multiply', 'add', 'fusedMatMul']); // prettier-ignore
  });

  test('on graphics backends only where weights need no more kernels than before', () => {
    const text = model('[6, 6, 2]', 'x -> relu -> BatchNormalization -> Conv2D(3, 3)');
    expect(inferred(text, ['webgpu']).ops).toEqual(['relu', 'multiply', 'add', 'fusedConv2d']);
    const after = model('[6, 6, 2]', 'x -> Conv2D(3, 3) -> BatchNormalization -> relu');
    expect(inferred(after, ['webgpu']).ops).toEqual(['fusedConv2d']);
  });
});

describe('what does nothing is not computed', () => {
  const nothing: Record<string, readonly [input: string, body: string]> = {
    'dropout and noise': ['[4]', 'x -> Dropout(0.5) -> GaussianNoise(0.1) -> ActivityRegularization(l2: 0.1)'],
    'pools of one place': ['[4, 4, 2]', 'x -> MaxPooling2D(1) -> AveragePooling2D(1, strides: 1, padding: same)'],
    'the mean and the maximum of one pixel': ['[1, 1, 3]', 'x -> GlobalAveragePooling2D(keepDims: true) -> GlobalMaxPooling2D'],
    'flattening what is flat': ['[4]', 'x -> Flatten -> Reshape([2, 2]) -> Flatten'],
    'transposes that undo each other': ['[2, 3]', 'x -> Permute([1, 0]) -> Permute([1, 0])'],
    'parts put together again': ['[6]', 'x -> split(3) -> concat'],
  }; // prettier-ignore
  test.each(Object.keys(nothing))('%s', (name) => expect(opsOf(...nothing[name]!)).toEqual([]));

  test('between two transposes, and of one part', () => {
    expect(opsOf('[2, 3]', 'x -> Permute([1, 0]) -> tanh -> Permute([1, 0])')).toEqual(['tanh']);
    expect(opsOf('[2, 3]', 'x -> Permute([1, 0]) -> tanh -> Reshape([6])')).toEqual(['transpose', 'tanh']);
    const part = inferred('model M {\n  input a: [3]\n  input b: [4]\n  let whole = (a, b) -> concat\n  output y = whole[4:6] -> tanh\n}\n'); // prettier-ignore
    expect(part.ops).toEqual(['slice', 'tanh']);
    expect(part.nodes[0]!.inputs[0]!.attributes['name']).toBe('b');
  });

  test('means by pooling do not multiply by what they divide by', () => {
    expect(opsOf('[4, 5, 3]', 'x -> GlobalAveragePooling2D')).toEqual(['averagePool']);
  });
});

describe('convolutions of one pixel', () => {
  const pointwise = model('[4, 5, 6]', 'x -> Conv2D(8, 1, activation: relu)');
  const step = training('[4, 5, 6]', '[4, 5, 8]', 'x -> Conv2D(8, 1, activation: relu)');

  test('are products on cpu', () => {
    expect(inferred(pointwise).ops).toEqual(['fusedMatMul']);
    expect(inferred(pointwise, ['cpu']).ops).toEqual(['fusedMatMul']);
    expect(trained(step, ['cpu']).ops).toContain('fusedMatMul');
    expect(trained(step, ['cpu']).ops).not.toContain('fusedConv2d');
  });

  test('stay where they are as fast, and where a product would be slower', () => {
    expect(inferred(pointwise, ['wasm']).ops).toEqual(['fusedConv2d']);
    expect(trained(step, ['wasm', 'cpu']).ops).toContain('fusedConv2d');
    expect(inferred(pointwise, ['wasm', 'cpu', 'webgl']).ops).toEqual(['fusedConv2d']);
    expect(opsOf('[4, 5, 6]', 'x -> Conv2D(8, 1, strides: 2)')).toEqual(['fusedConv2d']);
    expect(opsOf('[4, 5, 6]', 'x -> Conv2D(8, 1, padding: ((1, 1), (0, 0)))')).toEqual(['fusedConv2d']);
  });
});

describe('training steps compute the same', () => {
  const steps: Record<string, readonly [input: string, output: string, body: string]> = {
    'padding, pools of one place, leaky slopes': ['[5, 4, 2]', '[3]', 'x -> ZeroPadding2D(1) -> Conv2D(3, 3, strides: 2) -> LeakyReLU -> MaxPooling2D(1) -> GlobalAveragePooling2D'],
    'convolutions of one pixel with normalisation': ['[4, 3, 2]', '[4, 3, 2]', 'x * 2 / 3 -> Conv2D(3, 1, useBias: false) -> BatchNormalization -> elu -> Conv2D(2, 1)'],
    'sequences': ['[5, 4]', '[5, 2]', 'x -> Conv1D(3, 2, padding: causal, activation: gelu) -> LayerNormalization -> Dense(2, activation: relu6)'],
    'parts': ['[6]', '[6]', 'x -> Dense(6) -> split(3) -> concat -> Reshape([2, 3]) -> Permute([1, 0]) -> tanh -> Permute([1, 0]) -> Flatten'],
  }; // prettier-ignore
  test.each(Object.keys(steps))('%s', (name) => void trained(training(...steps[name]!)));
});

/** `layer` statements that hold a block or a model: members of the class that compute by themselves on the model's weights. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { displayCondition, displayShape } from '../../compiler/shapes/index.ts';
import { type Member, type TrainableModel, useBackend } from '../../runtime/index.ts';
import { compiled, emitted } from '../training/compiled.ts';

const backends = ['cpu', 'wasm'] as const;

const autoencoder = `
/// From numbers to a code.
block Encoder(width: int) {
  input x: [features]
  output code = x -> Dense(8, activation: tanh) -> BatchNormalization -> Dense(width)
  output length = norm(x)
}
block Decoder(features: int) {
  input code: [width]
  output x = code -> Dense(8, activation: tanh) -> Dense(features)
}
model Auto(width = 2) {
  input x: [4]
  layer encoder = Encoder(width)
  /// And back.
  layer decoder = Decoder(4)
  layer scale = Dense(4)
  let (code, length) = encoder(x)
  output back = decoder(code) -> scale
  output size = length
}
train Auto {
  loss: meanSquaredError(x, back)
  optimizer: sgd(learningRate: 0.1)
}`;

type Auto = TrainableModel & { readonly encoder: Member; readonly decoder: Member };

const x = Float32Array.of(1, -2, 3, 0.5, 0, 1, -1, 2);
const numDataIds = (): number => tf.engine().backend.numDataIds();

async function checked(text: string) {
  const { models, diagnostics } = await createCompiler(createMemoryHost({ 'm.nn': text })).check('m.nn');
  expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([]);
  return models;
}

/** `decoder(code: [2]) -> x: [4]`. */
async function signatures(text: string): Promise<readonly string[]> {
  return (await checked(text)).flatMap(({ members = [] }) =>
    members.map(({ name, inputs, outputs, requirements }) => {
      const taken = inputs.map(({ node }) => `${node.name}: ${node.outputs[0]!.dtype === 'float32' ? '' : node.outputs[0]!.dtype}${displayShape(node.outputs[0]!.shape)}`); // prettier-ignore
      const given = outputs.map((output) => `${output.name}: ${displayShape(output.value.type.shape)}`);
      const needs = requirements.map(({ condition }) => `; ${displayCondition(condition)}`);
      return `${name}(${taken.join(', ')}) -> ${given.join(', ')}${needs.join('')}`;
    }),
  );
}

describe('which there are, and of what shape', () => {
  it('blocks and models, with the sizes of their use; no layers, no pipelines, nothing unused', async () => {
    const text = `
block Twice { input x: [d]  output y = x -> Dense(d) }
model Inner { input z: [3]  output y = z -> Dense(2) }
model Outer {
  input x: [3]
  layer twice = Twice
  layer inner = Inner
  layer same = inner
  layer dense = Dense(3)
  layer tower = Dense(3) -> relu
  layer idle = Twice
  output y = x -> twice -> dense -> tower -> inner
  output z = x -> same
}`;
    expect(await signatures(text)).toEqual(['twice(x: [3]) -> y: [3]', 'inner(z: [3]) -> y: [2]', 'same(z: [3]) -> y: [2]']); // prettier-ignore
  });

  it('sizes that are not numbers stay open, with what they must fulfil', async () => {
    const text = `
block Halve { input image: [h, w, c]  output small = image -> MaxPooling2D(2) -> Conv2D(c, 3, strides: 2)
  require w % 4 == 0 }
model M {
  input a: [rows, 32, 3]
  layer halve = Halve
  output y = a -> Conv2D(5, 3, padding: same) -> halve
}`;
    expect(await signatures(text)).toEqual(['halve(image: [h, 32, 5]) -> small: [floor((h - 2) / 4), 7, 5]; h >= 6']); // prettier-ignore
  });

  it('sizes in which its uses differ stay open', async () => {
    const text = `
block Features { input image: [h, w, c]  output f = image -> Conv2D(4, 3, padding: same) }
model M {
  input left: [8, 8, 1]
  input right: [6, 8, 1]
  layer features = Features
  output a = left -> features
  output b = right -> features
}`;
    expect(await signatures(text)).toEqual(['features(image: [h, 8, 1]) -> f: [h, 8, 4]']);
  });

  it('any number of axes is that of the use; optional and integer inputs are as declared', async () => {
    const text = `
block Mlp { input x: [...lead, d]  output y = x -> Dense(d) }
block Words { input tokens: int32[n]
  input mask: bool[n] = true
  output y = where(expandDims(mask, axis: -1), tokens -> Embedding(9, 4), 0) }
model M {
  input tokens: int32[n]
  layer words = Words
  layer mlp = Mlp
  output y = words(tokens) -> mlp
}`;
    expect(await signatures(text)).toEqual(['words(tokens: int32[n], mask: bool[n]) -> y: [n, 4]', 'mlp(x: [lead, 4]) -> y: [lead, 4]']); // prettier-ignore
    const [words] = (await checked(text))[0]!.members!;
    expect(words!.valueRequirements.map(({ tensor, below }) => [tensor, below])).toEqual([['tokens', 9]]);
  });

  it('what has no input is no member', async () => {
    const text = `
block Table { weight t: [3]  output y = t * 2 }
model M {
  input x: [3]
  layer table = Table
  output y = x * table()
}`;
    expect(await signatures(text)).toEqual([]);
  });

  it('what is decided by more than a number of its use is no member', async () => {
    const text = `
block Choice { input x: [n, d]  output y = if n % 2 == 0 { x } else { x -> Dense(d) } }
model M {
  input x: [m, 3]
  layer choice = Choice
  output y = concat(x, x, axis: 0) -> choice
}`;
    expect(await signatures(text)).toEqual([]);
  });
});

it('are in the types, with the docs', async () => {
  const [main] = await emitted(autoencoder);
  expect(main!.code).toContain('/** From numbers to a code. */\n  readonly encoder = new Member<Auto.EncoderInputs, Auto.EncoderOutputs>');
  expect(main!.code).toContain('/** And back. */\n  readonly decoder = new Member<Auto.DecoderInputs, Auto.DecoderOutputs>');
  expect(main!.code).not.toContain('readonly scale');
  expect(main!.code).toMatch(/DecoderInputs = \{\s+\/\*\* float32 \[2\] per example. \*\/\s+readonly code: TensorLike<2>;/);
}); // prettier-ignore

it('have names that the module does not have yet', async () => {
  const text = `
block Part { input x: [d]  output y = x -> Dense(d) }
model A { input x: [2]  layer run = Part  layer b = Part  output y = x -> run -> b }
model Infer { input x: [2]  layer part = Part  layer spec = Part  output y = x -> part -> spec }`;
  const { A, Infer } = await compiled<'A' | 'Infer'>(text);
  await useBackend('cpu');
  const [a, infer] = [(await A.create({ seed: 1 })) as unknown as Record<'run_' | 'b', Member> & TrainableModel, (await Infer.create({ seed: 1 })) as unknown as Record<'part' | 'spec', Member>  & TrainableModel]; // prettier-ignore
  const two = Float32Array.of(1, 2);
  const alone = async (part: Member, of: unknown) => (await part.run({ x: of as Float32Array }))['y'];
  expect(await alone(a.b, await alone(a.run_, two))).toEqual((await a.run({ x: two }))['y']);
  expect(await alone(infer.spec, await alone(infer.part, two))).toEqual((await infer.run({ x: two }))['y']);
  for (const net of [a, infer]) net.dispose();
});

describe.each(backends)('on %s', (backend) => {
  it('share the weights of the model, before and after training, and leak nothing', async () => {
    await useBackend(backend);
    const net = (await (await compiled<'Auto'>(autoencoder)).Auto.create({ seed: 4 })) as Auto;
    const code = Float32Array.of(0.5, -1);
    const decoded = async () => (await net.decoder.run({ code })) as unknown as { readonly x: Float32Array };
    await net.trainStep({ x });
    const before = numDataIds();
    const first = await decoded();
    // By hand: tanh(code · K + b) · L + c.
    const weights = net.weights as Readonly<Record<string, { data(): Promise<Float32Array> }>>;
    const [k, b, l, c] = await Promise.all(['dense.kernel', 'dense.bias', 'dense_1.kernel', 'dense_1.bias'].map((path) => weights[`decoder.${path}`]!.data())); // prettier-ignore
    const hidden = Array.from({ length: 8 }, (_, j) => Math.tanh(code[0]! * k![j]! + code[1]! * k![8 + j]! + b![j]!));
    for (const i of [0, 1, 2, 3])
      expect(first.x[i]).toBeCloseTo(hidden.reduce((sum, h, j) => sum + h * l![j * 4 + i]!, c![i]!), 4);
    for (let i = 0; i < 3; i++) await net.trainStep({ x });
    expect((await decoded()).x).not.toEqual(first.x);
    // Both halves in a row are the whole, but for the layer after them.
    const parts = (await net.encoder.run({ x })) as unknown as { readonly code: Float32Array; readonly length: Float32Array };
    expect(parts.length).toEqual((await net.run({ x }))['size']);
    const one = net.encoder.predictOne({ x: x.subarray(0, 4) });
    expect(one['code']!.shape).toEqual([2]);
    expect(await one['code']!.data()).toEqual(parts.code.subarray(0, 2));
    tf.dispose(one);
    expect(numDataIds()).toBe(before);
    net.dispose();
  }); // prettier-ignore

  it('freeze by their names', async () => {
    await useBackend(backend);
    const net = (await (await compiled<'Auto'>(autoencoder)).Auto.create({ seed: 4 })) as Auto;
    const code = Float32Array.of(0.5, -1);
    const first = [await net.decoder.run({ code }), await net.encoder.run({ x })];
    net.freeze('decoder.*');
    await net.trainStep({ x });
    expect(await net.decoder.run({ code })).toEqual(first[0]);
    expect(await net.encoder.run({ x })).not.toEqual(first[1]);
    net.unfreeze();
    await net.trainStep({ x });
    expect(await net.decoder.run({ code })).not.toEqual(first[0]);
    net.dispose();
  });

  it('check their inputs at their own boundary', async () => {
    await useBackend(backend);
    const net = (await (await compiled<'Auto'>(autoencoder)).Auto.create({ seed: 4 })) as Auto;
    expect(() => net.decoder.predict({ code: Float32Array.of(1, 2, 3) })).toThrow(
      'Auto.decoder: input "code" must be [n, 2] (program.nn:9)',
    );
    expect(() => net.decoder.predict({ x } as never)).toThrow('Auto.decoder: there is no input "x"');
    const held = net.decoder;
    net.dispose();
    expect(() => held.predict({ code: Float32Array.of(1, 2) })).toThrow('disposed');
  });
});

/** Emitted modules, run on cpu and wasm, against the reference evaluator: results, and one step of training. */
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../../compiler/compile.ts';
import { evaluateProgram, ndArray, type NdArray } from '../../../compiler/graph/index.ts';
import { lowerModel } from '../../../compiler/lower/lower-model.ts';
import { useBackend, type TrainableModel } from '../../../runtime/index.ts';
import { normalNumbers, uniformNumbers } from '../../../runtime/random/draws.ts';
import { usualInputs } from '../../lower/model-maker.ts';
import { compiled } from '../../training/compiled.ts';
import { someNumbers } from '../harness.ts';

const programs: Readonly<Record<string, { readonly body: string; readonly input: readonly number[]; readonly output: readonly number[] }>> = {
  Steps: {
    input: [9, 3],
    output: [6, 4],
    body: `x -> Conv1D(4, 2, padding: causal, dilationRate: 2, activation: relu)
      -> MaxPooling1D(3, strides: 2, padding: same) -> DepthwiseConv1D(3, padding: same, depthMultiplier: 2)
      -> SpatialDropout1D(0.3) -> GroupNormalization(2) -> SeparableConv1D(6, 2, strides: 2) -> PReLU(sharedAxes: [0])
      -> Conv1DTranspose(4, 4, strides: 3, padding: same)`,
  },
  Images: {
    input: [8, 9, 3],
    output: [6, 8, 2],
    body: `x -> GaussianNoise(0.1) -> DepthwiseConv2D(3, strides: 2, padding: same, activation: relu6)
      -> SeparableConv2D(4, (2, 3), depthMultiplier: 2, padding: same, activation: relu) -> Cropping2D(((0, 1), (0, 1)))
      -> Conv2DTranspose(4, 4, strides: 2, padding: same, activation: elu) -> RMSNormalization
      -> Conv2D(4, 2, groups: 4, padding: same) -> UpSampling2D(2, interpolation: bilinear)
      -> AdaptiveAveragePooling2D((6, 8)) -> Conv2D(2, 1)`,
  },
  Volumes: {
    input: [4, 5, 6, 2],
    output: [3, 4, 4, 1],
    body: `x -> Conv3D(4, (2, 3, 3), strides: (1, 2, 2), padding: same, activation: relu)
      -> MaxPooling3D(2, strides: 1, padding: same) -> AveragePooling3D((2, 1, 1), strides: 1)
      -> SpatialDropout3D(0.2) -> Conv3DTranspose(2, 2, strides: 2, activation: sigmoid)
      -> AdaptiveMaxPooling3D((3, 4, 4)) -> Conv3D(1, 1)`,
  },
  Augmented: {
    input: [8, 7, 3],
    output: [4, 4, 2],
    body: `x -> RandomFlip(horizontal) -> RandomRotation(0.1) -> RandomTranslation(0.2, 0.1, fillMode: constant)
      -> RandomZoom(0.2, fillMode: nearest) -> RandomCrop(6, 6) -> RandomBrightness(0.1, valueRange: (-1, 1))
      -> RandomColorJitter((-1, 1), contrastFactor: 0.2, saturationFactor: (0.4, 0.6), hueFactor: 0.1)
      -> RandomErasing(0.5, valueRange: (-1, 1)) -> RandomElasticTransform(valueRange: (-1, 1))
      -> SpectralNormalization(Conv2D(4, 3, activityRegularizer: l2(0.1)))
      -> Resizing(5, 5, antialias: true) -> ActivityRegularization(0.01) -> Conv2D(2, 2)`,
  },
}; // prettier-ignore

const textOf = (name: string): string => {
  const { body, input, output } = programs[name]!;
  return `model ${name} {
  input x: [${input.join(', ')}]
  output y: [${output.join(', ')}] = ${body}
}
train ${name} {
  target t: [${output.join(', ')}]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.05)
}
`;
};

function lowered(text: string) {
  const host = { readFile: (p: string) => (p === 'm.nn' ? text : undefined), exists: (p: string) => p === 'm.nn', resolvePackage: () => undefined }; // prettier-ignore
  const { models, diagnostics } = createCompiler(host).check('m.nn');
  expect(diagnostics.map((d) => d.message)).toEqual([]);
  return lowerModel(models[0]!);
}

const given = (x: NdArray) => ({ data: Float32Array.from(x.data), shape: [...x.shape] });
const seed = 5;

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, about: string): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(0.1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < actual.length; i++)
    if (!(Math.abs(actual[i]! - expected[i]!) <= 1e-4 * scale)) expect.fail(`${about}: element ${i} is ${actual[i]}, not ${expected[i]}`);
} // prettier-ignore

async function weightsOf(net: TrainableModel, paths: readonly string[], sizes: (path: string) => readonly number[]): Promise<Record<string, NdArray>> {
  const views = net.weights as Readonly<Record<string, { data(): Promise<ArrayLike<number>> }>>;
  const entries = paths.map(async (path) => [path, ndArray([...sizes(path)], Array.from(await views[path]!.data()))] as const);
  return Object.fromEntries(await Promise.all(entries));
} // prettier-ignore

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  test.each(Object.keys(programs))('%s', async (name) => {
    await useBackend(backend);
    const text = textOf(name);
    const { model, training, inference, batch } = lowered(text);
    const net = await (await compiled<string>(text))[name]!.create({ seed });
    const shapeOf = new Map(model.weights.map(({ path, sizes }) => [path, sizes]));
    const read = () => weightsOf(net, [...shapeOf.keys()], (path) => shapeOf.get(path)!);
    const x = someNumbers([2, ...programs[name]!.input], 2);
    const t = someNumbers([2, ...programs[name]!.output], 3);
    const weights = await read();
    const sizes = new Map([[batch.id, 2]]);
    const [y] = evaluateProgram({ outputs: inference }, { inputs: { x }, weights, sizes }).values();
    const results = (await net.run({ x: given(x) } as never)) as unknown as Readonly<Record<string, ArrayLike<number>>>;
    expectNear(results['y']!, y!.data, 'y');
    const random = (kind: 'uniform' | 'normal', use: number, count: number) =>
      (kind === 'uniform' ? uniformNumbers : normalNumbers)(count, { seed, step: 1, use });
    const bindings = {
      inputs: { ...usualInputs(training!.step, 2), x, t },
      weights,
      sizes,
      step: 1,
      learningRate: 0.05,
      random,
    };
    const expected = evaluateProgram({ outputs: training!.step }, bindings);
    const { loss } = (await net.trainStep({ x: given(x), t: given(t) } as never)) as Readonly<Record<string, number>>;
    expectNear([loss!], expected.get('report')!.data, 'loss');
    const now = await read();
    for (const [path, array] of Object.entries(now)) expectNear(array.data, expected.get(`weight:${path}`)!.data, path);
    // The first step leaves its constants on the device, the next one nothing.
    const buffers = net.device.backend.numDataIds();
    await net.trainStep({ x: given(x), t: given(t) } as never);
    expect(net.device.backend.numDataIds()).toBe(buffers);
    net.dispose();
  });
});

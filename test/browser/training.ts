/**
 * Whole trainings in the browser: a few steps agree with the same on `cpu`, leave no data behind, and go on from a
 * checkpoint to the same bits.
 */
import { useBackend, type BackendName, type TrainableModel, type WeightsSource } from '../../runtime/index.ts';
import { relativeError, type ModelClass } from '../numerics/run-case.ts';

export interface ResumableClass extends ModelClass {
  load(source: WeightsSource): Promise<TrainableModel>;
  resume(source: WeightsSource): Promise<TrainableModel>;
}
export type TrainedModels = Readonly<Record<string, ResumableClass>>;

interface Network {
  readonly text: string;
  readonly batch: Readonly<Record<string, unknown>>;
  /** Where it is used in all other ways as well. */
  readonly inputs?: readonly string[];
}

const numbers = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898 * seed + seed));
const floats = (shape: readonly number[], seed: number) => ({ data: numbers(shape.reduce((a, b) => a * b, 1), seed), shape: [...shape] }); // prettier-ignore
const ints = (shape: readonly number[], below: number) => ({ data: Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 7 + 3) % below), shape: [...shape] }); // prettier-ignore

const examples = 4;

export const networks: Readonly<Record<string, Network>> = {
  Digits: {
    text: `model Digits {
  input x: [28, 28, 1]
  output y = x -> Conv2D(4, 3, activation: relu) -> MaxPooling2D(2) -> Conv2D(6, 3, activation: relu)
    -> MaxPooling2D(2) -> Flatten -> Dropout(0.5) -> Dense(10, activation: softmax)
}
train Digits {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, y)
  optimizer: adam(learningRate: 0.001)
}`,
    batch: { x: floats([examples, 28, 28, 1], 2), label: ints([examples], 10) },
  },
  Sequence: {
    text: `model Sequence {
  input x: int32[time]
  output y = x -> Embedding(20, 6) -> LSTM(8, returnSequences: true) -> Bidirectional(GRU(5)) -> Dense(3)
}
train Sequence {
  target t: [3]
  loss: meanSquaredError(t, y)
  optimizer: rmsprop(learningRate: 0.01)
}`,
    batch: { x: ints([examples, 7], 20), t: floats([examples, 3], 3) },
    inputs: ['x'],
  },
  Transformer: {
    text: `block Layer(heads = 2, width = 8) {
  input x: [time, width]
  let attended = MultiHeadAttention(heads, 4)(x, x, useCausalMask: true)
  let middle = x + attended -> LayerNormalization
  output y = middle + (middle -> Dense(16, activation: gelu) -> Dense(width)) -> LayerNormalization
}
model Transformer {
  input x: int32[time]
  output y = x -> Embedding(11, 8) -> Layer -> Layer -> Dense(11)
}
train Transformer {
  target t: int32[time]
  loss: sparseCategoricalCrossentropy(t, y, fromLogits: true)
  optimizer: adamW(learningRate: 0.002)
}`,
    batch: { x: ints([examples, 6], 11), t: ints([examples, 6], 11) },
  },
  Normalised: {
    text: `model Normalised {
  input x: [8, 8, 3]
  output y = x -> Conv2D(6, 3, strides: 2, padding: same) -> BatchNormalization -> relu -> DepthwiseConv2D(3)
    -> BatchNormalization -> relu -> GlobalAveragePooling2D -> Dense(2)
}
train Normalised {
  target t: [2]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.05, momentum: 0.9, nesterov: true)
}`,
    batch: { x: floats([examples, 8, 8, 3], 2), t: floats([examples, 2], 3) },
    inputs: ['x'],
  },
};

export const trainingText = Object.values(networks)
  .map(({ text }) => text)
  .join('\n\n');

const steps = 5;
const seed = 11;
type Weights = Readonly<Record<string, ArrayLike<number>>>;

async function weightsOf(net: TrainableModel): Promise<Weights> {
  const views = net.weights as Readonly<Record<string, { data(): Promise<ArrayLike<number>> }>>;
  const values: Record<string, ArrayLike<number>> = {};
  for (const path of Object.keys(views)) values[path] = Array.from(await views[path]!.data());
  return values;
}

/** The loss of each step. */
async function train(net: TrainableModel, { batch }: Network, count: number): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < count; i++) {
    const scores = (await net.trainStep(batch as never)) as Readonly<Record<string, number>>;
    losses.push(scores['loss']!);
  }
  return losses;
}

/** What differs: relative errors beyond `most`. */
function differences(expected: Weights, actual: Weights, most: number): readonly string[] {
  return Object.entries(expected).flatMap(([path, values]) => {
    const error = relativeError(values, actual[path]!, 0.1);
    return error <= most ? [] : [`${path} is off by ${error.toPrecision(2)}`];
  });
}

/**
 * tfjs's webgpu splits long sums of products over threads that add to one number (`MatMulSplitKProgram`, `atomicAdd`): the
 * order is another each time, and the last digits with it. Elsewhere what is resumed goes on to the very same numbers.
 */
const anyOrder = 1e-5;

/** Adam divides by the size of gradients, and so makes much of what is all but zero. */
const tolerance = 2e-3;

async function problemsOf(type: ResumableClass, network: Network, backend: BackendName): Promise<readonly string[]> {
  const held = async (): Promise<number> => (await useBackend(backend)).backend.numDataIds();
  await useBackend('cpu');
  const reference = await type.create({ seed });
  const expectedLosses = await train(reference, network, steps);
  const expected = await weightsOf(reference);
  reference.dispose();

  const before = await held();
  const net = await type.create({ seed });
  const losses = await train(net, network, 2);
  const checkpoint = await net.checkpoint();
  const early = await held();
  losses.push(...(await train(net, network, steps - 2)));
  const late = await held();
  const weights = await weightsOf(net);
  const resumed = await type.resume(checkpoint);
  await train(resumed, network, steps - 2);
  const again = await weightsOf(resumed);
  for (const one of [net, resumed]) one.dispose();
  const after = await held();

  const apart = losses.map((loss, i) => Math.abs(loss - expectedLosses[i]!) / Math.max(1, Math.abs(expectedLosses[i]!)));
  return [
    ...(Math.max(...apart) <= 1e-4 ? [] : [`losses are ${losses.join(', ')}; on cpu ${expectedLosses.join(', ')}`]),
    ...differences(expected, weights, tolerance),
    ...differences(weights, again, backend === 'webgpu' ? anyOrder : 0).map((problem) => `after resuming, ${problem}`),
    ...(late === early ? [] : [`steps leave ${late - early} pieces of data behind`]),
    ...(after === before ? [] : [`${after - before} pieces of data stay behind`]),
  ];
} // prettier-ignore

const isNear = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => relativeError(a, b, 0.1) <= tolerance;

/** The ways to use a model: `fit` with validation, `predict`, `run`, `evaluate`, saving and loading. */
async function usageProblems(type: ResumableClass, { batch, inputs = [] }: Network, backend: BackendName): Promise<readonly string[]> {
  const { backend: own } = await useBackend(backend);
  const before = own.numDataIds();
  const net = await type.create({ seed });
  const options = { epochs: 1, batchSize: 3, validationData: batch, verbose: 0 };
  const { loss } = (await net.fit(batch as never, options as never)) as unknown as { readonly loss: readonly number[] };
  const { loss: tested } = (await net.evaluate(batch as never)) as Readonly<Record<string, number>>;
  const given = Object.fromEntries(inputs.map((name) => [name, batch[name]]));
  const { y } = (await net.run(given as never)) as unknown as { readonly y: Float32Array };
  const predicted = net.predict(given as never) as unknown as { readonly y: { data(): Promise<Float32Array>; dispose(): void } };
  const tensor = await predicted.y.data();
  predicted.y.dispose();
  const loaded = await type.load(await net.toBytes());
  const { y: again } = (await loaded.run(given as never)) as unknown as { readonly y: Float32Array };
  for (const one of [net, loaded]) one.dispose();
  const left = own.numDataIds() - before;
  return [
    ...(loss.length === 1 && loss.every(Number.isFinite) && Number.isFinite(tested) ? [] : [`the loss is ${loss.join(', ')}; ${tested}`]),
    ...(isNear(y, tensor) && isNear(y, again) && y.some((v) => v !== 0) ? [] : ['predict, run and the loaded model differ']),
    ...(left === 0 ? [] : [`${left} pieces of data stay behind after fit`]),
  ];
} // prettier-ignore

/** A line for each thing that is wrong. */
export async function trainingProblems(
  models: TrainedModels,
  backend: BackendName,
  note: (text: string) => Promise<void>,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [name, network] of Object.entries(networks)) {
    await note(`training ${name}`);
    const found = [...(await problemsOf(models[name]!, network, backend))];
    if (network.inputs !== undefined) found.push(...(await usageProblems(models[name]!, network, backend)));
    lines.push(...found.map((problem) => `training ${name}: ${problem}`));
  }
  return lines;
}

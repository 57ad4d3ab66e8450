/** A small classifier written by hand as the compiler would emit it: [4] → Dense 8 relu → Dense 3 softmax, SGD with momentum. */
import * as nn from '../../runtime/index.ts';
import type {
  Data,
  DataRecord,
  Device,
  GradientInputs,
  GradientResult,
  Program,
  Tensor,
  TensorLike,
  TrainingProgram,
  UpdateInputs,
  UpdateResult,
} from '../../runtime/index.ts';

const spec = {
  name: 'Iris',
  source: 'iris.nn',
  inputs: { x: { dtype: 'float32', shape: [4], line: 2 } },
  outputs: { y: { dtype: 'float32', shape: [3] } },
  weights: {
    'dense.kernel': {
      dtype: 'float32',
      shape: [4, 8],
      trainable: true,
      initializer: { name: 'glorotUniform' },
      line: 3,
    },
    'dense.bias': { dtype: 'float32', shape: [8], trainable: true, initializer: { name: 'zeros' }, line: 3 },
    'dense1.kernel': {
      dtype: 'float32',
      shape: [8, 3],
      trainable: true,
      initializer: { name: 'glorotUniform' },
      line: 4,
    },
    'dense1.bias': { dtype: 'float32', shape: [3], trainable: true, initializer: { name: 'zeros' }, line: 4 },
  },
  requirements: [],
  valueRequirements: [],
} as const;
type Weight = keyof typeof spec.weights;

function infer(d: Device, w: DataRecord<Weight>, { x }: DataRecord<'x'>): DataRecord<'y'> {
  const dense = nn.fusedMatMul(d, x, w['dense.kernel'], w['dense.bias'], { activation: 'relu' }); // [n, 8]
  const dense1 = nn.fusedMatMul(d, dense, w['dense1.kernel'], w['dense1.bias'], { activation: 'linear' }); // [n, 3]
  nn.free(d, dense);
  const y = nn.softmax(d, dense1);
  nn.free(d, dense1);
  return { y };
}

/** Set by tests to throw in the middle of emitted code. */
export const trouble = { inStep: false, inEvaluate: false };

/** [mean loss, right answers, answers] and, for the step, what the backward part needs. */
function forward(
  d: Device,
  w: DataRecord,
  x: Data,
  label: Data,
): { hidden: Data; logProbabilities: Data; oneHot: Data; report: Data } {
  const n = x.shape[0]!;
  const hidden = nn.fusedMatMul(d, x, w['dense.kernel']!, w['dense.bias']!, { activation: 'relu' });
  const logits = nn.fusedMatMul(d, hidden, w['dense1.kernel']!, w['dense1.bias']!, { activation: 'linear' });
  const logProbabilities = nn.logSoftmax(d, logits);
  nn.free(d, logits);
  const oneHot = nn.oneHot(d, label, 3);
  const picked = nn.multiply(d, oneHot, logProbabilities);
  const total = nn.sum(d, picked, [0, 1], false);
  nn.free(d, picked);
  const scale = nn.scalar(d, -1 / n);
  const loss = nn.multiply(d, total, scale);
  nn.free(d, total, scale);
  const guess = nn.argMax(d, logProbabilities, 1);
  const right = nn.equal(d, guess, label);
  nn.free(d, guess);
  const rights = nn.sum(d, right, [0], false);
  nn.free(d, right);
  const rightsFloat = nn.cast(d, rights, 'float32');
  nn.free(d, rights);
  const count = nn.scalar(d, n);
  const report = nn.concat(d, [nn.reshape(loss, [1]), nn.reshape(rightsFloat, [1]), nn.reshape(count, [1])], 0);
  nn.free(d, loss, rightsFloat, count);
  return { hidden, logProbabilities, oneHot, report };
}

function transposedProduct(d: Device, a: Data, b: Data): Data {
  const transposed = nn.transpose(d, a, [1, 0]);
  const product = nn.matMul(d, transposed, b);
  nn.free(d, transposed);
  return product;
}

function gradients(d: Device, { weights: w, inputs, targets }: GradientInputs): GradientResult {
  const x = inputs['x']!;
  const n = x.shape[0]!;
  const { hidden, logProbabilities, oneHot, report } = forward(d, w, x, targets['label']!);
  if (trouble.inStep) throw new Error('trouble in step');
  const probabilities = nn.exp(d, logProbabilities);
  const difference = nn.subtract(d, probabilities, oneHot);
  nn.free(d, logProbabilities, probabilities, oneHot);
  const scale = nn.scalar(d, 1 / n);
  const dLogits = nn.multiply(d, difference, scale);
  nn.free(d, difference, scale);
  const kernel1T = nn.transpose(d, w['dense1.kernel']!, [1, 0]);
  const dHidden = nn.matMul(d, dLogits, kernel1T);
  const zero = nn.scalar(d, 0);
  const active = nn.greater(d, hidden, zero);
  const masked = nn.select(d, active, dHidden, zero);
  nn.free(d, kernel1T, dHidden, zero, active);
  const found: Record<Weight, Data> = {
    'dense.kernel': transposedProduct(d, x, masked),
    'dense.bias': nn.sum(d, masked, [0], false),
    'dense1.kernel': transposedProduct(d, hidden, dLogits),
    'dense1.bias': nn.sum(d, dLogits, [0], false),
  };
  nn.free(d, hidden, masked, dLogits);
  return { report, states: {}, weights: found, inputs: {} };
}

function update(d: Device, { weights: w, slots, gradients: given, learningRate }: UpdateInputs): UpdateResult {
  const momentum = nn.scalar(d, 0.9);
  const rate = nn.scalar(d, -learningRate);
  const result: { weights: Record<string, Data>; slots: Record<string, Data> } = { weights: {}, slots: {} };
  for (const [path, gradient] of Object.entries(given)) {
    if (gradient === undefined) continue;
    const kept = nn.multiply(d, slots[`${path}/m`]!, momentum);
    const change = nn.multiply(d, gradient, rate);
    const velocity = nn.add(d, kept, change);
    result.weights[path] = nn.add(d, w[path]!, velocity);
    result.slots[`${path}/m`] = velocity;
    nn.free(d, kept, change);
  }
  nn.free(d, momentum, rate);
  return result;
}

function evaluate(d: Device, w: DataRecord<Weight>, { x }: DataRecord<'x'>, { label }: DataRecord<'label'>): Data {
  const { hidden, logProbabilities, oneHot, report } = forward(d, w, x, label);
  if (trouble.inEvaluate) throw new Error('trouble in evaluate');
  nn.free(d, hidden, logProbabilities, oneHot);
  return report;
}

const slots = Object.fromEntries(Object.entries(spec.weights).map(([path, { shape }]) => [`${path}/m`, { shape }]));
export const training: TrainingProgram = {
  targets: { label: { dtype: 'int32', shape: [], line: 8 } },
  valueRequirements: [{ tensor: 'label', below: 3, line: 9 }],
  defaults: { batchSize: 16, epochs: 2, callbacks: [] },
  optimizer: { name: 'sgd', learningRate: 0.05, slots },
  report: [
    { name: 'loss', kind: 'loss' },
    { name: 'sparseCategoricalAccuracy', kind: 'mean' },
  ],
  gradients,
  update,
  evaluate,
};

export const program: Program = { spec, infer, training: async () => training };

export class Iris extends nn.TrainableModel<
  { readonly x: TensorLike },
  { readonly y: Tensor },
  { readonly x: TensorLike; readonly label: TensorLike },
  { loss: number; sparseCategoricalAccuracy: number },
  typeof spec.weights
> {
  static readonly spec = spec;
  static create(options?: nn.CreateOptions): Promise<Iris> {
    return nn.create(Iris, program, options);
  }
  static load(source: nn.WeightsSource, options?: nn.LoadOptions): Promise<Iris> {
    return nn.load(Iris, program, source, options);
  }
}

/** Three clouds of points; `n` examples. */
export function clouds(n: number, next: () => number): { x: Float32Array; label: Int32Array } {
  const x = new Float32Array(n * 4);
  const label = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    label[i] = Math.floor(next() * 3);
    for (let j = 0; j < 4; j++) x[i * 4 + j] = next() - 0.5 + (j === label[i] ? 1.5 : 0);
  }
  return { x, label };
}

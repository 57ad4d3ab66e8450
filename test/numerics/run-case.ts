/** Runs emitted models on the current backend and compares with what is expected of them. In Node and in browsers. */
import type { TensorGradients } from '../../runtime/passes.ts';
import { currentDevice, type CreateOptions, type TrainableModel, type WeightView } from '../../runtime/index.ts';
import type { Arrays, CaseArray, CaseData, CaseResult, Numbers, PassCase, ScoreCase, StepsCase } from './case-data.ts';

export interface ModelClass {
  create(options?: CreateOptions): Promise<TrainableModel>;
}
export type Models = Readonly<Record<string, ModelClass>>;

/** For random numbers; the reference draws the same. */
export const seed = 5;

type Errors = CaseResult['errors'];
type Readable = { readonly shape: readonly number[]; data(): Promise<Numbers>; dispose(): void };

const greatest = (values: ArrayLike<number>): number => {
  let top = 0;
  for (let i = 0; i < values.length; i++) top = Math.max(top, Math.abs(values[i]!));
  return top;
};

/** The greatest difference, relative to the greatest value expected, or to `least` if that is more. */
export function relativeError(expected: ArrayLike<number>, actual: ArrayLike<number>, least = 1e-3): number {
  if (expected.length !== actual.length) return Infinity;
  const scale = Math.max(least, greatest(expected));
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [expected[i]!, actual[i]!];
    if (Object.is(a, b) || a === b) continue;
    const difference = Math.abs(a - b);
    worst = Math.max(worst, Number.isFinite(difference) ? difference / scale : Infinity);
  }
  return worst;
}

const given = (arrays: Arrays): Record<string, unknown> =>
  Object.fromEntries(Object.entries(arrays).map(([name, { data, shape }]) => [name, { data, shape: [...shape] }]));

const worstOf = (errors: readonly number[]): number => Math.max(0, ...errors);

/**
 * The worst error of arrays by name; one that is not expected must be zeros. Where an array is all but zero beside the
 * others, what cancels out in it (the gradient by a bias of keys under softmax) is measured by them.
 */
function worst(expected: Arrays, actual: Readonly<Record<string, ArrayLike<number>>>): number {
  const missing = Object.keys(expected).filter((name) => !(name in actual));
  if (missing.length > 0) throw new Error(`there is no ${missing.join(', ')}`);
  const least = Math.max(1e-3, 0.01 * worstOf(Object.values(expected).map(({ data }) => greatest(data))));
  return worstOf(
    Object.entries(actual).map(([name, values]) =>
      relativeError(expected[name]?.data ?? new Float32Array(values.length), values, least),
    ),
  );
}

/** The values of tensors, which are disposed. */
async function taken(tensors: object): Promise<Record<string, Numbers>> {
  const values: Record<string, Numbers> = {};
  for (const [name, tensor] of Object.entries(tensors) as [string, Readable][]) {
    values[name] = await tensor.data();
    tensor.dispose();
  }
  return values;
}

async function weightsOf(net: TrainableModel, paths: readonly string[]): Promise<Record<string, Numbers>> {
  const views = net.weights as Readonly<Record<string, Pick<Readable, 'data'>>>;
  const values: Record<string, Numbers> = {};
  for (const path of paths) values[path] = await views[path]!.data();
  return values;
}

function setWeights(net: TrainableModel, weights: Arrays): void {
  const values = Object.entries(weights).map(([path, { data }]) => [path, data] as const);
  net.setWeights(Object.fromEntries(values) as never);
}

/** Errors of gradients; a column is left out where there is nothing to have gradients of. */
async function gradientErrors(
  { weights, inputs }: TensorGradients,
  expected: { readonly inputGradients: Arrays; readonly weightGradients: Arrays },
): Promise<Errors> {
  const [ofInputs, ofWeights] = [await taken(inputs), await taken(weights)];
  return {
    ...(Object.keys(expected.inputGradients).length > 0
      ? { inputGradients: worst(expected.inputGradients, ofInputs) }
      : {}),
    ...(Object.keys(expected.weightGradients).length > 0
      ? { weightGradients: worst(expected.weightGradients, ofWeights) }
      : {}),
  };
}

/** Other values of the same kind. */
const altered = (arrays: Arrays): Arrays =>
  Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [
      name,
      array.dtype === 'float32'
        ? {
            ...array,
            data: Float32Array.from(array.data)
              .reverse()
              .map((x) => x / 2),
          }
        : array,
    ]),
  );

/** What is computed again and again for the same sizes is computed by a plan on wasm: to the bit what plain kernels give. */
async function requireSamePlanned(net: TrainableModel, inputs: Arrays): Promise<void> {
  const run = async (arrays: Arrays): Promise<Readonly<Record<string, Numbers>>> =>
    (await net.run(given(arrays) as never)) as unknown as Readonly<Record<string, Numbers>>;
  const requireSame = async (arrays: Arrays, about: string): Promise<void> => {
    const planned = await run(arrays);
    net.state.plans.paused = true;
    const plain = await run(arrays);
    net.state.plans.paused = false;
    for (const [name, values] of Object.entries(plain)) {
      const at = values.findIndex((value, i) => !Object.is(value, planned[name]![i]));
      if (at >= 0 || values.length !== planned[name]!.length)
        throw new Error(`${about}: ${name}[${at}] is ${planned[name]![at]} by plan, not ${values[at]}`);
    }
  };
  // The first time sizes come, plain kernels run; the second time is recorded.
  await requireSame(inputs, 'recorded');
  if ((net.device.name === 'wasm' || net.device.name === 'cpu') && net.state.plans.bytes === 0)
    throw new Error('there is no plan');
  await requireSame(altered(inputs), 'other inputs');
  const before: Record<string, Numbers> = {};
  for (const [path, { dtype, data }] of Object.entries(net.weights) as [string, WeightView][]) {
    if (dtype === 'float32') before[path] = await data();
  }
  net.setWeights(
    Object.fromEntries(Object.entries(before).map(([path, values]) => [path, values.map((x) => x * 0.75)])),
  );
  await requireSame(inputs, 'other weights');
  net.setWeights(before);
}

async function passErrors(net: TrainableModel, { inputs, outputGradients, expected }: PassCase): Promise<Errors> {
  const forward: number[] = [];
  if (expected.inference) {
    const outputs = (await net.run(given(inputs) as never)) as unknown as Readonly<Record<string, Numbers>>;
    forward.push(worst(expected.inference, outputs));
    await requireSamePlanned(net, inputs);
  }
  const pass = await net.forward(given(inputs) as never, { training: true });
  const outputs = await taken(pass.outputs);
  forward.push(worst(expected.training, outputs));
  const states = Object.keys(expected.states);
  if (states.length > 0) forward.push(worst(expected.states, await weightsOf(net, states)));
  if (Object.keys(outputGradients).length === 0) {
    pass.dispose();
    return { forward: worstOf(forward) };
  }
  const found = pass.backward(given(outputGradients) as never) as unknown as TensorGradients;
  return { forward: worstOf(forward), ...(await gradientErrors(found, expected)) };
}

async function scoreErrors(net: TrainableModel, { batches, score, expected }: ScoreCase): Promise<Errors> {
  const scores = (await net.evaluate(batches.map(given) as never)) as Readonly<Record<string, number>>;
  const forward = relativeError([expected.score], [scores[score]!]);
  const { inputGradients, weightGradients } = expected;
  if (inputGradients === undefined || weightGradients === undefined) return { forward };
  const found = (await net.gradients(given(batches[0]!) as never)) as unknown as TensorGradients & { loss: number };
  return { forward, ...(await gradientErrors(found, { inputGradients, weightGradients })) };
}

async function stepErrors(net: TrainableModel, { batch, steps, expected }: StepsCase): Promise<Errors> {
  for (let step = 0; step < steps; step++) await net.trainStep(given(batch) as never);
  return { forward: worst(expected.weights, await weightsOf(net, Object.keys(expected.weights))) };
}

async function errorsOf(net: TrainableModel, one: CaseData): Promise<Errors> {
  if (one.run === 'pass') return passErrors(net, one);
  return one.run === 'score' ? scoreErrors(net, one) : stepErrors(net, one);
}

export async function resultOf(models: Models, one: CaseData): Promise<CaseResult> {
  const { backend } = await currentDevice();
  const before = backend.numDataIds();
  let net: TrainableModel | undefined;
  try {
    net = await models[one.id]!.create({ seed });
    setWeights(net, one.weights);
    const errors = await errorsOf(net, one);
    net.dispose();
    const left = backend.numDataIds() - before;
    return { id: one.id, errors, ...(left === 0 ? {} : { failure: `${left} pieces of data stay behind` }) };
  } catch (error) {
    net?.dispose();
    return { id: one.id, errors: {}, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

export const arrayOf = (dtype: CaseArray['dtype'], shape: readonly number[], data: ArrayLike<number>): CaseArray => {
  const type = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  return { dtype, shape, data: type.from(data) };
};

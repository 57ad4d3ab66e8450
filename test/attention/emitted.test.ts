/** Emitted code of attention, patterns and selecting functions: cpu and wasm give the numbers of the reference evaluator. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluateProgram, ndArray, type EvaluationBindings, type NdArray } from '../../compiler/graph/index.ts';
import { lowerModel } from '../../compiler/lower/lower-model.ts';
import type { LoweredModel } from '../../compiler/lower/lowered.ts';
import { asNumber } from '../../compiler/shapes/index.ts';
import { useBackend, type TrainableModel } from '../../runtime/index.ts';
import { checkText } from '../check/checking.ts';
import { usualInputs } from '../lower/model-maker.ts';
import { compiled } from '../training/compiled.ts';

const zoo = (name: string): string => readFileSync(new URL(`../cases/zoo/${name}.nn`, import.meta.url), 'utf8');

/** GPT-2 of the zoo, its block in the same file, a few numbers wide. */
const tinyGpt = `${zoo('transformer-blocks')}${zoo('gpt2-small').replace(/^import .*$/m, '')}`
  .replace('vocab = 50_257, context = 1024, dim = 768, heads = 12, depth = 12, dropout = 0.1', 'vocab = 23, context = 8, dim = 12, heads = 3, depth = 2, dropout = 0.0')
  .replace(/^model GPT2(Medium|Large).*$/gm, ''); // prettier-ignore

const programs: Readonly<Record<string, string>> = {
  heads: `model M {
  input x: [seq, 12]
  input mask: bool[seq]
  let qkv = x -> Dense(36) -> rearrange("n (three heads d) -> three heads n d", three: 3, heads: 4)
  let own = scaledDotProductAttention(qkv[0], qkv[1], qkv[2], mask: mask, isCausal: true)
  let memory = GroupQueryAttention(4, 4, 2)(x, x, keyMask: mask)
  let sum = own -> rearrange("heads n d -> n (heads d)") -> add(memory)
  output y = MultiHeadAttention(2, 5)(sum, x, useCausalMask: true) + AdditiveAttention()(sum, x)
  output z = einsum("q d, k d, e -> q k e", sum, x, [1.0, 2.0])
}
train M {
  target t: [seq, 12]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.1)
}
`,
  pieces: `model M {
  input x: [6, 8]
  input at: int32[3]
  let (a, b) = x -> split([3, 5])
  let best = x -> topK(3)
  let padded = x -> pad(((2, 1), (1, 1)), mode: reflect) -> roll(2, axis: 0) -> tile(1, 2)
  let image = x -> rearrange("(h w) c -> h w c", h: 2) -> resizeBilinear(5, 4) -> cropAndPad(4, 6)
  output y = concat(a, b[:, :3]) -> Dense(4) -> sparsemax
  output u = gather(x, at) -> triu
  output v = padded -> resize
  output w = image -> resizeNearest(2, 3)
  output values = best.values -> repeatElements(2)
  output indices = best.indices
}
train M {
  target t: [6, 4]
  loss: meanSquaredError(t, y)
  optimizer: sgd(learningRate: 0.1)
}
`.replace('padded -> resize\n', 'padded\n'),
  gpt: tinyGpt,
};

const reals = (shape: readonly number[]): NdArray => ndArray([...shape], Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.fround(Math.sin(i * 1.7 + 0.3)))); // prettier-ignore
const whole = (shape: readonly number[], below: number, dtype: 'int32' | 'bool' = 'int32'): NdArray => ndArray([...shape], Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 7 + 3) % below), dtype); // prettier-ignore

const data: Readonly<Record<string, Readonly<Record<string, NdArray>>>> = {
  heads: { x: reals([2, 5, 12]), mask: whole([2, 5], 2, 'bool'), t: reals([2, 5, 12]) },
  pieces: { x: reals([3, 6, 8]), at: whole([3, 3], 6), t: reals([3, 6, 4]) },
  gpt: { tokens: whole([2, 6], 23), next: whole([2, 6], 19) },
};

const given = (arrays: Readonly<Record<string, NdArray>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(arrays).map(([name, { data: values, shape, dtype }]) => [name, { data: dtype === 'float32' ? Float32Array.from(values) : dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values), shape: [...shape] }])); // prettier-ignore

async function weightsOf(net: TrainableModel, { model }: LoweredModel): Promise<Record<string, NdArray>> {
  const views = net.weights as Readonly<Record<string, { data(): Promise<ArrayLike<number>> }>>;
  const entries = model.weights.map(async ({ path, sizes }) => [path, ndArray([...sizes], Array.from(await views[path]!.data()))] as const); // prettier-ignore
  return Object.fromEntries(await Promise.all(entries));
}

function close(actual: ArrayLike<number>, expected: NdArray, about: string, tolerance = 5e-5): void {
  expect(actual.length, about).toBe(expected.data.length);
  for (let i = 0; i < actual.length; i++) {
    const [a, b] = [actual[i]!, expected.data[i]!];
    if (!(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)))) expect.fail(`${about}: element ${i} is ${a}, not ${b}`); // prettier-ignore
  }
}

/** Batch and sequence as the data has them. */
function boundSizes({ model, batch }: LoweredModel, arrays: Readonly<Record<string, NdArray>>): Map<number, number> {
  const sizes = new Map([[batch.id, Object.values(arrays)[0]!.shape[0]!]]);
  for (const { node } of model.inputs)
    for (const [axis, size] of node.outputs[0]!.shape.entries())
      if (!('lead' in size) && 'terms' in size && asNumber(size) === undefined)
        for (const variable of model.sizes) sizes.set(variable.id, arrays[node.name]!.shape[axis + 1]!);
  return sizes;
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it.each(Object.keys(programs))('%s', async (name) => {
    await useBackend(backend);
    const text = programs[name]!;
    const checked = checkText(text);
    expect(checked.diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.message}`)).toEqual([]);
    const lowered = lowerModel(checked.models[0]!);
    const classes = await compiled<string>(text, { backends: [backend] });
    const net = await classes[checked.models[0]!.name]!.create({ seed: 5 });
    const arrays = data[name]!;
    const inputs = Object.fromEntries(checked.models[0]!.inputs.map(({ node }) => [node.name, arrays[node.name]!]));
    const sizes = boundSizes(lowered, arrays);
    const weights = await weightsOf(net, lowered);
    const expected = evaluateProgram({ outputs: lowered.inference }, { inputs, weights, sizes });
    const before = net.device.backend.numDataIds();
    const outputs = (await net.run(given(inputs) as never)) as unknown as Record<string, ArrayLike<number>>;
    const single = expected.size === 1;
    for (const [output, array] of expected)
      close(single && !outputs[output] ? (outputs as unknown as ArrayLike<number>) : outputs[output]!, array, output);
    expect(net.device.backend.numDataIds()).toBe(before);
    await trained(net, lowered, { inputs: arrays, weights, sizes });
    net.dispose();
  });
});

async function trained(net: TrainableModel, lowered: LoweredModel, bindings: EvaluationBindings): Promise<void> {
  const training = lowered.training!;
  const zeros = training.slots.map(({ name, sizes, initial }) => [name, ndArray([...sizes], Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, () => (typeof initial === 'number' ? initial : 0)))] as const); // prettier-ignore
  const learningRate = 0.1;
  net.learningRate = learningRate;
  const examples = Object.values(bindings.inputs!)[0]!.shape[0]!;
  const inputs = { ...usualInputs(training.step, examples), ...bindings.inputs };
  const expected = evaluateProgram({ outputs: training.step }, { ...bindings, inputs, slots: Object.fromEntries(zeros), step: 1, learningRate }); // prettier-ignore
  const scores = (await net.trainStep(given(bindings.inputs!) as never)) as Record<string, number>;
  close([scores['loss']!], ndArray([1], [expected.get('report')!.data[0]!]), 'loss');
  const now = await weightsOf(net, lowered);
  for (const [output, array] of expected)
    if (output.startsWith('weight:')) close(now[output.slice(7)]!.data, array, output, 2e-3);
  for (const weight of Object.values(now)) for (const value of weight.data) expect(Number.isFinite(value)).toBe(true);
  const next = (await net.trainStep(given(bindings.inputs!) as never)) as Record<string, number>;
  expect(Number.isFinite(next['loss'])).toBe(true);
}

/** Random chains of what rules are about, with their gradients: every pass keeps what they compute. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { differentiate } from '../../compiler/differentiate/index.ts';
import { legalising } from '../../compiler/emit/backends/index.ts';
import { prepare } from '../../compiler/emit/prepare.ts';
import { createGraphBuilder, evaluateProgram, ndArray, nodesOf, verify, type EvaluationBindings, type GraphBuilder, type NdArray, type TensorNode, type TensorProgram } from '../../compiler/graph/index.ts'; // prettier-ignore
import { algebra, fusion, optimise, runPasses, simplifying } from '../../compiler/optimise/index.ts';
import type { Padding } from '../../compiler/ops/ops.ts';
import { asNumber, variable, type Dim } from '../../compiler/shapes/index.ts';
import { difference, programOf } from '../ops/apply-case.ts';
import { kernelRunner } from '../ops/run-kernels.ts';

const n = variable({ name: 'n', id: 1 });

/** One step of a chain: a kind, and a number that chooses among its forms. */
interface Link {
  readonly kind: keyof typeof links;
  readonly choice: number;
}
type Extend = (op: GraphBuilder, x: TensorNode, choice: number, name: string) => TensorNode;

const sizeOf = (x: TensorNode, axis: number): number => asNumber(x.shape[axis]!)!;
const last = (x: TensorNode): number => sizeOf(x, x.shape.length - 1);
const rest = (x: TensorNode): readonly Dim[] => x.shape.slice(1);
const numbers = [2, -3, 0.5, 1, -1, 0, 1e-3] as const;
const oneOf = <T>(items: readonly T[], choice: number): T => items[choice % items.length]!;

/** `[n, …]` as an image, of two rows and two channels where there are enough numbers. */
const asImage = (op: GraphBuilder, x: TensorNode): TensorNode => {
  const count = rest(x).reduce((product, size) => product * asNumber(size)!, 1);
  return op.reshape(x, count % 4 === 0 ? [n, 2, count / 4, 2] : [n, 1, count, 1]);
};

const links = {
  scale: (op, x, choice) => op.multiply(x, oneOf(numbers, choice)),
  divide: (op, x, choice) => op.divide(choice % 2 === 0 ? x : op.multiply(x, 3), oneOf([2, -4, 0.3], choice)),
  shift: (op, x, choice) => (choice % 2 === 0 ? op.add(x, oneOf(numbers, choice >> 1)) : op.subtract(x, oneOf(numbers, choice >> 1))),
  shiftTwice: (op, x, choice) => (choice % 2 === 0 ? op.add(op.add(x, 1), 2) : op.subtract(op.subtract(x, 1), 0.5)),
  signs: (op, x, choice) => oneOf([op.abs(op.negate(x)), op.abs(op.abs(x)), op.subtract(0, x), op.subtract(op.tanh(x), op.negate(x)), op.divide(x, 1), op.subtract(x, 0), op.negate(x)], choice),
  same: (op, x, choice) => oneOf([op.maximum(x, x), op.minimum(x, x), op.select(op.not(op.not(op.greater(x, 0))), x, x), op.relu(op.relu(x))], choice),
  curve: (op, x, choice) => oneOf([op.relu, op.tanh, op.abs, op.sigmoid], choice)(x),
  leaky: (op, x, choice) =>
    choice % 2 === 0
      ? op.select(op.greater(x, 0), x, op.multiply(x, 0.1))
      : op.subtract(op.relu(x), op.multiply(op.relu(op.negate(x)), 0.3)),
  gate: (op, x) => op.multiply(op.multiply(x, 0.5), op.sigmoid(x)),
  power: (op, x, choice) => op.power(op.add(op.abs(x), 0.5), oneOf([1, 2, 3, -1], choice)),
  filled: (op, x) => op.add(x, op.reshape(op.fill(rest(x), 0.5), [1, ...rest(x)])),
  root: (op, x) => op.divide(1, op.sqrt(op.add(op.square(x), 1))),
  vector: (op, x, choice, name) => op[choice % 2 === 0 ? 'add' : 'multiply'](x, op.weight(name, 'float32', choice % 3 === 0 ? [1, last(x)] : [last(x)])),
  flat: (op, x) => op.reshape(x, [n, rest(x).reduce((product, size) => product * asNumber(size)!, 1)]),
  image: asImage,
  turnedWithin: (op, x, choice) => {
    const back = [0, ...rest(x).map((_, i, axes) => axes.length - i)];
    const turned = op.transpose(x, back);
    return op.transpose(choice % 2 === 0 ? turned : op.tanh(turned), back);
  },
  moveOne: (op, x) => op.reshape(op.transpose(op.reshape(x, [n, 1, ...rest(x)]), [1, 0, ...rest(x).map((_, i) => i + 2)]), x.shape),
  reversed: (op, x) => op.reverse(op.reverse(x, [1]), [1]),
  twicePadded: (op, x, choice) => {
    const around = x.shape.map((_, axis) => (axis === 0 ? [0, 0] : [1, 0]) as [number, number]);
    if (choice % 2 === 0) return op.pad(op.pad(x, around), around);
    const cut = (y: TensorNode): TensorNode => op.slice(y, y.shape.map((_, axis) => (axis === 1 ? 1 : 0)), y.shape.map((s, axis) => (axis === 1 ? sizeOf(y, 1) - 1 : s)));
    return sizeOf(x, 1) > 2 ? cut(cut(x)) : x;
  },
  turn: (op, x) => op.transpose(x, [0, ...x.shape.slice(1).map((_, i, axes) => axes.length - i)]),
  pad: (op, x, choice) => {
    const image = asImage(op, x);
    const padded = op.pad(image, [[0, 0], [0, 1], [1, 0], [0, 0]]);
    const padding: Padding = choice % 2 === 0 ? 'valid' : [[1, 0], [0, 0]];
    const attributes = { strides: [1, 1], padding };
    const shape = [1, 2, last(image), choice % 3 === 0 ? 2 : 1];
    const filter = op.constant(Array.from({ length: 2 * shape[2]! * shape[3]! }, (_, i) => 0.3 * i - 0.2), shape);
    return op[choice % 3 === 0 ? 'conv2d' : 'depthwiseConv2d'](padded, filter, attributes);
  },
  cut: (op, x, choice) => {
    const axis = x.shape.length - 1;
    if (last(x) % 2 === 1) return x;
    const half = last(x) / 2;
    const parts = [0, half].map((begin) => op.slice(x, x.shape.map((_, i) => (i === axis ? begin : 0)), x.shape.map((s, i) => (i === axis ? half : s))));
    return op.concat(choice % 2 === 0 ? parts : parts.toReversed(), axis);
  },
  piece: (op, x) => {
    const axis = x.shape.length - 1;
    const joined = op.concat([op.tanh(x), op.negate(x)], axis);
    return op.slice(joined, x.shape.map((_, i) => (i === axis ? last(x) : 0)), x.shape);
  },
  fold: (op, x, choice) => {
    const single = op.reshape(x, [...x.shape, 1]);
    const folds = [op.sum, op.max, op.min, op.prod].map((f) => f(single, [-1]));
    const truths = [op.any, op.all].map((f) => op.multiply(x, op.cast(f(op.greater(single, 0), [-1]), 'float32')));
    const kept = [op.cumsum(single, -1), op.reverse(single, [-1]), op.max(op.sum(single, [-1], true), [-1], true)];
    return oneOf([...folds, ...truths, ...kept.map((y) => op.reshape(y, x.shape))], choice);
  },
  pool: (op, x, choice) => {
    const attributes = { poolSize: [1, 1], strides: [1, 1], padding: 'same' } as const;
    return choice % 2 === 0 ? op.maxPool(asImage(op, x), attributes) : op.averagePool(asImage(op, x), attributes);
  },
  mean: (op, x) => op.add(x, op.mean(asImage(op, x))),
  dense: (op, x, choice, name) => op.matMul(x, op.weight(name, 'float32', [last(x), choice % 2 === 0 ? 2 : 4])),
  pixel: (op, x, choice, name) => {
    const image = asImage(op, x);
    const filter = op.weight(name, 'float32', [1, 1, last(image), 2]);
    return op.conv2d(image, filter, { strides: [1, 1], padding: choice % 2 === 0 ? 'same' : 'valid' });
  },
} satisfies Readonly<Record<string, Extend>>; // prettier-ignore

const chains = fc.array(
  fc.record({ kind: fc.constantFrom(...(Object.keys(links) as (keyof typeof links)[])), choice: fc.nat(11) }),
  { minLength: 1, maxLength: 6 },
);

function chained(op: GraphBuilder, chain: readonly Link[]): TensorNode {
  let x: TensorNode = op.input('x', 'float32', [n, 4, 4]);
  for (const [i, { kind, choice }] of chain.entries()) x = (links[kind] as Extend)(op, x, choice, `w${i}`);
  return x;
}

const wave = (shape: readonly number[], phase: number): NdArray =>
  ndArray([...shape], Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.7 * i + phase))); // prettier-ignore

function bindingsOf(program: TensorProgram): EvaluationBindings {
  const weights: Record<string, NdArray> = {};
  for (const node of nodesOf(program))
    if (node.op === 'weight') weights[String(node.attributes['path'])] = wave(node.shape.map((s) => asNumber(s)!), node.shape.length + 0.4); // prettier-ignore
  return { sizes: new Map([[1, 2]]), inputs: { x: wave([2, 4, 4], 0.3) }, weights };
}

const results = (program: TensorProgram): ReadonlyMap<string, NdArray> =>
  evaluateProgram(program, { ...bindingsOf(program), precision: 'float64' });

function expectSame(before: TensorProgram, after: TensorProgram): void {
  verify(after);
  const [expected, actual] = [results(before), results(after)];
  for (const [name, value] of expected) {
    expect(actual.get(name)!.shape).toEqual(value.shape);
    expect(difference(value.data, actual.get(name)!.data), name).toBeLessThan(1e-6);
  }
}

test('optimised, prepared for training and for inference', () => {
  const fired = new Set<string>();
  const prepared = (...given: Parameters<typeof prepare>): TensorProgram => {
    const { outputs, records } = prepare(...given);
    for (const { steps } of records)
      for (const step of steps) fired.add(step.kind === 'rewritten' ? step.rule.name : step.kind);
    return { outputs };
  };
  const check = (chain: readonly Link[]): void => {
    const op = createGraphBuilder();
    const y = chained(op, chain);
    const leaves = nodesOf(programOf({ y })).filter((node) => node.op === 'input' || node.op === 'weight');
    const found = differentiate(op, op.sum(op.multiply(y, op.sin(y))), leaves);
    const step = programOf({ y, ...Object.fromEntries(found.flatMap((g, i) => (g ? [[`gradient${i}`, g]] : []))) });
    expectSame(step, optimise(step, op));
    expectSame(step, prepared(step.outputs, op, { backends: ['wasm', 'cpu'] }));
    expectSame(step, prepared(step.outputs, op, { backends: ['webgl', 'webgpu'] }));
    expectSame(programOf({ y }), prepared(new Map([['y', y]]), op, { backends: ['wasm', 'cpu'], weightsStay: true }));
    expectSame(programOf({ y }), prepared(new Map([['y', y]]), op, { backends: ['webgpu'], weightsStay: true }));
  };
  // Each link in each of its forms, then any after any.
  for (const kind of Object.keys(links) as (keyof typeof links)[])
    for (let choice = 0; choice < 12; choice++) check([{ kind, choice }]);
  fc.assert(fc.property(chains, check), { numRuns: 100, seed: 31 });
  // Mostly the builder does without these itself; `rules.test.ts` has them.
  const silent = algebra.map(({ name }) => name).filter((name) => !fired.has(name));
  expect(silent).toEqual(['resizeNearest(x) to its own size → x', 'reshape(x) → x', 'slice(x) → x', 'cast(cast(x)) → cast(x)']); // prettier-ignore
});

test.each(['wasm', 'cpu'] as const)('on the kernels of %s, with gradients', async (backend) => {
  await tf.setBackend(backend);
  const runner = kernelRunner(backend);
  const passes = [...simplifying, legalising(['wasm', 'cpu']), fusion];
  const check = (chain: readonly Link[]): void => {
    const op = createGraphBuilder();
    const y = chained(op, chain);
    const leaves = nodesOf(programOf({ y })).filter((node) => node.op === 'input' || node.op === 'weight');
    const found = differentiate(op, op.sum(op.tanh(y)), leaves);
    const step = programOf({ y, ...Object.fromEntries(found.flatMap((g, i) => (g ? [[`gradient${i}`, g]] : []))) });
    const { program } = runPasses(passes, step, op);
    const [expected, actual] = [results(step), runner.run(program, bindingsOf(step))];
    for (const [name, value] of expected) expect(difference(value.data, actual.get(name)!.data), name).toBeLessThan(1e-3); // prettier-ignore
  };
  fc.assert(fc.property(chains, check), { numRuns: 80, seed: 32 });
});

/** Options of layers, and layers around layers, against numbers that Keras itself computed (keras-options.json). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { registry } from '../../compiler/definitions/registry.ts';
import { ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { numbersOf } from './concrete-need.ts';
import { expectDifferences } from './differences.ts';
import { applied, evaluated, someNumbers, type Arguments } from './harness.ts';
import { expectClose } from './tf-layers.ts';

interface OptionCase {
  readonly layer: string;
  readonly args: Arguments;
  readonly inputs: readonly (readonly number[])[];
  /** Shapes of masks by the name of their tensor. */
  readonly masks: Readonly<Record<string, readonly number[]>>;
  readonly training: boolean;
  readonly weights: readonly (readonly number[])[];
  readonly shape: readonly number[];
  readonly output: readonly number[];
  /** What a training step keeps: the moving mean, or the vector of the power iteration. */
  readonly state?: readonly number[];
}
const path = new URL('./keras-options.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { readonly cases: readonly OptionCase[] };

const someMask = (shape: readonly number[]): NdArray => {
  const count = shape.reduce((a, b) => a * b, 1);
  return ndArray(shape, Array.from({ length: count }, (_, i) => Number((i * 7) % 3 !== 0)), 'bool'); // prettier-ignore
};

function made(given: OptionCase) {
  const definition = registry.layers.get(given.layer)!;
  const masks = Object.keys(given.masks);
  const inputs = [...given.inputs.map((shape, i) => someNumbers(shape, i + 2)), ...masks.map((name) => someMask(given.masks[name]!))];
  const inputNames = [...definition.tensors.slice(0, given.inputs.length), ...masks];
  const layer = applied(definition, given.args, inputs, { training: given.training, inputNames });
  return { layer, inputs };
} // prettier-ignore

const named = cases.map((c) => [`${c.layer} ${JSON.stringify({ ...c.args, ...c.masks })}`, c] as const);

test.each(named)('%s', (about, given) => {
  const { layer, inputs } = made(given);
  const shapes = Object.values(layer.weights).map((weight) => numbersOf(weight.shape));
  expect(shapes).toEqual(given.weights);
  const weights = Object.fromEntries(
    Object.keys(layer.weights).map((key, i) => {
      const x = someNumbers(shapes[i]!, 3 + i);
      return [key, key.endsWith('ariance') ? ndArray(x.shape, x.data.map(Math.abs)) : x]; // prettier-ignore
    }),
  );
  const [output, state] = evaluated([...layer.outputs.slice(0, 1), ...Object.values(layer.updates).slice(0, 1)], { inputs, weights }); // prettier-ignore
  expectClose(output!, ndArray([...given.shape], [...given.output]), about, 3e-5);
  if (given.state) expectClose(state!, ndArray(state!.shape, [...given.state]), `${about} state`, 1e-5);
});

/** The power iteration takes its vectors as constants: at its end, and only there, that is the true gradient. */
const differentiable = named.map(([about, c]) => [about, c.layer === 'SpectralNormalization' ? { ...c, args: { ...c.args, powerIterations: 60 } } : c] as const); // prettier-ignore

test.each(differentiable)('gradients of %s', (about, given) => {
  const { layer, inputs } = made(given);
  expectDifferences(layer, inputs, about);
});

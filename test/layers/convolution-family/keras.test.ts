/** Layers against numbers that Keras itself computed (keras-layers.json). */
import { expect, test } from 'vitest';
import { ndArray } from '../../../compiler/graph/index.ts';
import { numbersOf } from '../concrete-need.ts';
import { evaluated, someNumbers } from '../harness.ts';
import { expectClose } from '../tf-layers.ts';
import { appliedCase, kerasCases } from './cases.ts';

test.each(kerasCases.map((c) => [c.layer, JSON.stringify(c.args), c] as const))('%s %s', (name, about, given) => {
  const { layer, inputs } = appliedCase(given);
  const shapes = Object.values(layer.weights).map((weight) => numbersOf(weight.shape));
  expect(shapes).toEqual(given.weights);
  const weights = Object.fromEntries(Object.keys(layer.weights).map((key, i) => [key, someNumbers(shapes[i]!, 3 + i)]));
  const [output] = evaluated(layer.outputs, { inputs, weights });
  expectClose(output!, ndArray([...given.shape], [...given.output]), `${name} ${about}`, 2e-5);
});

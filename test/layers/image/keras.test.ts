/** Image layers against numbers that Keras itself computed, with the same draws. */
import { expect, test } from 'vitest';
import { ndArray } from '../../../compiler/graph/index.ts';
import { evaluated } from '../harness.ts';
import { expectClose } from '../tf-layers.ts';
import { appliedCase, drawsByExample, kerasCases } from './cases.ts';

test.each(kerasCases.map((c) => [c.layer, JSON.stringify(c.args), c] as const))('%s %s', (name, about, given) => {
  const { layer, inputs } = appliedCase(given);
  const [output] = evaluated(layer.outputs, { inputs, random: drawsByExample(given.input[0]!) });
  const largest = (given.range ?? [0, 1])[1];
  expectClose(output!, ndArray([...given.shape], [...given.output]), `${name} ${about}`, 3e-5 * largest);
});

test('many of them', () => expect(kerasCases.length).toBeGreaterThan(45));

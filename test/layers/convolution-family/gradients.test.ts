/** Gradients by inputs and weights against finite differences of the reference evaluator. */
import { test } from 'vitest';
import { expectDifferences } from '../differences.ts';
import { allCases, appliedCase } from './cases.ts';

test.each(allCases)('%s', (about, given) => {
  const { layer, inputs } = appliedCase(given);
  expectDifferences(layer, inputs, about);
});

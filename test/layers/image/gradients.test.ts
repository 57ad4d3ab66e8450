/** Gradients of image layers against finite differences of the reference evaluator, through the draws of a step. */
import { test } from 'vitest';
import { expectDifferences } from '../differences.ts';
import { allCases, appliedCase } from './cases.ts';

/** Their gradient is 0 by definition, or follows what is not differentiable: counts and extremes over pixels. */
test.each(allCases)('%s', (about, given) => {
  const { layer, inputs } = appliedCase(given);
  expectDifferences(layer, inputs, about);
});

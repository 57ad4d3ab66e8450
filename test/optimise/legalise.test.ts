/**
 * Rewrites for backends keep what programs compute, and leave nothing that a target does wrongly.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backendNames, legalise } from '../../compiler/emit/backends/index.ts';
import {
  createGraphBuilder,
  evaluateProgram,
  nodesOf,
  verify,
  type TensorProgram,
} from '../../compiler/graph/index.ts';
import { fuse, optimise } from '../../compiler/optimise/index.ts';
import { difference, type Applied } from '../ops/apply-case.ts';
import { caseGroups, type Case } from '../ops/cases.ts';
import { withGradients } from '../ops/with-gradients.ts';

function agree(given: Case, after: TensorProgram, before: TensorProgram, inputs: Applied['inputs']): void {
  verify(after);
  const expected = evaluateProgram(before, { inputs, precision: 'float64' });
  const actual = evaluateProgram(after, { inputs, precision: 'float64' });
  for (const [name, value] of expected) {
    expect(actual.get(name)!.shape).toEqual(value.shape);
    expect(difference(value.data, actual.get(name)!.data), `${given.about}: ${name}`).toBeLessThan(1e-9);
  }
}

const neverOnWasm = new Set([
  'conv2dFilterGradient',
  'conv2dInputGradient',
  'averagePoolGradient',
  'stridedSlice',
  'stopGradient',
]);

describe('what programs compute is kept', () => {
  for (const [name, cases] of Object.entries(caseGroups)) {
    const numRuns = ['conv2d', 'pools'].includes(name) ? 400 : 150;
    test(`legalise ${name}`, () => {
      const check = (given: Case): void => {
        const { program, applied } = withGradients(given);
        const target = createGraphBuilder();
        const after = legalise(program, target, backendNames, applied.op);
        agree(given, after, program, applied.inputs);
        for (const node of nodesOf(after)) expect(neverOnWasm.has(node.op), node.op).toBe(false);
        agree(given, fuse(after, target), program, applied.inputs);
      };
      fc.assert(fc.property(cases('smooth'), check), { numRuns, seed: 11 });
    });

    test(`optimise ${name}, also of special values`, () => {
      const check = (given: Case): void => {
        const { program, applied } = withGradients(given);
        agree(given, optimise(program, applied.op), program, applied.inputs);
      };
      fc.assert(fc.property(cases('smooth'), check), { numRuns: 60, seed: 12 });
      fc.assert(fc.property(cases('special'), check), { numRuns: 100, seed: 13 });
    });
  }
});

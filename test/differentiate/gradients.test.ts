/**
 * Gradients of every op against central differences of the reference evaluation in doubles.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differentiate } from '../../compiler/differentiate/index.ts';
import { evaluateProgram, verify, type NdArray, type TensorProgram } from '../../compiler/graph/index.ts';
import { ops } from '../../compiler/ops/index.ts';
import { applyCase, difference, programOf } from '../ops/apply-case.ts';
import { caseGroups, type Case } from '../ops/cases.ts';

const delta = 1e-5;

function value(program: TensorProgram, inputs: Readonly<Record<string, NdArray>>, name: string): NdArray {
  return evaluateProgram(program, { inputs, precision: 'float64' }).get(name)!;
}

function differences(program: TensorProgram, inputs: Readonly<Record<string, NdArray>>, name: string): Float64Array {
  const x = inputs[name]!;
  return x.data.map((_, i) => {
    const at = (change: number): number => {
      const data = x.data.map((v, k) => (k === i ? v + change : v));
      return value(program, { ...inputs, [name]: { ...x, data } }, 'loss').data[0]!;
    };
    return (at(delta) - at(-delta)) / (2 * delta);
  });
}

/** The loss weighs the results by different numbers, so that gradients cannot be mixed up unseen. */
function check(given: Case): void {
  const { op, operands, result, inputs } = applyCase(given);
  if (result.dtype !== 'float32') return;
  const y = evaluateProgram(programOf({ y: result }), { inputs }).get('y')!;
  const weights = [...y.data].map((_, i) => 1 + 0.37 * i * (i % 2 === 0 ? 1 : -1));
  const loss = op.sum(op.multiply(result, op.constant(weights, y.shape)));
  const gradients = differentiate(op, loss, operands);
  for (const [i, operand] of operands.entries()) {
    const gradient = gradients[i];
    if (operand.dtype !== 'float32' || ops[given.op].gradient === 'none') {
      expect(gradient).toBeUndefined();
      continue;
    }
    const program = programOf({ loss, ...(gradient ? { gradient } : {}) });
    verify(program);
    const expected = differences(program, inputs, `x${i}`);
    const actual = gradient ? value(program, inputs, 'gradient').data : expected.map(() => 0);
    expect(
      difference(expected, actual),
      `${given.about}: ${[...actual].join()} for ${[...expected].join()}`,
    ).toBeLessThan(1e-5);
  }
}

describe('gradients agree with finite differences', () => {
  for (const [name, cases] of Object.entries(caseGroups)) {
    test(name, () => {
      fc.assert(fc.property(cases('smooth'), check), {
        numRuns: name === 'unary' || name === 'binary' ? 300 : 120,
        seed: 7,
      });
    });
  }
});

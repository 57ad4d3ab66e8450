/**
 * The reference evaluation of every op against tfjs's cpu kernels, and of legalised programs (with gradients) against
 * wasm's.
 */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { backendNames, legalise } from '../../compiler/emit/backends/index.ts';
import { countOf, createGraphBuilder, evaluateProgram, ndArray, type NdArray } from '../../compiler/graph/index.ts';
import { fusedActivations } from '../../compiler/ops/index.ts';
import { fuse } from '../../compiler/optimise/index.ts';
import { applyCase, difference, programOf } from './apply-case.ts';
import { caseGroups, type Case } from './cases.ts';
import { kernelRunner } from './run-kernels.ts';
import { withGradients } from './with-gradients.ts';

describe('evaluate is what tfjs cpu computes', () => {
  for (const [name, cases] of Object.entries(caseGroups)) {
    for (const values of ['smooth', 'special'] as const) {
      test(`${name}, ${values} values`, async () => {
        await tf.ready();
        const cpu = kernelRunner('cpu');
        const check = (given: Case): void => {
          const { result, inputs } = applyCase(given);
          const program = programOf({ result });
          const expected = cpu.run(program, { inputs }).get('result')!;
          const actual = evaluateProgram(program, { inputs }).get('result')!;
          expect(actual.shape).toEqual(expected.shape);
          expect(
            difference(expected.data, actual.data),
            `${given.about} ${[...actual.data].join()} for ${[...expected.data].join()}`,
          ).toBeLessThan(1e-5);
        };
        fc.assert(fc.property(cases(values), check), { numRuns: 150, seed: 21 });
      });
    }
  }
});

describe.each(['wasm', 'cpu'] as const)(
  'legalised programs and their gradients run on %s as the reference says',
  (backend) => {
    beforeAll(async () => {
      await tf.setBackend(backend);
    });

    for (const [name, cases] of Object.entries(caseGroups)) {
      test(name, () => {
        const runner = kernelRunner(backend);
        const check = (given: Case): void => {
          const { program, applied } = withGradients(given);
          const after = fuse(legalise(program, applied.op, backendNames), applied.op);
          const expected = evaluateProgram(program, { inputs: applied.inputs });
          const actual = runner.run(after, { inputs: applied.inputs });
          for (const [output, value] of expected)
            expect(
              difference(value.data, actual.get(output)!.data),
              `${given.about}: ${output} ${[...actual.get(output)!.data].join()} for ${[...value.data].join()}`,
            ).toBeLessThan(1e-4);
        };
        fc.assert(fc.property(cases('smooth'), check), {
          numRuns: ['conv2d', 'pools'].includes(name) ? 300 : 120,
          seed: 22,
        });
      });
    }
  },
);

describe('fused kernels', () => {
  for (const backend of ['cpu', 'wasm'] as const)
    for (const activation of fusedActivations)
      test(`${activation} on ${backend}`, async () => {
        await tf.setBackend(backend);
        const op = createGraphBuilder();
        const [x, w, b] = [
          op.input('x', 'float32', [5, 4]),
          op.input('w', 'float32', [4, 6]),
          op.input('b', 'float32', [6]),
        ];
        const [image, k] = [op.input('image', 'float32', [1, 5, 5, 2]), op.input('k', 'float32', [3, 3, 2, 6])];
        const activating = { activation, ...(activation === 'leakyrelu' && { alpha: 0.3 }) };
        const each = op.input('each', 'float32', [3, 3, 2, 3]);
        const program = programOf({
          dense: op.fusedMatMul(x, w, b, activating),
          convolution: op.fusedConv2d(image, k, b, { strides: [2, 1], padding: 'same', ...activating }),
          depthwise: op.fusedDepthwiseConv2d(image, each, b, { strides: [1, 1], padding: 'same', ...activating }),
        });
        const wave = (...shape: number[]): NdArray =>
          ndArray(
            shape,
            Array.from({ length: countOf(shape) }, (_, i) => 3 * Math.sin(1.3 * i + shape.length)),
          );
        const inputs = {
          x: wave(5, 4),
          w: wave(4, 6),
          b: wave(6),
          image: wave(1, 5, 5, 2),
          k: wave(3, 3, 2, 6),
          each: wave(3, 3, 2, 3),
        };
        const [expected, actual] = [
          evaluateProgram(program, { inputs }),
          kernelRunner(backend).run(program, { inputs }),
        ];
        for (const [name, value] of expected)
          expect(difference(value.data, actual.get(name)!.data), name).toBeLessThan(1e-5);
      });
});

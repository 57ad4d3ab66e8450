/** Image layers with their gradients, legalised and fused, on the kernels of cpu and wasm against the reference evaluator. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { backendNames, legalise } from '../../../compiler/emit/backends/index.ts';
import { evaluateProgram } from '../../../compiler/graph/index.ts';
import { fuse } from '../../../compiler/optimise/index.ts';
import { difference } from '../../ops/apply-case.ts';
import { kernelRunner } from '../../ops/run-kernels.ts';
import { withGradients } from '../with-gradients.ts';
import { allCases, appliedCase } from './cases.ts';

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });
  test.each(allCases)('%s', (about, given) => {
    const { layer, inputs } = appliedCase(given);
    const { op, program, bindings } = withGradients(layer, inputs);
    const actual = kernelRunner(backend).run(fuse(legalise(program, op, backendNames), op), bindings);
    for (const [name, value] of evaluateProgram(program, bindings))
      expect(difference(value.data, actual.get(name)!.data), `${about} ${name}`).toBeLessThan(1e-4);
  });
});

/** Results and gradients, legalised and fused, on the kernels of cpu and wasm against the reference evaluator. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { backendNames, legalise } from '../../../compiler/emit/backends/index.ts';
import { evaluateProgram, nodesOf } from '../../../compiler/graph/index.ts';
import { fuse } from '../../../compiler/optimise/index.ts';
import { difference } from '../../ops/apply-case.ts';
import { kernelRunner } from '../../ops/run-kernels.ts';
import { withGradients } from '../with-gradients.ts';
import { allCases, appliedCase, type LayerCase } from './cases.ts';

/** Kernels that are wrong on wasm. */
const neverThere = ['conv2dInputGradient', 'conv2dFilterGradient', 'averagePoolGradient'];

const programFor = (given: LayerCase) => {
  const { layer, inputs } = appliedCase(given);
  return withGradients(layer, inputs);
};

describe.each(['wasm', 'cpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });
  test.each(allCases)('%s', (about, given) => {
    const { op, program, bindings } = programFor(given);
    const after = fuse(legalise(program, op, backendNames), op);
    const actual = kernelRunner(backend).run(after, bindings);
    for (const [name, value] of evaluateProgram(program, bindings))
      expect(difference(value.data, actual.get(name)!.data), `${about} ${name}`).toBeLessThan(1e-4);
  });
});

test.each(allCases)('%s asks no kernel that is wrong', (_, given) => {
  const { op, program } = programFor(given);
  const after = fuse(legalise(program, op, backendNames), op);
  const names = new Set<string>(nodesOf(after).map((node) => node.op));
  expect(neverThere.filter((name) => names.has(name))).toEqual([]);
});

/** Every model of the zoo, narrowed so that a test can run it, goes forward and takes a training step on wasm. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import { compiledWithTraining } from '../training/compiled.ts';
import { filled } from './filled-inputs.ts';
import { narrowed, zooCases, zooFolder, zooSizes as sizes } from './zoo-cases.ts';

describe('on wasm', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  for (const zoo of zooCases)
    for (const name of zoo.models)
      it(`${zoo.file} ${name} goes forward and learns a step`, async () => {
        const { models, training } = await compiledWithTraining(narrowed(zoo), zooFolder);
        const net = await models[name]!.create({ seed: 3 });
        const inputs = filled(models[name]!.spec.inputs, sizes);
        const before = tf.engine().backend.numDataIds();
        const outputs = (await net.run(inputs)) as Readonly<Record<string, ArrayLike<number>>>;
        expect(tf.engine().backend.numDataIds()).toBe(before);
        for (const output of Object.values(outputs)) expect(Array.from(output).every(Number.isFinite)).toBe(true);
        const program = training?.[name];
        if (program?.targets) {
          const scores = await net.trainStep({ ...inputs, ...filled(program.targets, sizes) });
          expect(scores.loss).toBeTypeOf('number');
          expect(Object.values(scores).every(Number.isFinite)).toBe(true);
          const again = await net.run(inputs);
          for (const output of Object.values(again)) expect(Array.from(output as ArrayLike<number>).every(Number.isFinite)).toBe(true); // prettier-ignore
        }
        net.dispose();
      });
});

/** The smaller architectures go forward on wasm, and those that have a `train` take a step, with finite numbers. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import { compiledWithTraining } from '../training/compiled.ts';
import { filled } from './filled-inputs.ts';

const folder = new URL('../cases/architectures/', import.meta.url).pathname;
const sizes: Readonly<Record<string, number>> = { h: 16, w: 16, n: 5, m: 4, k: 3, time: 6, nodes: 4, seq: 5 };

describe('on wasm', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  for (const file of ['tricky.nn', 'more.nn'])
    it(`${file}: every model goes forward and learns a step`, { timeout: 120_000 }, async () => {
      const { models, training } = await compiledWithTraining(readFileSync(folder + file, 'utf8'), folder);
      for (const [name, model] of Object.entries(models)) {
        const net = await model.create({ seed: 3 });
        const inputs = filled(model.spec.inputs, sizes);
        const areFinite = (outputs: object): boolean => Object.values(outputs).every((o) => Array.from(o as ArrayLike<number>).every(Number.isFinite)); // prettier-ignore
        expect(areFinite(await net.run(inputs)), name).toBe(true);
        const program = training?.[name];
        if (program?.targets) {
          const scores = await net.trainStep({ ...inputs, ...filled(program.targets, sizes) });
          expect(Object.values(scores).every(Number.isFinite), `${name} ${JSON.stringify(scores)}`).toBe(true);
          expect(areFinite(await net.run(inputs)), `${name} after a step`).toBe(true);
        }
        net.dispose();
      }
    });
});

/** Whole networks of the zoo: parameter counts at full size, one finite step of training on wasm when scaled down. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../../runtime/index.ts';
import { checkOnDisk, summaryOf } from '../../check/checking.ts';
import { compiled } from '../../training/compiled.ts';
import { someNumbers } from '../harness.ts';

const folder = new URL('../../cases/zoo/', import.meta.url).pathname;
const text = (name: string): string => readFileSync(`${folder}${name}`, 'utf8');

interface Expected {
  readonly file: string;
  readonly model: string;
  readonly arguments: object;
  readonly parameters_total: number;
  readonly parameters_trainable: number;
}
const expected = (JSON.parse(text('expected.json')) as readonly Expected[]).filter(
  (e) => ['dcgan.nn', 'mobilenet-v2.nn', 'vae.nn', 'unet.nn'].includes(e.file) && Object.keys(e.arguments).length === 0,
);

test.each(expected.map((e) => [e.file, e.model, e] as const))('%s %s has its parameters', (file, name, e) => {
  const { models, diagnostics } = checkOnDisk(folder + file);
  expect(diagnostics.filter((d) => d.severity === 'error').map(summaryOf)).toEqual([]);
  const { weights } = models.find((model) => model.name === name)!;
  const count = (list: typeof weights): number => list.reduce((n, { sizes }) => n + sizes.reduce((a, b) => a * b, 1), 0);
  expect(count(weights)).toBe(e.parameters_total);
  expect(count(weights.filter((weight) => weight.trainable !== false))).toBe(e.parameters_trainable);
}); // prettier-ignore

/** Replaces what is written, all of which must be there. */
function scaled(whole: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`'${from}' is not there`);
    return result.replaceAll(from, to);
  }, whole);
}

const floats = (...shape: number[]) => ({ data: Float32Array.from(someNumbers(shape, 2).data, Math.abs), shape });
const classes = (...values: number[]) => ({ data: Int32Array.from(values), shape: [values.length] });
const painter = `
train Generator {
  target picture: [64, 64, 3]
  loss: meanSquaredError(picture, image)
  optimizer: adam(learningRate: 2e-4)
}
`;

interface Small {
  readonly program: string;
  readonly data: () => object;
}
const networks: Readonly<Record<string, Small>> = {
  Generator: {
    program: scaled(text('dcgan.nn'), [['filters = 64', 'filters = 4'], ['latent = 100', 'latent = 8']]) + painter,
    data: () => ({ noise: floats(2, 8), picture: floats(2, 64, 64, 3) }),
  },
  Discriminator: {
    program: scaled(text('dcgan.nn'), [['filters = 64', 'filters = 4']]),
    data: () => ({ image: floats(2, 64, 64, 3), label: floats(2, 1) }),
  },
  MobileNetV2: {
    program: scaled(text('conv-blocks.nn') + text('mobilenet-v2.nn').replace(/^import.*$/m, ''), [
      ['[224, 224, 3]', '[32, 32, 3]'],
      ['classes = 1000', 'classes = 10'],
      ['(64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)', '(40, 2, 2)'],
    ]),
    data: () => ({ image: floats(3, 32, 32, 3), answer: classes(1, 7, 3) }),
  },
  VAE: { program: text('vae.nn'), data: () => ({ image: floats(2, 28, 28, 1) }) },
  UNet: {
    program: scaled(text('unet.nn'), [['filters = 64', 'filters = 4'], ['[256, 256, 1]', '[32, 32, 1]']]),
    data: () => ({ image: floats(2, 32, 32, 1), cells: floats(2, 32, 32, 1) }),
  },
}; // prettier-ignore

describe('scaled down, on wasm', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });
  test.each(Object.entries(networks))('%s trains', async (name, { program, data }) => {
    const net = await (await compiled<string>(program))[name]!.create({ seed: 3 });
    const losses: number[] = [];
    for (let i = 0; i < 2; i++)
      losses.push(((await net.trainStep(data() as never)) as Readonly<Record<string, number>>)['loss']!);
    for (const loss of losses) expect(loss).toSatisfy(Number.isFinite);
    const views = net.weights as Readonly<Record<string, { data(): Promise<ArrayLike<number>> }>>;
    for (const path of Object.keys(views)) expect(Array.from(await views[path]!.data()).every(Number.isFinite), path).toBe(true); // prettier-ignore
    net.dispose();
  });
});

/** What `nn summary` says of memory, on the command line, by the real compiler. */
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { inFolder, nn } from '../cli/fakes.ts';

const text = `model Line {
  input x: [10]
  output y = x -> Dense(20, activation: relu) -> Dense(5)
}
train Line {
  target t: [5]
  loss: meanSquaredError(t, y)
  optimizer: adam
  batchSize: 8
}

model Picture {
  input photo: [h, w, 3]
  require h % 2 == 0
  output small = photo -> AveragePooling2D(2)
}
`;

const summary = (...options: readonly string[]) => {
  let ran: Awaited<ReturnType<typeof nn>> | undefined;
  return inFolder({ 'a.nn': text }, async (cwd) => {
    ran = await nn(['summary', 'a.nn', ...options], { cwd, createCompiler });
  }).then(() => ran!);
};
const memoryOf = async (...options: readonly string[]) =>
  JSON.parse((await summary('--json', ...options)).stdout).models.map((model: { memory: unknown }) => model.memory);

/** 10 · 20 + 20 + 20 · 5 + 5 numbers. */
const weights = 4 * 325;

describe('memory in nn summary', () => {
  test('of a prediction: weights, input, and the two values that are there at once', async () => {
    const [line] = await memoryOf();
    expect(line.predict).toEqual({ batch: 1, total: weights + 4 * 35, weights, prepared: 0, activations: 4 * (10 + 20 + 5) }); // prettier-ignore
    const [many] = await memoryOf('--batch-size', '100');
    expect(many.predict).toMatchObject({ batch: 100, activations: 400 * 35 });
  }); // prettier-ignore

  test('of a training step: with what the optimiser keeps, by default for the batches of the train block', async () => {
    const [line] = await memoryOf();
    const { batch, optimizer, total, gradients, activations, update } = line.train;
    expect([batch, optimizer]).toEqual([8, 2 * weights]);
    expect(weights + optimizer + gradients + activations + update).toBe(total);
    // Weights, two means of gradients, the gradients themselves at least.
    expect(total).toBeGreaterThan(4 * weights);
    expect((await memoryOf('--batch-size', '4096'))[0].train.total).toBeGreaterThan(4096 * 4 * (10 + 20 + 5 + 5));
  });

  test('of open sizes: names them until they are given, and wants such that can be', async () => {
    expect((await summary('--model', 'Picture')).stdout).toContain('memory      depends on h, w: give them with --size h=… --size w=…'); // prettier-ignore
    expect(await memoryOf('--model', 'Picture')).toEqual([null]);
    const [picture] = await memoryOf('--model', 'Picture', '--size', 'h=4', '--size', 'w=6');
    expect(picture).toEqual({ predict: { batch: 1, total: 360, weights: 0, prepared: 0, activations: 4 * (72 + 18) }, train: null }); // prettier-ignore
    const odd = await summary('--model', 'Picture', '--size', 'h=5', '--size', 'w=6');
    expect(odd).toEqual({ code: 2, stdout: '', stderr: 'error: Picture cannot have h = 5, w = 6: it requires h % 2 == 0\n  help: Choose other numbers for --size.\n' }); // prettier-ignore
    expect((await summary('--size', 'hight=4')).stderr).toContain('error: --size hight: there is no open size hight');
    expect((await summary('--size', 'h=tall')).stderr).toContain('Write it as name=number, for example --size h=256.');
    expect((await summary('--batch-size', '0')).stderr).toContain('Write a whole number from 1.');
  });

  test('in words', async () => {
    const { stdout } = await summary('--model', 'Line', '--batch-size', '2');
    expect(stdout).toContain('memory      1.54 KiB to predict 2 examples: weights 1.27 KiB, activations 280 B\n');
    expect(stdout).toMatch(
      /\n {12}\S+ KiB to train on 2 examples: weights 1.27 KiB, optimizer state 2.54 KiB, gradients /,
    );
  });
});

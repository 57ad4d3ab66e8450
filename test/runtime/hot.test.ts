/** Networks that run while their `.nn` is edited. */
import { beforeEach, expect, it, vi } from 'vitest';
import { type HotData, hotModels } from '../../runtime/hot.ts';
import { useBackend } from '../../runtime/index.ts';
import { compiled } from '../training/compiled.ts';

/** A class is redirected for good, so each test has classes of its own. */
let tests = 0;
beforeEach(() => void tests++);

const text = (activation: string, units = 3, optimizer = 'adam()'): string => `// ${tests}
model M {
  input x: [4]
  output y = x -> Dense(${units}) -> ${activation}
}
train M {
  target t: [${units}]
  loss: meanSquaredError(t, y)
  optimizer: ${optimizer}
}
`;
const one = { x: Float32Array.of(1, -2, 3, -4), t: Float32Array.of(1, 2, 3) };

async function started() {
  await useBackend('cpu');
  const data: HotData = {};
  const first = await compiled<'M'>(text('relu'));
  await hotModels(data, 'm.nn', { M: first.M });
  const net = await first.M.create({ seed: 3 });
  await net.trainStep(one);
  return { data, first, net, before: (await net.run({ x: one.x })) as { y: Float32Array } };
}

it('goes on with the same weights, step and optimiser state under new code', async () => {
  const { data, first, net, before } = await started();
  expect(Math.min(...before.y)).toBe(0);
  const second = await compiled<'M'>(text('tanh'));
  await hotModels(data, 'm.nn', { M: second.M });
  const after = (await net.run({ x: one.x })) as { y: Float32Array };
  expect(net).toBeInstanceOf(second.M);
  const fresh = await second.M.resume(await net.checkpoint());
  expect(after.y).toEqual(((await fresh.run({ x: one.x })) as { y: Float32Array }).y);
  for (const [i, y] of before.y.entries()) if (y > 0) expect(after.y[i]).toBeCloseTo(Math.tanh(y), 5);
  expect(net.step).toBe(1);
  // Who imported the first version gets the second.
  expect(await first.M.create({ seed: 1 })).toBeInstanceOf(second.M);
});

it('goes on through many edits', async () => {
  const { data, net, before } = await started();
  for (const stage of ['tanh', 'sigmoid', 'softplus', 'relu']) {
    // Never a class that was there before, also where the text is.
    await hotModels(data, 'm.nn', { M: (await compiled<'M'>(`// ${stage}\n${text(stage)}`)).M });
  }
  expect(((await net.run({ x: one.x })) as { y: Float32Array }).y).toEqual(before.y);
});

it('takes another optimiser, which begins anew', async () => {
  const { data, net } = await started();
  const kernel = (net.weights as Record<string, { data(): Promise<unknown> }>)['dense.kernel']!;
  const values = await kernel.data();
  const second = await compiled<'M'>(text('relu', 3, 'sgd(learningRate: 0.5, momentum: 0.9)'));
  await hotModels(data, 'm.nn', { M: second.M });
  expect(await (net.weights as Record<string, { data(): Promise<unknown> }>)['dense.kernel']!.data()).toEqual(values);
  await expect(net.trainStep(one)).resolves.toHaveProperty('loss');
});

it('says what changed where the weights do not agree, and leaves what runs', async () => {
  const { data, net, before } = await started();
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const second = await compiled<'M'>(text('relu', 5));
  await hotModels(data, 'm.nn', { M: second.M });
  expect(warn.mock.calls).toEqual([
    [
      '[nnlang] m.nn has changed.\nThe running network of M cannot go on with it: dense.kernel is now [4, 5], was [4, 3]; dense.bias is now [5], was [3]. It computes as before; reload to start anew.',
    ],
  ]);
  warn.mockRestore();
  expect(((await net.run({ x: one.x })) as { y: Float32Array }).y).toEqual(before.y);
});

it('does not speak of networks that are gone', async () => {
  const { data, net } = await started();
  net.dispose();
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  await hotModels(data, 'm.nn', { M: (await compiled<'M'>(text('relu', 6))).M });
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

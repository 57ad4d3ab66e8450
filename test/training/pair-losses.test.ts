/** Losses over more than one position, compiled: `ctc` against every way of writing its labels, `circle` against every pair. */
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import { checkText } from '../check/checking.ts';
import { compiled } from './compiled.ts';

const speech = `
model Speech {
  input sound: [time, 3]
  output scores = sound -> Dense(4)
}
train Speech {
  target labels: int32[3]
  loss: ctc(labels, scores)
  optimizer: adam(learningRate: 0.1)
}
model Faces {
  input x: [6]
  output vector = x -> Dense(3) -> UnitNormalization
}
train Faces {
  target person: int32
  loss: circle(person, vector, gamma: 4, margin: 0.25)
  optimizer: adam(learningRate: 0.05)
}`;

/** The labels that a way stands for: repetitions merged, blanks removed. */
const read = (way: readonly number[]): string => way.filter((c, i) => c !== 0 && c !== way[i - 1]).join();

/** −log of the summed probability of all ways, one by one. */
function byEnumeration(scores: readonly (readonly number[])[], labels: readonly number[]): number {
  const p = scores.map((row) => {
    const sum = row.reduce((total, x) => total + Math.exp(x), 0);
    return row.map((x) => Math.exp(x) / sum);
  });
  const [classes, times] = [p[0]!.length, p.length];
  const wanted = labels.filter((c) => c !== 0).join();
  let total = 0;
  for (let code = 0; code < classes ** times; code++) {
    const way = p.map((_, t) => Math.floor(code / classes ** t) % classes);
    if (read(way) === wanted) total += way.reduce((product, c, t) => product * p[t]![c]!, 1);
  }
  return -Math.log(total);
}

const rows = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, i) => Array.from(values).slice(i * width, (i + 1) * width));

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it('ctc is the probability of all ways, whatever the sizes', async () => {
    await useBackend(backend);
    const { Speech } = await compiled<'Speech' | 'Faces'>(speech);
    const net = await Speech.create({ seed: 3 });
    for (const [time, targets] of [[5, [[1, 2, 0], [3, 3, 1], [0, 0, 0], [2, 0, 0]]], [4, [[2, 2, 0], [1, 0, 0]]]] as const) {
      const size = targets.length;
      const sound = { data: Float32Array.from({ length: size * time * 3 }, (_, i) => 2 * Math.sin(i * 1.3)), shape: [size, time, 3] };
      const labels = { data: Int32Array.from(targets.flat()), shape: [size, targets[0].length] };
      const { scores } = (await net.run({ sound } as never)) as unknown as { scores: Float32Array };
      const each = rows(scores, time * 4).map((one, i) => byEnumeration(rows(one, 4), targets[i]!));
      const expected = each.reduce((a, b) => a + b, 0) / size;
      const before = net.device.backend.numDataIds();
      expect((await net.evaluate({ sound, labels } as never))['loss']).toBeCloseTo(expected, 4);
      expect(net.device.backend.numDataIds()).toBe(before);
      const { loss } = (await net.trainStep({ sound, labels } as never)) as unknown as { loss: number };
      expect(loss).toBeCloseTo(expected, 4);
      for (let step = 0; step < 60; step++) await net.trainStep({ sound, labels } as never);
      expect((await net.evaluate({ sound, labels } as never))['loss']).toBeLessThan(expected / 2);
    }
    net.dispose();
  }); // prettier-ignore

  it('circle brings faces of one person together', async () => {
    await useBackend(backend);
    const { Faces } = await compiled<'Speech' | 'Faces'>(speech);
    const net = await Faces.create({ seed: 3 });
    const data = {
      x: Float32Array.from({ length: 48 }, (_, i) => Math.sin(i * i)),
      person: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 7),
    };
    const distances = async (): Promise<{ same: number; others: number }> => {
      const { vector } = (await net.run({ x: data.x } as never)) as unknown as { vector: Float32Array };
      const vectors = rows(vector, 3);
      const found = { same: 0, others: 0 };
      for (const [i, a] of vectors.entries())
        for (const [j, b] of vectors.entries()) {
          const distance = 1 - a.reduce((dot, x, k) => dot + x * b[k]!, 0);
          if (i !== j) found[data.person[i] === data.person[j] ? 'same' : 'others'] += distance;
        }
      return found;
    };
    const before = await distances();
    await net.fit(data, { epochs: 80, batchSize: 8 });
    const after = await distances();
    expect(after.same).toBeLessThan(before.same / 3);
    expect(after.others).toBeGreaterThan(30);
    net.dispose();
  });
});

it('targets that do not fit are mistakes', () => {
  const codes = (text: string): string[] => checkText(text).diagnostics.map((d) => d.code);
  const train = (target: string, end: string, loss: string): string =>
    `model M {\n  input x: [5, 3]\n  output y = x -> ${end}\n}\ntrain M {\n  target t: ${target}\n  loss: ${loss}\n  optimizer: sgd\n}\n`;
  expect(codes(train('int32[2]', 'Dense(4, activation: softmax)', 'ctc(t, y)'))).toEqual([]);
  expect(codes(train('int32[2]', 'Dense(4, activation: sigmoid)', 'ctc(t, y)'))).toEqual(['train/activation']);
  expect(codes(train('int32', 'Dense(4)', 'ctc(t, y)'))).toEqual(['train/target']);
  expect(codes(train('[2]', 'Dense(4)', 'ctc(t, y)'))).toEqual(['train/target']);
  expect(codes(train('int32[2]', 'Flatten -> Dense(4)', 'ctc(t, y)'))).toEqual(['train/target']);
  expect(codes(train('int32', 'Flatten -> Dense(4) -> UnitNormalization', 'circle(t, y)'))).toEqual([]);
  expect(codes(train('int32', 'Dense(4) -> UnitNormalization', 'circle(t, y)'))).toEqual(['train/target']);
  expect(codes(train('[4]', 'Flatten -> Dense(4)', 'circle(t, y)'))).toEqual(['train/target']);
});

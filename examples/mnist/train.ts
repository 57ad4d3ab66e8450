/**
 * Trains the network of `digits.nn` on 60,000 digits, tests it on 10,000 others, saves it.
 *
 *     npm run demo                      all of it
 *     npm run demo -- --examples 2000   a short look
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { useBackend } from 'nnlang/runtime';
import { loadDigits } from './data.ts';
import { Digits } from './generated/digits.js';

const { values } = parseArgs({ options: { examples: { type: 'string' }, epochs: { type: 'string', default: '3' } } });
const epochs = Number(values.epochs);
const train = loadDigits('train', values.examples === undefined ? undefined : Number(values.examples));
const test = loadDigits('t10k', values.examples === undefined ? undefined : Number(values.examples));

await useBackend('wasm');
const net = await Digits.create({ seed: 1 });
net.summary();

const bar = new SingleBar({
  format:
    'epoch {epoch}/{epochs} {bar} {value}/{total}  loss {loss}  accuracy {accuracy}  {rate}/s  {eta_formatted} left',
  noTTYOutput: true,
  notTTYSchedule: 20_000,
});
const shown = { loss: '–', accuracy: '–', rate: '–' };
let begun = 0;
let done = 0;

const started = performance.now();
const { history } = await net.fit(train, {
  epochs,
  onEpochBegin(epoch) {
    begun = performance.now();
    done = 0;
    bar.start(train.label.length, 0, { epoch: epoch + 1, epochs, ...shown });
  },
  onBatchEnd(_, { size, loss, sparseCategoricalAccuracy }) {
    done += size;
    const rate = Math.round(done / ((performance.now() - begun) / 1000));
    bar.update(done, { loss: loss.toFixed(4), accuracy: sparseCategoricalAccuracy.toFixed(4), rate });
  },
  onEpochEnd: () => bar.stop(),
});
const seconds = (performance.now() - started) / 1000;

const table = new Table({ head: ['epoch', 'loss', 'accuracy'], style: { head: [], border: [] } });
for (const [epoch, loss] of history.loss.entries())
  table.push([epoch + 1, loss.toFixed(4), history.sparseCategoricalAccuracy[epoch]!.toFixed(4)]);
console.log(table.toString());

const scores = await net.evaluate(test);
console.log(`trained in ${seconds.toFixed(0)} s on wasm, one thread`);
console.log(
  `test accuracy ${(scores.sparseCategoricalAccuracy * 100).toFixed(2)} % on ${test.label.length} digits never seen`,
);

mkdirSync(new URL('generated/', import.meta.url), { recursive: true });
const weights = new URL('generated/digits.safetensors', import.meta.url);
await net.save(weights.pathname);
// What this network says of the first digits, for the other process to compare.
const { digit } = await net.run({ image: test.image.subarray(0, 16 * 784) });
writeFileSync(new URL('generated/predictions.json', import.meta.url), JSON.stringify([...digit]));
net.dispose();
console.log(`saved ${weights.pathname}`);

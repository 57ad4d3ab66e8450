/**
 * Trains the network of `precise.nn` on 60,000 digits and tests it on the 10,000 others.
 *
 *     npm run example:mnist                        all of it
 *     npm run example:mnist -- --examples 2000     a short look
 */
import { check, optionsOr } from '../options.ts';
import { progress, since } from '../progress.ts';
import { loadDigits } from './data.ts';
import { Precise } from './generated/precise.js';

const { examples, epochs, bar } = optionsOr({ epochs: 3 });
const train = loadDigits('train', examples);
const test = loadDigits('t10k', examples);

const net = await Precise.create({ seed: 1 });
const start = performance.now();
await net.fit(train, { epochs, ...progress(train.label.length, epochs) });
const { sparseCategoricalAccuracy } = await net.evaluate(test, { batchSize: 500 });
const percent = (sparseCategoricalAccuracy * 100).toFixed(2);
console.log(`trained in ${since(start)}; ${percent} % right on ${test.label.length} digits never seen`);

await net.save(new URL('generated/precise.safetensors', import.meta.url).pathname);
net.dispose();
check('the accuracy', sparseCategoricalAccuracy, 'at least', bar);

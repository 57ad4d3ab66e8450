/**
 * Learns to tell advertisements from letters, by words.
 *
 *     npm run example:spam                       4,837 messages, tried on 1,209 others
 *     npm run example:spam -- --examples 500     a short look
 */
import { check, optionsOr } from '../options.ts';
import { progress, since } from '../progress.ts';
import { Spam } from './generated/spam.js';
import { loadMessages } from './messages.ts';

const length = 80;
const { examples, epochs, bar } = optionsOr({ epochs: 3 });
const [train, test] = loadMessages(length, 4000, examples);
const shaped = ({ words, label }: typeof train) => ({ words: { data: words, shape: [label.length, length] }, label });

const net = await Spam.create({ seed: 1 });
const start = performance.now();
await net.fit(shaped(train), { epochs, ...progress(train.label.length, epochs) });

const { binaryAccuracy, precision, recall } = await net.evaluate(shaped(test));
const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
const most = Math.max(...[0, 1].map((label) => test.label.filter((l) => l === label).length)) / test.label.length;
console.log(
  `trained in ${since(start)}; of ${test.label.length} messages never seen, ${percent(binaryAccuracy)} are told right (${percent(most)} by always saying the same)`,
);
console.log(`of what it calls spam, ${percent(precision)} is; of what is spam, it finds ${percent(recall)}`);

await net.save(new URL('generated/spam.safetensors', import.meta.url).pathname);
net.dispose();
check('the accuracy', binaryAccuracy, 'at least', bar);

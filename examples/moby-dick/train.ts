/**
 * A small transformer reads Moby-Dick twice, then goes on writing.
 *
 *     npm run example:moby-dick                       all of the book
 *     npm run example:moby-dick -- --examples 500     a short look
 */
import { check, optionsOr } from '../options.ts';
import { progress, since } from '../progress.ts';
import { Writer } from './generated/moby-dick.js';
import { decode, encode, windows } from './text.ts';

const length = 64;
const { examples, epochs, bar } = optionsOr({ epochs: 2 });
const { text, following } = windows('train', length, examples);
const test = windows('test', length, examples);
const shape = (data: Int32Array) => ({ data, shape: [data.length / length, length] });

const net = await Writer.create({ seed: 1 });
const start = performance.now();
const data = { text: shape(text), following: shape(following) };
await net.fit(data, { epochs, ...progress(text.length / length, epochs) });
const { loss, sparseCategoricalAccuracy } = await net.evaluate({
  text: shape(test.text),
  following: shape(test.following),
});
console.log(
  `trained in ${since(start)}; in chapters never read, ${(sparseCategoricalAccuracy * 100).toFixed(1)} % of characters are foreseen, loss ${loss.toFixed(3)} (${(loss / Math.LN2).toFixed(2)} bits)`,
);

/** A character drawn by its probability, the likely ones made likelier. */
function drawn(logits: Float32Array, temperature: number): number {
  const most = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp((logit - most) / temperature));
  let left = Math.random() * weights.reduce((a, b) => a + b);
  return weights.findIndex((weight) => (left -= weight) < 0);
}

const written = [...encode('Call me Ishmael. ')];
for (let i = 0; i < 400; i++) {
  const seen = Int32Array.from(written.slice(-length));
  const next = (await net.run({ text: { data: seen, shape: [1, seen.length] } })).next as Float32Array;
  written.push(drawn(next.slice(-96), 0.7));
}
console.log(`\n${decode(written)}\n`);

await net.save(new URL('generated/moby-dick.safetensors', import.meta.url).pathname);
net.dispose();
check('the test loss', loss, 'at most', bar);

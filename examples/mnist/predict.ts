/** A fresh process: loads the weights that `train.ts` saved, and says the same as the network that saved them. */
import { readFileSync } from 'node:fs';
import { loadDigits } from './data.ts';
import { Digits } from './generated/digits.js';

const net = await Digits.load(new URL('generated/digits.safetensors', import.meta.url).pathname);
const test = loadDigits('t10k', 16);
const { digit } = await net.run({ image: test.image });

const saved = JSON.parse(readFileSync(new URL('generated/predictions.json', import.meta.url), 'utf8')) as number[];
const same = digit.length === saved.length && saved.every((value, i) => value === digit[i]);

const guesses = Array.from({ length: 16 }, (_, i) => {
  const row = digit.subarray(i * 10, i * 10 + 10);
  return row.indexOf(Math.max(...row));
});
console.log(`the digits are    ${[...test.label].join(' ')}`);
console.log(`the network says  ${guesses.join(' ')}`);
console.log(
  same ? 'bit for bit what the network said before it was saved' : 'NOT what the network said before it was saved',
);
net.dispose();
process.exitCode = same ? 0 : 1;

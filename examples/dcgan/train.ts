/**
 * Two networks against each other: one paints digits, the other tells them from real ones, and each learns from the other.
 *
 *     npm run example:dcgan                       60,000 digits, once
 *     npm run example:dcgan -- --examples 1000    a short look
 */
import { SingleBar } from 'cli-progress';
import { dispose } from '@tensorflow/tfjs-core';
import { loadDigits } from '../mnist/data.ts';
import { check, optionsOr } from '../options.ts';
import { writeGrid } from '../pictures.ts';
import { since } from '../progress.ts';
import { Judge, Painter } from './generated/dcgan.js';

const { examples, epochs, bar } = optionsOr({ epochs: 1 });
const digits = loadDigits('train', examples).image;
const [batch, latent] = [32, 64];

/** Normally distributed numbers from a seed (Box and Muller, over Marsaglia's xorshift). */
let state = 2463534242;
function uniform(): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return ((state >>> 0) + 0.5) / 2 ** 32;
}
const noise = (count: number): Float32Array =>
  Float32Array.from(
    { length: count * latent },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );

const painter = await Painter.create({ seed: 1 });
const judge = await Judge.create({ seed: 2 });
const optimizer = { name: 'adam', learningRate: 5e-4, beta1: 0.5 } as const;
const fake = new Float32Array(batch);
const real = new Float32Array(batch).fill(0.9);

/** One step of each on the same paintings. */
async function step(image: Float32Array): Promise<{ readonly judged: number; readonly believed: number }> {
  // The judge learns that these are digits, and those paintings.
  const painted = await painter.forward({ noise: noise(batch) }, { training: true });
  const seen = await judge.trainStep({ image, label: real });
  const caught = await judge.trainStep({ image: painted.outputs.image, label: fake });

  // The painter learns what would have made the judge say "a digit": the gradient of -log(real) goes back through both.
  const verdict = await judge.forward({ image: painted.outputs.image }, { training: true });
  const belief = await verdict.outputs.real.data();
  const wanted = verdict.backward({ real: Float32Array.from(belief, (p) => -1 / Math.max(p, 1e-6) / batch) });
  const { weights, inputs } = painted.backward({ image: wanted.inputs.image });
  await painter.applyGradients(weights, { optimizer });
  dispose([painted.outputs, verdict.outputs, wanted, { weights, inputs }]);
  return { judged: (seen.loss + caught.loss) / 2, believed: belief.reduce((a, b) => a + b, 0) / batch };
}

const steps = Math.floor(digits.length / 784 / batch);
const start = performance.now();
for (let epoch = 1; epoch <= epochs; epoch++) {
  const progress = new SingleBar({
    format: `epoch ${epoch}/${epochs} {bar} {value}/{total}  judge's loss {judged}  believed {believed}  {eta_formatted} left`,
    noTTYOutput: true,
    notTTYSchedule: 20_000,
  });
  progress.start(steps, 0, { judged: '–', believed: '–' });
  for (let i = 0; i < steps; i++) {
    const { judged, believed } = await step(digits.subarray(i * batch * 784, (i + 1) * batch * 784));
    progress.update(i + 1, { judged: judged.toFixed(3), believed: believed.toFixed(3) });
  }
  progress.stop();
}

const image = await painter.run(noise(100));
const file = new URL('generated/paintings.png', import.meta.url).pathname;
writeGrid(file, { pixels: image, height: 28, width: 28 }, 10);

/** The average digit, and how far from it the average painting is: a painter that has learnt nothing paints grey. */
function mean(pixels: Float32Array): Float32Array {
  const sum = new Float32Array(784);
  for (const [i, pixel] of pixels.entries()) sum[i % 784]! += pixel / (pixels.length / 784);
  return sum;
}
const [digit, painting] = [mean(digits), mean(image)];
const distance = digit.reduce((sum, pixel, i) => sum + Math.abs(pixel - painting[i]!), 0) / 784;
console.log(
  `trained in ${since(start)}; the average painting is ${distance.toFixed(3)} from the average digit; 100 paintings are in ${file}`,
);

await painter.save(new URL('generated/painter.safetensors', import.meta.url).pathname);
painter.dispose();
judge.dispose();
check('the distance', distance, 'at most', bar);

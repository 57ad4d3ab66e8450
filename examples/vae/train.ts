/**
 * Learns to lay out handwritten digits in the plane, then draws what lies at each point of it.
 *
 *     npm run example:vae                       all 60,000 digits
 *     npm run example:vae -- --examples 2000    a short look
 */
import { loadDigits } from '../mnist/data.ts';
import { check, optionsOr } from '../options.ts';
import { writeGrid } from '../pictures.ts';
import { progress, since } from '../progress.ts';
import { Vae } from './generated/vae.js';

const { examples, epochs, bar } = optionsOr({ epochs: 3 });
const { image } = loadDigits('train', examples);
const test = loadDigits('t10k', Math.min(examples, 10_000));

const net = await Vae.create({ seed: 1 });
const start = performance.now();
await net.fit({ image }, { epochs, ...progress(image.length / 784, epochs) });
const { loss, kl } = await net.evaluate({ image: test.image });
console.log(`trained in ${since(start)}; test loss ${loss.toFixed(1)}, of which ${kl.toFixed(1)} for the distribution`);

// The decoder alone: a member of the model, with the weights that were trained.
const side = 16;
const step = (i: number): number => (i / (side - 1)) * 5 - 2.5;
const z = Float32Array.from({ length: side * side * 2 }, (_, i) =>
  step(i % 2 === 0 ? (i >> 1) % side : side - 1 - Math.floor((i >> 1) / side)),
);
const drawn = await net.decoder.run(z);
const file = new URL('generated/plane.png', import.meta.url).pathname;
writeGrid(file, { pixels: drawn, height: 28, width: 28 }, side);
console.log(`the plane from -2.5 to 2.5 is in ${file}`);

await net.save(new URL('generated/vae.safetensors', import.meta.url).pathname);
net.dispose();
check('the test loss', loss, 'at most', bar);

/**
 * Finds circles, squares and triangles pixel by pixel: trained on small pictures, tried on larger ones.
 *
 *     npm run example:unet                      1,000 pictures of 64 × 64, ten times
 *     npm run example:unet -- --examples 40     a short look
 */
import { check, optionsOr } from '../options.ts';
import { writeGrid } from '../pictures.ts';
import { progress, since } from '../progress.ts';
import { UNet } from './generated/unet.js';
import { drawShapes } from './shapes.ts';

const { examples, epochs, bar } = optionsOr({ epochs: 10, examples: 1000 });

function pictures(count: number, height: number, width: number, seed: number) {
  const { image, truth } = drawShapes(count, height, width, seed);
  return {
    image: { data: image, shape: [count, height, width, 3] },
    truth: { data: truth, shape: [count, height, width] },
  };
}

const net = await UNet.create({ seed: 1 });
const start = performance.now();
await net.fit(pictures(examples, 64, 64, 1), { epochs, ...progress(examples, epochs) });
console.log(`trained in ${since(start)} on pictures of 64 × 64`);

let least = 1;
for (const [height, width] of [
  [64, 64],
  [96, 128],
] as const) {
  const scores = await net.evaluate(pictures(40, height, width, 2));
  least = Math.min(least, scores.meanIoU);
  console.log(
    `on new ones of ${height} × ${width}: intersection over union ${scores.meanIoU.toFixed(3)}, ${(scores.sparseCategoricalAccuracy * 100).toFixed(1)} % of pixels right`,
  );
}

/** Below each picture what the network says of it, in grey, red, green and blue. */
const { image } = pictures(4, 96, 128, 3);
const { found } = await net.run({ image });
const colours = [
  [0.9, 0.9, 0.9],
  [0.8, 0.2, 0.2],
  [0.2, 0.7, 0.3],
  [0.2, 0.3, 0.8],
];
const verdict = [...found].flatMap((kind) => colours[kind]!);
const file = new URL('generated/shapes.png', import.meta.url).pathname;
const seen = Array.from(image.data, (value) => Math.min(Math.max(value, 0), 1));
writeGrid(file, { pixels: [...seen, ...verdict], height: 96, width: 128, channels: 3 }, 4);
console.log(`four pictures and what it sees in them are in ${file}`);

await net.save(new URL('generated/unet.safetensors', import.meta.url).pathname);
net.dispose();
check('the intersection over union', least, 'at least', bar);

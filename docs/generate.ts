/** Writes the generated pages: `npm run docs`. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatted } from './format.ts';
import { measuredPages } from './measured.ts';
import { pages } from './pages.ts';
import { pictures } from './pictures.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const all = pages();
for (const [path, text] of all) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), await formatted(text));
}
for (const [path, text] of measuredPages()) writeFileSync(join(folder, path), await formatted(text));
for (const [path, svg] of pictures()) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), svg);
}
for (const part of ['errors', 'layers', 'functions', 'reference'])
  for (const name of readdirSync(join(folder, part))) if (!all.has(`${part}/${name}`)) rmSync(join(folder, part, name));
process.stdout.write(`${all.size} pages\n`);

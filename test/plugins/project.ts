/** A project on disk that uses a `.nn` in two files, and bundles of it in this process. The bundlers that take TypeScript take our sources. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../.tmp/plugins/', import.meta.url));

export const parts = `/// Two layers.
block Hidden {
  input x: [n]
  output y = x -> Dense(12, activation: relu) -> Dense(6, activation: relu)
}
`;
export const digits = `import { Hidden } from "./parts.nn"

model Digits {
  input image: [16]
  output digit = image -> Hidden -> Dense(3, activation: softmax)
}

train Digits {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, digit)
  optimizer: adam(learningRate: 1e-2)
}
`;
/** Prints what it computes, which is the same wherever it runs. */
export const app = `import { Digits } from './digits.nn';
const net = await Digits.create({ seed: 1 });
const image = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
const before = await net.run(image);
const { history } = await net.fit({ image, label: Int32Array.of(0, 1, 2, 1) }, { epochs: 2, batchSize: 2, shuffle: false });
const rounded = (values) => Array.from(values, (value) => Number(value.toFixed(5)));
console.log(JSON.stringify({ device: net.device.name, before: rounded(before), loss: rounded(history.loss) }));
`;

/** Writes the files into an empty folder of this name. */
export function project(name: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(root, name);
  rmSync(folder, { recursive: true, force: true });
  const all = { 'digits.nn': digits, 'parts.nn': parts, 'app.js': app, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What a script prints, as JSON. */
export function printed(script: string, args: readonly string[] = []): unknown {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...args, script], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} failed:\n${stdout}${stderr.slice(-3000)}`);
  return JSON.parse(stdout);
}

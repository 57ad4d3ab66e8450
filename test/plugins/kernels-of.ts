/**
 * Which kernels of tfjs each export of the runtime may ask for: those whose names are left in it when a bundler has dropped the rest. What is
 * loaded later, by `import()`, counts by itself.
 */
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import * as runtime from '../../runtime/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Names of kernels are the strings that tfjs exports under their own names, but for a leading `Fused`. */
const kernelNames = new Set(
  Object.entries(tf).flatMap(([name, value]) =>
    typeof value === 'string' && (value === name || value === `_${name}`) ? [value] : [],
  ),
);

export interface KernelTable {
  readonly helpers: Readonly<Record<string, readonly string[]>>;
  /** Of those helpers that ask for others in bundles without tensors. */
  readonly ofArrays: Readonly<Record<string, readonly string[]>>;
  readonly later: readonly string[];
}

export async function kernelTable(): Promise<KernelTable> {
  const entries = new Map<string, string>();
  for (const name of Object.keys(runtime))
    entries.set(`helper:${name}`, `export { ${name} } from './runtime/index.ts';`);
  const helpers = await kernelsOf(entries);
  const withArrays = await kernelsOf(entries, true);
  const later = await kernelsOf(new Map(helpers.later.map((path) => [`later:${path}`, `export * from ${JSON.stringify(path)};`]))); // prettier-ignore
  const all = new Set([...later.kernels.values()].flat());
  const table = (
    of: ReadonlyMap<string, readonly string[]>,
    isKept: (entry: string, kernels: readonly string[]) => boolean,
  ): Readonly<Record<string, readonly string[]>> =>
    Object.fromEntries(
      [...of]
        .filter((one) => isKept(...one))
        .map(([entry, kernels]): [string, readonly string[]] => [entry.slice('helper:'.length), kernels])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return {
    helpers: table(helpers.kernels, (_, kernels) => kernels.length > 0),
    ofArrays: table(withArrays.kernels, (entry, kernels) => kernels.join() !== helpers.kernels.get(entry)!.join()),
    later: [...all].sort(),
  };
}

async function kernelsOf(entries: ReadonlyMap<string, string>, withArrays = false) {
  const later = new Set<string>();
  const { outputFiles } = await build({
    entryPoints: [...entries.keys()].map((entry, i) => ({ in: entry, out: String(i) })),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    outdir: '/out',
    absWorkingDir: root,
    packages: 'external',
    plugins: [
      {
        name: 'entries',
        setup(on) {
          on.onResolve({ filter: /^(helper|later):/ }, ({ path }) => ({ path, namespace: 'entry' }));
          on.onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
            contents: entries.get(path)!,
            resolveDir: root,
          }));
          on.onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
            // As the plugin does.
            const own = withArrays
              ? path.replace(/^\.\/(predictor|set-weights|new-freezing)\.ts$/, './$1-of-arrays.ts')
              : path;
            if (kind !== 'dynamic-import') return { sideEffects: false, ...resolved(own, resolveDir) };
            later.add(resolved(path, resolveDir).path);
            return { path, external: true };
          });
        },
      },
    ],
  });
  const kernels = outputFiles.map(({ text }, i): [string, readonly string[]] => {
    const strings = [...text.matchAll(/"(\w+)"/g)].map(([, name]) => name!);
    return [[...entries.keys()][i]!, [...new Set(strings.filter((name) => kernelNames.has(name)))].sort()];
  });
  return { kernels: new Map(kernels), later: [...later] };
}

const resolved = (path: string, folder: string): { readonly path: string } => ({
  path: fileURLToPath(new URL(path, `file://${folder}/`)),
});

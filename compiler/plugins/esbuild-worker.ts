/**
 * Workers in esbuild, which builds none by itself: a build of its own makes the script of one, and the page gets it as a file with a hash in its name. In one
 * piece, for esbuild splits only what it builds together.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import type { BuildOptions, Loader, OutputFile, Plugin, PluginBuild } from 'esbuild';
import { scriptAddressOf } from './assets.ts';
import { baseName } from '../resolve/paths.ts';
import { workerScript } from './module-ids.ts';

const specifier = 'nnlang-worker/';
const namespace = 'nnlang-worker';

/** What starts the worker of a `.nn`, and what is added to the module that does. */
export const workerSpawn = (path: string, format: string | undefined): { readonly expression: string; readonly imports: string } => ({
  expression: `new Worker(new URL(workerScript, ${scriptAddressOf(format)}), { type: 'module' })`,
  imports: `import workerScript from ${JSON.stringify(specifier + path)};\n`,
}); // prettier-ignore

/** @param again This plugin once more, for the build of the worker. */
export function setUpWorkers(build: PluginBuild, again: () => Plugin): void {
  const { initialOptions } = build;
  /** Files that go with workers, by path. */
  const beside = new Map<string, OutputFile>();
  build.onResolve({ filter: /^nnlang-worker\// }, ({ path }) => ({
    path: workerScript(path.slice(specifier.length)),
    namespace,
  }));
  build.onLoad({ filter: /.*/, namespace }, async ({ path }) => {
    const { outputFiles, warnings } = await build.esbuild.build({ ...optionsOfWorker(initialOptions, again), entryPoints: [{ in: path, out: baseName(path).replace(/\.js$/, '') }] }); // prettier-ignore
    const script = outputFiles!.find((file) => file.path.endsWith('.js'))!;
    for (const file of outputFiles!) if (!/\.js(\.map)?$/.test(file.path)) beside.set(file.path, file);
    return { contents: script.contents, loader: 'file', warnings };
  });
  build.onEnd((result) => {
    for (const file of beside.values()) {
      if (result.outputFiles?.every(({ path }) => path !== file.path)) result.outputFiles.push(file);
      if (initialOptions.write === false) continue;
      mkdirSync(dirname(file.path), { recursive: true });
      writeFileSync(file.path, file.contents);
    }
  });
}

function optionsOfWorker(options: BuildOptions, again: () => Plugin): BuildOptions {
  const { outfile, outdir, plugins, banner: _, footer: __, inject: ___, sourcemap, ...rest } = options;
  return {
    ...rest,
    outdir: outdir ?? (outfile === undefined ? undefined : dirname(outfile)),
    // It shall lie where files lie, for it finds others from there.
    entryNames: options.assetNames ?? '[name]-[hash]',
    format: 'esm',
    splitting: false,
    write: false,
    metafile: false,
    sourcemap: sourcemap ? 'inline' : false,
    plugins: (plugins ?? []).map((plugin) => (plugin.name === 'nnlang' ? again() : plugin)),
  } as BuildOptions;
}

const loaders: Readonly<Record<string, Loader>> = { '.ts': 'ts', '.mts': 'ts', '.cts': 'ts', '.tsx': 'tsx', '.jsx': 'jsx', '.js': 'js', '.mjs': 'js', '.cjs': 'js' }; // prettier-ignore

/** How esbuild reads a module of the program. */
export const loaderOf = (path: string, { loader }: BuildOptions): Loader =>
  loader?.[extname(path)] ?? loaders[extname(path)] ?? 'js';

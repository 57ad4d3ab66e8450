/** esbuild's own hooks: unplugin's would keep every module in one name space, where relative imports and places of errors get lost. */
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { PartialMessage, Plugin, PluginBuild } from 'esbuild';
import type { Problem } from '../api.ts';
import { assetOf, type Bundler } from './assets.ts';
import type { Bundling, Mode } from './bundling.ts';
import { loaderOf, setUpWorkers, workerSpawn } from './esbuild-worker.ts';
import { loadedFile } from './loaded-file.ts';
import { fileModule, virtualName } from './module-ids.ts';
import { ofBackend, shakeable } from './shakeable.ts';
import { importsWorker, withWorkerImports } from './worker-modules.ts';

const namespace = 'nnlang';

export function setUpEsbuild(build: PluginBuild, bundling: Bundling, bundler: Bundler, mode: () => Mode): void {
  const { initialOptions } = build;
  bundling.root = initialOptions.absWorkingDir ?? process.cwd();
  bundler.format = initialOptions.format ?? (initialOptions.platform === 'node' ? 'cjs' : 'iife');
  bundler.hasExternalPackages = initialOptions.packages === 'external';
  initialOptions.loader = { '.wasm': 'file', ...initialOptions.loader };
  build.onStart(async () => void (await bundling.configured()));
  build.onResolve({ filter: importsOfInterest }, async ({ path, importer, pluginData }) => {
    await bundling.configured();
    const from = typeof pluginData === 'string' ? pluginData : importer;
    const resolved = await bundling.resolved(path, from, mode());
    if (resolved === undefined) return undefined;
    const file = fileModule(resolved);
    if (file?.part === 'worker') return { path: file.path, suffix: '?nn=worker' };
    if (file) return { path: file.path, suffix: resolved.slice(file.path.length), sideEffects: false };
    if (isAbsolute(resolved)) return { path: resolved, sideEffects: false };
    // Keys are bound to no file, so no two of them clash.
    return { path: virtualName(resolved)!, namespace, pluginData: resolved, sideEffects: hasEffects(resolved) };
  });
  build.onLoad({ filter: /\.nn$/ }, async ({ path, suffix }) => {
    const module = fileModule(path + suffix)!;
    const { expression, imports } = workerSpawn(path, bundler.format);
    const loaded = await loadedFile(module, mode(), bundling, () => expression);
    const messages = (problems: readonly Problem[]): PartialMessage[] => problems.map(messageOf);
    return {
      contents: (module.part === 'client' ? imports : '') + withMap(loaded),
      loader: 'js',
      pluginData: path + suffix,
      watchFiles: [...loaded.dependencies],
      errors: messages(loaded.errors),
      warnings: [...messages(loaded.warnings), ...loaded.notes.map((text) => ({ text }))],
    };
  });
  // Nothing else of the program is touched, so that other plugins may read it.
  build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, ({ path }) => {
    if (/[\\/]node_modules[\\/]/.test(path)) return undefined;
    const code = readFileSync(path, 'utf8');
    const changed = importsWorker.test(code) ? withWorkerImports(code) : undefined;
    return changed === undefined ? undefined : { contents: changed, loader: loaderOf(path, initialOptions) };
  });
  setUpWorkers(build, () => bundling.again() as Plugin);
  build.onLoad({ filter: ofBackend }, ({ path }) =>
    mode() === 'bundle'
      ? { contents: shakeable(readFileSync(path, 'utf8'), bundling.packages), loader: 'js' }
      : undefined,
  );
  build.onLoad({ filter: /.*/, namespace }, ({ pluginData }) => ({
    contents: bundling.virtual(String(pluginData), (path) => assetOf(path, bundler, undefined)) ?? '',
    loader: 'js',
    resolveDir: bundling.root,
    pluginData,
  }));
}

/** What may be a module of ours, or one of tfjs that takes more along than is needed. */
export const importsOfInterest =
  /^\.\.?\/.*\.[jt]s$|\.nn\.worker\.js|^nnlang|^\0nnlang|^@tensorflow\/tfjs-(core|backend-wasm)$|\/flags_wasm$|\/environment$/;

/** Those that set up tfjs. */
const hasEffects = (id: string): boolean => /\/(core|backend-\w+|wasm-whole)$/.test(id);

function messageOf({ file, line, column, endLine, endColumn, message, code, help }: Problem): PartialMessage {
  const lineText = readFileSync(file, 'utf8').split(/\r?\n/)[line - 1] ?? '';
  const length = endLine === line ? endColumn - column : lineText.length - column + 1;
  return {
    text: `${message} [${code}]`,
    // esbuild counts bytes.
    location: { file, line, column: bytes(lineText.slice(0, column - 1)), length: bytes(lineText.slice(column - 1, column - 1 + length)), lineText }, // prettier-ignore
    notes: help === undefined ? [] : [{ text: help }],
  };
}

const bytes = (text: string): number => Buffer.byteLength(text);

const withMap = ({ code, map }: { readonly code: string; readonly map: string | undefined }): string =>
  map === undefined
    ? code
    : `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`;

/**
 * `npm run build`, second half: the compiler with what it needs (Chevrotain alone is 640 modules) as a few scripts, so that `nn` and the bundler
 * plugins start in a fifth of a second; the licenses of what is in them; and of the types only those that can be reached. The runtime stays as it
 * is, module by module, for bundlers to take from.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { buildReportPage } from '../compiler/train/report/build.ts';
import { licenses } from './licenses.ts';
import { buildWebview } from '../vscode-extension/webview/build.ts';

/** What `package.json` exports or runs. */
const entries = [
  'compiler/index.ts',
  'compiler/node.ts',
  'compiler/register.ts',
  'compiler/register/hooks.ts',
  'compiler/cli/main.ts',
  'compiler/format/index.ts',
  'compiler/typescript-plugin/plugin.ts',
  ...['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'esbuild'].map((bundler) => `compiler/plugins/${bundler}.ts`),
];

async function bundled(): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: entries,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    outdir: 'dist',
    outbase: '.',
    chunkNames: 'compiler/chunks/[name]-[hash]',
    external: ['@tensorflow/*', 'prettier', 'unplugin', 'jiti', 'vite', 'rollup', 'rolldown', 'webpack', '@rspack/core', 'esbuild'], // prettier-ignore
    // Names stay, for reports of our own mistakes.
    minifyWhitespace: true,
    metafile: true,
    logLevel: 'warning',
    // For what is bundled and CommonJS; not by an import, so that `nnlang` itself loads in browsers too.
    banner: { js: 'const require = (name) => globalThis.process.getBuiltinModule(name);' },
  });
  return metafile;
}

/** Declarations that no export leads to are of no use to anyone. */
function pruneTypes(): void {
  const { exports }: { exports: Readonly<Record<string, string | { readonly types: string }>> } = JSON.parse(readFileSync('package.json', 'utf8')); // prettier-ignore
  const kept = new Set<string>();
  const keep = (path: string): void => {
    if (kept.has(path) || !existsSync(path)) return;
    kept.add(path);
    for (const [, from] of readFileSync(path, 'utf8').matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
      keep(resolve(dirname(path), from!.replace(/\.[tj]s$/, '.d.ts')));
    }
  };
  for (const target of Object.values(exports)) if (typeof target !== 'string') keep(resolve(target.types));
  for (const file of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
    const path = resolve('dist', file);
    if (path.endsWith('.d.ts') && !kept.has(path)) rmSync(path);
  }
  const missing = Object.values(exports).flatMap((target) => typeof target !== 'string' && !kept.has(resolve(target.types)) ? [relative('.', target.types)] : []); // prettier-ignore
  if (missing.length > 0) throw new Error(`There are no types at ${missing.join(', ')}.`);
}

// What `nn graph --format html` and `nn train` write into their pages.
const pages = [await buildWebview('dist/webview'), await buildReportPage('dist/webview')];
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licenses(await bundled(), ...pages));
pruneTypes();

/**
 * `npm run build`, second half: the compiler with what it needs (Chevrotain alone is 640 modules) as a few scripts, so that `nn` and the bundler
 * plugins start in a fifth of a second. The runtime stays as it is, module by module, for bundlers to take from.
 */
import { build } from 'esbuild';
import { buildWebview } from '../vscode-extension/webview/build.ts';

/** What `package.json` exports or runs. */
const entries = [
  'compiler/index.ts',
  'compiler/node.ts',
  'compiler/register.ts',
  'compiler/register/hooks.ts',
  'compiler/cli/main.ts',
  'compiler/format/index.ts',
  ...['vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'esbuild'].map((bundler) => `compiler/plugins/${bundler}.ts`),
];

await build({
  entryPoints: entries,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  outdir: 'dist',
  outbase: '.',
  chunkNames: 'compiler/chunks/[name]-[hash]',
  external: [
    '@tensorflow/*',
    'prettier',
    'unplugin',
    'vite',
    'rollup',
    'rolldown',
    'webpack',
    '@rspack/core',
    'esbuild',
  ],
  logLevel: 'warning',
  // For what is bundled and CommonJS; not by an import, so that `nnlang` itself loads in browsers too.
  banner: { js: 'const require = (name) => globalThis.process.getBuiltinModule(name);' },
});

// What `nn graph --format html` writes into its pages.
await buildWebview('dist/webview');

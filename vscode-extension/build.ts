/**
 * `npm run build:vscode`: everything that the extension ships, into `dist/`, which is what VS Code is pointed at and what
 * `vsce` packs. One client and one server, each the same file for Node and for the browser: a size is paid once.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { licenses } from '../tools/licenses.ts';
import { buildWebview } from './webview/build.ts';
import { build, type BuildOptions, type Plugin } from 'esbuild';

const folder = import.meta.dirname;
const out = join(folder, 'dist');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { type?: string; version: string };

const assets = [
  'README.md',
  'CHANGELOG.md',
  'language-configuration.json',
  'icons',
  'images',
  'snippets',
  'syntaxes',
  'walkthrough',
];

/** Of Prettier the formatter alone, without command line and other languages; of picocolors what needs no terminal. */
const smaller: Plugin = {
  name: 'smaller',
  setup: ({ onResolve, resolve }) => {
    const instead = { prettier: 'prettier/standalone', picocolors: 'picocolors/picocolors.browser.js' } as const;
    for (const [name, other] of Object.entries(instead))
      onResolve({ filter: new RegExp(`^${name}$`) }, ({ resolveDir, kind }) => resolve(other, { resolveDir, kind }));
  },
};

const common = {
  metafile: true,
  bundle: true,
  minify: true,
  legalComments: 'none',
  target: 'es2022',
  logLevel: 'warning',
  define: { NN_VERSION: JSON.stringify(manifest.version), 'process.env.NODE_ENV': '"production"' },
} satisfies BuildOptions;

/** Runs in Node and in a browser; asks for modules of Node only where there is one. */
const everywhere = {
  ...common,
  platform: 'neutral',
  format: 'cjs',
  conditions: ['node', 'browser', 'import', 'require', 'module'],
  mainFields: ['module', 'main'],
  external: ['vscode', 'node:*', ...builtinModules],
  plugins: [smaller],
} satisfies BuildOptions;

/** Where TypeScript's server looks for what the manifest calls `nnlang/typescript-plugin`. */
const plugin = join(out, 'node_modules/nnlang/typescript-plugin');

/** As packages are: `vsce` packs the folders of dependencies and no others. */
function writePluginPackage({ version }: { readonly version: string }): void {
  const write = (path: string, value: object): void => writeFileSync(join(plugin, path), JSON.stringify(value));
  write('../package.json', { name: 'nnlang', version });
  write('package.json', { main: './index.js' });
}

export async function buildExtension(): Promise<string> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const bundles = await Promise.all([
    build({ ...everywhere, entryPoints: [join(folder, 'client/extension.ts')], outfile: join(out, 'client.js') }),
    build({ ...everywhere, entryPoints: [join(folder, 'server/main.ts')], outfile: join(out, 'server.js') }),
    build({
      ...everywhere,
      entryPoints: [join(folder, 'typescript/plugin.ts')],
      outfile: join(plugin, 'index.js'),
      // It is a function that TypeScript's server wants.
      footer: { js: 'module.exports = module.exports.init;' },
    }),
  ]);
  const webview = await buildWebview(join(out, 'webview'));
  const texts = licenses(...bundles.map(({ metafile }) => metafile), webview);
  writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), texts);
  for (const asset of assets)
    cpSync(join(folder, asset), join(out, asset), { recursive: true, filter: (path) => !path.endsWith('.ts') });
  cpSync(join(folder, '../LICENSE'), join(out, 'LICENSE'));
  writePluginPackage(manifest);
  // What is built is CommonJS, which is all that a browser's extension host loads.
  const { type: _, ...shipped } = manifest;
  const dependencies = { nnlang: manifest.version };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify({ ...shipped, dependencies }, undefined, 2)}\n`);
  return out;
}

if (process.argv[1] === import.meta.filename) await buildExtension();

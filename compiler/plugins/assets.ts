/** How a file on disk goes with a bundle: code for its address, in the way of each bundler, which gives it a name with a hash. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isServer } from './vite-side.ts';
import type { AssetCode } from './bundle-modules.ts';

export interface Bundler {
  readonly framework: string;
  /** Of esbuild's output. */
  format: string | undefined;
  /** Whether packages stay outside, as esbuild can be told. */
  hasExternalPackages: boolean;
}

/** Where a script that is no module was loaded from: in CommonJS, in a page, in a worker. */
const scriptAddress = `(typeof __filename === 'string' ? 'file://' + __filename : typeof document === 'undefined' ? location.href : document.currentScript?.src ?? document.baseURI)`;

/** The same in any format of esbuild's. */
export const scriptAddressOf = (format: string | undefined): string =>
  format === 'esm' ? 'import.meta.url' : scriptAddress;

export function assetOf(path: string, { framework, format }: Bundler, context: unknown): AssetCode {
  const name = `asset_${basename(path).replaceAll(/\W/g, '_')}`;
  if (framework === 'webpack' || framework === 'rspack') {
    return { imports: [], address: `new URL(${JSON.stringify(path)}, import.meta.url).href` };
  }
  if (framework === 'esbuild') {
    const address = `new URL(${name}, ${scriptAddressOf(format)}).href`;
    return { imports: [`import ${name} from ${JSON.stringify(path)};`], address };
  }
  if (framework === 'vite') {
    if (isServer(context)) return { imports: [], address: inlined(path) };
    return { imports: [`import ${name} from ${JSON.stringify(`${path}?url`)};`], address: absolute(name) };
  }
  const { emitFile } = context as { emitFile(file: object): string };
  const reference = emitFile.call(context, { type: 'asset', name: basename(path), source: readFileSync(path) });
  return { imports: [], address: `import.meta.ROLLUP_FILE_URL_${reference}` };
}

/** Vite's server code has no assets. Wherever it runs there is SIMD. */
const inlined = (path: string): string =>
  path.endsWith('-simd.wasm') ? `"data:application/wasm;base64,${readFileSync(path, 'base64')}"` : '""';

/** Vite's addresses may begin with the path of the site. */
const absolute = (name: string): string => `new URL(${name}, globalThis.location?.href ?? import.meta.url).href`;

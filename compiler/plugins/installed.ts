/** Where the parts of a bundle lie on disk: our runtime, and the packages of tfjs that the user has installed. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bug } from '../diagnostics/diagnostic.ts';
import type { BackendName } from '../emit/backends/backend-names.ts';

const slashed = (path: string): string => path.replaceAll('\\', '/');

/** The folder of `nnlang/runtime`, built or, in our own tests, in TypeScript; with the extension of its files. */
export function runtimeFolder(): { readonly folder: string; readonly extension: string } {
  const own = fileURLToPath(import.meta.url);
  const extension = own.endsWith('.ts') ? '.ts' : '.js';
  for (let folder = dirname(own); folder !== dirname(folder); folder = dirname(folder)) {
    const runtime = join(folder, 'runtime');
    if (existsSync(join(runtime, `backend-packages${extension}`))) return { folder: slashed(runtime), extension };
  }
  return bug('its runtime is missing');
}

/** The packages of tfjs as a project has them. */
export class InstalledPackages {
  readonly #requires: readonly NodeJS.Require[];
  readonly #folders = new Map<string, string>();

  /** @param root Where the project is; else those beside this package are taken. */
  constructor(root: string) {
    this.#requires = [createRequire(join(root, 'x.js')), createRequire(import.meta.url)];
  }

  /** A file of `@tensorflow/NAME`. @throws Error where the package is not installed. */
  file(name: string, path: string): string {
    return `${this.#folder(name)}/${path}`;
  }

  /** The module and the export that holds a kernel; undefined where a backend has none of that name. */
  kernel(backend: BackendName, name: string): { readonly path: string; readonly config: string } | undefined {
    const path = this.file(`tfjs-backend-${backend}`, `dist/kernels/${name}.js`);
    if (!existsSync(path)) return undefined;
    const config = /^export const (\w+Config)\b/m.exec(readFileSync(path, 'utf8'))?.[1];
    return config === undefined ? undefined : { path, config };
  }

  #folder(name: string): string {
    const known = this.#folders.get(name);
    if (known !== undefined) return known;
    for (const require of this.#requires) {
      try {
        const folder = slashed(dirname(require.resolve(`@tensorflow/${name}/package.json`)));
        this.#folders.set(name, folder);
        return folder;
      } catch {
        continue;
      }
    }
    throw new Error(
      `nnlang's plugin needs @tensorflow/${name}, which is not installed. Run: npm install @tensorflow/${name}`,
    );
  }
}

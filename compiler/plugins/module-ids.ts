/**
 * Names of the modules that a bundler sees. `digits.nn` is inference; `digits.nn?nn=train` and `digits.nn?nn=pass` are what it loads later; `digits.nn?nn=client` has `DigitsWorker`, and `digits.nn?nn=worker` is the script of that worker. What is
 * in no file has a name of its own: imported as `nnlang-virtual/NAME`, it is known to the bundler as `\0nnlang/NAME`.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackendName } from '../emit/backends/backend-names.ts';
import { familySuffixes } from '../emit/backends/families.ts';
import { baseName } from '../resolve/paths.ts';
import { kernelSetName } from './kernel-set-name.ts';

/** Those that are emitted. */
export const parts = [
  'main',
  ...familySuffixes.flatMap((suffix) => [`train${suffix}`, `pass${suffix}`] as const),
] as const;
/** Those that a plugin adds. */
export const workerParts = ['client', 'worker'] as const;
export type Part = (typeof parts)[number] | (typeof workerParts)[number];

export interface FileModule {
  readonly path: string;
  readonly part: Part;
}

const nnEnd = '.nn';
const scriptEnd = '.nn.worker.js';

/** The script of a worker by a path of its own, for bundlers that take queries away from it. */
export const workerScript = (path: string): string => path.slice(0, -nnEnd.length) + scriptEnd;

/** What an import of such a path means: there is no such file, but the `.nn` is there. Paths may begin at the project's root. */
export function workerScriptAt(specifier: string, importer: string | undefined, root: string): string | undefined {
  const [path = ''] = specifier.split('?', 1);
  if (!path.endsWith(scriptEnd)) return undefined;
  const places = path.startsWith('.') ? [join(dirname(importer ?? root), path)] : [path, join(root, path)];
  return places.map((place) => place.replaceAll('\\', '/')).find((place) => existsSync(fileModule(place)!.path));
}

/** Undefined for what is no `.nn` file. Bundlers add queries of their own (`?import`, `&t=1`), which do not matter. */
export function fileModule(id: string): FileModule | undefined {
  const [given = '', query = ''] = id.split('?', 2);
  if (given.endsWith(scriptEnd)) return { path: given.slice(0, -scriptEnd.length) + nnEnd, part: 'worker' };
  const path = given;
  if (!path.endsWith('.nn') || path.startsWith('\0')) return undefined;
  const asked = new URLSearchParams(query).get('nn');
  return { path, part: [...parts, ...workerParts].find((part) => part === asked) ?? 'main' };
}

/** The name that emission gives to the module: `digits.train`. */
export const emittedName = ({ path, part }: FileModule): string => {
  const base = baseName(path).replace(/\.nn$/, '');
  return part === 'main' ? base : `${base}.${part}`;
};

/** What `./digits.train.js` means in `digits.nn`. */
export function siblingModule(specifier: string, importer: FileModule): string | undefined {
  const part = parts.find((one) => specifier === `./${emittedName({ path: importer.path, part: one })}.js`);
  return part && (part === 'main' ? importer.path : `${importer.path}?nn=${part}`);
}

const virtualSpecifier = 'nnlang-virtual/';
const virtualPrefix = '\0nnlang/';

/** For an `import` in a module of ours. */
export const virtualImport = (name: string): string => `${virtualSpecifier}${name}`;
/** For the bundler. */
export const virtualId = (name: string): string => `${virtualPrefix}${name}`;
/** The name behind either. */
export const virtualName = (id: string): string | undefined =>
  [virtualSpecifier, virtualPrefix]
    .filter((prefix) => id.startsWith(prefix))
    .map((prefix) => id.slice(prefix.length))[0];

/** Modules that compute with the same kernels on the same backends share one. */
export const kernelsName = (kernels: readonly string[], backends: readonly BackendName[]): string =>
  `kernels/${backends.join('+')}/${kernelSetName(kernels)}`;
/** Those of a backend, of the same kernels. */
export const kernelListName = (kernels: readonly string[], backend: BackendName): string =>
  `kernels-${backend}/${kernelSetName(kernels)}`;

/**
 * Where files are kept: on disk in Node; in browsers in IndexedDB, where an address is `indexeddb://NAME`, or just a name for what callbacks
 * write.
 */
import { nodeModule } from './node.ts';

const [database, store] = ['nnlang', 'files'];
const scheme = 'indexeddb://';

/** The name of a file in IndexedDB; `undefined` for addresses of another kind. */
function storedName(path: string): string | undefined {
  return path.startsWith(scheme) ? path.slice(scheme.length) : undefined;
}

/** Where a plain path is no file: in browsers. */
const nameOf = (path: string): string | undefined =>
  storedName(path) ?? (nodeModule('node:fs/promises') === undefined ? path : undefined);

/** The bytes of a file, or `undefined` where there is none. */
export async function readStored(path: string): Promise<Uint8Array | undefined> {
  const name = nameOf(path);
  if (name !== undefined) return inStore('readonly', (files) => files.get(name) as IDBRequest<Uint8Array | undefined>);
  try {
    return await nodeModule('node:fs/promises')!.readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file whole or not at all, and the folders that it lies in. */
export async function writeStored(path: string, bytes: Uint8Array): Promise<void> {
  const name = nameOf(path);
  if (name !== undefined) return void (await inStore('readwrite', (files) => files.put(bytes, name)));
  const files = nodeModule('node:fs/promises')!;
  const folder = path.replace(/[^/\\]*$/, '');
  if (folder !== '') await files.mkdir(folder, { recursive: true });
  await writeWhole(path, bytes);
}

export async function removeStored(path: string): Promise<void> {
  const name = nameOf(path);
  if (name !== undefined) await inStore('readwrite', (files) => files.delete(name));
  else await nodeModule('node:fs/promises')!.rm(path, { force: true });
}

/** To a temporary neighbour first, which then takes its name. Node only. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const files = nodeModule('node:fs/promises')!;
  const temporary = `${path}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    await files.writeFile(temporary, bytes);
    await files.rename(temporary, path);
  } catch (error) {
    await files.rm(temporary, { force: true });
    throw error;
  }
}

/** @throws Error where there is no IndexedDB, or it refuses. */
async function inStore<Result>(
  mode: IDBTransactionMode,
  code: (files: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  if (typeof indexedDB === 'undefined') throw new Error('There is no IndexedDB here: indexeddb:// is for browsers.');
  const opening = indexedDB.open(database, 1);
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(store));
  const opened = await settled(opening);
  try {
    const transaction = opened.transaction(store, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.addEventListener('complete', () => resolve());
      transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('IndexedDB gave up.')));
    });
    const result = await settled(code(transaction.objectStore(store)));
    await done;
    return result;
  } finally {
    opened.close();
  }
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed.')));
  });
}

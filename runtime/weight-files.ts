/** Where weights come from: files, addresses, responses, bytes. Where they go to is `weight-saving.ts`. */
import { nodeModule } from './node.ts';
import { WeightsError } from './weights-error.ts';

/** A path (Node) or address, a response to `fetch`, a file or blob, or the bytes themselves. */
export type WeightsSource = string | URL | Response | Blob | ArrayBuffer | Uint8Array;

/** The bytes, and what messages call them. */
export async function weightBytes(
  source: WeightsSource,
): Promise<{ readonly bytes: Uint8Array; readonly name: string }> {
  if (source instanceof Uint8Array) return { bytes: source, name: 'The weights file' };
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source), name: 'The weights file' };
  if (typeof source === 'string' || source instanceof URL)
    return { bytes: await bytesAt(source), name: String(source) };
  if (typeof Response !== 'undefined' && source instanceof Response) {
    return { bytes: await bytesOf(source), name: source.url === '' ? 'The response' : source.url };
  }
  if (typeof Blob !== 'undefined' && source instanceof Blob) {
    const name = 'name' in source && typeof source.name === 'string' ? source.name : 'The weights file';
    return { bytes: new Uint8Array(await source.arrayBuffer()), name };
  }
  throw new WeightsError('load() takes a path, a URL, a Response, a File or Blob, or the bytes of a safetensors file.');
}

/** In a browser's IndexedDB, which is for a script of its own. */
export const isStored = (address: string | URL): boolean => String(address).startsWith('indexeddb://');

async function bytesAt(address: string | URL): Promise<Uint8Array> {
  if (isStored(address)) {
    const { readStored } = await import('./storage.ts');
    const bytes = await readStored(String(address));
    if (bytes !== undefined) return bytes;
    throw new WeightsError(`There is no ${String(address)} in this browser's IndexedDB.`);
  }
  const path = filePath(address);
  if (path === undefined) {
    let response: Response;
    try {
      response = await fetch(address);
    } catch (error) {
      throw new WeightsError(`${String(address)} could not be fetched: ${reasonOf(error)}`, { cause: error });
    }
    return bytesOf(response);
  }
  try {
    return await nodeModule('node:fs/promises')!.readFile(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new WeightsError(missing ? `There is no file ${path}.` : `${path} could not be read: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  if (!response.ok) throw new WeightsError(`${response.url} answered ${response.status} ${response.statusText}.`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The path of a file in Node; `undefined` for what is to be fetched. A scheme has two letters at least: `C:` is a drive. */
export function filePath(address: string | URL): string | undefined {
  const text = String(address);
  if (nodeModule('node:fs/promises') === undefined) return undefined;
  if (text.startsWith('file:')) return nodeModule('node:url')!.fileURLToPath(text);
  return /^[a-z][a-z0-9+.-]+:/i.test(text) ? undefined : text;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

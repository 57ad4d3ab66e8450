/**
 * A host over texts in memory, for tests and for editors in the browser. Paths are absolute with forward slashes.
 */
import { decodeText } from './decode-text.ts';
import { UnreadableFile, type Host } from './host.ts';

/** Bytes are decoded as the Node host decodes them; an `UnreadableFile` is thrown when its file is read. */
export type MemoryFile = string | Uint8Array | UnreadableFile;

export function createMemoryHost(files: Readonly<Record<string, MemoryFile>>): Host {
  return {
    readFile: (path) => {
      const file = Object.hasOwn(files, path) ? files[path] : undefined;
      if (file instanceof UnreadableFile) throw file;
      if (file instanceof Uint8Array) return decodeText(path, file);
      return file?.replace(/^\uFEFF/, '');
    },
    exists: (path) => Object.hasOwn(files, path),
    resolvePackage: (specifier, from) => {
      const parts = from.split('/').slice(0, -1);
      for (let length = parts.length; length > 0; length--) {
        const candidate = `${parts.slice(0, length).join('/')}/node_modules/${specifier}`;
        if (Object.hasOwn(files, candidate)) return candidate;
      }
      return undefined;
    },
  };
}

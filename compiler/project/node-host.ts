/**
 * The host on a real file system.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync, type Stats } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decodeText } from './decode-text.ts';
import { UnreadableFile, type Host } from './host.ts';

export function createNodeHost(): Host {
  return {
    readFile: (path) => readText(path, 'the text of a model'),
    exists: isFile,
    resolvePackage,
  };
}

/** Undefined where there is no such file. `what` it is to be, for the message where it is too long for that. Throws `UnreadableFile`. */
export function readText(path: string, what: string): string | undefined {
  const bytes = readBytes(path, what);
  return bytes && decodeText(path, bytes);
}

/** Fifty thousand lines. What is longer was not written by anyone, and would keep its reader waiting for minutes. */
const mostBytes = 2 * 2 ** 20;

const tooLarge = (bytes: number, what: string): string =>
  `it has ${(bytes / 2 ** 20).toFixed(1)} MiB, and ${what} has at most ${mostBytes / 2 ** 20}`;

/** Undefined where there is no such file. */
function readBytes(path: string, what: string): Uint8Array | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      requireText(path, what, fstatSync(file));
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(path, code, error);
  }
}

/** Of a pipe or a device there may be no end, and reading what is far too long takes the memory of the machine. */
function requireText(path: string, what: string, stats: Stats): void {
  if (stats.isDirectory()) throw unreadable(path, 'EISDIR', undefined);
  if (!stats.isFile()) throw new UnreadableFile(path, 'other', 'it is a pipe or a device, not a file');
  if (stats.size > mostBytes) throw new UnreadableFile(path, 'too-large', tooLarge(stats.size, what));
}

function unreadable(path: string, code: string | undefined, error: unknown): UnreadableFile {
  if (code === 'EISDIR') {
    return new UnreadableFile(path, 'directory', 'it is a folder, not a file');
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UnreadableFile(path, 'permission', 'the operating system does not let you read it');
  }
  if (code === 'ELOOP') return new UnreadableFile(path, 'other', 'it is a link that leads back to itself');
  const detail = error instanceof Error ? error.message : String(error);
  return new UnreadableFile(path, 'other', `it could not be read (${detail})`);
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/**
 * Looks into `node_modules` from the importing file upwards. A path inside a package is taken as it is; what the
 * package's `exports` say is asked only where no such file exists, because few packages list their `.nn` files there.
 */
function resolvePackage(specifier: string, from: string): string | undefined {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', specifier);
    if (isFile(candidate)) return candidate;
    if (dirname(folder) === folder) break;
  }
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}

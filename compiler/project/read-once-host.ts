/**
 * A host that reads each file once, so that one run of a command or one question of an editor sees one state of the disk, until it is told that
 * files may have changed. A text that is still the same stays the same string: comparing it with what was checked costs nothing then.
 */
import { UnreadableFile, type Host } from './host.ts';

type Reading = string | undefined | UnreadableFile;

/** What has become of a file since it was read. `new`: it was looked for, and was not there. */
export interface FileChange {
  readonly path: string;
  readonly kind: 'changed' | 'new' | 'gone';
}

export class ReadOnceHost implements Host {
  readonly #host: Host;
  readonly #known = new Map<string, Reading>();
  /** What is to be read again, and was this before. */
  readonly #before = new Map<string, Reading>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Every path that was asked for. */
  get asked(): Iterable<string> {
    return this.#known.keys();
  }

  readFile(path: string): string | undefined {
    const reading = this.#known.has(path) ? this.#known.get(path) : this.#read(path);
    this.#known.set(path, reading);
    if (reading instanceof UnreadableFile) throw reading;
    return reading;
  }

  exists(path: string): boolean {
    return this.#host.exists(path);
  }

  resolvePackage(specifier: string, from: string): string | undefined {
    return this.#host.resolvePackage(specifier, from);
  }

  /** This file may be another one now; without a path, any may. */
  changed(path?: string): void {
    const paths = path === undefined ? [...this.#known.keys()] : [path];
    for (const one of paths) {
      if (!this.#known.has(one)) continue;
      this.#before.set(one, this.#known.get(one));
      this.#known.delete(one);
    }
  }

  /** Reads everything again that was asked for, and tells what is no longer as it was. */
  refresh(): readonly FileChange[] {
    return [...this.#known].flatMap(([path, before]): readonly FileChange[] => {
      this.changed(path);
      const now = this.#read(path);
      this.#known.set(path, now);
      if (isSame(before, now)) return [];
      return [{ path, kind: before === undefined ? 'new' : now === undefined ? 'gone' : 'changed' }];
    });
  }

  #read(path: string): Reading {
    const now = reading(this.#host, path);
    const before = this.#before.get(path);
    this.#before.delete(path);
    return isSame(before, now) ? before : now;
  }
}

function reading(host: Host, path: string): Reading {
  try {
    return host.readFile(path);
  } catch (error) {
    if (error instanceof UnreadableFile) return error;
    throw error;
  }
}

const isSame = (before: Reading, now: Reading): boolean =>
  before instanceof UnreadableFile && now instanceof UnreadableFile
    ? before.message === now.message && before.replacedText === now.replacedText
    : before === now;

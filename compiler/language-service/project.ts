/**
 * The files of a project as an editor has them: open texts over those of the host, checked again only where something
 * has changed. Everything that an editor asks is a function of this and a place.
 */
import { checkFile, sightsAlone, type FileCheck } from '../check/check-file.ts';
import { KeptChecks } from '../check/kept.ts';
import type { UnitSights } from '../check/sights.ts';
import type { Host } from '../project/host.ts';
import { ReadOnceHost } from '../project/read-once-host.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { ProjectFiles } from '../resolve/project-files.ts';
import type { Unit } from '../../grammar/unit.ts';

export class Project {
  readonly #host: Host;
  /** Texts that editors have open; they go before those of the host. */
  readonly #open = new Map<string, string>();
  /** Everything else, as it is saved. */
  readonly #saved: ReadOnceHost;
  readonly #files: ProjectFiles;
  readonly #kept: KeptChecks;
  readonly #checks = new WeakMap<FileScope, FileCheck>();

  constructor(host: Host) {
    this.#host = host;
    this.#saved = new ReadOnceHost(host);
    this.#files = new ProjectFiles({
      readFile: (path) => this.textOf(path),
      exists: (path) => this.#open.has(path) || host.exists(path),
      resolvePackage: (specifier, from) => host.resolvePackage(specifier, from),
    });
    this.#kept = new KeptChecks(this.#files.placeNow, { sights: true });
  }

  get host(): Host {
    return this.#host;
  }

  /** Paths of the open texts. */
  get openPaths(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Opens a text, or puts a new one in its place. */
  setText(path: string, text: string): void {
    this.#open.set(path, text);
  }

  /** From now on the file is what the host says it is. */
  close(path: string): void {
    this.#open.delete(path);
    this.#saved.changed(path);
  }

  /** The host's file has been made, changed or removed; without a path, any of them may have. */
  changed(path?: string): void {
    this.#saved.changed(path);
  }

  /** The file as it is now; undefined where there is none. Throws `UnreadableFile`. */
  file(path: string): FileScope | undefined {
    return this.#files.resolve(path);
  }

  /** What there is to say of a file; the same object as long as nothing that it depends on has changed. */
  check(path: string): FileCheck | undefined {
    const file = this.file(path);
    return file && this.checkOf(file);
  }

  checkOf(file: FileScope): FileCheck {
    const known = this.#checks.get(file) ?? checkFile(file, undefined, this.#kept);
    this.#checks.set(file, known);
    return known;
  }

  /** The names that a declaration mentions. */
  mentionsOf(unit: Unit): readonly string[] {
    return this.#kept.mentionsOf(unit);
  }

  /** Those of these files that there are and that can be read. */
  files(paths: readonly string[]): readonly FileScope[] {
    return this.#files.resolveAll(paths);
  }

  /** What the file would be with another text: for trying out what a half-written place may mean. */
  tried(path: string, text: string): FileScope {
    return this.#files.tried(path, text);
  }

  /** As `sightsOf`, and nothing but this declaration is checked; also of a file that has been `tried`. */
  sightsAlone(file: FileScope, unit: Unit): UnitSights | undefined {
    return sightsAlone(file, unit, this.#kept);
  }

  sightsOf(file: FileScope, unit: Unit): UnitSights | undefined {
    return this.checkOf(file).sightsOf(unit);
  }

  /** What is found with another text in the place of one; what is known of everything else serves for it. */
  withText<T>(path: string, text: string, find: () => T): T {
    const before = this.#open.get(path);
    this.#open.set(path, text);
    try {
      return find();
    } finally {
      if (before === undefined) this.#open.delete(path);
      else this.#open.set(path, before);
    }
  }

  /** The text as editors have it, or else the host; undefined where there is none. Throws `UnreadableFile`. */
  textOf(path: string): string | undefined {
    return this.#open.get(path) ?? this.#saved.readFile(path);
  }
}

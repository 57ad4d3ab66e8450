/**
 * The resolved files of a project from one check to the next: what has not changed, nor anything that it imports, is
 * not read again. Each question looks at the texts of the files that are known, so there is nothing to invalidate by hand.
 */
import type { Place } from '../diagnostics/diagnostic.ts';
import type { ParsedText } from '../../grammar/parse-again.ts';
import { UnreadableFile, type Host } from '../project/host.ts';
import type { FileScope } from './file-scope.ts';
import { ParsedTexts } from './parsed-texts.ts';
import { resolveFile, resolveText, type FileCache } from './resolve-file.ts';

export class ProjectFiles {
  readonly #host: Host;
  readonly #cache: FileCache = new Map();
  readonly #texts = new ParsedTexts();

  constructor(host: Host) {
    this.#host = host;
  }

  /** The file as it is now; undefined where there is none. The same object as before where nothing has changed. */
  resolve(path: string): FileScope | undefined {
    this.#forgetChanged();
    return resolveFile(path, this.#host, this.#cache, this.#texts);
  }

  /** Those that there are; one that cannot be read is told of where it is imported or opened. */
  resolveAll(paths: readonly string[]): readonly FileScope[] {
    this.#forgetChanged();
    return paths.flatMap((path) => {
      try {
        return resolveFile(path, this.#host, this.#cache, this.#texts) ?? [];
      } catch (error) {
        if (error instanceof UnreadableFile) return [];
        throw error;
      }
    });
  }

  /** What the file would be with another text; beside the project, which does not notice. */
  tried(path: string, text: string): FileScope {
    this.resolve(path);
    const cache: FileCache = new Map(this.#cache);
    cache.delete(path);
    const parsed = (other: string, its: string): ParsedText => other === path ? this.#texts.tried(path, its) : this.#texts.parsed(other, its); // prettier-ignore
    return resolveText(path, text, { host: this.#host, cache, texts: { parsed } });
  }

  /** Where a place of an earlier text is now; undefined where its text has been changed. */
  readonly placeNow = (place: Place): Place | undefined => this.#texts.placeNow(place);

  #forgetChanged(): void {
    const stale = new Set<FileScope>();
    for (const [path, scope] of this.#cache)
      if (!scope || !this.#isCurrent(path, scope)) {
        this.#cache.delete(path);
        if (scope) stale.add(scope);
      }
    // What imports something that has changed may mean something else now.
    for (let found = stale.size > 0; found;) {
      found = false;
      for (const [path, scope] of this.#cache) {
        if (!scope?.imported.some(({ from }) => from && stale.has(from))) continue;
        this.#cache.delete(path);
        stale.add(scope);
        found = true;
      }
    }
  }

  #isCurrent(path: string, scope: FileScope): boolean {
    // An import that led nowhere may lead somewhere now.
    if (scope.imported.some(({ from }) => !from)) return false;
    try {
      return this.#host.readFile(path) === scope.source.text;
    } catch {
      return false;
    }
  }
}

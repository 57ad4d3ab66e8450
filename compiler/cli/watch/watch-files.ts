/**
 * Places on the disk → the news that something in them has changed, once it has been quiet for a moment. What has changed is not told: whoever is
 * waiting looks at the files, so an event that is lost among others, doubled, or of a file that is as it was does no harm.
 */
import { realpathSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { watch, type FSWatcher, type Matcher } from 'chokidar';
import { errorCode } from '../../project/node-host.ts';
import { UserError } from '../../project/user-error.ts';
import type { WatchedPlace } from '../../project/watched-places.ts';

/** Milliseconds without a change before it is told; an editor that saves writes, renames and removes within a few. */
const quiet = 50;
/** And for how long at most what never comes to rest is waited for. */
const longest = 1000;

export interface Watching {
  /** When something has changed since the last time, or is told to stop. @throws UserError where it cannot be watched. */
  next(): Promise<'changed' | 'stopped'>;
  /** Further files, wherever they are: what is imported from elsewhere. They need not be there. */
  follow(paths: Iterable<string>): void;
  stop(): void;
  close(): Promise<void>;
}

/** Gives itself when the places are watched. `names`: files that count besides `.nn` files. */
export async function watchFiles(places: readonly WatchedPlace[], names: ReadonlySet<string>): Promise<Watching> {
  const news = new News();
  const scope = new Scope(places, names);
  const watchers: FSWatcher[] = [];
  const start = async (folders: Iterable<string>): Promise<void> => {
    const watcher = watch([...folders], {
      ignoreInitial: true,
      ignorePermissionErrors: true,
      // Links to folders that are searched, too, would be gone through for ever; where files really lie is followed.
      followSymlinks: false,
      ignored: scope.isIgnored,
    });
    watchers.push(watcher);
    watcher.on('all', () => news.tell());
    watcher.on('error', (error) => news.fail(cannotWatch(error)));
    await ready(watcher);
  };
  await start(scope.folders);
  return {
    next: () => news.next(),
    stop: () => news.stop(),
    close: async () => void (await Promise.all(watchers.map((watcher) => watcher.close()))),
    follow: (paths) => {
      const added = [...paths].flatMap((path) => scope.follow(path));
      // What has changed between the reading and the watching is to be seen, too.
      if (added.length > 0) void start(added).then(() => news.tell());
    },
  };
}

const ready = (watcher: FSWatcher): Promise<void> => new Promise((done) => watcher.once('ready', () => done()));

/** What is looked at: folders with all that is in them, and folders of which only files count. */
class Scope {
  readonly #deep: readonly string[];
  readonly #flat = new Set<string>();
  readonly #names: ReadonlySet<string>;

  constructor(places: readonly WatchedPlace[], names: ReadonlySet<string>) {
    this.#names = names;
    this.#deep = places.flatMap(({ folder, isDeep }) => (isDeep ? [folder] : []));
    for (const { folder, isDeep } of places) if (!isDeep) this.#flat.add(folder);
  }

  get folders(): Iterable<string> {
    return new Set([...this.#deep, ...this.#flat]);
  }

  /** The folders that are watched for it from now on. */
  follow(path: string): readonly string[] {
    const folders = [dirname(path), dirname(realPath(path))].filter((folder) => !this.#flat.has(folder));
    const outside = folders.filter((folder) => !this.#isSearched(folder));
    for (const folder of outside) this.#flat.add(folder);
    return outside;
  }

  readonly isIgnored: Matcher = (given, stats) => {
    const path = resolve(given);
    if (this.#flat.has(path) || this.#deep.some((folder) => folder === path || folder.startsWith(path + sep))) return false; // prettier-ignore
    if (this.#flat.has(dirname(path)) && this.#counts(path)) return false;
    if (!this.#isSearched(path)) return true;
    return stats !== undefined && !stats.isDirectory() && !this.#counts(path);
  };

  #counts(path: string): boolean {
    return path.endsWith('.nn') || this.#names.has(basename(path));
  }

  /** As `discoverFiles` does: `node_modules` and what starts with a dot is passed over. */
  #isSearched(path: string): boolean {
    return this.#deep.some((folder) => {
      if (path === folder) return true;
      if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return false;
      return relative(folder, path)
        .split(sep)
        .every((part) => part !== 'node_modules' && !part.startsWith('.'));
    });
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Changes that come one after the other → one piece of news, for one who waits. */
class News {
  #state: 'none' | 'coming' | 'changed' | 'stopped' = 'none';
  #failure: UserError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #since = 0;
  #wake: () => void = () => undefined;

  tell(): void {
    if (this.#state === 'stopped') return;
    const now = performance.now();
    if (this.#state !== 'coming') this.#since = now;
    this.#state = 'coming';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#become('changed'), Math.max(0, Math.min(quiet, this.#since + longest - now)));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#become('stopped');
  }

  fail(error: UserError): void {
    this.#failure ??= error;
    this.#wake();
  }

  async next(): Promise<'changed' | 'stopped'> {
    while (this.#state !== 'changed' && this.#state !== 'stopped' && !this.#failure)
      await new Promise<void>((done) => (this.#wake = done));
    if (this.#failure) throw this.#failure;
    if (this.#state === 'stopped') return 'stopped';
    this.#state = 'none';
    return 'changed';
  }

  #become(state: 'changed' | 'stopped'): void {
    this.#state = state;
    this.#wake();
  }
}

function cannotWatch(error: unknown): UserError {
  const code = errorCode(error) ?? '';
  const polling = 'or set CHOKIDAR_USEPOLLING=1, which looks at the files again and again instead.';
  if (code === 'ENOSPC' || code === 'EMFILE') {
    return new UserError(
      'the system does not watch more files and folders for you',
      `Raise its limit (on Linux: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512), ${polling}`,
    );
  }
  const detail = error instanceof Error ? error.message : String(error);
  return new UserError(`files cannot be watched: ${detail}`, `Try again, ${polling}`);
}

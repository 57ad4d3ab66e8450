/**
 * What the paths of a command line mean in this project: its configuration, the files there are now, and where to look for changes. Without paths, the
 * configuration says which files; what it leaves out is left out wherever a folder or a glob is searched.
 */
import { basename, dirname, resolve } from 'node:path';
import { configNames } from '../configuration/config-names.ts';
import type { LoadedConfig } from '../configuration/load-config.ts';
import type { FoundFile } from '../project/discover-files.ts';
import type { WatchedPlace } from '../project/watched-places.ts';
import type { Terminal } from './terminal.ts';

export interface ProjectScope extends LoadedConfig {
  /** @throws UserError where there are none. */
  find(): Promise<readonly FoundFile[]>;
  places(): Promise<readonly WatchedPlace[]>;
}

/** @throws UserError where the configuration is wrong. */
export async function projectScope(paths: readonly string[], { cwd }: Pick<Terminal, 'cwd'>): Promise<ProjectScope> {
  const { loadConfig } = await import('../configuration/load-config.ts');
  const loaded = await loadConfig(cwd);
  const { folder, path, config } = loaded;
  const isConfigured = paths.length === 0 && config.include !== undefined;
  const patterns = isConfigured ? config.include : paths;
  const base = isConfigured ? folder : cwd;
  return {
    ...loaded,
    find: async () => {
      const { discoverFiles } = await import('../project/discover-files.ts');
      const exclude = { patterns: config.exclude ?? [], folder };
      return discoverFiles(patterns, base, { exclude, saidBy: isConfigured ? `\`include\` in ${basename(path ?? '')}` : undefined }); // prettier-ignore
    },
    places: async () => {
      const { watchedPlaces } = await import('../project/watched-places.ts');
      const folders = [cwd, ...(path === undefined ? [] : [dirname(path)])];
      return [...watchedPlaces(patterns, base), ...folders.map((one) => ({ folder: resolve(one), isDeep: false }))];
    },
  };
}

/** Files that configure, besides the `.nn` files. */
export const configFiles: ReadonlySet<string> = new Set([...configNames, 'package.json']);

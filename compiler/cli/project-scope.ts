/**
 * What the paths of a command line mean in this project: its configuration, the files there are now, and where to look for changes. Without paths, the
 * configuration says which files; what it leaves out is left out wherever a folder or a glob is searched.
 */
import { basename, dirname, resolve } from 'node:path';
import { configNames } from '../configuration/config-names.ts';
import type { ConfigPlace, LoadedConfig } from '../configuration/read-config.ts';
import type { FoundFile } from '../project/discover-files.ts';
import type { WatchedPlace } from '../project/watched-places.ts';
import { givenConfigOf, type ConfigFlag } from './config-option.ts';
import type { Terminal } from './terminal.ts';

export interface ProjectScope extends LoadedConfig {
  /** @throws UserError where there are none. */
  find(): Promise<readonly FoundFile[]>;
  places(): Promise<readonly WatchedPlace[]>;
  /** Where it is looked whether the configuration has become another. */
  readonly configured: ConfigPlace;
}

/** @throws UserError where the configuration is wrong. */
export async function projectScope(
  paths: readonly string[],
  flags: ConfigFlag,
  { cwd }: Pick<Terminal, 'cwd'>,
): Promise<ProjectScope> {
  const { loadConfig } = await import('../configuration/load-config.ts');
  const given = givenConfigOf(flags, { cwd });
  const loaded = await loadConfig(cwd, given);
  const { folder, path, config } = loaded;
  const isConfigured = paths.length === 0 && config.include !== undefined;
  const patterns = isConfigured ? config.include : paths;
  const base = isConfigured ? folder : cwd;
  return {
    ...loaded,
    configured: { from: cwd, given },
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
export const configFiles = ({ path }: LoadedConfig): ReadonlySet<string> =>
  new Set([...configNames, 'package.json', ...(path === undefined ? [] : [basename(path)])]);

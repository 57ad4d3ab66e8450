/** What of a configuration matters to an editor: which files it need not look into, and what emitted code is for. */
import { exclusionTest } from './excluded.ts';
import { loadConfig } from './load-config.ts';
import type { Configured } from '../language-server/environment.ts';

export async function configuredProject(folder: string, isTrusted: boolean): Promise<Configured> {
  const { config, folder: base } = await loadConfig(folder, { isTrusted });
  const isExcluded = await exclusionTest({ patterns: config.exclude ?? [], folder: base });
  const backends = config.build?.backends ?? config.backends;
  return { isExcluded, ...(backends === undefined ? {} : { backends }) };
}

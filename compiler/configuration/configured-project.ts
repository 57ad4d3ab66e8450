/** What of a configuration matters to an editor: which files it need not look into, and what emitted code is for. */
import type { Configured } from '../language-server/environment.ts';
import { configuredBackends } from './configured-backends.ts';
import type { NnConfig } from './define-config.ts';
import { exclusionTest } from './excluded.ts';

export async function configuredProject(config: NnConfig, folder: string): Promise<Configured> {
  const isExcluded = await exclusionTest({ patterns: config.exclude ?? [], folder });
  const backends = configuredBackends(config);
  return { isExcluded, ...(backends === undefined ? {} : { backends }) };
}

/** A folder → what is configured there, for commands and plugins, which run a `nn.config.ts`. */
import type { GivenConfig } from './given-config.ts';
import { programValue } from './program-value.ts';
import { readConfig, type LoadedConfig } from './read-config.ts';

/** `given`: the one that is asked for, instead of the nearest from the folder upward. @throws UserError that shows what is wrong and where. */
export const loadConfig = (from: string, given?: GivenConfig): Promise<LoadedConfig> =>
  readConfig({ from, given }, programValue);

/** A folder → whether the bundles of its programs have tensors. What is wrong with a configuration is told in the server's log; commands show it. */
import { configWithoutRunning } from '../configuration/read-config.ts';
import { whyUnread } from '../configuration/unread-config.ts';
import { UserError } from '../project/user-error.ts';

export function tensorsConfigured(folder: string, tell: (message: string) => void): boolean {
  try {
    return configWithoutRunning({ from: folder }, ...whyUnread.typescript).bundle?.tensors ?? true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tell(`${error.message}\n${error.help ?? ''}`);
    return true;
  }
}

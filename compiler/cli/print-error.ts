/** A mistake of the user's that is in no `.nn` text → what is printed of it. */
import { ConfigError } from '../configuration/config-error.ts';
import type { UserError } from '../project/user-error.ts';
import { displayPath } from './display-path.ts';
import { wantsColors, type Terminal } from './terminal.ts';

export function printError(error: UserError, { stderr, env, cwd }: Terminal): void {
  if (error instanceof ConfigError) {
    const style = {
      colors: wantsColors(stderr, env, undefined),
      displayPath: (path: string) => displayPath(path, cwd),
    };
    stderr.write(`${error.render(style)}\n`);
  } else stderr.write(`error: ${error.message}\n${error.help === undefined ? '' : `  help: ${error.help}\n`}`);
}

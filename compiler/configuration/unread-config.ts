/** A `nn.config.ts` that is a program, where none may be run or nothing is there to run it. Told of, because then nothing of it holds. */
import type { SourceFile } from '../../grammar/source.ts';
import { UserError } from '../project/user-error.ts';
import { literalOf } from './literal-program.ts';

export class UnreadConfig extends UserError {
  constructor(path: string, why: string, help: string) {
    super(
      `${path} is not read, and what it says does not hold here: it is more than a list of values, and ${why}.`,
      help,
    );
    this.name = 'UnreadConfig';
  }
}

/** What a program exports that only says values; `why` no other is run here, and what helps. @throws UnreadConfig for any other. */
export function valueWithoutRunning({ path, text }: SourceFile, why: string, help: string): unknown {
  const literal = literalOf(text);
  if (literal === undefined) throw new UnreadConfig(path, why, help);
  return literal.value;
}

const plainly = 'write its values out, or as "nnlang": { … } in package.json.';

export const whyUnread: Readonly<Record<'untrusted' | 'notInstalled' | 'browser' | 'typescript', readonly [why: string, help: string]>> = {
  untrusted: ['this workspace is not trusted, so nothing of it is run', `Trust the workspace, or ${plainly}`],
  notInstalled: ['nnlang, which would run it, is not installed in this project', `Run npm install nnlang, or ${plainly}`],
  typescript: ["TypeScript's server waits for nothing to be run", `Say "tensors" beside the name of the plugin in tsconfig.json, or ${plainly}`],
  browser: ['in a browser no program is run', `To have it here too, ${plainly}`],
}; // prettier-ignore

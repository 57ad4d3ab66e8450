/** A `package.json` on the disk → what it says under `"nnlang"`. */
import { SourceFile } from '../../grammar/source.ts';
import { UnreadableFile } from '../project/host.ts';
import { readText } from '../project/node-host.ts';
import { UserError } from '../project/user-error.ts';
import { sectionOf, type PackageSection } from './package-section.ts';

/** Undefined where there is no such file, or it says nothing of nnlang. @throws UserError where it cannot be read. */
export function packageSection(path: string): PackageSection | undefined {
  const text = packageText(path);
  return text === undefined ? undefined : sectionOf(new SourceFile(path, text));
}

function packageText(path: string): string | undefined {
  try {
    return readText(path, 'a package.json');
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new UserError(`${path} cannot be read: ${error.message}`, 'Is it the package.json of your project? Mend it, or move it away.'); // prettier-ignore
  }
}

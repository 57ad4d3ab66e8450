/**
 * The files that a client has sent → what a folder of its workspace configures. Nothing can be run there, and nothing above the folder is known: it is
 * the `nn.config.ts` in the folder, if it says values alone, or its `package.json`.
 */
import { SourceFile } from '../../grammar/source.ts';
import type { Configured } from '../language-server/environment.ts';
import { configNames } from './config-names.ts';
import { configOfProgram, configOfSection } from './checked-config.ts';
import { configuredBackends } from './configured-backends.ts';
import type { NnConfig } from './define-config.ts';
import { sectionOf } from './package-section.ts';
import { patternTest } from './pattern-test.ts';
import { valueWithoutRunning, whyUnread } from './unread-config.ts';

/** By path, the files of the workspace. @throws UserError that shows what is wrong and where. */
export async function configuredInBrowser(
  files: Readonly<Record<string, string>>,
  folder: string,
): Promise<Configured> {
  const config = configOf(files, folder);
  const isExcluded = await patternTest(config.exclude ?? []);
  const backends = configuredBackends(config);
  return {
    isExcluded: (path) => path.startsWith(`${folder}/`) && isExcluded(path.slice(folder.length + 1)),
    ...(backends === undefined ? {} : { backends }),
  };
}

function configOf(files: Readonly<Record<string, string>>, folder: string): NnConfig {
  const source = (name: string): SourceFile | undefined => {
    const path = `${folder}/${name}`;
    return Object.hasOwn(files, path) ? new SourceFile(path, files[path]!) : undefined;
  };
  const program = configNames.map(source).find((found) => found !== undefined);
  if (program) return configOfProgram(valueWithoutRunning(program, ...whyUnread.browser), program);
  const inPackage = source('package.json');
  const section = inPackage && sectionOf(inPackage);
  return section ? configOfSection(section) : {};
}

/**
 * What a folder configures, as the nnlang of its own project reads it: that can run a `nn.config.ts`, and knows the options of its version. The extension
 * brings no TypeScript to run one with. Without an own nnlang, and where nothing may be run, it is what can be read without running.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configuredProject } from '../../compiler/configuration/configured-project.ts';
import { readConfig, type LoadedConfig } from '../../compiler/configuration/read-config.ts';
import { valueWithoutRunning, whyUnread } from '../../compiler/configuration/unread-config.ts';
import type { Configured } from '../../compiler/language-server/environment.ts';
import { UserError } from '../../compiler/project/user-error.ts';
import type * as OwnNnlang from '../../compiler/node.ts';

export async function configuredBy(folder: string, isTrusted: boolean): Promise<Configured> {
  const own = isTrusted ? await ownReader(folder) : undefined;
  const why = isTrusted ? whyUnread.notInstalled : whyUnread.untrusted;
  const loaded = await (own?.(folder) ??
    readConfig({ from: folder }, (program) => valueWithoutRunning(program, ...why)));
  return configuredProject(loaded.config, loaded.folder);
}

type Reader = (folder: string) => Promise<Pick<LoadedConfig, 'config' | 'folder'>>;

/** Undefined where none is installed, or one from before it could be asked. */
async function ownReader(folder: string): Promise<Reader | undefined> {
  const place = placeOf(folder);
  if (place === undefined) return undefined;
  const { loadConfig } = (await import(pathToFileURL(place).href)) as Partial<typeof OwnNnlang>;
  return loadConfig && ((from) => loadConfig(from).catch(asOurs));
}

function placeOf(folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve('nnlang/node');
  } catch {
    return undefined;
  }
}

/** Its errors are of a class of its own. */
function asOurs(error: unknown): never {
  if (!(error instanceof Error)) throw error;
  const { help } = error as Partial<UserError>;
  throw new UserError(error.message, typeof help === 'string' ? help : undefined);
}

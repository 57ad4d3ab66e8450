/**
 * How wide lines may be in a file, as the Prettier of its own project says. The extension brings the formatter but not
 * Prettier's reading of configurations, which is larger than all the rest; a project that configures Prettier has it installed.
 */
import { createRequire } from 'node:module';
import type * as Prettier from 'prettier';
import type { Options } from 'prettier';

export async function formatOptionsOf(path: string, isTrusted: boolean): Promise<Options> {
  if (!isTrusted) return {};
  const place = prettierFor(path);
  if (place === undefined) return {};
  // Required, not imported: of what it exports to `require`, an import sees no names.
  const { resolveConfig } = createRequire(path)(place) as typeof Prettier;
  return (await resolveConfig(path, { editorconfig: true })) ?? {};
}

/** Undefined where the project has none. */
function prettierFor(path: string): string | undefined {
  try {
    return createRequire(path).resolve('prettier');
  } catch {
    return undefined;
  }
}

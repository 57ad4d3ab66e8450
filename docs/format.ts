/** Pages as Prettier wants them, so that they pass the same check as everything else. */
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const page = fileURLToPath(new URL('page.md', import.meta.url));

export async function formatted(markdown: string): Promise<string> {
  return format(`${markdown}\n`, { ...(await resolveConfig(page)), parser: 'markdown' });
}

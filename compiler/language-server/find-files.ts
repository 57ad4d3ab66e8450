/** Folders → the `.nn` files below them. As on the command line, `node_modules` and folders that start with a dot are skipped. */
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** In the order of their paths. Folders that cannot be read have none. */
export async function findFiles(folders: readonly string[]): Promise<readonly string[]> {
  return (await Promise.all(folders.map(filesBelow))).flat().sort();
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry): Promise<readonly string[]> => {
    const path = join(folder, entry.name).replaceAll(sep, '/');
    if (entry.isFile()) return entry.name.endsWith('.nn') ? [path] : [];
    const isSkipped = !entry.isDirectory() || entry.name === 'node_modules' || entry.name.startsWith('.');
    return isSkipped ? [] : filesBelow(path);
  });
  return (await Promise.all(found)).flat();
}

/** Compares what is made with the files of a folder of `test/golden/`. `UPDATE_GOLDENS=1` writes them; CI never does. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** One test for each file by its path below the folder, and one that no golden is left over. */
export function itMatchesGoldens(folderName: string, files: ReadonlyMap<string, string>): void {
  const folder = fileURLToPath(new URL(`../golden/${folderName}/`, import.meta.url));
  it.each([...files])('%s', (name, code) => {
    if (process.env['UPDATE_GOLDENS'] === '1') {
      mkdirSync(dirname(folder + name), { recursive: true });
      writeFileSync(folder + name, code);
    }
    expect(code).toBe(readFileSync(folder + name, 'utf8'));
  });

  it('has no golden that nothing makes', () => {
    const found = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').replace(/\/+/g, '/').slice(folder.length),
      );
    expect(found.toSorted()).toEqual([...files.keys()].toSorted());
  });
}

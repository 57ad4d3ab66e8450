/** Emitted modules and an entry → a folder that a browser can load. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { EmittedFile } from '../../compiler/emit/emitted.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Page {
  /** Written beside the emitted files; imports them as `./NAME.js`. */
  readonly entry: string;
  readonly emitted: readonly EmittedFile[];
  /** Further files by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Writes `index.html` and all that it loads into a folder, which is emptied first. */
export async function writePage(folder: string, { entry, emitted, files }: Page): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const sources = join(folder, 'source');
  mkdirSync(sources, { recursive: true });
  for (const { name, code } of emitted) writeFileSync(join(sources, name), code);
  writeFileSync(join(sources, 'entry.ts'), entry);
  await build({
    entryPoints: [join(sources, 'entry.ts')],
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    outdir: folder,
    sourcemap: 'linked',
    alias: { 'nnlang/runtime': join(root, 'runtime/index.ts') },
    absWorkingDir: root,
    // Their entries for Node; no browser gets there.
    external: ['node:*', 'fs', 'path', 'worker_threads', 'perf_hooks', 'crypto', 'os'],
    logLevel: 'warning',
  });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><meta charset="utf-8"><title>nnlang</title><link rel="icon" href="data:,"><script type="module" src="entry.js"></script>'); // prettier-ignore
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

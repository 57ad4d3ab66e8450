/** The command line as one bundle of today's sources, built once per run: starting it from the sources takes seconds. */
import { join, resolve } from 'node:path';
import { threadId } from 'node:worker_threads';
import { build } from 'esbuild';

let built: Promise<string> | undefined;

/** The path of its main file. */
export function builtCommandLine(): Promise<string> {
  built ??= buildCommandLine(resolve(`test/.tmp/nn-lsp-${threadId}`));
  return built;
}

async function buildCommandLine(outdir: string): Promise<string> {
  await build({
    entryPoints: ['compiler/cli/main.ts'],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['@tensorflow/*', 'prettier', 'jiti'],
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as nnCreateRequire } from 'node:module'; const require = nnCreateRequire(import.meta.url);",
    },
  });
  return join(outdir, 'main.js');
}

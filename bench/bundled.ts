/** `tsx bench/bundled.ts NAME`: runs `bench/NAME.ts` as one script, as editors run the server. What tsx adds to functions, so that they keep their names, costs a third. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const [name = ''] = process.argv.slice(2);
const outfile = resolve(`test/.tmp/bench/${name}.mjs`);
await build({
  entryPoints: [`bench/${name}.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
process.exitCode = spawnSync(process.execPath, [outfile], { stdio: 'inherit' }).status ?? 1;

/** Compile, train, predict in a fresh process: the commands that a user would type, one after the other. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const nn = here('../../dist/compiler/cli/main.js');

function run(shown: string, ...command: string[]): void {
  console.log(`\n$ ${shown}`);
  const { status, signal } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) {
    console.error(`failed: ${shown} (${signal ?? `exit code ${status}`})`);
    process.exit(status ?? 1);
  }
}

run('nn check digits.nn', nn, 'check', here('digits.nn'));
run('nn build digits.nn --out generated', nn, 'build', here('digits.nn'), '--out', here('generated'));
run('tsx train.ts', '--import', 'tsx', here('train.ts'), ...process.argv.slice(2));
run('tsx predict.ts', '--import', 'tsx', here('predict.ts'));

/**
 * Compiles the `.nn` files of an example, then runs its `train.ts`, or another script, with the arguments that follow; `all` only
 * compiles, all of them.
 *
 *     tsx examples/run.ts vae --examples 1000
 *     tsx examples/run.ts mnist/precise
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function run(...command: string[]): void {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

const [what = 'all', ...args] = process.argv.slice(2);
const [name = '', script = 'train'] = what.split('/');
const examples = readdirSync(here('.')).filter((folder) => existsSync(here(`${folder}/train.ts`)));
if (name !== 'all' && !examples.includes(name)) {
  console.error(`there is no example "${name}"; there are ${examples.join(', ')}`);
  process.exit(2);
}
for (const example of name === 'all' ? examples : [name])
  run(here('../dist/compiler/cli/main.js'), 'build', here(example), '--out', here(`${example}/generated`));
if (name !== 'all') run('--import', 'tsx', here(`${name}/${script}.ts`), ...args);

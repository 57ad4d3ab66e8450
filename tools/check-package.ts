/**
 * `npm run check:package`: the package as it would be published, by publint and "are the types wrong", with nothing in it that does not belong there.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

function run(command: string, args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { status, output: status === 0 ? stdout : stdout + stderr };
}

const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', tmpdir()]);
if (packed.status !== 0) throw new Error(packed.output);
const [{ filename, files }] = JSON.parse(packed.output) as [Packed];
const tarball = join(tmpdir(), filename);
const allowed =
  /^(templates\/.*|typescript-plugin\/(index\.js|package\.json)|package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/(THIRD-PARTY-LICENSES\.txt|webview\/[\w.-]+|(runtime|compiler|grammar)\/[\w./-]+\.(js|d\.ts)))$/;
const strange = files.map(({ path }) => path).filter((path) => !allowed.test(path));
const checks = [
  run('npx', ['publint', '--strict', tarball]),
  // The package is ESM alone, which is what the other resolutions complain of.
  run('npx', ['attw', tarball, '--profile', 'esm-only', '--format', 'ascii']),
];
rmSync(tarball);
for (const { status, output } of checks) if (status !== 0) process.stderr.write(output);
if (strange.length > 0)
  process.stderr.write(`The package has files that do not belong there:\n${strange.join('\n')}\n`);
if (strange.length > 0 || checks.some(({ status }) => status !== 0)) process.exitCode = 1;
else process.stdout.write(`${filename}: ${files.length} files, nothing wrong with exports and types\n`);

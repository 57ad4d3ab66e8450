/**
 * `npm run release`: everything that must hold before a version is published. It publishes nothing itself; a workflow with `id-token: write` does, by
 * `npm publish --provenance`, after this.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { version as written } from '../compiler/version.ts';

const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
const problems: string[] = [];

const git = (...args: readonly string[]): string => spawnSync('git', args, { encoding: 'utf8' }).stdout.trim();
if (git('status', '--porcelain') !== '') problems.push('There are changes that are not committed.');
if (written !== version) problems.push(`compiler/version.ts says ${written}, package.json ${version}.`);
const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')}, \\d{4}-\\d\\d-\\d\\d$`, 'm');
if (!heading.test(readFileSync('CHANGELOG.md', 'utf8'))) problems.push(`CHANGELOG.md has no heading "## ${version}, YYYY-MM-DD".`); // prettier-ignore
if (git('tag', '--list', `v${version}`) !== '') problems.push(`v${version} is tagged already.`);

if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
} else {
  for (const script of ['lint', 'typecheck', 'test', 'check:package', 'test:bundlers', 'test:browser']) {
    const { status } = spawnSync('npm', ['run', script], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`npm run ${script} failed; ${version} is not ready.`);
  }
  process.stdout.write(`${version} is ready. Tag v${version} and push it; npm publish --provenance runs where the tag arrives.\n`); // prettier-ignore
}

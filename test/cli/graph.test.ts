/** `nn graph` on real programs: what it writes where, which model it takes, and what it says when it cannot. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import type { GraphMessage } from '../../vscode-extension/webview/messages.ts';
import { inFolder, nn, type Ran } from './fakes.ts';

const digits = `block Step { input x: [n]  output y = x -> Dense(8) -> relu }
model Digits(classes = 10) {
  input image: [28, 28, 1]
  layer head = Step
  output digit = image -> Flatten -> head -> Dense(classes, activation: softmax)
}
`;
const two = `${digits}model Other { input x: [4]  output y = x -> Dense(2) }\n`;

const run = (cwd: string, ...args: readonly string[]): Promise<Ran> =>
  nn(['graph', ...args], { cwd, createCompiler: (host) => createCompiler(host) });

describe('nn graph', () => {
  test('draws the model of a file, as a picture unless something else is asked for', () =>
    inFolder({ 'a.nn': digits }, async (cwd) => {
      const svg = await run(cwd, 'a.nn');
      expect(svg).toMatchObject({ code: 0, stderr: '' });
      expect(svg.stdout).toMatch(/^<svg [^]*Digits[^]*<\/svg>\n$/);
      expect((await run(cwd, 'a.nn', '--format', 'dot')).stdout).toMatch(/^digraph "Digits" {/);
      expect((await run(cwd, '--format', 'mermaid')).stdout).toMatch(/^flowchart TB\n/);
    }));

  test('writes to a file, whose name says the format', () =>
    inFolder({ 'a.nn': digits }, async (cwd) => {
      expect(await run(cwd, 'a.nn', '--out', 'out/a.dot')).toEqual({ code: 0, stdout: 'out/a.dot\n', stderr: '' });
      expect(readFileSync(join(cwd, 'out/a.dot'), 'utf8')).toMatch(/^digraph/);
      expect((await run(cwd, 'a.nn', '--out', 'out/a.dot')).stdout).toBe('out/a.dot (unchanged)\n');
      await run(cwd, 'a.nn', '-o', 'a.txt', '--format', 'mermaid');
      expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toMatch(/^flowchart/);
      const vague = await run(cwd, 'a.nn', '--out', 'a.png');
      expect(vague.code).toBe(2);
      expect(vague.stderr).toContain('error: --out a.png does not say what to write\n  help: End it in .svg, .dot,');
    }));

  test('takes one model, with its parameters set, or one of its members', () =>
    inFolder({ 'a.nn': two }, async (cwd) => {
      const both = await run(cwd, 'a.nn');
      expect(both).toMatchObject({ code: 2, stdout: '' });
      expect(both.stderr).toContain('there are 2 models to draw, and one picture holds one\n  help: Choose with --model: Digits, Digits.head, Other.'); // prettier-ignore
      const letters = await run(cwd, 'a.nn', '--model', 'Digits', '--set', 'classes=26', '--format', 'dot');
      expect(letters.stdout).toContain('[26]');
      const head = await run(cwd, 'a.nn', '--model', 'Digits.head', '--format', 'dot');
      expect(head.stdout).toMatch(/^digraph "Digits\.head"/);
      expect((await run(cwd, 'a.nn', '--model', 'Digit')).stderr).toBe('error: there is no model Digit\n  help: The models here are Digits, Digits.head, Other.\n'); // prettier-ignore
      expect((await run(cwd, 'a.nn', '--model', 'Other', '--set', 'clases=3')).stderr).toContain('there is no parameter clases'); // prettier-ignore
    }));

  test('writes a page that needs nothing else, with all models and no way out of its script', () =>
    inFolder({ 'a.nn': two.replace('model Digits', '/// </script><b>\nmodel Digits') }, async (cwd) => {
      expect((await run(cwd, 'a.nn', '--out', 'a.html', '--depth', '0')).stdout).toBe('a.html\n');
      const html = readFileSync(join(cwd, 'a.html'), 'utf8');
      expect(html).toMatch(/^<!doctype html>\n[^]*<title>Digits\(classes: 10\)<\/title>/);
      expect(html).not.toMatch(/<(link|img)\b|src=|@import|url\(|<b>/);
      expect(html.match(/<\/script>/g)).toHaveLength(2);
      const data = JSON.parse(/id="nn-graph">(.*)<\/script>/.exec(html)![1]!) as GraphMessage;
      expect(data).toMatchObject({ type: 'graph', folds: { Digits: { head: 'folded' }, Other: {} } });
      expect([data.view].flat().map((view) => view.name)).toEqual(['Digits', 'Digits.head', 'Other']);
    }));

  test('folds as deep as it is told', () =>
    inFolder({ 'a.nn': `model M { input x: [4]  output y = x -> repeat 2 { Dense(4) -> relu } }` }, async (cwd) => {
      const drawn = async (...flags: readonly string[]): Promise<string> =>
        (await run(cwd, 'a.nn', '--format', 'mermaid', ...flags)).stdout;
      expect((await drawn('--depth', '0')).match(/Dense/g)).toHaveLength(1);
      expect(await drawn('--depth', '0')).not.toContain('subgraph');
      expect((await drawn()).match(/subgraph/g)).toHaveLength(1);
      expect((await drawn('--expand')).match(/subgraph/g)).toHaveLength(3);
      expect((await run(cwd, 'a.nn', '--depth', 'two')).stderr).toContain('It is a whole number; 0 folds every group.');
      expect((await run(cwd, 'a.nn', '--depth', '1', '--expand')).code).toBe(2);
    }));

  test('prints all there is to draw as JSON, with paths as the reader knows them', () =>
    inFolder({ 'lib/a.nn': two }, async (cwd) => {
      const { models } = JSON.parse((await run(cwd, '--json')).stdout) as { models: { name: string; source: unknown }[] }; // prettier-ignore
      expect(models.map(({ name }) => name)).toEqual(['Digits', 'Digits.head', 'Other']);
      const at = two.indexOf('Digits');
      expect(models[0]!.source).toEqual({ file: 'lib/a.nn', start: at, end: at + 'Digits'.length });
    }));

  test('tells the errors of a file, and draws what has none', () =>
    inFolder({ 'a.nn': `${digits}model Bad { input x: [4]  output y = x -> Dens(2) }\n` }, async (cwd) => {
      const { code, stdout, stderr } = await run(cwd, 'a.nn', '--format', 'dot', '--model', 'Digits');
      expect(code).toBe(1);
      expect(stdout).toMatch(/^digraph "Digits"/);
      expect(stderr).toContain('error[name/unknown-layer] a.nn:7:');
      const bad = await run(cwd, 'a.nn', '--model', 'Bad');
      expect(bad).toMatchObject({ code: 1, stdout: '' });
      expect(bad.stderr).toContain('name/unknown-layer');
    }));
});

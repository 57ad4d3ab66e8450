import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEdits, fixText } from '../../compiler/diagnostics/fix-text.ts';
import { createCompiler } from '../../compiler/compile.ts';
import { catalogue } from '../../compiler/diagnostics/catalogue/index.ts';
import type { Diagnostic } from '../../compiler/diagnostics/diagnostic.ts';
import { checkText } from '../check/checking.ts';
import { inFolder, nn } from './fakes.ts';

const check = (text: string): readonly Diagnostic[] => checkText(text).diagnostics;
const fix = (text: string) => fixText('main.nn', text, check);
const summary = ({ code, message }: Diagnostic): string => `${code}: ${message}`;

/** Every safe fix by itself takes its problem away and brings none. */
function expectSafeFixesToMend(text: string): void {
  const before = check(text);
  for (const diagnostic of before)
    for (const { safe, edits, title } of diagnostic.fixes) {
      if (!safe) continue;
      const after = check(applyEdits(text, edits)).map(summary);
      expect(after.length, `${title}:\n${after.join('\n')}`).toBeLessThan(before.length);
    }
}

describe('safe fixes', () => {
  for (const [slug, { example }] of catalogue)
    it(`of the example of ${slug} take the problem away and bring none`, () => expectSafeFixesToMend(example.bad));

  for (const folder of ['../lint/fixtures/', '../cases/bugs/bad/'])
    for (const name of readdirSync(new URL(folder, import.meta.url)).filter((file) => file.endsWith('.nn')))
      it(`of ${folder}${name} take the problem away and bring none`, () =>
        expectSafeFixesToMend(readFileSync(new URL(folder + name, import.meta.url), 'utf8')));

  it('are applied until none is left, and again change nothing', () => {
    const text = readFileSync(new URL('../lint/fixtures/wrong.nn', import.meta.url), 'utf8');
    const { text: fixed, applied } = fix(text);
    expect(applied.length).toBeGreaterThan(8);
    expect(check(fixed).flatMap((d) => d.fixes.filter(({ safe }) => safe))).toEqual([]);
    expect(check(fixed).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(fix(fixed)).toEqual({ text: fixed, applied: [] });
  });

  it('leave comments where they are', () => {
    const { text } = fix(`model M {
  input x: [4]
  output y = x -> tanh // before
    -> reshape(4) -> sigmoid // after
}
`);
    expect(text).toBe(`model M {
  input x: [4]
  output y = x -> tanh // before
     -> sigmoid // after
}
`);
  });

  it('are taken back where they make things worse, and the others are kept', () => {
    const edit = (start: number, newText: string) => ({ span: { start, end: start + 1 }, newText });
    const problems = (text: string): readonly Diagnostic[] =>
      [...text].flatMap((letter, at) => {
        if (letter !== 'a' && letter !== 'b' && letter !== '!') return [];
        const { file } = { file: { path: 'main.nn' } as Diagnostic['file'] };
        const fixes = letter === '!' ? [] : [{ title: 'it', safe: true, edits: [edit(at, letter === 'a' ? 'x' : '!!')] }];
        return [{ code: letter === '!' ? 'syntax/unexpected' : letter, severity: 'error', message: '', file, span: { start: at, end: at + 1 }, related: [], fixes }];
      }); // prettier-ignore
    expect(fixText('main.nn', 'a-b-a', problems).text).toBe('x-b-x');
  });
});

describe('nn check --fix', () => {
  const real = { createCompiler };
  const program = 'model M {\n  input x: [4]\n  output y = x -> Activation(relu) -> reshape(4)\n}\n';

  it('writes what it fixed and checks the rest', () =>
    inFolder({ 'a.nn': `\uFEFF${program}`, 'b.nn': 'model N {\n  input x: [4]\n  output y = relu(x)\n}\n' }, async (cwd) => {
      const written = statSync(join(cwd, 'b.nn')).mtimeMs;
      expect(await nn(['check', '--fix'], { cwd, ...real })).toEqual({
        code: 0,
        stdout: `fixed[lint/prefer-function] a.nn:3:19 Write \`relu\`
fixed[lint/no-effect] a.nn:3:39 Remove this \`reshape\`
Fixed 2 problems.
No problems in 2 files.
`,
        stderr: '',
      });
      expect(readFileSync(join(cwd, 'a.nn'), 'utf8')).toBe('\uFEFFmodel M {\n  input x: [4]\n  output y = x -> relu\n}\n');
      expect(statSync(join(cwd, 'b.nn')).mtimeMs).toBe(written);
      expect(readdirSync(cwd).sort()).toEqual(['a.nn', 'b.nn']);
    })); // prettier-ignore

  it('prints JSON of what is left on stdout', () =>
    inFolder({ 'a.nn': program }, async (cwd) => {
      const { stdout, stderr, code } = await nn(['check', '--fix', '--json'], { cwd, ...real });
      expect([code, JSON.parse(stdout)]).toEqual([0, { diagnostics: [], errors: 0, warnings: 0 }]);
      expect(stderr).toContain('Fixed 2 problems.');
    }));

  it('leaves files alone that cannot be read', () =>
    inFolder({ 'a.nn': new Uint8Array([0xff, 0xfe, 0x20]) }, async (cwd) => {
      expect((await nn(['check', '--fix'], { cwd, ...real })).code).toBe(1);
      expect(existsSync(join(cwd, 'a.nn'))).toBe(true);
    }));

  it('tells in JSON which fixes there are', () =>
    inFolder({ 'a.nn': program }, async (cwd) => {
      const { stdout } = await nn(['check', '--json'], { cwd, ...real });
      expect(JSON.parse(stdout).diagnostics[0]).toEqual({
        file: 'a.nn',
        code: 'lint/prefer-function',
        severity: 'hint',
        message: '`Activation` makes a layer that has no weights. The function `relu` does the same.',
        range: { start: { line: 3, column: 19 }, end: { line: 3, column: 35 } },
        related: [],
        fixes: [{ title: 'Write `relu`', safe: true }],
      });
    }));
});

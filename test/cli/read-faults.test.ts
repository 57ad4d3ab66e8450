/** What may be in the place of a `.nn` file, or be imported as one: told of, without waiting for ever, and nothing else is harmed. */
import { chmodSync, readdirSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { inFolder, nn } from './fakes.ts';
import { runNn } from './processes.ts';

const fine = 'model Fine {\n  input x: [3]\n  output y = x -> Dense(2)\n}\n';

/** Half a megabyte of it: more than anyone writes, less than is refused for its size. */
const much = (text: string): string => text.repeat(Math.ceil(500_000 / text.length));

describe('garbage', () => {
  test.each([
    ['ten megabytes of bytes', Buffer.alloc(10 * 2 ** 20, 'q[}7\u0000'), 'it has 10.0 MiB, and the text of a model has at most 2.'],
    ['zeros', much('\0'), 'mistakes like these in this file, too many for the text of a model.'],
    ['quotes', much('"'), 'mistakes like these in this file'],
    ['words', much('x\n'), 'Expected a declaration'],
    ['models in models', much('model A {'), 'mistakes like these in this file'],
    ['ifs in ifs', `model A { ${much('if true { ')}`, '1 | '],
    ['brackets', `const a = ${much('[')}`, 'This is nested too deeply to be read.'],
    ['parentheses', `const a = ${much('(')}`, 'This is nested too deeply to be read.'],
    ['a long sum', `const a = 1${much(' + 1')}`, 'This expression is too long to be read.'],
    ['a long number', `const a = ${much('9')}`, 'is too large: numbers go up to'],
    ['imports of nothing', much('import { a } from "./x.nn"\n'), 'more problems, which --json lists.'],
    ['one line of signs', Array.from({ length: 500_000 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 90))).join(''), '1 | '],
  ])('%s', (_, content, said) =>
    inFolder({ 'a.nn': content, 'b.nn': fine }, async (cwd) => {
      const { code, stdout, stderr } = await nn(['build', '--out', 'gen'], { cwd, createCompiler });
      expect(stderr).toContain(said);
      expect(stderr).not.toContain('has a bug');
      expect(stderr.length).toBeLessThan(200_000);
      expect({ code, stdout }).toEqual({ code: 1, stdout: 'b.nn → gen/b.ts, gen/b.pass.ts\n' });
    }), 30_000,
  ); // prettier-ignore
});

describe('what is no file', () => {
  test('a pipe, a device, a folder, links that lead round or nowhere', () =>
    inFolder({ 'fine.nn': fine, 'folder.nn/x': '' }, async (cwd) => {
      execFileSync('mkfifo', [join(cwd, 'pipe.nn')]);
      symlinkSync('/dev/zero', join(cwd, 'zero.nn'));
      symlinkSync('loop.nn', join(cwd, 'loop.nn'));
      symlinkSync('nowhere', join(cwd, 'dangling.nn'));
      const said = async (name: string): Promise<string> => (await nn(['check', name], { cwd, createCompiler })).stderr;
      expect(await said('zero.nn')).toBe('error[file/unreadable] zero.nn:1:1\n  This file cannot be read: it is a pipe or a device, not a file.\n\n  help: Check the path and the permissions of the file.\n\n1 error in 1 file\n');
      expect(await said('pipe.nn')).toContain('it is a pipe or a device, not a file.');
      expect(await said('loop.nn')).toBe('error: loop.nn cannot be read: it is a link that leads back to itself\n  help: Check the path and its permissions.\n');
      expect(await said('dangling.nn')).toBe('error: dangling.nn is a link to a file that is not there\n  help: Mend the link, or remove it.\n');
      expect(await said('folder.nn')).toBe('error: there are no .nn files in folder.nn\n');
      const { code, stdout } = await nn(['build', '--out', 'gen'], { cwd, createCompiler });
      expect({ code, stdout }).toEqual({ code: 1, stdout: 'fine.nn → gen/fine.ts, gen/fine.pass.ts\n' });
    })); // prettier-ignore

  test('a file that may not be read', () =>
    inFolder({ 'a.nn': fine, 'b.nn': fine.replace('Fine', 'Other') }, async (cwd) => {
      chmodSync(join(cwd, 'a.nn'), 0);
      const { code, stdout, stderr } = await runNn(['build', '--out', 'gen'], { cwd, isOrdinary: true });
      expect({ code, stdout }).toEqual({ code: 1, stdout: 'b.nn → gen/b.ts, gen/b.pass.ts\n' });
      expect(stderr).toContain('error[file/unreadable] a.nn:1:1\n  This file cannot be read: the operating system does not let you read it.\n\n  help: Check the path and the permissions');
    })); // prettier-ignore
});

describe('imports', () => {
  test('from outside of the project are fine, and nothing is written there', () =>
    inFolder({ 'shared/wide.nn': 'block Wide {\n  input x: [n]\n  output y = x -> Dense(2)\n}\n', 'app/package.json': '{}', 'app/a.nn': 'import { Wide } from "../shared/wide.nn"\nmodel A {\n  input x: [3]\n  output y = x -> Wide\n}\n' }, async (cwd) => {
      const { code, stdout } = await nn(['build', '--out', 'gen'], { cwd: join(cwd, 'app'), createCompiler });
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'a.nn → gen/a.ts, gen/a.pass.ts\n' });
      expect(readdirSync(cwd).sort()).toEqual(['app', 'shared']);
      expect(readdirSync(join(cwd, 'shared'))).toEqual(['wide.nn']);
    })); // prettier-ignore

  test('show nothing of what is no .nn file, wherever it lies', () =>
    inFolder({ 'secret.txt': 'password 1234', 'a.nn': 'import { A } from "./secret.txt"\nimport { B } from "/etc/passwd"\nimport { C } from "../../../../../../../../../etc/passwd"\nimport { D } from "../../../../../../../../../none.nn"\n' }, async (cwd) => {
      const { code, stderr } = await nn(['check'], { cwd, createCompiler });
      expect(code).toBe(1);
      expect(stderr).toContain('"./secret.txt" is not the name of a `.nn` file, and nothing else can be imported.');
      expect(stderr).toContain('"/etc/passwd" is not the name of a `.nn` file');
      expect(stderr).toContain('Looked for /none.nn.');
      expect(stderr).not.toMatch(/1234|root:/);
    })); // prettier-ignore
});

import { chmodSync, readFileSync, statSync, symlinkSync, lstatSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inFolder, nn } from './fakes.ts';

const UGLY = 'block A {let a=3}';
const FINE = 'block A {\n  let a = 3\n}\n';
const read = (cwd: string, name: string): string => readFileSync(join(cwd, name), 'utf8');

describe('nn format', () => {
  test('rewrites what differs and nothing else', () =>
    inFolder({ 'a.nn': UGLY, 'lib/b.nn': FINE, 'lib/c.nn': `\uFEFF${UGLY}` }, async (cwd) => {
      const long = new Date(2001, 1, 1);
      utimesSync(join(cwd, 'lib/b.nn'), long, long);
      chmodSync(join(cwd, 'a.nn'), 0o600);
      symlinkSync('lib/c.nn', join(cwd, 'link.nn'));
      expect(await nn(['format', 'a.nn', 'lib/b.nn', 'link.nn'], { cwd })).toEqual({
        code: 0,
        stdout: 'a.nn\nlink.nn\nFormatted 2 of 3 files.\n',
        stderr: '',
      });
      expect(read(cwd, 'a.nn')).toBe(FINE);
      expect(read(cwd, 'lib/c.nn')).toBe(`\uFEFF${FINE}`);
      expect(statSync(join(cwd, 'a.nn')).mode & 0o777).toBe(0o600);
      expect(lstatSync(join(cwd, 'link.nn')).isSymbolicLink()).toBe(true);
      expect(statSync(join(cwd, 'lib/b.nn')).mtime).toEqual(long);
      expect((await nn(['format'], { cwd })).stdout).toBe('Nothing to format in 3 files.\n');
    }));

  test('--check writes nothing', () =>
    inFolder({ 'a.nn': UGLY, 'b.nn': FINE }, async (cwd) => {
      expect(await nn(['format', '--check'], { cwd })).toEqual({
        code: 1,
        stdout: 'a.nn\n1 of 2 files to format: run nn format.\n',
        stderr: '',
      });
      expect(read(cwd, 'a.nn')).toBe(UGLY);
      expect((await nn(['format', '--check', 'b.nn'], { cwd })).code).toBe(0);
    }));

  test('leaves files with syntax errors as they are, tells why and goes on', () =>
    inFolder({ 'a.nn': 'block A { let = }', 'b.nn': UGLY, 'c.nn': new Uint8Array([0xff, 0xfe, 0xff]) }, async (cwd) => {
      const { code, stdout, stderr } = await nn(['format'], { cwd });
      expect({ code, stdout }).toEqual({ code: 1, stdout: 'b.nn\nFormatted 1 of 1 file.\n' });
      expect(stderr).toContain('error[syntax/unexpected] a.nn:1:');
      expect(stderr).toContain('error[file/encoding] c.nn:1:1');
      expect(stderr).toMatch(/2 files left as they are\.\n$/);
      expect(read(cwd, 'a.nn')).toBe('block A { let = }');
      expect(read(cwd, 'b.nn')).toBe(FINE);
    }));

  test('--json tells what became of each file', () =>
    inFolder({ 'a.nn': UGLY, 'b.nn': FINE, 'c.nn': 'oops' }, async (cwd) => {
      const { code, stdout } = await nn(['format', '--check', '--json'], { cwd });
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        files: [
          { file: 'a.nn', status: 'unformatted' },
          { file: 'b.nn', status: 'unchanged' },
          { file: 'c.nn', status: 'failed' },
        ],
        diagnostics: [{ file: 'c.nn' }],
        errors: 1,
        warnings: 0,
      });
    }));

  test('goes by the configuration and the exceptions of the project', () => {
    const text = 'block A {\n  let a = beta\n    + gamma\n}\n';
    const files = {
      'a.nn': text,
      'gone.nn': UGLY,
      '.prettierrc': '{ "printWidth": 16 }',
      '.prettierignore': 'gone.nn',
    };
    return inFolder(files, async (cwd) => {
      expect((await nn(['format'], { cwd })).stdout).toBe('Nothing to format in 1 file.\n');
      expect((await nn(['format', 'gone.nn'], { cwd })).stdout).toBe(
        'Nothing to format: .prettierignore leaves out all of these files.\n',
      );
      expect(read(cwd, 'gone.nn')).toBe(UGLY);
    });
  });

  test('cannot run with a broken configuration or without files', () =>
    inFolder({ 'a.nn': UGLY, '.prettierrc': '{ "printWidth": ' }, async (cwd) => {
      const { code, stderr } = await nn(['format'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: Prettier's configuration for .*a\.nn cannot be read: /);
      expect((await nn(['format', 'b.nn'], { cwd })).code).toBe(2);
    }));
});

import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UnreadableFile } from '../../compiler/project/host.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { createNodeHost } from '../../compiler/project/node-host.ts';
import { writeOutput } from '../../compiler/project/write-output.ts';
import { inFolder, nn } from './fakes.ts';

describe('the Node host', () => {
  const host = createNodeHost();
  test('reads text as it is, but for a byte-order mark', () =>
    inFolder({ 'a.nn': '\ufeffmodel A\r\n', 'node_modules/@me/nets/b.nn': 'block B' }, async (cwd) => {
      expect(host.readFile(join(cwd, 'a.nn'))).toBe('model A\r\n');
      expect(host.readFile(join(cwd, 'none.nn'))).toBeUndefined();
      expect(host.readFile(join(cwd, 'a.nn/none.nn'))).toBeUndefined();
      expect([host.exists(join(cwd, 'a.nn')), host.exists(cwd), host.exists(join(cwd, 'b'))]).toEqual([true, false, false]);
    })); // prettier-ignore
  test('finds packages from the importing file upwards', () =>
    inFolder({ 'lib/deep/a.nn': '', 'node_modules/@me/nets/b.nn': 'block B' }, async (cwd) => {
      const from = join(cwd, 'lib/deep/a.nn');
      expect(host.resolvePackage('@me/nets/b.nn', from)).toBe(join(cwd, 'node_modules/@me/nets/b.nn'));
      expect(host.resolvePackage('@me/nets/c.nn', from)).toBeUndefined();
    }));
  test('says why a file cannot be read', () =>
    inFolder({ 'utf16.nn': Buffer.from('\ufeffmodel', 'utf16le'), 'binary.nn': Buffer.from([0, 255, 0]) }, async (cwd) => {
      expect(() => host.readFile(cwd)).toThrow('it is a folder, not a file');
      expect(() => host.readFile(join(cwd, 'utf16.nn'))).toThrow('it is saved as UTF-16, and not as UTF-8');
      expect(() => host.readFile(join(cwd, 'binary.nn'))).toThrow('it holds binary data');
      expect(() => host.readFile(cwd)).toThrow(UnreadableFile);
    })); // prettier-ignore
});

test('the memory host does the same without a disk', () => {
  const denied = new UnreadableFile('/c.nn', 'permission', 'the operating system does not let you read it');
  const files = {
    '/a/b.nn': '\ufeffmodel',
    '/a/node_modules/p/x.nn': 'block',
    '/bad.nn': Buffer.from([0xe9]),
    '/c.nn': denied,
  };
  const host = createMemoryHost(files);
  expect(host.readFile('/a/b.nn')).toBe('model');
  expect(host.readFile('constructor')).toBeUndefined();
  expect(host.resolvePackage('p/x.nn', '/a/b.nn')).toBe('/a/node_modules/p/x.nn');
  expect(() => host.readFile('/bad.nn')).toThrow('the byte 0xE9');
  expect(() => host.readFile('/c.nn')).toThrow(denied);
});

test('outputs are written whole, make their folders, and leave nothing beside them', () =>
  inFolder({ 'plain.txt': '' }, async (cwd) => {
    expect(writeOutput(join(cwd, 'deep/er/a.ts'), 'one')).toBe('written');
    expect(writeOutput(join(cwd, 'deep/er/a.ts'), 'one')).toBe('unchanged');
    expect(writeOutput(join(cwd, 'deep/er/a.ts'), 'two')).toBe('written');
    expect(readFileSync(join(cwd, 'deep/er/a.ts'), 'utf8')).toBe('two');
    expect(readdirSync(join(cwd, 'deep/er'))).toEqual(['a.ts']);
    expect(() => writeOutput(join(cwd, 'plain.txt/a.ts'), 'x')).toThrow(
      'a part of the path is a file and not a folder',
    );
  }));

test('what is too long for a model is not read for minutes', () =>
  inFolder({ 'a.nn': 'x '.repeat(1.5 * 2 ** 20) }, async (cwd) => {
    const { code, stderr } = await nn(['check'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('This file cannot be read: it has 3.0 MiB, and the text of a model has at most 2.');
  }));

test('links to folders do not show a file twice, nor go round for ever', () =>
  inFolder({ 'src/a.nn': 'fine' }, async (cwd) => {
    symlinkSync('.', join(cwd, 'src/self'));
    symlinkSync('src', join(cwd, 'other'));
    symlinkSync('nowhere', join(cwd, 'nowhere'));
    expect(await nn(['check'], { cwd })).toEqual({ code: 0, stdout: 'No problems in 1 file.\n', stderr: '' });
  }));

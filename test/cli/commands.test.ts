import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakeCompiler, inFolder, nn } from './fakes.ts';
import type { Compiler } from '../../compiler/compile-types.ts';

/** Every model has a parameter `classes`, whatever is set. */
const withClasses = (host: Parameters<typeof fakeCompiler>[0]): Compiler => {
  const fake = fakeCompiler(host);
  const models = fake.check;
  return {
    ...fake,
    checkWith: (path) => ({
      diagnostics: [],
      models: models(path).models.map((m) => ({ ...m, arguments: { classes: '10' } })),
    }),
  };
};

describe('nn check', () => {
  test('is content with correct files', () =>
    inFolder({ 'a.nn': 'model A', 'lib/b.nn': 'model B', 'node_modules/c/c.nn': 'oops', '.git/d.nn': 'oops' }, async (cwd) => {
      expect(await nn(['check'], { cwd })).toEqual({ code: 0, stdout: 'No problems in 2 files.\n', stderr: '' });
      expect((await nn(['check', 'a.nn', './a.nn'], { cwd })).stdout).toBe('No problems in 1 file.\n');
      expect((await nn(['check', '**/*.nn'], { cwd })).stdout).toBe('No problems in 2 files.\n');
    })); // prettier-ignore

  test('shows errors, warnings and hints on stderr, with paths as the reader knows them', () =>
    inFolder({ 'a.nn': 'model A\n  hmm oops\n', 'lib/b.nn': 'idle\n' }, async (cwd) => {
      expect(await nn(['check'], { cwd })).toEqual({
        code: 1,
        stdout: '',
        stderr: `warning[test/hmm] a.nn:2:3
  Here is hmm.

  2 |   hmm oops
    |   ^^^

  help: Remove hmm.

error[test/oops] a.nn:2:7
  Here is oops.

  2 |   hmm oops
    |       ^^^^

  help: Remove oops.

hint[test/idle] lib/b.nn:1:1
  Here is idle.

  1 | idle
    | ^^^^

  help: Remove idle.

1 error, 1 warning, 1 hint in 2 files
`,
      });
    }));

  test('--json goes to stdout whole and alone', () =>
    inFolder({ 'a.nn': 'hmm oops' }, async (cwd) => {
      const { code, stdout, stderr } = await nn(['check', '--json'], { cwd });
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ errors: 1, warnings: 1 });
      expect(report.diagnostics[1]).toMatchObject({
        file: 'a.nn',
        code: 'test/oops',
        range: { start: { line: 1, column: 5 }, end: { line: 1, column: 9 } },
      });
      writeFileSync(join(cwd, 'a.nn'), 'fine');
      expect(JSON.parse((await nn(['check', '--json'], { cwd })).stdout)).toEqual({ diagnostics: [], errors: 0, warnings: 0 }); // prettier-ignore
    }));

  test('--max-warnings', () =>
    inFolder({ 'a.nn': 'hmm hmm' }, async (cwd) => {
      expect((await nn(['check'], { cwd })).code).toBe(0);
      expect((await nn(['check', '--max-warnings', '2'], { cwd })).code).toBe(0);
      const strict = await nn(['check', '--max-warnings', '1'], { cwd });
      expect(strict.code).toBe(1);
      expect(strict.stderr).toContain('error: 2 warnings are more than --max-warnings 1 allows\n');
      expect((await nn(['check', '--max-warnings', 'some'], { cwd })).code).toBe(2);
    }));

  test('a file that is no UTF-8 is one problem among the others', () =>
    inFolder({ 'a.nn': Buffer.from([0x6d, 0x6f, 0x0a, 0x20, 0xe9, 0x20]), 'b.nn': 'oops' }, async (cwd) => {
      const { code, stderr } = await nn(['check'], { cwd });
      expect(code).toBe(1);
      expect(stderr).toContain(`error[file/encoding] a.nn:2:2
  This file cannot be read: it is not UTF-8 text: the byte 0xE9 begins no complete UTF-8 character.

  2 |  �
    |  ^
`);
      expect(stderr).toContain('2 errors in 2 files');
    }));

  test('a byte-order mark is no problem', () =>
    inFolder({ 'a.nn': '\ufeffoops' }, async (cwd) => {
      expect((await nn(['check'], { cwd })).stderr).toContain('a.nn:1:1');
    }));
});

describe('colours', () => {
  const run = (args: readonly string[], more: { tty?: boolean; env?: Record<string, string> }): Promise<boolean> =>
    new Promise((resolve) => {
      void inFolder({ 'a.nn': 'oops' }, async (cwd) => {
        resolve((await nn(['check', ...args], { cwd, ...more })).stderr.includes('\u001b['));
      });
    });
  test('are for terminals', async () => {
    expect(await run([], { tty: true })).toBe(true);
    expect(await run([], {})).toBe(false);
  });
  test('can be turned off and on', async () => {
    expect(await run([], { tty: true, env: { NO_COLOR: '1' } })).toBe(false);
    expect(await run(['--no-color'], { tty: true })).toBe(false);
    expect(await run([], { tty: true, env: { TERM: 'dumb' } })).toBe(false);
    expect(await run([], { env: { FORCE_COLOR: '1' } })).toBe(true);
    expect(await run([], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).toBe(false);
    expect(await run(['--color'], {})).toBe(true);
  });
});

describe('nn build', () => {
  test('writes beside the source, and says what it wrote', () =>
    inFolder({ 'lib/a.nn': 'model A train', 'b.nn': 'model B' }, async (cwd) => {
      const { code, stdout, stderr } = await nn(['build'], { cwd });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toBe('b.nn → b.ts\nlib/a.nn → lib/a.ts, lib/a.train.ts\n');
      expect(readFileSync(join(cwd, 'lib/a.ts'), 'utf8')).toContain('// A');
    }));

  test('--out keeps folders below the folder that was given', () =>
    inFolder({ 'src/lib/a.nn': 'model A', 'src/b.nn': 'model B' }, async (cwd) => {
      expect((await nn(['build', 'src', '--out', 'gen', '--target', 'js'], { cwd })).code).toBe(0);
      expect([existsSync(join(cwd, 'gen/lib/a.js')), existsSync(join(cwd, 'gen/b.js'))]).toEqual([true, true]);
      expect((await nn(['build', 'src/**/*.nn', '--out', 'glob'], { cwd })).code).toBe(0);
      expect(existsSync(join(cwd, 'glob/lib/a.ts'))).toBe(true);
      expect((await nn(['build', 'src/lib/a.nn', '--out', 'one'], { cwd })).code).toBe(0);
      expect(existsSync(join(cwd, 'one/a.ts'))).toBe(true);
    }));

  test('what would not change is not rewritten', () =>
    inFolder({ 'a.nn': 'model A' }, async (cwd) => {
      await nn(['build'], { cwd });
      const before = statSync(join(cwd, 'a.ts'), { bigint: true });
      expect((await nn(['build'], { cwd })).stdout).toBe('a.nn → a.ts (unchanged)\n');
      const after = statSync(join(cwd, 'a.ts'), { bigint: true });
      expect([after.mtimeNs, after.ino]).toEqual([before.mtimeNs, before.ino]);
    }));

  test('a file with errors keeps its last output, and the others are built', () =>
    inFolder({ 'a.nn': 'model A', 'b.nn': 'model B' }, async (cwd) => {
      await nn(['build'], { cwd });
      const good = readFileSync(join(cwd, 'a.ts'), 'utf8');
      writeFileSync(join(cwd, 'a.nn'), 'model C oops');
      writeFileSync(join(cwd, 'b.nn'), 'model D');
      const { code, stdout, stderr } = await nn(['build'], { cwd });
      expect(code).toBe(1);
      expect(stdout).toBe('b.nn → b.ts\n');
      expect(stderr).toContain('error[test/oops] a.nn:1:9');
      expect(readFileSync(join(cwd, 'a.ts'), 'utf8')).toBe(good);
    }));

  test('source maps find the source from where they lie', () =>
    inFolder({ 'src/a.nn': 'model A' }, async (cwd) => {
      const { stdout } = await nn(['build', 'src', '--out', 'gen/deep', '--source-map'], { cwd });
      expect(stdout).toBe('src/a.nn → gen/deep/a.ts, gen/deep/a.ts.map\n');
      expect(readFileSync(join(cwd, 'gen/deep/a.ts'), 'utf8')).toMatch(/\n\/\/# sourceMappingURL=a\.ts\.map\n$/);
      expect(JSON.parse(readFileSync(join(cwd, 'gen/deep/a.ts.map'), 'utf8')).sources).toEqual(['../../src/a.nn']);
    }));

  test('a training module that is no longer made is taken away', () =>
    inFolder({ 'a.nn': 'model A train' }, async (cwd) => {
      await nn(['build'], { cwd });
      writeFileSync(join(cwd, 'a.nn'), 'model A');
      await nn(['build'], { cwd });
      expect(existsSync(join(cwd, 'a.train.ts'))).toBe(false);
      writeFileSync(join(cwd, 'a.train.ts'), 'written by hand');
      await nn(['build'], { cwd });
      expect(existsSync(join(cwd, 'a.train.ts'))).toBe(true);
    }));

  test('--json', () =>
    inFolder({ 'a.nn': 'model A', 'b.nn': 'oops' }, async (cwd) => {
      const { code, stdout, stderr } = await nn(['build', '--json'], { cwd });
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({ files: [{ source: 'a.nn', output: 'a.ts', state: 'written' }], errors: 1 });
    })); // prettier-ignore

  test('refuses what cannot be right', () =>
    inFolder({ 'x/a.nn': 'model A', 'y/a.nn': 'model A', 'z/a.ts/file': '' }, async (cwd) => {
      const twice = await nn(['build', 'x/a.nn', 'y/a.nn', '--out', 'gen'], { cwd });
      expect(twice.code).toBe(2);
      expect(twice.stderr).toContain('error: x/a.nn and y/a.nn would be written to the same file');
      expect(existsSync(join(cwd, 'gen'))).toBe(false);
      const backend = await nn(['build', '--backends', 'wasm,tpu'], { cwd });
      expect([backend.code, backend.stderr]).toEqual([2, expect.stringContaining("'tpu' is none")]);
      const blocked = await nn(['build', 'x', '--out', 'z'], { cwd });
      expect([blocked.code, blocked.stderr]).toEqual([2, expect.stringContaining('a folder of that name is there')]);
    }));
});

describe('nn summary', () => {
  test('a table per model', () =>
    inFolder({ 'a.nn': 'model A model B' }, async (cwd) => {
      const { code, stdout } = await nn(['summary', 'a.nn'], { cwd });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^A\n {2}input {2}x: float32\[4\]\n[^]*\n\nB\n/);
      expect((await nn(['summary', 'a.nn', '--model', 'B'], { cwd })).stdout).toMatch(/^B\n/);
    }));
  test('--json and --set', () =>
    inFolder({ 'a.nn': 'model A' }, async (cwd) => {
      const { stdout } = await nn(['summary', 'a.nn', '--json', '--set', 'classes=26', '--set', 'act = relu'], { cwd });
      expect(JSON.parse(stdout).models[0]).toMatchObject({ name: 'A', arguments: { classes: '26', act: 'relu' } });
      expect((await nn(['summary', 'a.nn', '--set', 'classes'], { cwd })).code).toBe(2);
      const strange = await nn(['summary', 'a.nn', '--set', 'clases=3'], { cwd, createCompiler: withClasses });
      expect(strange.stderr).toBe(
        'error: --set clases: there is no parameter clases\n  help: Did you mean `classes`?\n',
      );
    }));
  test('models without errors are shown beside the errors of others', () =>
    inFolder({ 'a.nn': 'model A oops hmm' }, async (cwd) => {
      const { code, stdout, stderr } = await nn(['summary', 'a.nn'], { cwd });
      expect(code).toBe(1);
      expect(stdout).toMatch(/^A\n/);
      expect(stderr).toContain('1 error in 1 file');
    }));
  test('a model that is not there', () =>
    inFolder({ 'a.nn': 'model A', 'b.nn': 'block' }, async (cwd) => {
      const wrong = await nn(['summary', 'a.nn', '--model', 'B'], { cwd });
      expect(wrong).toEqual({ code: 2, stdout: '', stderr: 'error: there is no model B\n  help: The models here are A.\n' });
      expect((await nn(['summary', 'b.nn'], { cwd })).stderr).toContain('error: there is no model to show');
    })); // prettier-ignore
});

describe('mistakes on the command line', () => {
  const mistake = async (...args: string[]): Promise<string> => {
    let text = '';
    await inFolder({ 'digits.nn': 'model A', 'notes.txt': '' }, async (cwd) => {
      mkdirSync(join(cwd, 'empty'));
      const { code, stdout, stderr } = await nn(args, { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toMatch(/^ +at /m);
      text = stderr;
    });
    return text;
  };
  test('commands and flags', async () => {
    expect(await mistake('chekc')).toBe("error: unknown command 'chekc'\n  help: Did you mean check?\n  Run nn --help for what it takes.\n"); // prettier-ignore
    expect(await mistake('check', '--jsn')).toBe("error: unknown option '--jsn'\n  help: Did you mean --json?\n  Run nn check --help for what it takes.\n"); // prettier-ignore
    expect(await mistake('build', '--target', 'rust')).toContain('Allowed choices are ts, js.');
    expect(await mistake('train', 'digits.nn')).toContain("required option '--data <path>' not specified");
  });
  test('paths', async () => {
    expect(await mistake('check', 'digit.nn')).toBe('error: there is no file or folder digit.nn\n  help: Did you mean `digits.nn`?\n'); // prettier-ignore
    expect(await mistake('check', 'notes.txt')).toContain('error: notes.txt is not a .nn file');
    expect(await mistake('check', 'empty')).toBe('error: there are no .nn files in empty\n');
    expect(await mistake('check', 'empty/*.nn')).toBe('error: no .nn file matches empty/*.nn\n');
  });
});

test('our own bugs say that they are ours, with the stack only when asked for', () =>
  inFolder({ 'a.nn': 'boom' }, async (cwd) => {
    const quiet = await nn(['check'], { cwd });
    expect(quiet.code).toBe(2);
    expect(quiet.stderr).toContain('error: nnlang has a bug: the fuse is blown');
    expect(quiet.stderr).toContain('not of your files');
    expect(quiet.stderr).not.toMatch(/^ +at /m);
    expect((await nn(['check'], { cwd, env: { NN_DEBUG: '1' } })).stderr).toMatch(/\n {4}at /);
  }));

test('help and version', async () => {
  const help = await nn([], { cwd: '/' });
  expect(help.code).toBe(0);
  for (const command of ['check', 'build', 'summary', 'train']) expect(help.stdout).toContain(`\n  ${command} `);
  expect((await nn(['--help'], { cwd: '/' })).stdout).toContain('Examples:');
  for (const command of ['check', 'build', 'summary', 'train']) {
    const { code, stdout } = await nn([command, '--help'], { cwd: '/' });
    expect([code, stdout.includes('Examples:')]).toEqual([0, true]);
  }
  expect((await nn(['--version'], { cwd: '/' })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

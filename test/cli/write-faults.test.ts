/** What may happen to a build while it writes: it is killed, the disk is full, it may not write, it is not alone. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { inFolder, nn } from './fakes.ts';
import { onSmallDisk, remounted, runNn } from './processes.ts';

const iris = (units: number): string => `model Iris {
  input features: [4]
  output species = features -> Dense(${units}, activation: relu) -> Dense(3, activation: softmax)
}
train Iris {
  target kind: int32
  loss: sparseCategoricalCrossentropy(kind, species)
  optimizer: adam
}
`;

/** Not everywhere where tests run; where it is not, two of them are reported as skipped, and the injected faults stand for them. */
const canMount = await onSmallDisk('size=64k', async () => undefined);

type Texts = Readonly<Record<string, string>>;

const textsIn = (folder: string): Texts =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

const outputs = ['iris.pass.ts', 'iris.train.ts', 'iris.ts'];

async function built(cwd: string, units: number): Promise<Texts> {
  writeFileSync(join(cwd, 'iris.nn'), iris(units));
  expect(await nn(['build', 'iris.nn', '--out', 'gen'], { cwd, createCompiler })).toMatchObject({ code: 0 });
  return textsIn(join(cwd, 'gen'));
}

describe('a build that is killed', () => {
  test('while it writes leaves all that was there', () =>
    inFolder({}, async (cwd) => {
      const before = await built(cwd, 8);
      expect(Object.keys(before)).toEqual(outputs);
      writeFileSync(join(cwd, 'iris.nn'), iris(16));
      for (const fault of ['kill-write 1', 'kill-write 3', 'kill-rename 1']) {
        expect(await runNn(['build', 'iris.nn', '--out', 'gen'], { cwd, fault })).toMatchObject({ signal: 'SIGKILL' });
        expect(textsIn(join(cwd, 'gen'))).toMatchObject(before);
      }
      // Left by three builds: one, three and three files, of which another process might be writing one.
      const left = readdirSync(join(cwd, 'gen')).filter((name) => name.endsWith('.tmp'));
      expect(left).toHaveLength(7);
      for (const name of left.slice(1)) utimesSync(join(cwd, 'gen', name), 1, 1);
      writeFileSync(join(cwd, 'gen/.mine.ts.nn-01234567.tmp'), 'of somebody else');
      utimesSync(join(cwd, 'gen/.mine.ts.nn-01234567.tmp'), 1, 1);
      expect(await runNn(['build', 'iris.nn', '--out', 'gen'], { cwd })).toMatchObject({ code: 0 });
      expect(readdirSync(join(cwd, 'gen')).sort()).toEqual([left[0]!, '.mine.ts.nn-01234567.tmp', ...outputs].sort());
    }));

  test('while it puts outputs in their places leaves each whole, and the next build mends it', () =>
    inFolder({}, async (cwd) => {
      const after = await built(cwd, 16);
      const before = await built(cwd, 8);
      writeFileSync(join(cwd, 'iris.nn'), iris(16));
      expect(await runNn(['build', 'iris.nn', '--out', 'gen'], { cwd, fault: 'kill-rename 2' })).toMatchObject({ signal: 'SIGKILL' }); // prettier-ignore
      const now = textsIn(join(cwd, 'gen'));
      expect(outputs.filter((name) => now[name] === after[name])).toHaveLength(1);
      expect(outputs.filter((name) => now[name] === before[name])).toHaveLength(2);
      expect(await runNn(['build', 'iris.nn', '--out', 'gen'], { cwd })).toMatchObject({ code: 0 });
      expect(textsIn(join(cwd, 'gen'))).toMatchObject(after);
    }));
});

const full = (cwd: string): string => `error: cannot write ${join(cwd, 'gen/iris.ts')}: the disk is full
  help: Make room on it and try again. What was there is as it was.
`;

describe('a full disk', () => {
  test('is told of, and takes nothing that was there', () =>
    inFolder({}, async (cwd) => {
      const before = await built(cwd, 8);
      writeFileSync(join(cwd, 'iris.nn'), iris(16));
      // The last file that is written, when the others are ready.
      const { code, stdout, stderr } = await runNn(['build', '--out', 'gen'], { cwd, fault: 'full-write 3' });
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: full(cwd) });
      expect(textsIn(join(cwd, 'gen'))).toEqual(before);
    }));

  test('is told of once for many files', () =>
    inFolder({ 'a.nn': iris(1), 'b.nn': iris(2), 'c.nn': iris(3) }, async (cwd) => {
      const { code, stderr } = await runNn(['build', '--out', 'gen'], { cwd, fault: 'full-write 1' });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: cannot write .*gen\/a\..*ts: the disk is full, and so for 2 other files\n {2}help: .*\n$/); // prettier-ignore
      expect(readdirSync(join(cwd, 'gen'))).toEqual([]);
    }));

  test.runIf(canMount)('of which no test says that it is full', () =>
    onSmallDisk('size=128k', async (cwd) => {
      const before = await built(cwd, 8);
      const free = 128 * 1024 - [...Object.values(before), iris(8)].reduce((sum, text) => sum + pages(text), 0);
      writeFileSync(join(cwd, 'ballast'), Buffer.alloc(free - 3 * 4096));
      writeFileSync(join(cwd, 'iris.nn'), iris(16));
      const { code, stderr } = await runNn(['build', '--out', 'gen'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain(': the disk is full\n  help: Make room');
      expect(textsIn(join(cwd, 'gen'))).toEqual(before);
    }),
  );
});

const pages = (text: string): number => Math.ceil(Buffer.byteLength(text) / 4096) * 4096;

describe('where it may not write, a build says so and goes on with the other files', () => {
  test('because of permissions', () =>
    inFolder({ 'a/iris.nn': iris(4), 'b/iris.nn': iris(4) }, async (cwd) => {
      mkdirSync(join(cwd, 'gen/a'), { recursive: true });
      chmodSync(join(cwd, 'gen/a'), 0o555);
      const { code, stdout, stderr } = await runNn(['build', '.', '--out', 'gen'], { cwd, isOrdinary: true });
      chmodSync(join(cwd, 'gen/a'), 0o755);
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: 'b/iris.nn → gen/b/iris.ts, gen/b/iris.train.ts, gen/b/iris.pass.ts\n',
        stderr: `error: cannot write ${join(cwd, 'gen/a/iris.pass.ts')}: you have no permission to write there
  help: Write to another folder, or change the permissions of this one.
`,
      });
    }));

  test.runIf(canMount)('because the disk is read-only', () =>
    onSmallDisk('size=256k', async (cwd) => {
      const before = await built(cwd, 8);
      writeFileSync(join(cwd, 'iris.nn'), iris(16));
      remounted(cwd, 'ro');
      const { code, stderr } = await runNn(['build', '--out', 'gen'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain(': the disk is read-only\n  help: Write to a folder on another disk.\n');
      expect(textsIn(join(cwd, 'gen'))).toEqual(before);
    }),
  );

  test('because a folder, or a file of somebody else, is there', () =>
    inFolder({ 'a.nn': iris(4), 'a.ts/mine.txt': '', 'b.nn': iris(4), 'b.train.ts': 'export const mine = 1;\n' }, async (cwd) => {
      const { code, stdout, stderr } = await nn(['build'], { cwd, createCompiler });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`cannot write ${join(cwd, 'a.ts')}: a folder of that name is there\n  help: Move it away`);
      expect(stderr).toContain(`cannot write ${join(cwd, 'b.train.ts')}: a file is there that nn has not written; it stays as it is\n  help: Write to a folder of its own with --out`);
      expect(readFileSync(join(cwd, 'b.train.ts'), 'utf8')).toBe('export const mine = 1;\n');
      expect([existsSync(join(cwd, 'a.train.ts')), existsSync(join(cwd, 'b.ts'))]).toEqual([false, false]);
    })); // prettier-ignore
});

describe('several builds of a project', () => {
  test('at once give what one gives', () =>
    inFolder(Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`net${i}.nn`, iris(i)])), async (cwd) => {
      expect(await nn(['build', '--out', 'alone'], { cwd, createCompiler })).toMatchObject({ code: 0 });
      const runs = await Promise.all([1, 2, 3].map(() => runNn(['build', '*.nn', '--out', 'gen'], { cwd })));
      for (const run of runs) expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(textsIn(join(cwd, 'gen'))).toEqual(textsIn(join(cwd, 'alone')));
    }));

  test('end with the last text, whoever began first', () =>
    inFolder({}, async (cwd) => {
      const expected = await built(cwd, 32);
      await built(cwd, 8);
      // What is saved while the compiler is at work.
      const saves = [iris(16), iris(32)];
      const { code, stdout } = await nn(['build', 'iris.nn', '--out', 'gen'], {
        cwd,
        createCompiler: (host) => {
          const compiler = createCompiler(host);
          const build: typeof compiler.build = async (path, options) => {
            const result = await compiler.build(path, options);
            const save = saves.shift();
            if (save !== undefined) writeFileSync(path, save);
            return result;
          };
          return { ...compiler, build };
        },
      });
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'iris.nn → gen/iris.ts, gen/iris.train.ts, gen/iris.pass.ts\n' });
      expect(textsIn(join(cwd, 'gen'))).toEqual(expected);
    })); // prettier-ignore
});

test('Ctrl-C ends a watch as it ends tsc', () =>
  inFolder({ 'iris.nn': iris(4) }, async (cwd) => {
    const { signal, code, stdout } = await runNn(['build', '--watch'], {
      cwd,
      watch: (printed, kill) => printed.includes('Waiting for changes') && kill('SIGINT'),
    });
    expect({ signal, code }).toEqual({ signal: 'SIGINT', code: null });
    expect(stdout).toMatch(/^iris\.nn → .*\n\n\d\d:\d\d:\d\d Built 1 file in .*\n$/);
    expect(readdirSync(cwd).sort()).toEqual(['iris.nn', ...outputs]);
  }));

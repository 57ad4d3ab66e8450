import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inFolder, nn } from './fakes.ts';
import { watching } from './watching.ts';

const model = (units: number, name = 'Net'): string =>
  `model ${name} {\n  input x: [3]\n  output y = x -> Dense(${units})\n}\n`;
const wide = (units: number): string => `block Wide {\n  input x: [n]\n  output y = x -> Dense(${units})\n}\n`;
const usesWide = `import { Wide } from "./parts/wide.nn"\nmodel Uses {\n  input x: [3]\n  output y = x -> Wide\n}\n`;
const wrong = `model Bad {\n  input x: [3]\n  output y = x -> Dens(3)\n}\n`;

/** As editors save: another file, put in the place of the old one. */
function saveOver(path: string, text: string): void {
  writeFileSync(`${path}~`, text);
  renameSync(`${path}~`, path);
}

const time = String.raw`\d\d:\d\d:\d\d`;
const read = (cwd: string, path: string): string => readFileSync(join(cwd, path), 'utf8');

describe('nn check --watch', () => {
  test('checks again what changed, and what imports it', () =>
    inFolder({ 'src/a.nn': model(4), 'src/uses.nn': usesWide, 'src/parts/wide.nn': wide(4) }, async (cwd) => {
      const code = await watching(['check', '--watch'], { cwd }, async ({ text, after, quietAfter }) => {
        expect(text()).toMatch(new RegExp(`^${time} Checked 3 files in \\d+ ms; no problems\\. Waiting for changes; Ctrl-C ends\\.\n$`)); // prettier-ignore
        const broken = await after(() => saveOver(join(cwd, 'src/parts/wide.nn'), wide(4).replace('[n]', '[n, 7]')));
        expect(broken).toMatch(new RegExp(`^\n${time} src/parts/wide.nn changed\n\nerror\\[`));
        expect(broken).toContain('src/uses.nn:4:');
        expect(broken).toMatch(/Checked 3 files in \d+ ms\. Waiting/);
        expect(await quietAfter(() => utimesSync(join(cwd, 'src/a.nn'), 1, 1))).toBe('');
        expect(await quietAfter(() => writeFileSync(join(cwd, 'src/notes.txt'), ''))).toBe('');
        expect(await after(() => writeFileSync(join(cwd, 'src/parts/wide.nn'), wide(5)))).toContain('no problems');
      });
      expect(code).toBe(130);
    }));

  test('goes on when files and folders are removed, renamed and made', () =>
    inFolder({ 'src/a.nn': model(4) }, async (cwd) => {
      await watching(['check', 'src', '-w'], { cwd }, async ({ after }) => {
        expect(await after(() => renameSync(join(cwd, 'src/a.nn'), join(cwd, 'src/b.nn')))).toContain('src/a.nn is gone');
        const gone = await after(() => rmSync(join(cwd, 'src'), { recursive: true }));
        expect(gone).toContain('src/b.nn is gone');
        expect(gone).toContain('There is no file or folder src. Waiting for changes');
        const back = await after(() => {
          mkdirSync(join(cwd, 'src/deep/er'), { recursive: true });
          writeFileSync(join(cwd, 'src/deep/er/c.nn'), model(2));
        });
        expect(back).toContain('src/deep/er/c.nn is new');
        expect(back).toContain('Checked 1 file');
      });
    })); // prettier-ignore

  test('a burst of changes is one round', () =>
    inFolder({ 'a.nn': model(4) }, async (cwd) => {
      await watching(['check', '--watch'], { cwd }, async ({ after }) => {
        const round = await after(() => {
          for (let i = 0; i < 30; i++) writeFileSync(join(cwd, `many${i}.nn`), model(i + 1, `Net${i}`));
        });
        expect(round).toContain('30 files changed');
        expect(round).toContain('Checked 31 files');
      });
    }));

  test('an import from outside is followed, also one that is not there yet', () =>
    inFolder({ 'app/uses.nn': usesWide.replace('./parts', '../lib'), 'lib/other.txt': '' }, async (cwd) => {
      await watching(['check', '--watch'], { cwd: join(cwd, 'app') }, async ({ text, after }) => {
        expect(text()).toContain('name/import');
        const made = await after(() => writeFileSync(join(cwd, 'lib/wide.nn'), wide(3)));
        expect(made).toContain('../lib/wide.nn is new');
        expect(made).toContain('no problems');
        expect(await after(() => saveOver(join(cwd, 'lib/wide.nn'), 'block Other { input x: [n] output y = x }'))).toContain('no `Wide`'); // prettier-ignore
      });
    }));

  test('clears a terminal and nothing else, and not where it shall not', () =>
    inFolder({ 'a.nn': model(4) }, async (cwd) => {
      const empty = '\u001B[2J\u001B[3J\u001B[H';
      const change = async (args: readonly string[], tty: boolean): Promise<number> => {
        let times = 0;
        await watching(['check', '--watch', ...args], { cwd, tty }, async ({ text, after }) => {
          await after(() => writeFileSync(join(cwd, 'a.nn'), model(Math.floor(Math.random() * 1e6) + 1)));
          times = text().split(empty).length - 1;
        });
        return times;
      };
      expect([await change([], true), await change([], false), await change(['--no-clear'], true)]).toEqual([2, 0, 0]);
    }));

  test('waits where there is nothing yet, but not for a name that was misspelt', () =>
    inFolder({ 'a.txt': '' }, async (cwd) => {
      await watching(['check', '--watch'], { cwd }, async ({ text, after }) => {
        expect(text()).toContain('There are no .nn files in this folder. Waiting for changes');
        expect(await after(() => writeFileSync(join(cwd, 'a.nn'), model(1)))).toContain('no problems');
      });
      expect(await nn(['check', 'digts.nn', '--watch'], { cwd })).toMatchObject({ code: 2 });
      expect((await nn(['check', '--watch', '--fix'], { cwd })).stderr).toContain("'-w, --watch' cannot be used with option '--fix'"); // prettier-ignore
    }));

  test('links that lead round do no harm', () =>
    inFolder({ 'src/a.nn': model(4), 'far/b.nn': model(4) }, async (cwd) => {
      symlinkSync('.', join(cwd, 'src/self'));
      symlinkSync('../far', join(cwd, 'src/far'));
      await watching(['check', 'src', '--watch'], { cwd }, async ({ text, after }) => {
        expect(text()).toContain('Checked 2 files');
        expect(await after(() => writeFileSync(join(cwd, 'far/b.nn'), wrong))).toContain('name/unknown-layer');
      });
    }));

  test('--json gives a line for each round', () =>
    inFolder({ 'a.nn': wrong }, async (cwd) => {
      const code = await watching(['check', '--watch', '--json'], { cwd }, async ({ stdout, after }) => {
        expect(JSON.parse(stdout()).errors).toBe(1);
        expect(JSON.parse(await after(() => writeFileSync(join(cwd, 'a.nn'), model(1)))).errors).toBe(0);
        expect(stdout().split('\n')).toHaveLength(3);
      });
      expect(code).toBe(130);
    }));
});

describe('nn build --watch', () => {
  test('builds what depends on a change and nothing else', () =>
    inFolder({ 'src/a.nn': model(4), 'src/uses.nn': usesWide, 'src/parts/wide.nn': wide(4) }, async (cwd) => {
      await watching(['build', 'src', '--out', 'gen', '--watch'], { cwd }, async ({ text, after }) => {
        expect(text()).toContain('Built 3 files in');
        const round = await after(() => saveOver(join(cwd, 'src/parts/wide.nn'), wide(6)));
        expect(round).toContain('src/uses.nn → gen/uses.ts');
        expect(round).not.toContain('src/a.nn →');
        expect(round).toMatch(/Built 2 files in \d+ ms\. Waiting/);
        expect(read(cwd, 'gen/uses.ts')).toContain('6');
      });
    }));

  test('a broken file keeps its output, and the others go on', () =>
    inFolder({ 'a.nn': model(4), 'b.nn': model(4) }, async (cwd) => {
      await watching(['build', '--watch'], { cwd }, async ({ after }) => {
        const before = read(cwd, 'a.ts');
        const broken = await after(() => writeFileSync(join(cwd, 'a.nn'), wrong));
        expect(broken).toMatch(/Nothing built in \d+ ms; 1 of 2 files has errors and is not built\./);
        expect(read(cwd, 'a.ts')).toBe(before);
        const other = await after(() => writeFileSync(join(cwd, 'b.nn'), model(9)));
        expect(other).toContain('Dens');
        expect(other).toMatch(/Built 1 file in \d+ ms; 1 of 2 files has errors/);
        expect(await after(() => writeFileSync(join(cwd, 'a.nn'), model(5)))).toContain('a.nn → a.ts');
      });
    }));

  test('outputs go with their source, unless somebody has changed them or another process has made them', () =>
    inFolder({ 'src/a.nn': model(4), 'src/b.nn': model(4), 'src/c.nn': wrong, 'gen/c.ts': '/* Generated by nnlang 0.1.0 from c.nn. */' }, async (cwd) => {
      await watching(['build', 'src', '--out', 'gen', '--watch'], { cwd }, async ({ after }) => {
        const removed = await after(() => rmSync(join(cwd, 'src/a.nn')));
        expect(removed).toContain('removed gen/a.ts, gen/a.pass.ts\n');
        expect(readdirSync(join(cwd, 'gen')).sort()).toEqual(['b.pass.ts', 'b.ts', 'c.ts']);
        writeFileSync(join(cwd, 'gen/b.ts'), `${read(cwd, 'gen/b.ts')}// mine\n`);
        const left = await after(() => rmSync(join(cwd, 'src'), { recursive: true }));
        expect(left).toContain('left gen/b.ts: changed since it was built');
        expect(readdirSync(join(cwd, 'gen')).sort()).toEqual(['b.ts', 'c.ts']);
      });
    })); // prettier-ignore

  test('an output that somebody has removed is there after the next round', () =>
    inFolder({ 'a.nn': model(4), 'b.nn': model(4) }, async (cwd) => {
      await watching(['build', '--watch'], { cwd }, async ({ after }) => {
        rmSync(join(cwd, 'a.ts'));
        await after(() => writeFileSync(join(cwd, 'b.nn'), model(5)));
        expect(existsSync(join(cwd, 'a.ts'))).toBe(true);
      });
    }));
});

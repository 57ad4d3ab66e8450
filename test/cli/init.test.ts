import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { packageName } from '../../compiler/cli/starter.ts';
import { inFolder, nn } from './fakes.ts';

const read = (cwd: string, name: string): string => readFileSync(join(cwd, name), 'utf8');

describe('nn init', () => {
  test.each(['web', 'node'])('writes a project from the template %s whose network is fine and formatted', (template) =>
    inFolder({}, async (cwd) => {
      const { code, stdout, stderr } = await nn(['init', 'my digits', '--template', template], { cwd });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^my-digits is ready: \d+ files, the network is src\/\w+\.nn\.\n\n {2}cd my digits\n {2}npm install\n {2}npm start\n/); // prettier-ignore
      const project = join(cwd, 'my digits');
      const { name, dependencies } = JSON.parse(read(project, 'package.json'));
      expect(name).toBe('my-digits');
      expect(dependencies).toMatchObject({
        nnlang: expect.stringMatching(/^\^\d/),
        '@tensorflow/tfjs-core': '^4.22.0',
      });
      expect(existsSync(join(project, '.gitignore'))).toBe(true);
      const all = readdirSync(project, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file));
      for (const file of all.filter((found) => !found.endsWith('.ts'))) expect(read(project, file)).not.toContain('{{');
      expect(await nn(['check', '--max-warnings', '0'], { cwd: project, createCompiler })).toMatchObject({ code: 0 });
      expect(await nn(['format', '--check'], { cwd: project })).toMatchObject({ code: 0 });
    }),
  );

  test('refuses to overwrite, and writes nothing then', () =>
    inFolder({ 'package.json': '{}', 'notes.txt': 'mine' }, async (cwd) => {
      const { code, stderr } = await nn(['init', '--template', 'node'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain('already has package.json, which a new project would overwrite. Nothing was written.');
      expect(readdirSync(cwd).sort()).toEqual(['notes.txt', 'package.json']);
      expect(read(cwd, 'package.json')).toBe('{}');
    }));

  test('starts beside what it does not touch', () =>
    inFolder({ 'notes.txt': 'mine' }, async (cwd) => {
      expect(await nn(['init', '--template', 'node'], { cwd })).toMatchObject({ code: 0 });
      expect(read(cwd, 'notes.txt')).toBe('mine');
    }));

  test('asks nobody where nobody can answer', () =>
    inFolder({}, async (cwd) => {
      const { code, stderr } = await nn(['init', 'x'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toBe('error: nn init needs to know which kind of project it shall be.\n  help: Say it with --template: web or node.\n'); // prettier-ignore
      expect((await nn(['init', 'x', '--template', 'mobile'], { cwd })).stderr).toContain('web, node');
    }));

  test('says why where it cannot write, and leaves nothing', () =>
    inFolder({ x: 'a file where the folder should be' }, async (cwd) => {
      const { code, stderr } = await nn(['init', 'x', '--template', 'node'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain('The project could not be written: ');
      expect(stderr).toContain('help: Choose a folder that you may write to: nn init DIR.');
      expect(readdirSync(cwd)).toEqual(['x']);
      expect(read(cwd, 'x')).toBe('a file where the folder should be');
    }));

  test('--json tells what was written', () =>
    inFolder({}, async (cwd) => {
      const { stdout } = await nn(['init', 'x', '-t', 'node', '--json'], { cwd });
      expect(JSON.parse(stdout)).toMatchObject({ folder: join(cwd, 'x'), template: 'node', files: expect.arrayContaining(['.gitignore', 'src/iris.nn']) }); // prettier-ignore
    }));

  test('names the project as npm allows', () => {
    expect(packageName('My Net!')).toBe('my-net');
    expect(packageName('.hidden_')).toBe('hidden_');
    expect(packageName('数字')).toBe('my-network');
  });
});

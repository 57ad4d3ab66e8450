/** `nn types`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { inFolder, nn } from './fakes.ts';

const model = 'model M {\n  input x: [4]\n  output y = x -> Dense(3)\n}\n';
const types = (cwd: string, ...args: readonly string[]) => nn(['types', ...args], { cwd, createCompiler });

it('writes types with a map beside each file, and none where there are errors', async () => {
  await inFolder({ 'm.nn': model, 'sub/n.nn': model, 'bad.nn': model.replace('Dense', 'Dens') }, async (folder) => {
    const first = await types(folder);
    expect(first.code).toBe(1);
    expect(first.stdout).toBe('m.nn → m.d.nn.ts\nsub/n.nn → sub/n.d.nn.ts\n');
    expect(first.stderr).toContain('error[name/unknown-layer] bad.nn:3:19');
    expect(existsSync(join(folder, 'bad.d.nn.ts'))).toBe(false);
    expect(readFileSync(join(folder, 'm.d.nn.ts'), 'utf8')).toMatch(/export declare class M .*\/\/# sourceMappingURL=m\.d\.nn\.ts\.map\n$/s);
    expect(JSON.parse(readFileSync(join(folder, 'm.d.nn.ts.map'), 'utf8'))).toMatchObject({ file: 'm.d.nn.ts', sources: ['m.nn'] });
    expect(await types(folder, 'm.nn')).toEqual({ code: 0, stdout: 'm.nn → m.d.nn.ts (unchanged)\n', stderr: '' });
  });
}); // prettier-ignore

it('tells in a test that types are old, and writes nothing', async () => {
  await inFolder({ 'm.nn': model }, async (folder) => {
    const old = { code: 1, stdout: '', stderr: 'error: m.d.nn.ts is not what m.nn says\n  help: Run nn types.\n' };
    expect(await types(folder, '--check')).toEqual(old);
    expect(existsSync(join(folder, 'm.d.nn.ts'))).toBe(false);
    await types(folder);
    expect(await types(folder, '--check')).toEqual({ code: 0, stdout: 'm.nn → m.d.nn.ts (unchanged)\n', stderr: '' });
    writeFileSync(join(folder, 'm.nn'), model.replace('Dense(3)', 'Dense(5)'));
    expect(await types(folder, '--check')).toEqual(old);
    const { stdout } = await types(folder, '--json');
    expect(JSON.parse(stdout)).toEqual({ files: [{ source: 'm.nn', output: 'm.d.nn.ts', state: 'written' }], diagnostics: [], errors: 0, warnings: 0 });
  });
}); // prettier-ignore

it('has no predict where the configuration builds without tensors, unless asked', async () => {
  await inFolder({ 'm.nn': model, 'nn.config.mjs': 'export default { bundle: { tensors: false } }' }, async (folder) => {
    const bases = async (...args: readonly string[]): Promise<string | undefined> => {
      await types(folder, ...args);
      return /class M extends (\w+)/.exec(readFileSync(join(folder, 'm.d.nn.ts'), 'utf8'))?.[1];
    };
    expect(await bases()).toBe('ArrayModel');
    expect(await bases('--tensors')).toBe('Model');
    expect(await bases('--no-tensors')).toBe('ArrayModel');
  });
}); // prettier-ignore

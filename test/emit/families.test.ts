/** Builds for several backends: each family's training is as in a build for it alone, and is loaded where it runs. */
import { expect, it } from 'vitest';
import { familiesOf, type BackendName } from '../../compiler/emit/backends/index.ts';
import { emitModule } from '../../compiler/emit/emit-module.ts';
import { samples } from './samples.ts';

const files = (backends: readonly BackendName[]): ReadonlyMap<string, string> => {
  const { file, models } = samples.digits!();
  const emitted = emitModule(file, models, { target: 'js', backends, sourceMap: false, version: '0' });
  return new Map(emitted.filter(({ name }) => name.endsWith('.js')).map(({ name, code }) => [name, code]));
};

it('has a module for each family, none twice', () => {
  expect([...files(['wasm', 'cpu', 'webgl', 'webgpu']).keys()]).toEqual([
    'digits.js',
    'digits.train.js',
    'digits.train.webgl.js',
    'digits.train.webgpu.js',
  ]);
  expect([...files(['webgpu']).keys()]).toEqual(['digits.js', 'digits.train.js']);
});

/** What a module calls, in the order of the alphabet: the order of independent statements depends on what was built before. */
const calls = (code: string | undefined): readonly string[] =>
  [...code!.matchAll(/\b\w+\(d, /g)].map(([call]) => call).sort();

it('gives each family the calls of a build for it alone', () => {
  const all = files(['webgpu', 'wasm', 'webgl']);
  for (const [backend, suffix] of [['wasm', ''], ['webgl', '.webgl'], ['webgpu', '.webgpu']] as const) {
    const alone = files([backend]);
    expect(calls(all.get(`digits.train${suffix}.js`))).toEqual(calls(alone.get('digits.train.js')));
  }
  expect(all.get('digits.train.webgpu.js')).toContain('conv2dFilterGradient(');
  expect(all.get('digits.train.js')).not.toContain('conv2dFilterGradient(');
}); // prettier-ignore

it('loads by the backend that runs', () => {
  const text = files(['wasm', 'webgpu']).get('digits.js')!;
  expect(text).toContain("training: async (backend) => (await (backend === 'webgpu' ? import('./digits.train.webgpu.js') : import('./digits.train.js'))).Digits,"); // prettier-ignore
  expect(files(['wasm', 'cpu']).get('digits.js')).toContain("training: async () => (await import('./digits.train.js')).Digits,"); // prettier-ignore
});

it('does not depend on the order of targets', () => {
  expect(familiesOf(['webgpu', 'cpu', 'wasm'])).toEqual(familiesOf(['wasm', 'webgpu', 'cpu']));
  expect(familiesOf(['webgpu', 'webgl']).map(({ suffix }) => suffix)).toEqual(['', '.webgpu']);
});

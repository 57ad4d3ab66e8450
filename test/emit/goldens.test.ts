/** Emitted files against those in test/golden/emit. `UPDATE_GOLDENS=1` writes them; CI never does. */
import { describe, expect, it } from 'vitest';
import { emitModule } from '../../compiler/emit/emit-module.ts';
import type { EmitOptions } from '../../compiler/emit/emitted.ts';
import { itMatchesGoldens } from './golden-files.ts';
import { samples } from './samples.ts';

const options = (target: EmitOptions['target'], backends: EmitOptions['backends']): EmitOptions => ({
  target,
  backends,
  sourceMap: false,
  version: '0.0.0',
});

const cases: readonly (readonly [string, string, EmitOptions])[] = [
  ...Object.keys(samples).map((name) => [name, name, options('ts', ['cpu'])] as const),
  ['digits-wasm', 'digits', options('ts', ['wasm'])],
  ['norm-js', 'norm', options('js', ['cpu', 'wasm'])],
];

const emitted = new Map(
  cases.flatMap(([name, sample, how]) => {
    const { file, models } = samples[sample]!();
    return emitModule(file, models, how).map((output) => [`${name}/${output.name}`, output.code] as const);
  }),
);

describe('goldens of emission', () => {
  itMatchesGoldens('emit', emitted);

  it('is the same each time', () => {
    const { file, models } = samples['digits']!();
    const again = emitModule(file, models, options('ts', ['cpu']));
    expect(again.map((output) => output.code)).toEqual([
      emitted.get('digits/digits.ts'),
      emitted.get('digits/digits.train.ts'),
    ]);
  });
});

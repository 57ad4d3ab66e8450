/** What bundlers are told of a `.nn` with errors, and of wrong options. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build as esbuild, type BuildFailure } from 'esbuild';
import { rolldown } from 'rolldown';
import { build as vite } from 'vite';
import { describe, expect, it } from 'vitest';
import esbuildPlugin from '../../compiler/plugins/esbuild.ts';
import { checkedOptions } from '../../compiler/plugins/plugin-options.ts';
import rolldownPlugin from '../../compiler/plugins/rolldown.ts';
import vitePlugin from '../../compiler/plugins/vite.ts';
import { digits, parts, project } from './project.ts';

const broken = digits.replace('Dense(3, activation: softmax)', 'Dens(3) -> Flaten');

const message = `There is no layer, block or model called \`Dens\`. [name/unknown-layer]
help: Did you mean \`Dense\`?`;
const frame = `5 |   output digit = image -> Hidden -> Dens(3) -> Flaten
  |                                     ^^^^`;

async function failure(build: () => Promise<unknown>): Promise<never> {
  return build().then(
    () => {
      throw new Error('it was built');
    },
    (error: unknown) => error as never,
  );
}

describe('an error in a .nn', () => {
  it('has place, frame and the other errors in Vite', async () => {
    const folder = project('error-vite', { 'digits.nn': broken });
    const error: { message: string; loc: object; frame: string; id: string } = await failure(
      () =>
      vite({ root: folder, configFile: false, logLevel: 'silent', build: { rolldownOptions: { input: 'app.js' }, write: false }, plugins: [vitePlugin()] }), // prettier-ignore
    );
    expect(error.message).toContain(message);
    expect(error.message).toContain('and 1 more error:\n  digits.nn:5:48 ');
    expect(error.message).toContain(frame);
    expect(error.message).not.toContain('at ');
  });

  it('is one in the file that is imported, where it is there', async () => {
    const folder = project('error-import', { 'parts.nn': parts.replace('Dense(6', 'Dense(0') });
    const bundle = await rolldown({ cwd: folder, input: 'app.js', logLevel: 'silent', plugins: [rolldownPlugin()] });
    const error: { errors: readonly { loc: { file: string; line: number; column: number } }[] } = await failure(() => bundle.generate()); // prettier-ignore
    expect(error.errors[0]!.loc).toMatchObject({ file: join(folder, 'parts.nn'), line: 4 });
    await bundle.close();
  });

  it('has a place in esbuild, each by itself', async () => {
    const folder = project('error-esbuild', { 'digits.nn': broken });
    const { errors }: BuildFailure = await failure(() => esbuild({ absWorkingDir: folder, entryPoints: ['app.js'], bundle: true, write: false, outdir: 'out', format: 'esm', logLevel: 'silent', plugins: [esbuildPlugin()] })); // prettier-ignore
    expect(
      errors.map(({ text, location, notes }) => [
        text,
        location?.line,
        location?.column,
        location?.length,
        notes[0]?.text,
      ]),
    ).toEqual([
      ['There is no layer, block or model called `Dens`. [name/unknown-layer]', 5, 36, 4, 'Did you mean `Dense`?'],
      ['There is no layer, block or model called `Flaten`. [name/unknown-layer]', 5, 47, 6, 'Did you mean `Flatten`?'],
    ]);
    expect(errors[0]!.location!.lineText).toBe('  output digit = image -> Hidden -> Dens(3) -> Flaten');
  });
});

it('does not stop where types cannot be written', async () => {
  const folder = project('unwritable');
  mkdirSync(join(folder, 'digits.d.nn.ts'));
  const { warnings } = await esbuild({ absWorkingDir: folder, entryPoints: ['app.js'], bundle: true, write: false, outdir: 'out', format: 'esm', logLevel: 'silent', plugins: [esbuildPlugin()] }); // prettier-ignore
  expect(warnings.map(({ text }) => text)).toEqual([
    expect.stringMatching(
      /^nnlang: cannot write .*digits\.d\.nn\.ts: a folder of that name is there\. The option `types: false` leaves types out\.$/,
    ),
  ]);
});

it.each<[unknown, string]>([
  ['wasm', "nnlang's plugin takes an object of options, not 'wasm'."],
  [{ backend: ['wasm'] }, "nnlang's plugin has no option `backend`. Did you mean `backends`?"],
  [{ backends: 'wasm' }, "nnlang's plugin wants `backends` to be a list of wasm, cpu, webgl, webgpu, not 'wasm'. For example `backends: ['wasm']`."],
  [{ backends: ['webgup'] }, "nnlang's plugin knows no backend 'webgup'. Did you mean `webgl` or `webgpu`?"],
  [{ sourceMap: 'inline' }, "nnlang's plugin wants `sourceMap` to be true or false, not 'inline'."],
  [{ target: 'node' }, "nnlang's plugin wants `target` to be 'bundle' or 'packages', not 'node'."],
  [{ tensors: false, backends: ['webgl'] }, "nnlang's plugin leaves out tensors for `wasm` and `cpu`, but `backends` has 'webgl', which computes with tfjs's engine. Take `backends: ['wasm']`, or leave `tensors` as it is."],
])('refuses %j', (options, text) => {
  expect(() => checkedOptions(options)).toThrow(new Error(text));
}); // prettier-ignore

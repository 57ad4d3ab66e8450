/** `nn predict`: its texts over outputs that are made up, and the command with a class that echoes. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { classNamesIn, withClassNames } from '../../compiler/train/class-names.ts';
import { csvText, jsonText, predictions, type Predictions } from '../../compiler/train/predictions.ts';
import type { PredictedTensor, PredictingNet } from '../../compiler/train/trainable.ts';
import { readSafetensors, writeSafetensors } from '../../runtime/safetensors.ts';
import { fakeCompiler, inFolder, nn, type FakeOptions, type Ran } from './fakes.ts';

const inputs = { count: 5, fields: { x: { data: Float32Array.of(0.1, 2, 3, 4, 5), shape: [] } }, notes: [] };

/** Gives what it gets, in the shapes that are asked for, and tells how it was asked. */
function echo(shapes: Readonly<Record<string, readonly number[]>>, kind: 'float32' | 'bool' = 'float32') {
  const sizes: number[] = [];
  let live = 0;
  const net: PredictingNet = {
    predict: ({ x }) => {
      sizes.push(x!.data.length);
      const tensors = Object.entries(shapes).map(([name, shape]): readonly [string, PredictedTensor] => {
        live++;
        const each = shape.reduce((product, size) => product * size, 1);
        const values = Array.from(x!.data).flatMap((value) => Array.from({ length: each }, (_, i) => (i + 1) * value));
        const data =
          kind === 'bool' ? Uint8Array.from(values, (value) => Number(value > 2)) : Float32Array.from(values);
        return [name, { shape: [x!.data.length, ...shape], data: async () => data, dispose: () => void live-- }];
      });
      return Object.fromEntries(tensors);
    },
    dispose: () => {},
  };
  return { net, sizes, live: () => live };
}
const told = (shapes: Parameters<typeof echo>[0], classes = {}, kind?: 'bool'): Promise<Predictions> =>
  predictions(echo(shapes, kind).net, inputs, 2, classes);

describe('predictions', () => {
  test('in parts, in order, and no tensor is left', async () => {
    const { net, sizes, live } = echo({ y: [] });
    const all = await predictions(net, inputs, 2, {});
    expect(sizes).toEqual([2, 2, 1]);
    expect(live()).toBe(0);
    expect(jsonText(all)).toBe('[\n  { "y": 0.1 },\n  { "y": 2 },\n  { "y": 3 },\n  { "y": 4 },\n  { "y": 5 }\n]\n');
  });
  test('nested arrays, truths, and what is no number', async () => {
    expect(JSON.parse(jsonText(await told({ a: [2, 2], b: [1] })))[1]).toEqual({ a: [[2, 4], [6, 8]], b: [2] }); // prettier-ignore
    expect(JSON.parse(jsonText(await told({ a: [] }, {}, 'bool')))[2]).toEqual({ a: true });
    const broken = { ...(await told({ a: [2] })), outputs: [{ name: 'a', shape: [2], values: new Float32Array(10).fill(NaN), isBool: false }] }; // prettier-ignore
    expect(JSON.parse(jsonText(broken))[0]).toEqual({ a: [null, null] });
  });
  test('CSV: a column for each number; names of classes, quoted where they must be', async () => {
    expect(csvText(await told({ a: [2, 2], b: [] })).split('\n').slice(0, 2)).toEqual(['a.0.0,a.0.1,a.1.0,a.1.1,b', '0.1,0.2,0.3,0.4,0.1']); // prettier-ignore
    const named = await told({ kind: [2] }, { label: ['plain', 'with "quotes", and more'] });
    expect(csvText(named).split('\n').slice(0, 2)).toEqual(['kind.plain,"kind.with ""quotes"", and more",label', '0.1,0.2,"with ""quotes"", and more"']); // prettier-ignore
  });
  test('classes belong to the only output with a number for each', async () => {
    const classes = { label: ['a', 'b'] };
    expect(JSON.parse(jsonText(await told({ y: [2], z: [3] }, classes)))[0].label).toBe('b');
    for (const shapes of [{ y: [3] }, { y: [2], z: [2] }, { y: [2, 1] }, { label: [2] }])
      expect((await told(shapes, classes)).classes).toEqual([]);
  });
});

test('names of classes in weights; what another program has put there is no matter', () => {
  const bytes = writeSafetensors({ w: { dtype: 'float32', shape: [1], data: Float32Array.of(1) } }, { by: 'me' });
  const named = withClassNames(bytes, { label: ['a', 'b'] });
  expect(classNamesIn(named)).toEqual({ label: ['a', 'b'] });
  expect(readSafetensors(named).metadata['by']).toBe('me');
  for (const other of ['no JSON', '3', 'null', '{"label": [1]}'])
    expect(classNamesIn(writeSafetensors({}, { classes: other }))).toEqual({});
});

const emitted = `
import { readFileSync } from 'node:fs';
const tensor = (data, ...shape) => ({ shape, data: async () => data, dispose() {} });
export class M {
  static async load(path) {
    if (readFileSync(path, 'utf8') === 'no weights') throw Object.assign(new Error('no weights of M'), { name: 'WeightsError' });
    return new M();
  }
  predict({ x }) { return { y: tensor(x.data.map((value) => 1 / (9 - value)), ...x.shape) }; }
  dispose() {}
}
`;
const compiler: FakeOptions['createCompiler'] = (host) => ({
  ...fakeCompiler(host),
  build: async () => ({ diagnostics: [], files: [{ name: 'm.js', code: emitted, map: '{}', helpers: [] }] }),
});
const weights = withClassNames(writeSafetensors({}), { kind: ['ant', 'bee', 'cat', 'dog'] });
const files = { 'm.nn': 'model M', 'm.safetensors': weights, 'x.csv': '1,5,7,8\n8,7,5,1\n' };
const predict = (cwd: string, ...args: readonly string[]): Promise<Ran> =>
  nn(['predict', 'm.nn', '--backend', 'cpu', ...args], { cwd, createCompiler: compiler });

describe('nn predict', () => {
  test('to stdout, as JSON and CSV', () =>
    inFolder(files, async (cwd) => {
      const json =
        '[\n  { "y": [0.125, 0.25, 0.5, 1], "kind": "dog" },\n  { "y": [1, 0.5, 0.25, 0.125], "kind": "ant" }\n]\n';
      expect(await predict(cwd, '--input', 'x.csv')).toEqual({ code: 0, stdout: json, stderr: '' });
      const csv = 'y.ant,y.bee,y.cat,y.dog,kind\n0.125,0.25,0.5,1,dog\n1,0.5,0.25,0.125,ant\n';
      expect(await predict(cwd, '--input', 'x.csv', '--format', 'csv', '--batch-size', '1')).toMatchObject({ code: 0, stdout: csv }); // prettier-ignore
    }));
  test('into a file, in the format of its name', () =>
    inFolder(files, async (cwd) => {
      const { code, stdout } = await predict(cwd, '--input', 'x.csv', '--out', 'out/said.csv');
      expect([code, stdout]).toEqual([0, 'The predictions for 2 examples are in out/said.csv.\n']);
      expect(readFileSync(join(cwd, 'out/said.csv'), 'utf8')).toMatch(/^y\.ant,/);
    }));
  test('what is no number is told', () =>
    inFolder({ ...files, 'x.csv': '9,8,7,5\n' }, async (cwd) => {
      const { code, stdout, stderr } = await predict(cwd, '--input', 'x.csv');
      expect([code, JSON.parse(stdout)[0].y]).toEqual([0, [null, 1, 0.5, 0.25]]);
      expect(stderr).toContain('warning: output y has values that are no finite numbers, which stand as null');
    }));
  test('what cannot be: a message, an exit code, no file', () =>
    inFolder({ ...files, 'bad.safetensors': 'no weights', 'oops.nn': 'model M oops' }, async (cwd) => {
      expect(await predict(cwd, '--input', 'x.csv', '--weights', 'none')).toMatchObject({ code: 2, stderr: 'error: there is no file of weights none\n' }); // prettier-ignore
      rmSync(join(cwd, 'm.safetensors'));
      expect(await predict(cwd, '--input', 'x.csv')).toMatchObject({ code: 2, stderr: 'error: there is no file of weights m.safetensors\n  help: Name the trained weights with --weights, or make them: nn train.\n' }); // prettier-ignore
      const bad = await predict(cwd, '--input', 'x.csv', '--weights', 'bad.safetensors', '--out', 'no.json');
      expect(bad).toEqual({ code: 1, stdout: '', stderr: 'error: no weights of M\n' });
      expect(existsSync(join(cwd, 'no.json'))).toBe(false);
      const wrong = await nn(['predict', 'oops.nn', '--input', 'x.csv'], { cwd, createCompiler: compiler });
      expect([wrong.code, wrong.stderr.includes('error[test/oops]')]).toEqual([1, true]);
    }));
});

/** `nn train` with a class that remembers instead of learning: what is under test is everything around it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { Compiler } from '../../compiler/compile-types.ts';
import type { ModelGraph, TrainingGraph } from '../../compiler/graph/model-graph.ts';
import type { ReportData } from '../../compiler/train/report/report-data.ts';
import { splitDataset } from '../../compiler/train/split.ts';
import { durationText, scoreText } from '../../compiler/train/progress.ts';
import { readSafetensors } from '../../runtime/safetensors.ts';
import { input, model, origin, type, valueOf } from '../summary/graphs.ts';
import { fakeCompiler, inFolder, nn, type FakeOptions, type Ran } from './fakes.ts';

const emitted = `
export class Iris {
  static async create({ seed }) { return new Iris(seed); }
  constructor(seed) { this.log = ['seed ' + seed]; }
  async fit(data, { epochs, batchSize, validationData, signal, onEpochBegin, onBatchEnd, onEpochEnd }) {
    const [count, ...shape] = data.features.shape;
    this.log.push('fit ' + count + ' of ' + shape + ', batch ' + batchSize + ', validate ' + validationData?.label.shape[0]);
    for (let epoch = 0; epoch < epochs; epoch++) {
      onEpochBegin(epoch);
      for (let at = 0; at < count; at += batchSize) {
        await new Promise((resolve) => setImmediate(resolve));
        const size = Math.min(batchSize, count - at);
        onBatchEnd(at / batchSize, { loss: 1 / (epoch + 1), size });
        this.log.push('step ' + size);
        if (signal.aborted) throw Object.assign(new Error('aborted'), { name: 'AbortError' });
      }
      onEpochEnd(epoch, { loss: BROKEN ? NaN : 1 / (epoch + 1), ...(validationData ? { val_loss: 0.5 } : {}) });
    }
  }
  async evaluate(data) { return { loss: data.features.shape[0] }; }
  async save() { throw new Error('the names of classes are lost'); }
  async toBytes() {
    const header = JSON.stringify({ __metadata__: { log: this.log.join('\\n') } });
    const bytes = Buffer.alloc(8 + header.length);
    bytes.writeBigUInt64LE(BigInt(header.length));
    bytes.write(header, 8);
    return new Uint8Array(bytes);
  }
  dispose() {}
}
`;

function iris(): ModelGraph {
  const features = input(0, 'features', type([4]));
  const label = input(1, 'label', type([], 'int32'), 'target');
  const training = {
    origin,
    targets: [{ node: label }],
    epochs: 2,
    batchSize: 64,
    valueRequirements: [{ tensor: 'label', below: 3, origin }],
  } as unknown as TrainingGraph;
  return model({ name: 'Iris', inputs: [{ node: features }], nodes: [features], outputs: [{ name: 'y', value: valueOf(features) }], training }); // prettier-ignore
}

const compiler = (host: Parameters<typeof fakeCompiler>[0]): Compiler => {
  const fake = fakeCompiler(host);
  const models = (path: string): readonly ModelGraph[] => {
    const text = host.readFile(path)!;
    if (text.includes('untrained')) return [{ ...iris(), training: undefined } as unknown as ModelGraph];
    return text.includes('two') ? [iris(), { ...iris(), name: 'Other' }] : [iris()];
  };
  return {
    ...fake,
    check: (path) => ({ diagnostics: fake.check(path).diagnostics, models: models(path) }),
    build: async (path) => {
      const code = `const BROKEN = ${host.readFile(path)!.includes('broken')};\n${emitted}`;
      return { diagnostics: [], files: [{ name: 'iris.js', code, map: '{}', helpers: [] }] };
    },
  };
};

const rows = Array.from({ length: 150 }, (_, i) => `${i},1,2,3,${['c', 'a', 'b'][i % 3]}`).join('\n');
const files = { 'iris.nn': 'model Iris', 'iris.csv': rows };

const train = (cwd: string, args: readonly string[] = [], more: Partial<FakeOptions> = {}): Promise<Ran> =>
  nn(['train', 'iris.nn', '--data', 'iris.csv', '--backend', 'cpu', ...args], {
    cwd,
    createCompiler: compiler,
    ...more,
  });

/** What the class that remembers has put into its weights. */
const logOf = (path: string): readonly string[] => readSafetensors(readFileSync(path)).metadata['log']!.split('\n');

describe('nn train', () => {
  test('fits, shows an epoch per line, saves and reports', () =>
    inFolder(files, async (cwd) => {
      const { code, stdout, stderr } = await train(cwd, ['--seed', '7']);
      expect(stderr.replace(/[\d,]+ examples\/s/g, 'N examples/s')).toBe(
        'epoch 1/2  loss 1.0000  N examples/s\nepoch 2/2  loss 0.5000  N examples/s\n',
      );
      expect(stdout.replace(/\d\.\d s/g, '0.0 s')).toBe(`Training Iris on 150 examples
  input features is 4 columns (1, 2, 3 and 4) as [4]
  target label is column 5
  label counts classes: 0 a, 1 b, 2 c
  2 epochs, batch size 64, cpu, seed 7

────────────────────
epoch    loss   time
    1  1.0000  0.0 s
    2  0.5000  0.0 s
────────────────────
The weights are in iris.safetensors.
The curves are in report.html.
`);
      expect(code).toBe(0);
      expect(logOf(join(cwd, 'iris.safetensors')).slice(0, 5)).toEqual([
        'seed 7',
        'fit 150 of 4, batch 64, validate undefined',
        'step 64',
        'step 64',
        'step 22',
      ]);
    }));

  test('flags win over the train block', () =>
    inFolder({ ...files, 'test.csv': '9,9,9,9,a\n1,1,1,1,c\n' }, async (cwd) => {
      const flags = ['--epochs', '1', '--batch-size', '100', '--validation-split', '0.2', '--test', 'test.csv', '--out', 'weights/w.safetensors']; // prettier-ignore
      const { code, stdout } = await train(cwd, flags);
      expect(code).toBe(0);
      expect(stdout).toContain('Training Iris on 120 examples, validating on 30, testing on 2\n');
      expect(stdout).toContain('val_loss');
      expect(stdout).toContain('\ntest  loss 2.0000\nThe weights are in weights/w.safetensors.\nThe curves are in weights/report.html.\n');
      expect(logOf(join(cwd, 'weights/w.safetensors'))).toContain('fit 120 of 4, batch 100, validate 30');
    })); // prettier-ignore

  test('Ctrl-C saves what there is after the current step', () =>
    inFolder(files, async (cwd) => {
      const onInterrupt = (listener: () => void): (() => void) => {
        const timer = setTimeout(listener, 20);
        return () => clearTimeout(timer);
      };
      const { code, stdout, stderr } = await train(cwd, ['--epochs', '100000'], { onInterrupt });
      expect(code).toBe(0);
      expect(stderr).toContain('Stopping after this step. Press Ctrl-C again to quit without saving.');
      expect(stdout).toMatch(
        /Stopped in epoch \d+ of 100000\.\nThe weights are in iris\.safetensors\.\nThe curves are in report\.html\.\n$/,
      );
      expect(existsSync(join(cwd, 'iris.safetensors'))).toBe(true);
    }));

  test('a bar on terminals', () =>
    inFolder(files, async (cwd) => {
      const { stderr } = await train(cwd, [], { tty: true });
      expect(stderr).toContain('epoch 2/2 ████████████████████ 100%  loss 0.5000');
    }));

  test('leaves no temporary files', () =>
    inFolder(files, async (cwd) => {
      await train(cwd);
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('nnlang-run-'))).toEqual([]);
      expect(readdirSync(cwd).sort()).toEqual(['iris.csv', 'iris.nn', 'iris.safetensors', 'report.html']);
    }));

  test('the names of classes go with the weights, and the curves into a page', () =>
    inFolder(files, async (cwd) => {
      await train(cwd, ['--validation-split', '0.2', '--report', 'curves.html', '--seed', '3']);
      expect(JSON.parse(readSafetensors(readFileSync(join(cwd, 'iris.safetensors'))).metadata['classes']!)).toEqual({ label: ['a', 'b', 'c'] }); // prettier-ignore
      const { document } = parseHTML(readFileSync(join(cwd, 'curves.html'), 'utf8'));
      const texts = (selector: string): readonly string[] => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent!); // prettier-ignore
      expect(texts('h1')).toEqual(['Training of Iris']);
      expect(texts('dd').slice(0, 4)).toEqual(['120', '30', '2', '64']);
      expect(texts('figcaption')).toEqual(['loss', 'loss of each step']);
      expect(texts('th')).toEqual(['epoch', 'loss', 'val_loss', 'time']);
      expect(texts('tbody td').filter((_, i) => i % 4 < 3)).toEqual(['1', '1.0000', '0.5000', '2', '0.5000', '0.5000']);
      const data = JSON.parse(document.querySelector('#nn-report')!.textContent!) as ReportData;
      expect(data.steps).toEqual({ at: [1, 2, 3, 4], loss: [1, 1, 0.5, 0.5] });
    }));

  test('no page where none is wanted', () =>
    inFolder(files, async (cwd) => {
      const { stdout } = await train(cwd, ['--no-report']);
      expect(stdout.endsWith('The weights are in iris.safetensors.\n')).toBe(true);
      expect(existsSync(join(cwd, 'report.html'))).toBe(false);
      expect((await train(cwd, ['--report', '.'])).stderr).toBe('error: --report . is a folder\n  help: Name a file, such as report.html.\n'); // prettier-ignore
    }));

  test('a loss that is no number is pointed out', () =>
    inFolder({ ...files, 'iris.nn': 'model Iris broken' }, async (cwd) => {
      expect((await train(cwd)).stderr).toContain('warning: the loss is no number from epoch 1 on');
    }));
});

describe('what cannot be trained', () => {
  const failure = async (
    text: string,
    args: readonly string[] = [],
    more: Record<string, string> = {},
  ): Promise<Ran> => {
    let ran: Ran | undefined;
    await inFolder({ ...files, 'iris.nn': text, ...more }, async (cwd) => {
      ran = await train(cwd, args);
      expect(existsSync(join(cwd, 'iris.safetensors'))).toBe(false);
    });
    return ran!;
  };
  test('a file with errors', async () => {
    const { code, stderr } = await failure('oops idle');
    expect([code, stderr.includes('error[test/oops] iris.nn:1:1'), stderr.includes('hint')]).toEqual([1, true, false]);
  });
  test('no train block, several, another model', async () => {
    expect(await failure('untrained')).toMatchObject({ code: 2, stderr: expect.stringContaining('error: iris.nn has no train block\n  help: A train block names') }); // prettier-ignore
    expect((await failure('two')).stderr).toBe('error: iris.nn has several models to train\n  help: Choose one with --model Iris or Other.\n'); // prettier-ignore
    expect((await failure('two', ['--model', 'Irsi'])).stderr).toBe('error: there is no model Irsi in iris.nn\n  help: The models to train here are Iris, Other.\n'); // prettier-ignore
  });
  test('data that does not fit: exit code 1, before anything is computed', async () => {
    const gap = await failure('model', [], { 'iris.csv': '1,,2,3,a\n' });
    expect(gap).toMatchObject({ code: 1, stderr: 'error: iris.csv: there is no value in column 2 in line 1\n  help: Fill in the values, or remove those lines.\n' }); // prettier-ignore
    expect((await failure('model', ['--data', 'none.csv'])).code).toBe(2);
    expect((await failure('model', ['--map', 'features'])).stderr).toContain('Write it as image=pixels,label=class.');
    expect((await failure('model', ['--validation-split', '20'])).stderr).toContain('It must lie between 0 and 1.');
    expect((await failure('model', ['--out', '.'])).stderr).toContain('error: --out . is a folder');
  });
});

test('a split draws from all of the data, the same for a seed, and loses nothing', () => {
  const data = Float32Array.from({ length: 40 }, (_, i) => i);
  const whole = { count: 20, fields: { x: { data, shape: [2] } }, notes: [] };
  const { train: kept, validation } = splitDataset(whole, 0.25, 3)!;
  expect([kept.count, validation.count]).toEqual([15, 5]);
  const all = [...kept.fields['x']!.data, ...validation.fields['x']!.data].sort((a, b) => a - b);
  expect(all).toEqual([...data]);
  expect([...validation.fields['x']!.data]).not.toEqual(Array.from(data.slice(30)));
  expect(validation.fields['x']!.data[1]).toBe(validation.fields['x']!.data[0]! + 1);
  expect(splitDataset(whole, 0.25, 3)).toEqual({ train: kept, validation });
  expect(splitDataset({ ...whole, count: 1 }, 0.5, 1)).toBeUndefined();
});

test('numbers as people read them', () => {
  expect([0, 0.12345, 12.5, 1e-5, 123456, NaN].map(scoreText)).toEqual(['0.0000', '0.1235', '12.5000', '1.000e-5', '1.235e+5', 'NaN']); // prettier-ignore
  expect([0.25, 42.4, 185, 7800].map(durationText)).toEqual(['0.3 s', '42 s', '3 min 5 s', '2 h 10 min']);
});

/** What the checker hands on: models with their arguments, sizes, training, and types of numbers. */
import { describe, expect, it } from 'vitest';
import { displayCondition, displayShape } from '../../compiler/shapes/index.ts';
import { checkText, summaryOf } from './checking.ts';

function modelsOf(main: string, others: Readonly<Record<string, string>> = {}) {
  const { diagnostics, models } = checkText(main, others);
  expect(diagnostics.filter((d) => !d.code.startsWith('lint/')).map(summaryOf)).toEqual([]);
  return models;
}

const classifier = `model Classifier(width = 8) {
  input x: [4]
  output y = x -> Dense(width, activation: softmax)
}

train Classifier {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, y)
  optimizer: adam
}
`;

describe('an alias', () => {
  it('has its own name and arguments, and trains as its model does', () => {
    const [original, big] = modelsOf(`${classifier}\nmodel Big = Classifier(width: 64)\n`);
    expect([original!.name, original!.arguments, big!.name, big!.arguments]).toEqual(['Classifier', { width: '8' }, 'Big', { width: '64' }]); // prettier-ignore
    expect(big!.weights.map(({ sizes }) => sizes)).toEqual([[4, 64], [64]]);
    expect(big!.training?.targets.map(({ node }) => node.name)).toEqual(['label']);
  });

  it('may be of a model of another file, and have a `train` of its own', () => {
    const train = 'train Big {\n  target other: [64]\n  loss: meanSquaredError(other, y)\n  optimizer: sgd\n}\n';
    const main = `import { Classifier } from "./a.nn"\n\nmodel Big = Classifier(width: 64)\n`;
    const [inherited] = modelsOf(main, { 'a.nn': classifier });
    const [own] = modelsOf(`${main}\n${train}`, { 'a.nn': classifier });
    expect(inherited!.training?.targets[0]?.node.name).toBe('label');
    expect(own!.training?.targets[0]?.node.name).toBe('other');
    expect([own!.origin.file.path, own!.training!.origin.file.path]).toEqual(['main.nn', 'main.nn']);
  });
});

describe('numbers as tensors', () => {
  const typeOf = (expression: string): string => {
    const [model] = modelsOf(`model M(n = 3) {\n  input x: [4]\n  input i: int32[4]\n  input b: bool[4]\n  input s: [h]\n  output y = ${expression} + 0 * sum(cast(x, int32) + i + cast(b, int32) + cast(sum(s), int32)) * n\n}\n`); // prettier-ignore
    const { dtype, shape } = model!.outputs[0]!.value.type;
    return `${dtype}${displayShape(shape)}`;
  };
  for (const [expression, type] of [
    ['i + 1', 'int32[4]'],
    ['i * n', 'int32[4]'],
    ['i + 1.0', 'float32[4]'],
    ['i + 1 / 2', 'float32[4]'],
    ['i / 2', 'float32[4]'],
    ['x + 1', 'float32[4]'],
    ['b + 1', 'int32[4]'],
    ['i + [1, 2, 3, 4]', 'int32[4]'],
    ['i + [1, 2, 3, 4.5]', 'float32[4]'],
    ['i + h', 'int32[4]'],
    ['i + h / 2', 'float32[4]'],
    ['i * sqrt(h)', 'float32[4]'],
    ['i + 0.5 * h', 'float32[4]'],
    ['where(b, 1, 0)', 'int32[4]'],
  ] as const)
    it(`${expression} is ${type}`, () => expect(typeOf(expression)).toBe(type));
});

describe('an optional input', () => {
  it('has its default in the declared dtype', () => {
    const [model] = modelsOf('model M {\n  input x: [4] = 1\n  input m: bool[4] = true\n  output y = where(m, x, 0)\n}\n'); // prettier-ignore
    expect(model!.inputs.map(({ defaultValue }) => [defaultValue?.outputs[0]?.dtype, defaultValue?.values])).toEqual([['float32', [1]], ['bool', [1]]]); // prettier-ignore
  });

  for (const [type, value, code] of [
    ['[4]', '[1, 2]', 'shape/annotation'],
    ['int32[4]', '0.5', 'type/dtype'],
    ['bool[4]', '1', 'type/dtype'],
    ['[4]', 'x', 'argument/type'],
  ] as const)
    it(`cannot be ${type} = ${value}`, () => {
      const { diagnostics } = checkText(`model M {\n  input x: [4]\n  input o: ${type} = ${value}\n  output y = sum(cast(o, float32)) + x\n}\n`); // prettier-ignore
      expect(diagnostics.map((d) => d.code)).toEqual([code]);
    });
});

describe('requirements', () => {
  for (const [name, statement, expected] of [
    ['are the simplest that imply the rest', 'output y = x -> reshape(h / 2, 2, 3) -> flatten -> reshape(h / 4, 12)', ['h % 4 == 0']], // prettier-ignore
    ['come from annotations', 'output y: [8, 3] = x', ['h == 8']],
    ['come from slices', 'output y = x[0:5]', ['h >= 5']],
    ['come from `require`', 'require h < 100\n  output y = x', ['h < 100']],
    ['of a block are those of its uses', 'output y = x -> Half', ['h % 2 == 0']],
    ['of a condition that is decided are those of its branch', 'output y = x -> if 1 > 2 { Half } else { relu }', []],
  ] as const)
    it(name, () => {
      const half = 'block Half {\n  input x: [n, d]\n  output y = x -> reshape(n / 2, 2, d)\n}\n';
      const [model] = modelsOf(`${half}\nmodel M {\n  input x: [h, 3]\n  ${statement}\n}\n`);
      expect(model!.requirements.map(({ condition }) => displayCondition(condition))).toEqual(expected);
    });
});

/** One mistake gives one error: what follows from it is silent, and what does not is told. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../compiler/diagnostics/fix-text.ts';
import { checkText, summaryOf } from './checking.ts';

const errorsOf = (text: string, others?: Readonly<Record<string, string>>) =>
  checkText(text, others).diagnostics.filter(({ severity }) => severity === 'error');
const seen = (text: string, others?: Readonly<Record<string, string>>): readonly string[] =>
  errorsOf(text, others).map((error) => `${summaryOf(error).replace('error ', '')} ${error.message}`);

const digits = `model Digits(classes = 10) {
  input image: [28, 28, 1]
  let h = image -> Conv2D(8, 3, activation: relu) -> Flatten
  output digit = h -> Dense(classes, activation: softmax)
}
train Digits {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, digit)
  metrics: [sparseCategoricalAccuracy(label, digit)]
  optimizer: adam
}
`;

describe('a misspelt keyword', () => {
  it.each([
    ['model Digits', 'modle Digits', '1:1', 'model'],
    ['input image', 'inputs image', '2:3', 'input'],
    ['output digit', 'otput digit', '4:3', 'output'],
    ['let h', 'Let h', '3:3', 'let'],
    ['train Digits', 'tran Digits', '6:1', 'train'],
    ['target label', 'targt label', '7:3', 'target'],
    ['-> Flatten', '-> repaet 2 { Dense(3) } -> Flatten', '3:54', 'repeat'],
    ['-> Flatten', '-> fro n in [3, 4] { Dense(n) } -> Flatten', '3:54', 'for'],
  ])('`%s` as `%s`', (right, wrong, place, keyword) => {
    const [error, ...others] = errorsOf(digits.replace(right, wrong));
    expect(others).toEqual([]);
    const word = wrong.replace('-> ', '').split(' ')[0];
    expect(summaryOf(error!)).toBe(`error syntax/unexpected ${place}`);
    expect(error!.message).toBe(`\`${word}\` starts nothing in the language.`);
    expect(error!.help).toBe(`Did you mean \`${keyword}\`?`);
    const mended = applyEdits(digits.replace(right, wrong), error!.fixes[0]!.edits);
    expect(errorsOf(mended)).toEqual([]);
  });

  it('is no reason to be silent about the rest', () => {
    const text = digits.replace('input image', 'inptu image').replace('Dense(classes', 'Dense(clases');
    expect(seen(text)).toEqual([
      '2:3 syntax/unexpected `inptu` starts nothing in the language.',
      '4:29 name/unknown There is no `clases` here.',
    ].map((line) => line.replace(/^(\S+) (\S+)/, '$2 $1'))); // prettier-ignore
  });

  it('is none where the name is a stage or field of its own', () => {
    expect(errorsOf('block B {\n  input x: [4]\n  output y = x\n    -> relu\n    -> tanh\n}\n')).toEqual([]);
  });
});

describe('a statement that could not be read', () => {
  it('silences what uses its name, also in `train` and in other models', () => {
    const text = `${digits.replace('image -> Conv2D(8, 3,', 'image -> Conv2D(8 8 3,')}
model Two {
  input x: [28, 28, 1]
  output y = Digits(3)(x) -> Conv2D(8, 3)
}
`;
    expect(seen(text)).toEqual(['syntax/unexpected 3:29 A comma is missing before the number `8`.']);
  });

  it('silences nothing that stands apart from it', () => {
    const text = `block A {
  input x: [8]
  let a = x -> Dense(4 4)
  let b = x + [1, 2, 3]
  output y = a
}
block B {
  input x: [8]
  output y = x + [1, 2]
}
`;
    expect(errorsOf(text).map(summaryOf)).toEqual([
      'error syntax/unexpected 3:24',
      'error shape/mismatch 4:11',
      'error shape/mismatch 9:14',
    ]);
  });

  it('may be what a model seems to lack', () => {
    expect(errorsOf(digits.replace('output digit =', 'output = digit')).map(summaryOf)).toEqual(['error syntax/unexpected 4:10']); // prettier-ignore
    expect(errorsOf(digits.replace('input image:', 'image:')).map(summaryOf)).toEqual(['error syntax/unexpected 2:3']);
    expect(errorsOf(digits.replace('optimizer: adam', 'optimizer adam')).map(summaryOf)).toEqual(['error syntax/unexpected 10:13']); // prettier-ignore
  });

  it('may hide a name that is imported', () => {
    const others = { 'b.nn': 'block B {\n  input x: [n]\n  output y = relu(x)\n}\n' };
    const text = 'import B } from "./b.nn"\nmodel M {\n  input x: [4]\n  output y = x -> B -> Dense(3)\n}\n';
    expect(errorsOf(text, others).map(summaryOf)).toEqual(['error syntax/unexpected 1:8']);
  });

  it('of a file that is imported silences what is made with it', () => {
    const others = { 'b.nn': 'block B {\n  input x: [n n]\n  output y = x -> Dense(3)\n}\n' };
    const text = 'import { B } from "./b.nn"\nmodel M {\n  input x: [4]\n  output y = x -> B\n}\n';
    expect(errorsOf(text, others).map((error) => `${error.file.path} ${summaryOf(error)}`)).toEqual(['b.nn error syntax/unexpected 2:15']); // prettier-ignore
  });
});

describe('a value in the wrong quotes', () => {
  it.each([
    ['activation: relu', "activation: 'relu'", 'argument/option 3:45'],
    ['optimizer: adam', "optimizer: 'adam'", 'argument/option 10:14'],
    ['loss: sparseCategoricalCrossentropy(label, digit)', "loss: 'mse'", 'type/not-a-tensor 8:9'],
  ])('is told that it needs none: `%s` as `%s`', (right, wrong, error) => {
    expect(errorsOf(digits.replace(right, wrong)).map(summaryOf)).toEqual([`error ${error}`]);
  });
});

it('an argument that is given twice is not looked at', () => {
  const text = 'model M {\n  input x: [3]\n  output y = x + fill(1.0, shape: [3])\n}\n';
  expect(errorsOf(text).map(summaryOf)).toEqual(['error argument/duplicate 3:28']);
});

describe('a name that means nothing', () => {
  it('is told where it first stands, with the other places, and mended everywhere at once', () => {
    const text = digits.replace('target label', 'target labels');
    const [error, ...others] = errorsOf(text);
    expect(others).toEqual([]);
    expect(summaryOf(error!)).toBe('error name/unknown 8:39');
    expect(error!.related.map(({ message, span }) => [message, error!.file.positionAt(span.start).line])).toEqual([['and here', 9]]); // prettier-ignore
    expect(errorsOf(applyEdits(text, error!.fixes[0]!.edits))).toEqual([]);
  });

  it('of a field is taken for the field that it is near to', () => {
    expect(seen(digits.replace('optimizer:', 'optimiser:'))).toEqual(['name/unknown 10:3 `train` has no field called `optimiser`.']); // prettier-ignore
    expect(seen(digits.replace('loss:', 'losses:'))).toEqual(['name/unknown 8:3 `train` has no field called `losses`.']); // prettier-ignore
  });

  it('of a field may be that of a target', () => {
    const [error, ...others] = errorsOf(digits.replace('target label', 'label'));
    expect(others).toEqual([]);
    expect(error!.help).toBe("What an example's answer looks like is a target: `target label: int32`.");
    expect(errorsOf(digits.replace('target label', 'target')).map((e) => e.message)).toEqual(['This `target` has no name.']); // prettier-ignore
  });

  it('of an argument has a value that is read as that of the argument that it is near to', () => {
    const text = digits.replace('activation: relu', 'kernelInitialiser: randomNormal(stddev: 0.02)');
    expect(errorsOf(text).map(summaryOf)).toEqual(['error argument/unknown 3:33']);
  });

  it('of a type leaves the parameter open', () => {
    const text = 'block B(n: itn) {\n  input x: [4]\n  output y = x -> Dense(n)\n}\nmodel M {\n  input x: [4]\n  output y = x -> B(3)\n}\n'; // prettier-ignore
    expect(errorsOf(text).map(summaryOf)).toEqual(['error name/unknown 1:12']);
  });
});

it('of a `train` is not told again for each alias that inherits it', () => {
  const text = `${digits.replace('target label: int32', 'target label: it32')}model Two = Digits(classes: 2)\nmodel Three = Digits(classes: 3)\n`; // prettier-ignore
  expect(errorsOf(text).map(summaryOf)).toEqual(['error name/unknown 7:17']);
});

describe('a word left out or written twice', () => {
  const folder = join(import.meta.dirname, '../cases/zoo');
  const words = /"[^"]*"|\/\/[^\n]*|[A-Za-z_]\w*|\d[\d_.e-]*|->|\*\*|[=!<>]=|\.\.\.|\S/g;
  // Every so many words, so that all of them together take a second or two.
  const step = 23;

  it.each(['mnist-cnn', 'lstm-text-classifier', 'transformer-blocks', 'multi-input', 'siamese', 'dcgan'])(
    'in %s',
    (name) => {
      const text = readFileSync(join(folder, `${name}.nn`), 'utf8');
      const found = [...text.matchAll(words)].filter(([word]) => !word.startsWith('//'));
      const changed = found.filter((_, i) => i % step === name.length % step);
      const told = changed.flatMap(({ 0: word, index }) =>
        ['', `${word} ${word}`].map((instead) => {
          const errors = errorsOf(text.slice(0, index) + instead + text.slice(index + word.length));
          const isRead = errors.every(({ code }) => !code.startsWith('syntax/'));
          return { word, index, errors: isRead ? [] : errors.map(summaryOf) };
        }),
      );
      expect(told.filter(({ errors }) => errors.length > 1)).toEqual([]);
      expect(told.filter(({ errors }) => errors.length === 1).length).toBeGreaterThan(changed.length);
    },
  );
});

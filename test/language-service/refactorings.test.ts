/** Refactorings: `⟦…⟧` is selected, `¦` in what comes out is the name to be chosen. */
import { describe, expect, it } from 'vitest';
import { after, offered, titlesOf } from './actions.ts';

/** The statements of a model over `x: [8]` and `image: [28, 28, 1]`. */
const body = (statements: string): string =>
  `model M {\n  input x: [8]\n  input image: [28, 28, 1]\n${statements}\n}\n`;

const expectAfter = async (marked: string, title: string, expected: string): Promise<void> =>
  expect(await after(offered(body(marked)), title)).toBe(body(expected));

const refactorings = (marked: string, kind = 'refactor'): readonly string[] => titlesOf(offered(body(marked)), kind);

describe('extract a `let`', () => {
  it('of an expression, before the statement', async () => {
    await expectAfter('  output y = x -> Dense(⟦2 * 8⟧)', 'Extract into a `let`', '  let ¦size = 2 * 8\n  output y = x -> Dense(size)'); // prettier-ignore
    await expectAfter('  /// doc\n  output y = relu(⟦ x + 1 ⟧)', 'Extract into a `let`', '  let ¦value = x + 1\n  /// doc\n  output y = relu(value)'); // prettier-ignore
    await expectAfter('  output y = ⟦(x + 1)⟧ * 2', 'Extract into a `let`', '  let ¦value = x + 1\n  output y = value * 2'); // prettier-ignore
  });

  it('of the first stages of a pipeline', async () => {
    await expectAfter(
      '  output y = ⟦image\n    -> Conv2D(8, 3)\n    ->⟧ Flatten\n    -> Dense(3)',
      'Extract into a `let`',
      '  let ¦conv2D = image\n    -> Conv2D(8, 3)\n  output y = conv2D\n    -> Flatten\n    -> Dense(3)',
    );
  });

  it('says where weights get other names', () => {
    expect(refactorings('  output y = concat(x -> Dense(3), ⟦x -> Dense(4)⟧)')).toContain('Extract into a `let` (weights are named anew)'); // prettier-ignore
    expect(refactorings('  output y = concat(⟦x -> Dense(3)⟧, x -> Dense(4))')).toContain('Extract into a `let`');
  });

  it('is not possible in loops and choices, nor offered for layers and options', () => {
    expect(refactorings('  output y = x -> repeat 3 { Dense(⟦2 * 8⟧) }')).toContain('(Extract into a `let`: It is inside a loop, and what is in a `let` is computed once.)'); // prettier-ignore
    expect(refactorings('  output y = x -> Dense(3, activation: ⟦relu⟧)', 'refactor.extract')).toEqual([]);
    expect(refactorings('  output y = x -> ⟦Dense(3)⟧', 'refactor.extract').join()).not.toContain('`let`');
    expect(refactorings('  layer f = ⟦Dense(3)⟧', 'refactor.extract').join()).not.toContain('`let`');
  });
});

describe('inline a `let`', () => {
  it('puts its value where it is used, from its declaration or a use', async () => {
    const inlined = '  output y = (x + 1) * (x + 1) -> Dense(3)';
    await expectAfter('  let a¦ = x + 1\n  output y = a * a -> Dense(3)', 'Inline `a`', inlined);
    await expectAfter('  let a = x + 1\n  output y = a * ¦a -> Dense(3)', 'Inline `a`', inlined);
    await expectAfter('  let ¦a = x -> Dense(3)\n\n  output y = a -> relu', 'Inline `a`', '\n  output y = x -> Dense(3) -> relu'); // prettier-ignore
    await expectAfter('  let units¦ = 2 * 8\n  output y = x -> Dense(units:)', 'Inline `units`', '  output y = x -> Dense(units: 2 * 8)'); // prettier-ignore
  });

  it('says why not', () => {
    const why = (statements: string): string => refactorings(statements, 'refactor.inline').join();
    expect(why('  let ¦a = x -> Dense(3)\n  output y = a + a')).toBe('(Inline `a`: It makes layers or random numbers, which would be made several times.)'); // prettier-ignore
    expect(why('  let (a, b¦) = split(x, 2)\n  output y = a + b')).toContain('It declares several names.');
    expect(why('  let ¦a = 3\n  output y = x')).toContain('Nothing uses it.');
    expect(why('  let ¦a = 3\n  require a > 2, "{a} is small"\n  output y = x')).toContain('A message speaks of it.');
    expect(why('  let ¦i = 3\n  let k = i * 2\n  output y = x -> repeat 3 as i { Dense(i + k) }')).toBe('Inline `i`');
    expect(why('  let i = 3\n  let ¦k = i * 2\n  output y = x -> repeat 3 as i { Dense(i + k + 1) }')).toContain('`i` means something else where it is used.'); // prettier-ignore
  });
});

describe('equal stages', () => {
  it('become a loop: those around the cursor, as many as there are', async () => {
    await expectAfter(
      '  output y = x -> Dense(8) -> relu -> De¦nse(8) -> relu -> Dense(8) -> relu -> Dense(3)',
      'Turn 3 equal groups of stages into `repeat 3` (weights are named anew)',
      '  output y = x -> repeat 3 { Dense(8) -> relu } -> Dense(3)',
    );
    await expectAfter('  output y = x -> r¦elu -> relu', 'Turn 2 equal stages into `repeat 2`', '  output y = x -> repeat 2 { relu }'); // prettier-ignore
  });

  it('of lines of their own stand on one line in the loop', async () => {
    await expectAfter(
      '  output y = x\n    -> De¦nse(8)\n    -> relu\n    -> Dense(8)\n    -> relu',
      'Turn 2 equal groups of stages into `repeat 2` (weights are named anew)',
      '  output y = x\n    -> repeat 2 { Dense(8) -> relu }',
    );
  });

  it('need to be neighbours, and keep their comments', () => {
    expect(refactorings('  output y = x -> Den¦se(8) -> Dense(9) -> Dense(8)').join()).not.toContain('repeat');
    expect(refactorings('  output y = x\n    -> Den¦se(8)\n    // why\n    -> Dense(8)').join()).toContain('There are comments'); // prettier-ignore
  });

  it('come out of a loop again, with its index in numbers', async () => {
    await expectAfter('  output y = x -> rep¦eat 2 { Dense(8) -> relu }', 'Unroll `repeat 2` (weights are named anew)', '  output y = x -> Dense(8) -> relu -> Dense(8) -> relu'); // prettier-ignore
    await expectAfter('  layer f = re¦peat 2 as units { Dense(units + 1) -> Dense(units:) }', 'Unroll `repeat 2` (weights are named anew)', '  layer f = Dense(0 + 1) -> Dense(units: 0) -> Dense(1 + 1) -> Dense(units: 1)'); // prettier-ignore
    expect(refactorings('  let n = 3\n  output y = x -> repeat ¦n { relu }').join()).toContain('How often it runs is not written down here.'); // prettier-ignore
    expect(refactorings('  layer f = re¦peat 2 { relu -> Dense(3) }').join()).toContain('A pipeline cannot begin with what is in it.'); // prettier-ignore
  });
});

describe('arguments', () => {
  it('get names', async () => {
    await expectAfter('  output y = image -> Conv2¦D(8, 3, strides: 2)', 'Convert to named arguments', '  output y = image -> Conv2D(filters: 8, kernelSize: 3, strides: 2)'); // prettier-ignore
    await expectAfter('  let units = 3\n  output y = x -> Dense(¦units)', 'Convert to named arguments', '  let units = 3\n  output y = x -> Dense(units:)'); // prettier-ignore
    expect(refactorings('  output y = x -> resh¦ape(2, 4)').join()).not.toContain('named');
    expect(refactorings('  output y = add(¦x, x)').join()).not.toContain('named');
  });

  it('lose names, in order', async () => {
    await expectAfter('  output y = image -> Conv2D(¦filters: 8, kernelSize: 3, padding: same)', 'Convert to positional arguments', '  output y = image -> Conv2D(8, 3, padding: same)'); // prettier-ignore
    await expectAfter('  let units = 3\n  output y = x -> Dense(¦units:)', 'Convert to positional arguments', '  let units = 3\n  output y = x -> Dense(units)'); // prettier-ignore
    expect(refactorings('  output y = image -> Conv2D(¦kernelSize: 3, filters: 8)').join()).not.toContain('positional');
  });

  it('of blocks and what they are applied to get names', async () => {
    const block = 'block Cross(units: int) {\n  input query: [n]\n  input memory: [m]\n  output y = concat(query, memory) -> Dense(units)\n}\n'; // prettier-ignore
    const found = offered(`${block}${body('  output y = x -> Cro¦ss(8)(x)')}`);
    expect(await after(found, 'Convert to named arguments')).toBe(
      `${block}${body('  output y = x -> Cross(units: 8)(memory: x)')}`,
    );
  });
});

describe('type annotations', () => {
  it('are written down from what is known, and taken away', async () => {
    await expectAfter('  output ¦y = image -> Flatten', 'Add the type annotation `[784]`', '  output y: [784] = image -> Flatten'); // prettier-ignore
    await expectAfter('  let i¦ = argMax(x)\n  output y = x', 'Add the type annotation `int32`', '  let i: int32 = argMax(x)\n  output y = x'); // prettier-ignore
    await expectAfter('  output y: [¦784] = image -> Flatten', 'Remove the type annotation', '  output y = image -> Flatten'); // prettier-ignore
    const block = 'block B {\n  input x: [h, w, c]\n  output y¦ = x -> MaxPooling2D(2)\n}\n';
    expect(await after(offered(block), 'Add the type annotation `[floor(h / 2), floor(w / 2), c]`')).toContain('output y: [floor(h / 2), floor(w / 2), c] ='); // prettier-ignore
  });

  it('are not offered for numbers and layers', () => {
    expect(refactorings('  let ¦n = 3\n  output y = n * x').join()).not.toContain('annotation');
    expect(refactorings('  output y = ¦x').join()).not.toContain('annotation');
  });
});

describe('`train`', () => {
  const trained = async (output: string): Promise<string> => {
    const found = offered(`model ¦M {\n  input x: [8, 4]\n  ${output}\n}\n`);
    const result = await after(found, 'Add `train` for `M`');
    return result.slice(found.text.length).trim();
  };

  it('fits the last activation and the shape of the output', async () => {
    expect(await trained('output digit = x -> Flatten -> Dense(10) -> softmax')).toBe(
      'train M {\n  target ¦label: int32\n  loss: sparseCategoricalCrossentropy(label, digit)\n  metrics: [sparseCategoricalAccuracy(label, digit)]\n  optimizer: adam(learningRate: 1e-3)\n  batchSize: 32\n  epochs: 10\n}',
    );
    expect(await trained('output y = x -> Dense(5, activation: softmax)')).toContain('target ¦label: int32[8]\n');
    expect(await trained('output y = x -> Dense(1, activation: sigmoid)')).toContain('target ¦label: [8, 1]\n  loss: binaryCrossentropy(label, y)\n  metrics: [binaryAccuracy(label, y)]'); // prettier-ignore
    expect(await trained('output y = x -> Dense(2)')).toContain('target ¦expected: [8, 2]\n  loss: meanSquaredError(expected, y)\n  metrics: [meanAbsoluteError(expected, y)]'); // prettier-ignore
    expect(await trained('output a = x -> Dense(3)\n  output b = sum(x) -> sigmoid')).toContain('loss: meanSquaredError(aExpected, a) + binaryCrossentropy(bLabel, b)'); // prettier-ignore
  });

  it('is not offered where there is one, and says what is in the way', () => {
    const model = 'model ¦M {\n  input x: [8]\n  output y = x\n}\n';
    expect(titlesOf(offered(`${model}train M {\n  loss: sum(y)\n  optimizer: sgd(0.1)\n}\n`)).join()).not.toContain(
      'Add `train`',
    );
    expect(titlesOf(offered(model.replace('= x', '= argMax(x)'))).join()).toContain(
      'None of its outputs can be trained.',
    );
  });
});

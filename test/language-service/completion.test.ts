import { describe, expect, it } from 'vitest';
import { completions } from '../../compiler/language-service/index.ts';
import { chosenAt, firstAt, itemAt, itemsAt, labelsAt } from './completing.ts';
import { inModel, parts } from './completion-programs.ts';
import { atCursor } from './marked.ts';

describe('completion after ->', () => {
  it('has first what fits an image and is usual there, with what comes out', () => {
    expect(firstAt(inModel('[28, 28, 1]', 'output y = x -> ¦'), 6)).toEqual([
      'Conv2D [29 - kernelSize, 29 - kernelSize, filters]',
      'MaxPooling2D [14, 14, 1]',
      'BatchNormalization [28, 28, 1]',
      'relu [28, 28, 1]',
      'Flatten [784]',
      'GlobalAveragePooling2D [1]',
    ]);
  });

  it('goes by what flows: vectors, sequences of any length, whole numbers', () => {
    expect(firstAt(inModel('[10]', 'output y = x -> ¦'), 2)).toEqual(['Dense [units]', 'relu [10]']);
    expect(firstAt(inModel('[n, 8]', 'output y = x -> ¦'), 3)).toEqual(['LSTM [units]', 'GRU [units]', 'Dense [n, units]']); // prettier-ignore
    expect(firstAt(inModel('int32[n]', 'output y = x -> ¦'), 2)).toEqual(['Embedding [n, outputDim]', 'oneHot [n, numClasses]']); // prettier-ignore
    expect(firstAt(inModel('bool[n]', 'output y = x -> ¦'), 1)).toEqual(['cast']);
  });

  it('goes by the stage before, too', () => {
    const behind = (stages: string): string => labelsAt(inModel('[28, 28, 1]', `output y = x -> ${stages} -> ¦`))[0]!;
    expect(behind('Conv2D(8, 3)')).toBe('BatchNormalization');
    expect(behind('Conv2D(8, 3, activation: relu)')).toBe('MaxPooling2D');
    expect(behind('Conv2D(8, 3) -> BatchNormalization')).toBe('relu');
    expect(behind('MaxPooling2D')).toBe('Conv2D');
    expect(behind('GlobalAveragePooling2D')).toBe('Dense');
    // What is usual and does not fit is not usual here.
    expect(labelsAt(inModel('[n, 8]', 'output y = x -> add(1) -> ¦'))[0]).toBe('LayerNormalization');
    expect(labelsAt(inModel('int32[n]', 'output y = x -> add(1) -> ¦'))[0]).toBe('relu');
  });

  it('has what does not fit, last', () => {
    const labels = labelsAt(inModel('[10]', 'output y = x -> ¦'));
    for (const unfit of ['Conv2D', 'LSTM', 'Embedding', 'oneHot', 'logicalNot'])
      expect(labels.indexOf(unfit), unfit).toBeGreaterThan(labels.indexOf('gelu'));
    expect(labels).not.toContain('arange');
  });

  it('knows what flows inside loops and branches, and with broken text behind', () => {
    const image = '[32, 32, 3]';
    const expected = 'MaxPooling2D [8, 8, 4]';
    const stages = 'x -> MaxPooling2D -> Conv2D(4, 1) ';
    const resultsAt = (rest: string): readonly string[] => firstAt(inModel(image, rest), 12);
    expect(resultsAt(`output y = ${stages} -> ¦\n  let b = 3 +\n  output z = `)).toContain(expected);
    expect(resultsAt(`output y = ${stages}\n    -> Con¦ -> Dense(`)).toContain(expected);
    expect(resultsAt(`output y = ${stages} -> repeat 2 { ¦`)).toContain(expected);
    expect(resultsAt(`output y = ${stages} -> if classes > 3 { ¦ }`)).toContain(expected);
    expect(firstAt(`model M {\n  input x: ${image}\n  output y = ${stages} -> ¦`, 12)).toContain(expected);
  });

  it('writes what must be given, and nothing twice', () => {
    const image = (stage: string): string => inModel('[8, 8, 3]', `output y = x -> ${stage}`);
    expect(itemAt(image('¦'), 'Conv2D')).toMatchObject({ insertText: 'Conv2D(${1:filters}, ${2:kernelSize})', isSnippet: true }); // prettier-ignore
    expect(itemAt(image('¦'), 'Flatten')).toMatchObject({
      insertText: 'Flatten',
      isSnippet: false,
    });
    expect(itemAt(image('Con¦(8, 3)'), 'Conv2D')).toMatchObject({
      insertText: 'Conv2D',
      isSnippet: false,
    });
    expect(itemAt(image('¦'), 'concat').insertText).toBe('concat(${1:other})');
    expect(itemAt(image('¦'), 'cast').insertText).toBe('cast(${1|float32,int32,bool|})');
    expect(itemAt(image('¦'), 'rearrange').insertText).toBe('rearrange("${1:pattern}")');
    expect(itemAt(inModel('[n, 8]', 'output y = x -> ¦'), 'MultiHeadAttention').insertText).toBe('MultiHeadAttention(${1:numHeads}, ${2:keyDim})(${3:value})'); // prettier-ignore
    expect(itemAt(inModel('[n, 8]', 'output y = x -> ¦'), 'Attention').insertText).toBe('Attention()(${1:value})');
  });

  it('replaces the word around the cursor', () => {
    expect(chosenAt(inModel('[8]', 'output y = x -> Den¦seX -> relu'), 'Dense')).toBe(
      inModel('[8]', 'output y = x -> Dense(units) -> relu'),
    );
  });

  it('has blocks, made layers and layer parameters that fit before the less usual layers', () => {
    const text = `block Two {
  input x: [n, d]
  output y = x
}
block Three(filters: int) {
  input x: [h, w, c]
  output y = x
}
block B(Norm: layer, act = relu, units = 3) {
  input x: [8, 8, 3]
  layer shared = Conv2D(3, 1)
  output y = x -> ¦
}
`;
    const labels = labelsAt(text);
    const rest = labels.indexOf('RMSNormalization');
    for (const own of ['Three', 'shared', 'Norm', 'act']) expect(labels.slice(0, rest), own).toContain(own);
    expect(labels.indexOf('Two')).toBeGreaterThan(rest);
    expect(labels).not.toContain('B');
    expect(labels).not.toContain('units');
    expect(itemAt(text, 'Three').insertText).toBe('Three(${1:filters})');
  });

  it('has what is likely behind a layer that is left open, without a shape', () => {
    const text = 'block B(Norm: layer) {\n  input x: [h, w, c]\n  output y = x -> Conv2D(3, 3) -> Norm -> ¦\n}\n';
    expect(firstAt(text, 1)).toEqual(['Conv2D']);
    expect(labelsAt(text).indexOf('LSTM')).toBeGreaterThan(100);
  });

  it('has no block that uses this one', () => {
    const text =
      'block A {\n  input x: [n]\n  output y = x -> ¦\n}\nblock B {\n  input x: [n]\n  output y = x -> A\n}\nblock C {\n  input x: [n]\n  output y = x -> B\n}\nblock D {\n  input x: [n]\n  output y = x\n}\n';
    const labels = labelsAt(text);
    expect(labels).toContain('D');
    for (const circular of ['A', 'B', 'C']) expect(labels).not.toContain(circular);
  });

  it('finds layers by what others call them', () => {
    const text = inModel('[8, 8, 3]', 'output y = x -> ¦');
    expect(itemAt(text, 'Conv2DTranspose').filterText).toContain('ConvTranspose2d');
    expect(itemAt(text, 'BatchNormalization').filterText).toContain('BatchNorm');
    expect(itemAt(text, 'MaxPooling2D').filterText).toContain('MaxPool2d');
    expect(itemAt(text, 'Dense').filterText).toContain('Linear');
  });

  it('imports blocks of other files that fit', () => {
    const text = inModel('[8, 8, 3]', 'output y = x -> Do¦');
    expect(chosenAt(text, 'Down', parts)).toBe(
      `import { Down } from "./parts.nn"\n\n${inModel('[8, 8, 3]', 'output y = x -> Down(filters)')}`,
    );
    expect(itemAt(text, 'Down', parts).labelDescription).toBe('./parts.nn');
    expect(labelsAt(text, parts)).not.toContain('_Hidden');
    const labels = labelsAt(inModel('[8, 8, 3]', 'output y = x -> ¦'), parts);
    expect(labels.indexOf('Down')).toBeLessThan(labels.indexOf('LSTM'));
    expect(labels.indexOf('Pair')).toBeGreaterThan(labels.indexOf('Down'));
  });

  it('adds to the import of the file that there is', () => {
    const text = `import { Pair } from "./parts.nn"\n${inModel('[8, 8, 3]', 'output y = x -> ¦')}`;
    expect(chosenAt(text, 'Down', parts)).toContain('import { Pair, Down } from "./parts.nn"\n');
    expect(itemAt(text, 'Pair', parts).additionalEdits).toBeUndefined();
  });
});

describe('completion of arguments', () => {
  const conv = (list: string): string => inModel('[8, 8, 3]', `output y = x -> Conv2D(${list}`);

  it('has the labels that are not given, required ones first', () => {
    expect(labelsAt(conv('¦)')).slice(0, 4)).toEqual(['filters:', 'kernelSize:', 'classes', 'strides:']);
    expect(labelsAt(inModel('[n, 8]', 'output y = x -> LSTM(8, ¦)'))[0]).toBe('activation:');
    expect(labelsAt(conv('8, ¦)')).slice(0, 3)).toEqual(['kernelSize:', 'classes', 'strides:']);
    const labels = labelsAt(conv('8, strides: 2, ¦'));
    expect(labels[0]).toBe('kernelSize:');
    expect(labels).not.toContain('strides:');
    expect(labels).not.toContain('filters:');
    expect(labels.every((label) => label.endsWith(':'))).toBe(true);
    expect(itemAt(conv('8, 3, ¦'), 'padding:')).toMatchObject({ insertText: 'padding: ', filterText: 'padding', detail: '= valid' }); // prettier-ignore
    expect(itemAt(conv('8, 3, padd¦: same)'), 'padding:').insertText).toBe('padding');
  });

  it('knows what is missing with the rest of the pipeline behind', () => {
    expect(labelsAt(conv('8, 3, padding: ¦\n    -> relu')).slice(0, 2)).toEqual(['same', 'valid']);
    expect(labelsAt(conv('8, 3, ¦\n    -> relu'))).toContain('padding:');
    expect(labelsAt(inModel('[h, w]', 'output y = x -> rearrange("(p q) w -> p q w", ¦)'))[0]).toBe('p:');
    expect(labelsAt(inModel('[h, w]', 'output y = mean(x, ¦)'))).toContain('axis:');
  });

  it('has the values that an argument takes first', () => {
    expect(labelsAt(conv('8, 3, padding: ¦')).slice(0, 2)).toEqual(['same', 'valid']);
    expect(itemAt(conv('8, 3, padding: ¦'), 'valid').labelDescription).toBe('default');
    expect(labelsAt(conv('8, 3, activation: ¦)')).slice(0, 3)).toEqual(['relu', 'softmax', 'sigmoid']);
    expect(labelsAt(conv('8, 3, useBias: ¦)')).slice(0, 2)).toEqual(['false', 'true']);
    expect(labelsAt(conv('8, 3, kernelInitializer: ¦)'))[0]).toBe('heNormal');
    expect(itemAt(conv('8, 3, kernelRegularizer: ¦)'), 'l2').insertText).toBe('l2(${1:l2})');
    expect(labelsAt(inModel('[n, 4]', 'output y = x -> Bidirectional(¦)'))).toContain('LSTM');
    expect(labelsAt(inModel('[n, 4]', 'output y = x -> cast(¦)')).slice(0, 3)).toEqual(['float32', 'int32', 'bool']);
  });

  it('has numbers of the scope for numbers, and tensors for tensors', () => {
    const numbers = labelsAt(`const K = 3\n${inModel('[8, 8, 3]', 'let n = classes * 2\n  output y = x -> Conv2D(¦')}`);
    expect(numbers.filter((label) => !label.endsWith(':')).slice(0, 3)).toEqual(['n', 'classes', 'K']);
    const tensors = labelsAt(inModel('[8, 8, 3]', 'let a = x -> relu\n  output y = concat(x, ¦)'));
    expect(tensors.slice(0, 2)).toEqual(['a', 'x']);
    const call = labelsAt(inModel('[n, 3]', 'output y = x -> LSTM(4)(¦)'));
    expect(call.slice(0, 3)).toEqual(['x', 'initialState:', 'initialState2:']);
  });

  it('knows blocks, their parameters and inputs', () => {
    const block =
      'block B(filters: int, mode: same | valid, act = relu) {\n  input x: [n]\n  input memory: [m]\n  output y = x\n}\n';
    const text = (list: string): string => block + inModel('[n]', `output y = x -> B(${list}`);
    expect(labelsAt(text('¦')).filter((label) => label.endsWith(':'))).toEqual(['filters:', 'mode:', 'act:', 'name:']);
    expect(labelsAt(text('8, mode: ¦')).slice(0, 2)).toEqual(['same', 'valid']);
    expect(labelsAt(text('8, same, act: ¦'))[0]).toBe('relu');
    const inner = itemAt(
      'block C(strides = 2) {\n  input x: [h, w, c]\n  output y = x -> Conv2D(3, 3, ¦)\n}\n',
      'strides:',
    );
    expect(inner).toMatchObject({
      insertText: 'strides:',
      labelDescription: 'the parameter of that name',
    });
    expect(labelsAt(text('8, same)(¦')).slice(0, 2)).toEqual(['x', 'memory:']);
  });
});

describe('completion of names', () => {
  it('has the nearest names first, with what they are', () => {
    expect(firstAt(inModel('[4]', 'let a = x -> Dense(3)\n  let b = a + 1\n  output y = ¦'), 3)).toEqual(['b [3]', 'a [3]', 'x [4]']); // prettier-ignore
    expect(labelsAt(inModel('[4]', 'let a = ¦\n  let b = x'))).not.toContain('b');
  });

  it('has outputs, weights and layers behind a dot', () => {
    const pair = `import { Pair } from "./parts.nn"\n${inModel('[n, 4]', 'let p = x -> Pair\n  output y = p.¦')}`;
    expect(firstAt(pair, 9, parts)).toEqual(['left [n, 4]', 'right [n, 4]']);
    expect(firstAt(inModel('int32[n]', 'layer e = Embedding(9, 4)\n  let h = x -> e\n  output y = h @ transpose(e.¦)'), 9)).toEqual(['embeddings [9, 4]']); // prettier-ignore
    expect(labelsAt(inModel('[n]', 'output y = x.¦'))).toEqual([]);
    // Where what flows there is wrong, by what the block declares.
    expect(
      labelsAt(`import { Pair } from "./parts.nn"\n${inModel('[n, 4]', 'output y = (oops -> Pair).¦')}`, parts),
    ).toEqual(['left', 'right']);
    const held =
      'block Enc {\n  layer inner = Dense(3)\n  weight scale: [3]\n  input x: [n]\n  output y = x -> inner\n}\n';
    expect(labelsAt(held + inModel('[n]', 'layer e = Enc\n  output y = oops + e.¦'))).toEqual(['inner', 'scale']);
  });

  it('has types, sizes and models where these stand', () => {
    expect(labelsAt('model M {\n  input x: ¦\n}\n')).toEqual(['float32', 'int32', 'bool', '[ ]']);
    expect(labelsAt('const K = 3\nmodel M(depth = 2) {\n  input x: [h, w]\n  input z: [w, ¦]\n}\n')).toEqual(['w', 'h', 'depth', 'K']); // prettier-ignore
    expect(labelsAt('block B(n: ¦) {\n}\n').slice(0, 4)).toEqual(['int', 'float', 'bool', 'string']);
    expect(labelsAt(`${inModel('[4]', 'output y = x')}model N {\n  input x: [3]\n  output y = x\n}\ntrain M {\n}\ntrain ¦`)).toEqual(['N']); // prettier-ignore
  });

  it('has initializers for weights, and layers for layers', () => {
    expect(labelsAt(inModel('[4]', 'weight w: [4] = ¦'))[0]).toBe('heNormal');
    expect(labelsAt(inModel('[4]', 'layer d = ¦\n  output y = x')).indexOf('Dense')).toBeLessThan(10);
  });

  it('has the options of a parameter where it is compared', () => {
    const text = (rest: string): string =>
      `block B(mode: same | valid | none, act = relu) {\n  input x: [n]\n  output y = x -> if ${rest}`;
    expect(labelsAt(text('mode == ¦ { relu }\n}')).slice(0, 3)).toEqual(['same', 'valid', 'none']);
    expect(labelsAt(text('act != ¦')).slice(0, 2)).toEqual(['act', 'relu']);
  });

  it('has nothing for names that are being made, in numbers, behind what is whole', () => {
    for (const rest of [
      'let ¦',
      'let ¦ = x',
      'output ¦',
      'layer ¦',
      'let a = 12¦',
      'let a = 1.5¦',
      'let a = x ¦',
      'let a = x -> Dense(3) ¦',
      'output y = x -> repeat 3 as ¦ { relu }',
    ])
      // prettier-ignore
      expect(labelsAt(inModel('[4]', rest)), rest).toEqual([]);
    for (const text of ['block ¦', 'model ¦', 'const ¦']) expect(labelsAt(text), text).toEqual([]);
  });
});

describe('completion of statements', () => {
  const keywords = ['input', 'layer', 'let', 'loss', 'output', 'require', 'weight'];

  it('has the statements of a body, and no others', () => {
    for (const rest of [
      '¦',
      'le¦',
      'output y = x\n  ¦',
      'output y = x -> Dense(3)\n    -> relu\n\n  o¦',
      'let a = x; ¦',
    ])
      expect([...labelsAt(inModel('[4]', rest))].sort(), rest).toEqual(keywords);
    expect(labelsAt('block B {\n  ¦')[0]).toBe('input');
    expect(labelsAt('block B {\n  input x: [3]\n  ¦')[0]).toBe('output');
  });

  it('writes the word alone where the line goes on', () => {
    expect(itemAt(inModel('[4]', 'l¦ a = x'), 'let')).toMatchObject({
      insertText: 'let',
      isSnippet: false,
    });
    expect(itemAt(inModel('[4]', '¦'), 'let')).toMatchObject({
      insertText: 'let ${1:name} = x -> $0',
      isSnippet: true,
    });
  });

  it('has the word that joins two parts', () => {
    expect(labelsAt(inModel('[4]', 'output y = x -> for size ¦'))).toEqual(['in']);
    expect(labelsAt(inModel('[4]', 'output y = x -> for (size, rate) i¦ [(1, 0.1)] { relu }'))).toEqual(['in']);
    expect(labelsAt(inModel('[4]', 'output y = x -> if classes > 3 { relu } ¦'))).toEqual(['else']);
    expect(labelsAt(inModel('[4]', 'output y = x -> repeat 3 ¦'))).toEqual(['as']);
    expect(labelsAt(inModel('[4]', 'output y = x -> repeat 3 { relu } ¦'))).toEqual([]);
  });

  it('begins a declaration where only its first line is missing', () => {
    const text = `${inModel('[4]', 'output y = x')}\n¦\n  input x: [3]\n  output y = x\n}\n`;
    expect(labelsAt(text).slice(0, 2)).toEqual(['model', 'block']);
  });

  it('has no statements in the middle of a pipeline or a call', () => {
    expect(labelsAt(inModel('[4]', 'let a = x\n  ¦\n    -> relu'))).toEqual([]);
    expect(labelsAt(inModel('[4]', 'let a = x\n    -> if classes > 3 {\n      relu\n      ¦\n    }'))).toEqual([]);
  });

  it('has the declarations of a file, and a train for each model that has none', () => {
    expect(labelsAt('¦')).toEqual(['model', 'block', 'const', 'import']);
    expect(labelsAt('¦\nimport { Pair } from "./parts.nn"\n', parts)).toEqual(['import']);
    const model = inModel('[4]', 'output digit = x -> Dense(classes, activation: softmax)');
    expect(labelsAt(`${model}\n¦`)).toEqual(['model', 'block', 'const', 'train', 'model =']);
    expect(labelsAt(`${model}\ntrain M {\n}\n¦`)).not.toContain('train');
    expect(chosenAt(`${model}\n¦`, 'train')).toBe(`${model}
train M {
  target label: int32
  loss: sparseCategoricalCrossentropy(label, digit)
  metrics: [sparseCategoricalAccuracy(label, digit)]
  optimizer: adam(learningRate: 1e-3)
  batchSize: 32
  epochs: 10
}`);
  });
});

describe('completion in train', () => {
  const train = (output: string, body: string): string => `${inModel('[4]', `output y = x -> ${output}`)}train M {\n  ${body}\n}\n`; // prettier-ignore

  it('has the fields that are not given', () => {
    const labels = labelsAt(train('Dense(3)', 'epochs: 3\n  ¦'));
    expect(labels.slice(0, 3)).toEqual(['target', 'loss', 'optimizer']);
    expect(labels).not.toContain('epochs');
    expect(itemAt(train('Dense(3)', 'l¦: x'), 'loss').insertText).toBe('loss');
  });

  it('has the loss and the metric that fit output and target', () => {
    const target = 'target label: int32\n  ';
    expect(labelsAt(train('Dense(3, activation: softmax)', `${target}loss: ¦`))[0]).toBe(
      'sparseCategoricalCrossentropy',
    );
    expect(labelsAt(train('Dense(3) -> softmax', `target label: [3]\n  loss: ¦`))[0]).toBe('categoricalCrossentropy');
    expect(labelsAt(train('Dense(1, activation: sigmoid)', 'target label: [1]\n  loss: ¦'))[0]).toBe(
      'binaryCrossentropy',
    );
    expect(labelsAt(train('Dense(1)', 'target label: [1]\n  loss: ¦'))[0]).toBe('meanSquaredError');
    expect(labelsAt(train('Dense(3) -> softmax', `${target}metrics: [¦]`))[0]).toBe('sparseCategoricalAccuracy');
    expect(chosenAt(train('Dense(3) -> softmax', `${target}loss: ¦`), 'sparseCategoricalCrossentropy')).toContain('loss: sparseCategoricalCrossentropy(label, y)'); // prettier-ignore
    expect(itemAt(train('Dense(3) -> softmax', `${target}¦`), 'loss').insertText).toBe('loss: ${1:sparseCategoricalCrossentropy}(label, y)'); // prettier-ignore
  });

  it('has targets for targets and outputs for outputs', () => {
    expect(labelsAt(train('Dense(3)', 'target label: int32\n  loss: huber(¦'))[0]).toBe('label');
    expect(labelsAt(train('Dense(3)', 'target label: int32\n  loss: huber(label, ¦'))[0]).toBe('y');
  });

  it('has optimizers, schedules, callbacks and layers to freeze', () => {
    expect(itemAt(train('Dense(3)', 'optimizer: ¦'), 'adamW').insertText).toBe('adamW(learningRate: ${1:1e-3})');
    expect(labelsAt(train('Dense(3)', 'optimizer: adam(learningRate: ¦)'))[0]).toBe('cosineDecay');
    expect(labelsAt(train('Dense(3)', 'callbacks: [¦]'))[0]).toBe('earlyStopping');
    const frozen = `model M {\n  input x: [4]\n  layer body = Dense(3)\n  output y = x -> body\n}\ntrain M {\n  freeze: [¦]\n}\n`;
    expect(labelsAt(frozen)).toEqual(['body']);
  });
});

describe('completion of imports', () => {
  it('has files by the path from here, and their names', () => {
    const others = {
      ...parts,
      '/deep/er/c.nn': 'block C {\n  input x: [3]\n  output y = x\n}\n',
      '/node_modules/zoo/d.nn': '',
    };
    expect(labelsAt('import { Down } from "¦"', others)).toEqual(['./parts.nn', './deep/er/c.nn', 'zoo/d.nn']);
    expect(chosenAt('import { Down } from "./pa¦x"', './parts.nn', others)).toBe('import { Down } from "./parts.nn"');
    expect(chosenAt('import { Down } from "./¦', './parts.nn', others)).toBe('import { Down } from "./parts.nn');
    expect(labelsAt('import { Pair, ¦ } from "./parts.nn"', others)).toEqual(['Down', 'CLASSES']);
    expect(labelsAt('import { Pair } ¦')).toEqual(['from']);
  });

  it('writes the file where only the name is chosen', () => {
    expect(chosenAt('import { ¦', 'Down', parts)).toBe('import { Down } from "./parts.nn"');
    expect(chosenAt('import { D¦ }\nmodel M {\n}\n', 'Down', parts)).toBe(
      'import { Down } from "./parts.nn"\nmodel M {\n}\n',
    );
  });
});

describe('completion in comments and strings', () => {
  it('has nothing in what is only text', () => {
    for (const rest of ['// -> ¦', '/// ¦', '/* x -> ¦ */', 'output y = x // ¦', 'require 1 > 0, "x ¦"', '# ¦', '/* ¦'])
      expect(labelsAt(inModel('[n]', rest)), rest).toEqual([]);
    expect(labelsAt(inModel('[n]', '/* x */ ¦'))).toContain('let');
  });

  it('has numbers in the braces of a message', () => {
    expect(labelsAt(inModel('[h, w]', 'require h > w, "{¦} is too large"'))).toEqual(['w', 'h', 'classes']);
    expect(labelsAt(inModel('[h, w]', 'require h > w, "{{¦"'))).toEqual([]);
  });

  it('has the axes of a pattern', () => {
    expect(labelsAt(inModel('[h, w]', 'output y = x -> rearrange("(a b) c -> ¦", a: 2)'))).toEqual(['a', 'b', 'c']);
    expect(labelsAt(inModel('[h, w]', 'output y = einsum("a b, b c -> a ¦", x, x)'))).toEqual(['a', 'b', 'c']);
    expect(labelsAt(inModel('[h, w]', 'output y = x -> Dense(3, name: "¦")'))).toEqual([]);
  });
});

describe('completion and time', () => {
  it('waits for a letter before it shows the names of many files', () => {
    const text = (word: string): string => inModel('[8, 8, 3]', `output y = x -> ${word}¦`);
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`/f${i}.nn`, `block Part${i} {\n  input x: [h, w, c]\n  output y = x\n}\n`])); // prettier-ignore
    const listAt = (marked: string, paths: readonly string[]) => {
      const { project, path, offset } = atCursor(marked, many);
      const { items, isIncomplete } = completions(project, path, offset, {
        paths,
      });
      return {
        own: items.filter(({ label }) => label.startsWith('Part')).length,
        isIncomplete,
      };
    };
    const paths = Object.keys(many);
    expect(listAt(text(''), paths)).toEqual({ own: 0, isIncomplete: true });
    expect(listAt(text('p'), paths)).toEqual({ own: 12, isIncomplete: false });
    expect(listAt(text('Prt1'), paths)).toEqual({
      own: 3,
      isIncomplete: false,
    });
    expect(listAt(text(''), paths.slice(0, 3))).toEqual({
      own: 3,
      isIncomplete: false,
    });
  });

  it('looks into no further files when nobody waits', () => {
    const text = inModel('[8, 8, 3]', 'output y = x -> ¦');
    const labels = itemsAt(text, parts, { isCancelled: () => true }).map(({ label }) => label);
    expect(labels).toContain('Conv2D');
    expect(labels).not.toContain('Down');
  });
});

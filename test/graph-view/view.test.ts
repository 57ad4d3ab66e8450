/** What of a model is in its picture: nodes, groups, edges, what they say and where they come from. */
import { describe, expect, it } from 'vitest';
import type { GraphView, ViewSpan } from '../../compiler/graph-view/index.ts';
import { viewOf, viewsOf } from './views.ts';

const node = (view: GraphView, id: string) => view.nodes.find((one) => one.id === id)!;
const group = (view: GraphView, id: string) => view.groups.find((one) => one.id === id)!;
const edges = (view: GraphView): readonly string[] =>
  view.edges.map(({ from, to, type }) => `${from} -> ${to} ${type}`);
const textAt = (text: string, { start, end }: ViewSpan): string => text.slice(start, end);

const digits = `model Digits(classes = 10) {
  input image: [28, 28, 1]
  output digit = image
    -> Conv2D(32, 3, strides: 2, activation: relu)
    -> Flatten
    -> Dense(classes)
    -> softmax
}`;

describe('a chain of layers', () => {
  const view = viewOf(digits);

  it('has a node for each, in the order of the text, and one for each end', () => {
    expect(view.nodes.map(({ id, kind, family }) => `${id} ${kind} ${family}`)).toEqual([
      'image input other',
      'conv2D layer convolution',
      'flatten layer reshaping',
      'dense layer dense',
      'softmax function activation',
      'output:digit output other',
    ]);
  });

  it('has the shapes on the edges', () => {
    expect(edges(view)).toEqual([
      'image -> conv2D [28, 28, 1]',
      'conv2D -> flatten [13, 13, 32]',
      'flatten -> dense [5408]',
      'dense -> softmax [10]',
      'softmax -> output:digit [10]',
    ]);
  });

  it('says what matters of the arguments, with numbers for names', () => {
    expect(node(view, 'conv2D')).toMatchObject({ label: 'Conv2D', detail: '32, 3×3, strides 2, relu', path: 'conv2D' });
    expect(node(view, 'dense')).toMatchObject({ detail: '10', arguments: [{ name: 'units', value: '10' }] });
    expect(node(view, 'flatten').detail).toBe('');
  });

  it('counts parameters and work', () => {
    expect(node(view, 'conv2D').parameters).toBe(3 * 3 * 32 + 32);
    expect(node(view, 'dense').parameters).toBe(5408 * 10 + 10);
    expect(view.parameters).toBe(320 + 54090);
    // 2 for a product and a sum, 1 for the bias.
    expect(node(view, 'conv2D').flops).toBe(13 * 13 * 32 * (2 * 9 + 1));
    expect(view.weights.map(({ path, shape }) => `${path} ${shape}`)).toEqual([
      'conv2D.kernel [3, 3, 1, 32]',
      'conv2D.bias [32]',
      'dense.kernel [5408, 10]',
      'dense.bias [10]',
    ]);
  });

  it('knows where each stands', () => {
    expect(view.title).toBe('Digits(classes: 10)');
    expect(view.nodes.map(({ source }) => textAt(digits, source))).toEqual([
      'input image: [28, 28, 1]',
      'Conv2D(32, 3, strides: 2, activation: relu)',
      'Flatten',
      'Dense(classes)',
      'softmax',
      'digit',
    ]);
    expect(new Set(view.nodes.map(({ source }) => source.file))).toEqual(new Set(['main.nn']));
  });
});

const blocks = `block Residual(filters: int, rate = 0.1) {
  input x: [h, w, c]
  output y = x -> Conv2D(filters, 3, padding: same) -> relu -> add(x)
}
model Tower {
  input x: [h, w, 8]
  layer stem = Conv2D(8, 1) -> relu
  output y = x -> stem -> repeat 3 { Residual(8) } -> for (f, s) in [(16, 2), (32, 2)] { Conv2D(f, 3, strides: s) }
}`;

describe('groups', () => {
  const view = viewOf(blocks);

  it('are blocks, named pipelines, loops and their rounds', () => {
    expect(view.groups.map(({ id, kind, label, detail }) => [id, kind, label, detail].join(' | '))).toEqual([
      'stem | layers | stem | ',
      'repeat | loop | repeat | Residual',
      'repeat/0 | round | 1 | ',
      'repeat/0/residual | block | Residual | filters 8',
      'repeat/1 | round | 2 | ',
      'repeat/1/residual | block | Residual | filters 8',
      'repeat/2 | round | 3 | ',
      'repeat/2/residual | block | Residual | filters 8',
      'for | loop | for | Conv2D',
    ]);
  });

  it('tell how many rounds there are, and whether one stands for all', () => {
    expect(group(view, 'repeat')).toMatchObject({ rounds: 3, alike: true, parameters: 3 * (9 * 64 + 8) });
    expect(group(view, 'for')).toMatchObject({ rounds: 2, alike: false });
    expect(node(view, 'for/1/conv2D')).toMatchObject({ group: 'for', path: 'conv2D.1' });
  });

  it('have the functions of their text in them, which have no path', () => {
    const inSecond = view.nodes.filter((one) => one.group === 'repeat/1/residual');
    expect(inSecond.map(({ id, label }) => `${id} ${label}`)).toEqual([
      'repeat/1/residual/conv2D Conv2D',
      'repeat/1/residual/relu relu',
      'repeat/1/residual/add +',
    ]);
  });

  it('know where they are used and what they are declared by', () => {
    const { source, declared } = group(view, 'repeat/0/residual');
    expect(textAt(blocks, source)).toBe('Residual(8)');
    expect(textAt(blocks, declared!)).toMatch(/^block Residual[^]*add\(x\)\n}$/);
    expect(textAt(blocks, group(view, 'repeat').source)).toBe('repeat 3 { Residual(8) }');
    expect(group(view, 'repeat').declared).toBeUndefined();
  });

  it('that would hold one thing, or one round, are none', () => {
    const { groups } = viewOf(`model M {
  input x: [4]
  layer one = Dense(4) -> repeat 0 { relu }
  output y = x -> one -> repeat 1 { Dense(8) -> relu }
}`);
    expect(groups).toEqual([]);
  });

  it('are one group for each use of a shared pipeline, on the same weights', () => {
    const view = viewOf(`model M {
  input a: [4]
  input b: [4]
  layer side = Dense(4) -> relu
  output y = side(a) + side(b)
}`);
    expect(view.groups.map(({ id, parameters }) => `${id} ${parameters}`)).toEqual(['side 20', 'side~2 20']);
    expect(view.parameters).toBe(20);
    expect(node(view, 'side/dense').weights).toEqual(node(view, 'side~2/dense').weights);
  });
});

describe('small things', () => {
  it('numbers of the program are part of what reads them', () => {
    const view = viewOf(`model M {
  input x: [n, 4]
  output y = ((1 - x) / 2) ** 2 * n + [1, 2, 3, 4]
}`);
    expect(view.nodes.map(({ label }) => label)).toEqual(['x', '1 −', '÷ 2', '** 2', '× n', '+ [1, 2, 3, 4]', 'y']);
    expect(edges(view)).toHaveLength(6);
  });

  it('an index is shown as it is written, with the dtype on its edge where that is not float32', () => {
    const view = viewOf(`model M {
  input x: int32[n]
  output y = x[1:] + x[:-1]
}`);
    expect(view.nodes.map(({ label }) => label)).toEqual(['x', '[1:]', '[:-1]', '+', 'y']);
    expect(edges(view)[0]).toBe('x -> index int32[n]');
  });

  it('weights are nodes, also those that belong to a layer', () => {
    const view = viewOf(`model M(vocab = 10) {
  input x: int32[n]
  layer embed = Embedding(vocab, 4)
  weight scale: [4] = ones
  output y = (embed(x) * scale) @ transpose(embed.embeddings)
}`);
    expect(view.nodes.filter(({ kind }) => kind === 'weight').map(({ label, detail }) => `${label} ${detail}`)).toEqual(
      ['scale [4]', 'embeddings [10, 4]'],
    );
    expect(view.parameters).toBe(44);
  });

  it('several results keep their order, and one that is read twice by one layer is one edge', () => {
    const view = viewOf(`model M {
  input x: [n, 6]
  let (a, b) = x -> split(2)
  output y = MultiHeadAttention(2, 3)(b, b) + (a -> Dense(3))
}`);
    expect(node(view, 'split').results).toEqual(['[n, 3]', '[n, 3]']);
    expect(view.edges.filter(({ from }) => from === 'split').map(({ to, result }) => `${to} ${result}`)).toEqual([
      'multiHeadAttention 1',
      'dense 0',
    ]);
  });

  it('the steps of TimeDistributed are no nodes', () => {
    const view = viewOf(`block Frame { input x: [8, 8, 1]  output y = x -> Flatten -> Dense(4) }
model M { input film: [t, 8, 8, 1]  output y = film -> TimeDistributed(Frame) -> LSTM(3) }`);
    expect(edges(view)).toEqual([
      'film -> layer/flatten [t, 8, 8, 1]',
      'layer/flatten -> layer/dense [64]',
      'layer/dense -> lstm [t, 4]',
      'lstm -> output:y [3]',
    ]);
    expect(group(view, 'layer').label).toBe('Frame');
  });

  it('auxiliary losses are ends, what only the loss of train needs is left out', () => {
    const view = viewOf(`model M {
  input x: [4]
  let z = x -> Dense(2)
  loss size = sum(z ** 2)
  output y = z -> Dense(4)
}
train M { loss: meanSquaredError(x, y)  optimizer: adam }`);
    expect(view.nodes.map(({ id }) => id)).toEqual(['x', 'dense', 'power', 'sum', 'dense_1', 'output:y', 'loss:size']);
  });

  it('a layer around another has its colour', () => {
    const view = viewOf(`model M { input x: [n, 4]  output y = x -> Bidirectional(LSTM(8)) }`);
    expect(node(view, 'bidirectional')).toMatchObject({ family: 'recurrent', detail: 'LSTM(8)' });
  });

  it('sizes are written as the requirements make them', () => {
    const view = viewOf(
      `model M { input x: [h, w, 3]  output y: [h, w, 4] = x -> MaxPooling2D(2) -> UpSampling2D(2) -> Conv2D(4, 1) }`,
    );
    expect(view.requirements).toEqual(['h % 2 == 0', 'w % 2 == 0']);
    expect(node(view, 'maxPooling2D').results).toEqual(['[h / 2, w / 2, 3]']);
  });
});

describe('members', () => {
  const views = viewsOf(`block Encoder(size: int) { input x: [8]  output y = x -> Dense(size) -> relu }
model M { input x: [8]  layer encoder = Encoder(3)  output y = x -> encoder -> Dense(8) }`);

  it('have pictures of their own, with the weights that they use', () => {
    expect(views.map(({ name }) => name)).toEqual(['M', 'M.encoder']);
    expect(views[1]).toMatchObject({ title: 'M.encoder', parameters: 27 });
    expect(views[1]!.weights.map(({ path }) => path)).toEqual(['encoder.dense.kernel', 'encoder.dense.bias']);
    expect(views[1]!.groups).toEqual([]);
  });
});

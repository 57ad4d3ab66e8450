/** The cursor stands in the text as `¦`. What a hover says is written out where its layout matters. */
import { describe, expect, it } from 'vitest';
import { hover } from '../../compiler/language-service/index.ts';
import { compileTimeWords, dtypeWords, fieldWords, keywordWords, typeWords } from '../../compiler/language-service/hover-words.ts'; // prettier-ignore
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import { KEYWORDS } from '../../grammar/tokens.ts';
import { atCursor } from './marked.ts';

type Files = Readonly<Record<string, string>>;

function said(marked: string, others?: Files): string | undefined {
  const { project, path, offset } = atCursor(marked, others);
  return hover(project, path, offset)?.markdown;
}

/** The lines of the first box. */
function title(marked: string, others?: Files): string | undefined {
  return /^```nn\n([^]*?)\n```/.exec(said(marked, others) ?? '')?.[1];
}

/** A statement in a model with a few inputs. */
const model = (statements: string): string =>
  `model M(classes = 10, width = 4 * 8) {\n  input image: [28, 28, 1]\n  input ids: int32[seq]\n  ${statements}\n}\n`;

describe('hover of a stage', () => {
  it('shows shapes and costs here, and below a line the rule in symbols and the documentation', () => {
    expect(said(model('output y = image -> Con¦v2D(32, 3, padding: same)'))).toBe(
      `\`\`\`nn
(layer) Conv2D: [28, 28, 1] -> [28, 28, 32]
\`\`\`

320 parameters · 477 k FLOPs

---

Convolution over height and width.

\`x: [h, w, c]\` → \`[ceil(h / strides[0]), ceil(w / strides[1]), filters]\` with \`padding: same\`

\`y_ijf = activation(Σ_abc x_(i s + a d, j s + b d, c) k_abcf + b_f)\` with strides \`s\` and dilation \`d\`. [Keras](https://keras.io/api/layers/convolution_layers/convolution2d/)`,
    );
  });

  it('is about the name of the callee', () => {
    const { project, path, offset, spans } = atCursor('model M {\n  input x: [8]\n  output y = x -> ⟦Den¦se⟧(3)\n}\n');
    expect(hover(project, path, offset)?.span).toEqual(spans[0]);
  });

  it('shows all inputs of functions and layers, as calls too', () => {
    expect(title(model('output y = image -> con¦cat(image, axis: 0)'))).toBe('(function) concat: [28, 28, 1], [28, 28, 1] -> [56, 28, 1]'); // prettier-ignore
    expect(title(model('output y = con¦cat(image, image -> relu)'))).toBe('(function) concat: [28, 28, 1], [28, 28, 1] -> [28, 28, 2]'); // prettier-ignore
    expect(said(model('output y = Den¦se(3)(image -> Dense(100))'))).toContain('(layer) Dense: [28, 28, 100] -> [28, 28, 3]\n```\n\n303 parameters · 473 k FLOPs'); // prettier-ignore
    expect(title(model('output y = LST¦M(4, returnState: true)(Embedding(100, 8)(ids)) -> relu'))).toContain('[seq, 8] -> (output: [4], h: [4], c: [4])'); // prettier-ignore
  });

  it('shows the first and the last round of a loop, and what each costs', () => {
    const loop = 'model M(depth = 3) {\n  input x: [64, 1]\n  output y = x -> repeat depth { MaxPooling1D(2) -> Conv¦1D(1, 3, padding: same) }\n}\n'; // prettier-ignore
    expect(title(loop)).toBe('(layer) Conv1D\nround 1: [32, 1] -> [32, 1]\nround 3: [8, 1] -> [8, 1]');
    expect(said(loop)).toContain('\n\n4 parameters · 224 … 56 FLOPs in 3 rounds\n\n');
    const shared = 'model M {\n  input x: [8]\n  layer f = Dense(8)\n  output y = x -> repeat 3 { f¦ -> relu }\n}\n';
    expect(said(shared)).toContain('(layer) f: [8] -> [8]\n```\n\n72 parameters · 136 FLOPs in each of 3 rounds, the same weights'); // prettier-ignore
  });

  it('tells weights that are not trained, and costs as sizes that are open', () => {
    expect(said(model('output y = image -> Batch¦Normalization'))).toContain('4 parameters (2 of them not trained) ·');
    expect(said(model('output y = ids -> Embedding(100, 8) -> LS¦TM(width)'))).toContain('5,248 parameters · `10240 * seq` FLOPs'); // prettier-ignore
    const halved = 'block Half {\n  input x: [h, w, 3]\n  let y: [h / 2, w / 2, 3] = x -> MaxPooling2D(2)\n  output z = y -> Con¦v2D(1, 1)\n}\n'; // prettier-ignore
    expect(said(halved)).toContain('\n\n4 parameters · `7 * h * w / 4` FLOPs\n');
  });

  it('counts in branches too, and no work where the number of axes is open', () => {
    const text = 'block B(f: int) {\n  input x: [...lead, d]\n  let s = if f == d { x } else { x -> Den¦se(f) }\n  output y = s -> relu\n}\n'; // prettier-ignore
    expect(said(text)).toMatch(/^```nn\n\(layer\) Dense: \[\.\.\.lead, d\] -> \[\.\.\.lead, f\]\n```\n\n`f \* d \+ f` parameters\n\n---/); // prettier-ignore
    expect(said(text.replace('¦', '').replace('...lead', '...le¦ad'))).toBe('```nn\n(sizes) ...lead\n```\n\nAny number of axes of the input `x: [...lead, d]`.'); // prettier-ignore
  });

  it('shows what a parameter is where what flows is not known', () => {
    expect(title('block B(Norm: layer = BatchNormalization) {\n  input x: [n]\n  output y = x -> No¦rm\n}\n')).toBe('(parameter) Norm: layer = BatchNormalization'); // prettier-ignore
  });

  it('shows the layers of a pipeline that is a layer', () => {
    const tower = (cursor: string): string => `model M {\n  input x: [8, 8, 3]\n  layer tower = ${cursor} -> Flatten\n  output y = x -> tower\n}\n`; // prettier-ignore
    expect(title(tower('Conv¦2D(4, 3)'))).toBe('(layer) Conv2D: [8, 8, 3] -> [6, 6, 4]');
    expect(title(tower('re¦lu'))).toMatch(/^\(function\) relu/);
  });

  it('shows the signature where nothing flows: made layers, broken text', () => {
    expect(title(model('layer f = Den¦se(3)'))).toBe('(layer) Dense(units, activation: linear, useBias: true, kernelInitializer: glorotUniform, …)(x)'); // prettier-ignore
    expect(title('model M {\n  input x: [8\n  output y = x -> Den¦se(')).toMatch(/^\(layer\) Dense/);
  });

  it('shows operators between tensors', () => {
    expect(title('model M {\n  input x: [4, 8]\n  weight w: [8, 2]\n  output y = x ¦@ w\n}\n')).toBe('(operator) @: [4, 8], [8, 2] -> [4, 2]'); // prettier-ignore
    expect(title('model M {\n  input x: [4, 8]\n  output y = x * (2 ¦* 3)\n}\n')).toBeUndefined();
  });
});

describe('hover of what has a name', () => {
  it('shows kind, type, value and doc', () => {
    expect(title(model('output y = image -> Dense(cla¦sses)'))).toBe('(parameter) classes = 10');
    expect(title(model('output y = image -> Dense(wi¦dth)'))).toBe('(parameter) width = 4 * 8 // 32');
    expect(title(model('let half = width / 2\n  output y = image -> Dense(ha¦lf)'))).toBe('(let) half = 16');
    expect(title(model('let a = image -> relu\n  output y = a¦ -> relu'))).toBe('(let) a: [28, 28, 1]');
    expect(title(model('let (l¦eft, right) = image -> split(2, axis: 0)\n  output y = left + right'))).toBe('(let) left: [14, 28, 1]'); // prettier-ignore
    expect(title(model('output y = ids¦ -> Embedding(3, 4)'))).toBe('(input) ids: int32[seq]');
    expect(title(model('output out¦ = image'))).toBe('(output) out: [28, 28, 1]');
    expect(title('model M {\n  input x: [8]\n  output y = x -> repeat 3 as i { Dense(8 * (i¦ + 1)) }\n}\n')).toBe('(loop) i = 0, 1, 2'); // prettier-ignore
    expect(said('model M {\n  /// Grey.\n  input im¦age: [28]\n  output y = image\n}\n')).toBe('```nn\n(input) image: [28]\n```\n\nGrey.'); // prettier-ignore
  });

  it('shows what a made layer is and the weights that it has', () => {
    const text = (use: string): string => model(`/// Words.\n  layer em¦bed = Embedding(100, 8)\n  output y = ${use}`);
    expect(said(text('embed(ids)'))).toBe('```nn\n(layer) embed = Embedding(100, 8)\n```\n\n800 parameters: `embeddings` `[100, 8]`\n\nWords.'); // prettier-ignore
    expect(said(text('embed(ids)').replace('¦', '').replace('embed(', 'emb¦ed('))).toBe('```nn\n(layer) embed: int32[seq] -> [seq, 8]\n```\n\n800 parameters\n\n---\n\n```nn\n(layer) embed = Embedding(100, 8)\n```\n\nWords.'); // prettier-ignore
    expect(said(model('layer e = Embedding(100, 8)\n  output y = e(ids) @ transpose(e.embed¦dings)'))).toBe('```nn\n(weight) embeddings: [100, 8]\n```\n\n800 numbers, called `e.embeddings` among the weights of the model.'); // prettier-ignore
    expect(said('model M {\n  input x: [8]\n  weight sc¦ale: [8] = ones\n  output y = x * scale\n}\n')).toBe('```nn\n(weight) scale: [8] = ones\n```\n\n8 parameters'); // prettier-ignore
    expect(said(model('output y = image -> ad¦d(image)'))).not.toContain('→');
  });

  it('shows members of blocks, and what they do where they are applied', () => {
    const text = (use: string): string => `block Half {\n  input x: [n]\n  layer inner = Dense(4)\n  output left = x -> inner\n  output right = x\n}\nmodel M {\n  input x: [8]\n  layer half = Half\n  let (a, b) = half(x)\n  ${use}\n}\n`; // prettier-ignore
    expect(title(text('output y = x -> half.in¦ner'))).toBe('(layer) inner: [8] -> [4]');
    expect(title(text('output y = half.in¦ner(x)'))).toBe('(layer) inner: [8] -> [4]');
    expect(title(text('output y = half(x).le¦ft + a'))).toBe('(output) left: [4]');
    expect(title(text('output y = half(x).ri¦ght'))).toBe('(output) right: [8]');
  });

  it('tells where a size comes from and what is required of it', () => {
    const text = 'model M {\n  input x: [h¦, w, 1]\n  let a: [h / 4, w, 1] = x -> MaxPooling2D((4, 1))\n  output y = a\n}\n'; // prettier-ignore
    expect(said(text)).toBe('```nn\n(size) h\n```\n\nA size of the input `x: [h, w, 1]`.\n\nRequires `h % 4 == 0`.');
    expect(said(text.replace('h¦, w', 'h, w¦'))).not.toContain('Requires');
  });

  const others = { '/b.nn': '/// Goes down.\nblock Down(\n  /// How many.\n  filters: int,\n  padding: same | valid = same,\n) {\n  input x: [h, w, c]\n  let a: [h / 2, w / 2, c] = x -> MaxPooling2D(2)\n  output y = a -> Conv2D(filters, 3, padding:)\n}\nconst SIZES = [32, 64]\nconst half(v: int) = floor(v / 2)\n' }; // prettier-ignore
  const importing = (statement: string): string => `import { Down, SIZES, half } from "./b.nn"\nmodel M {\n  input x: [8, 8, 3]\n  ${statement}\n}\n`; // prettier-ignore

  it('shows signature, requirements and doc of a block, and at a use what it does there', () => {
    const signature = '```nn\nblock Down(filters: int, padding: same | valid = same)\n  input x: [h, w, c]\n  output y: [h / 2, w / 2, filters] if padding == same, else [h / 2 - 2, w / 2 - 2, filters]\n```'; // prettier-ignore
    const general = said('import { Dow¦n } from "./b.nn"\n', others);
    expect(general).toContain(signature);
    expect(general).toMatch(
      /\n\nRequires `h % 2 == 0`, `padding != valid \|\| h >= 6`, `w % 2 == 0`, `padding != valid \|\| w >= 6`\.\n\nGoes down\.$/,
    );
    expect(said(importing('output y = x -> Dow¦n(4)'), others)).toBe(`\`\`\`nn\n(block) Down: [8, 8, 3] -> [4, 4, 4]\n\`\`\`\n\n112 parameters · 3.71 k FLOPs\n\n---\n\n${general}`); // prettier-ignore
    expect(title(importing('output y = Do¦wn(4)(x)'), others)).toBe('(block) Down: [8, 8, 3] -> [4, 4, 4]');
    expect(said(importing('output y = x -> Down(fil¦ters: 4)'), others)).toBe('```nn\n(parameter) filters: int\n```\n\nHow many.'); // prettier-ignore
  });

  it('shows constants with their values, and compile-time functions', () => {
    expect(title(importing('output y = x -> for f in SIZ¦ES { Dense(f) }'), others)).toBe('const SIZES = [32, 64]');
    expect(title(importing('output y = x -> Dense(ha¦lf(7))'), others)).toBe('const half(v: int) = floor(v / 2)');
    expect(title('const A = 3 * 4\nconst B = A¦ + 1\n')).toBe('const A = 3 * 4 // 12');
    expect(title('const half(v: int) = flo¦or(v / 2)\n')).toBe('(function) floor');
    expect(title('model M {\n  input x: [8]\n  output y = x -> Dense(flo¦or(7 / 2))\n}\n')).toBe(
      '(function) floor = 3',
    );
    expect(title('model M {\n  input x: [8]\n  output y = flo¦or(x)\n}\n')).toBe('(function) floor: [8] -> [8]');
  });

  it('shows what a model costs, also as an alias and as what is trained', () => {
    const text = 'model Mlp(width = 4) {\n  input x: [8]\n  output y = x -> Dense(width)\n}\nmodel Wide = Mlp(width: 8)\ntrain Mlp {\n  target t: [width]\n  loss: meanSquaredError(t, y)\n  optimizer: adam()\n}\n'; // prettier-ignore
    const small = '```nn\nmodel Mlp(width = 4)\n  input x: [8]\n  output y: [4]\n```\n\n36 parameters · 68 FLOPs';
    expect(said(text.replace('model Mlp', 'model Ml¦p'))).toBe(small);
    expect(said(text.replace('train Mlp', 'train Ml¦p'))).toBe(small);
    expect(said(text.replace('model Wide', 'model Wi¦de'))).toBe('```nn\nmodel Wide = Mlp(width: 8)\n  input x: [8]\n  output y: [8]\n```\n\n72 parameters · 136 FLOPs'); // prettier-ignore
  });
});

describe('hover of arguments and words', () => {
  it('shows default, meaning and type of an argument', () => {
    expect(said(model('output y = image -> Conv2D(8, 3, str¦ides: 2)'))).toBe('```nn\n(argument) strides = 1\n```\n\nSteps between windows.\n\n_Whole number, or a tuple of two, at least 1_'); // prettier-ignore
    expect(title(model('output y = image -> Dense(un¦its: 2)'))).toBe('(argument) units');
    expect(title(model('output y = image -> LSTM(4)(image, mas¦k: ids)'))).toBe('(argument) mask = none');
    expect(said(model('output y = image -> Dense(3, na¦me: "logits")'))).toContain('which its weights get too');
  });

  it('takes the meaning that the place asks for', () => {
    expect(title(model('output y = image -> Conv2D(8, 3, padding: sa¦me)'))).toBe('(option) same');
    expect(title(model('output y = image -> Dense(3, re¦lu)'))).toBe('(activation) relu(x, negativeSlope: 0, maxValue: none, threshold: 0)'); // prettier-ignore
    expect(title(model('output y = image -> Dense(3, kernelInitializer: random¦Normal(stddev: 0.1))'))).toBe('(initializer) randomNormal(mean: 0, stddev: 0.05)'); // prettier-ignore
    expect(title(model('output y = image + random¦Normal(like: image)'))).toMatch(/^\(function\) randomNormal: /);
    expect(title('block B(mode: same | valid) {\n  input x: [8, 8, 1]\n  output y = x -> if mode == sa¦me { relu }\n}\n')).toBe('(option) same'); // prettier-ignore
  });

  const train = (fields: string): string => `model M {\n  input x: [8]\n  output y = x -> Dense(3, activation: softmax)\n}\ntrain M {\n  target label: int32\n  ${fields}\n}\n`; // prettier-ignore

  it('knows losses, metrics, optimizers, callbacks and the fields of train', () => {
    const loss = said(train('loss: sparseCategorical¦Crossentropy(label, y)'));
    expect(loss).toMatch(/^```nn\n\(loss\) sparseCategoricalCrossentropy\(target, output/);
    expect(loss).toContain('class indices');
    expect(title(train('metrics: [sparseCategorical¦Accuracy(label, y)]'))).toMatch(/^\(metric\) /);
    expect(title(train('optimizer: ad¦am()'))).toBe('(optimizer) adam(learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, …)'); // prettier-ignore
    expect(title(train('optimizer: adam(learningRate: cosine¦Decay(0.1, 100))'))).toMatch(/^\(schedule\) cosineDecay\(/); // prettier-ignore
    expect(title(train('callbacks: [early¦Stopping()]'))).toMatch(/^\(callback\) earlyStopping\(/);
    expect(said(train('globalClip¦Norm: 1'))).toBe('```nn\n(field) globalClipNorm\n```\n\nThe longest that all gradients together may be: beyond it all are shortened alike, which keeps their direction.\n\n```nn\nglobalClipNorm: 1\n```'); // prettier-ignore
    expect(title(train('freeze: [den¦se]'))).toBe('(layer) dense = Dense(3, activation: softmax)');
    expect(title(train('loss: meanSquaredError(la¦bel, y)'))).toBe('(target) label: int32');
  });

  it('explains keywords, dtypes and types of parameters with an example', () => {
    expect(said('model M {\n  input x: [8]\n  output y = x -> rep¦eat 3 { relu }\n}\n')).toBe('```nn\n(keyword) repeat\n```\n\nStages one after another, as often as a number says; each round makes weights of its own.\n\n```nn\nx -> repeat 3 as i { Conv2D(8 * 2 ** i, 3) }\n```'); // prettier-ignore
    expect(title('mo¦del M {\n  input x: [8]\n  output y = x\n}\n')).toBe('(keyword) model');
    expect(title('imp¦ort { A } from "./a.nn"\n')).toBe('(keyword) import');
    expect(title('block B(n: in¦t) {\n  input x: int32[8]\n  output y = x\n}\n')).toBe('(type) int');
    expect(title('block B(n: int) {\n  input x: int3¦2[8]\n  output y = x\n}\n')).toBe('(dtype) int32');
    expect(KEYWORDS.filter((word) => !Object.hasOwn(keywordWords, word))).toEqual([]);
  });

  it('gives examples that are right', () => {
    const around = ['', 'model M {\n', 'train M {\n', 'const a = ', 'model M {\n  output y = x -> '];
    const isRight = (text: string): boolean => around.some((before) => parse(new SourceFile('', `${before}${text.replace('…', '')}${before.includes('{') ? '\n}' : ''}`)).problems.length === 0); // prettier-ignore
    const words = [keywordWords, fieldWords, dtypeWords, typeWords, compileTimeWords].flatMap(Object.values);
    expect(words.map(({ example }) => example).filter((example) => !isRight(example))).toEqual([]);
    expect(words.length).toBeGreaterThan(50);
  });

  it('shows the axis and its size inside patterns', () => {
    const text = (stage: string): string => `model M {\n  input x: [h, w, 64]\n  output y = x -> ${stage}\n}\n`;
    expect(title(text('rearrange("h w (hea¦ds d) -> heads (h w) d", heads: 8)'))).toBe('(axis) heads: 8');
    expect(title(text('rearrange("h w (heads d¦) -> heads (h w) d", heads: 8)'))).toBe('(axis) d: 8');
    expect(title(text('rearrange("h w (heads d) -> heads ¦(h w) d", heads: 8)'))).toBe('(axis) (h w): h * w');
    expect(title(text('rearrange("..¦. c -> c ...")'))).toBe('(axes) ...: [h, w]');
    expect(title(text('einsum("i j k¦, k -> i j", x[0, 0])'))).toBe('(axis) k: 64');
    expect(said(text('rearrange("h w (heads d) -> heads (h w) d", hea¦ds: 8)'))).toContain('The size of this axis');
    expect(title(text('rearrange("h w (hea¦ds -> h")'))).toBe('(axis) heads');
  });

  it('says nothing of numbers, strings, comments and what has no meaning', () => {
    for (const place of [
      'Dense(1¦0)',
      'Dense(3, name: "de¦nse")',
      'Dens¦(3)',
      '// rel¦u\n relu',
      'Dense(3)¦   -> relu',
    ])
      expect(said(model(`output y = image -> ${place}`)), place).toBeUndefined();
  });
});

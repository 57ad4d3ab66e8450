/** `lint/*`: what is allowed and most likely not meant. Found in programs that have no errors. */
import { display, type Dim } from '../../shapes/index.ts';
import { defineDiagnostic, type Fix, type TextEdit } from '../diagnostic.ts';

type Edits = readonly TextEdit[] | undefined;

const model = (stages: string, input = '[8, 8, 3]'): string =>
  `model M {\n  input x: ${input}\n  output y = x -> ${stages}\n}\n`;

const fixWith = (title: string, safe: boolean, edits: Edits): readonly Fix[] | undefined =>
  edits && [{ title, safe, edits }];

/** "a `relu`", "an `elu`" */
const article = (name: string): string => `${/^[aeiou]/i.test(name) ? 'an' : 'a'} \`${name}\``;

export const lintDoubleActivation = defineDiagnostic(
  {
    slug: 'lint/double-activation',
    severity: 'warning',
    summary: 'An activation of what has been through an activation already.',
    explanation:
      'A `softmax` turns scores into probabilities. A second one takes the probabilities for scores: they differ by less than 1, ' +
      'so the result is almost the same for every class, and learning nearly stops. The same goes for `sigmoid` of `softmax`. ' +
      'A `relu` of a `relu` does nothing.\n\n' +
      'It happens easily when the last layer has an `activation:` and a stage adds one more. Keep one of the two. ' +
      'The first activation is looked for through what only moves, selects or drops values.',
    example: {
      bad: model('Dense(10, activation: softmax) -> softmax', '[8]'),
      good: model('Dense(10, activation: softmax)', '[8]'),
    },
  },
  {
    second: ({ first, second, isIdle, edits }: { readonly first: string; readonly second: string; readonly isIdle: boolean; readonly edits: Edits }) => ({
      message: isIdle
        ? `This \`${second}\` does nothing: what comes out of ${article(first)} is never negative.`
        : first === second
          ? `This is ${article(second)} of what is ${article(first)} already.${second === 'softmax' ? ' The second takes probabilities for scores, and makes them all nearly the same.' : ''}`
          : `This \`${second}\` is applied to what comes out of ${article(first)}. It takes probabilities for scores, which squeezes them together.`,
      help: 'Keep one of the two.',
      fixes: fixWith(`Remove this \`${second}\``, isIdle, edits),
    }),
  },
); // prettier-ignore

export const lintMutualBroadcast = defineDiagnostic(
  {
    slug: 'lint/mutual-broadcast',
    severity: 'warning',
    summary: 'Both operands stretch, so the result is larger than either.',
    explanation:
      '`[n, 1]` and `[m]` make `[n, m]`: every number of one meets every number of the other. Where a column should meet a row ' +
      'that is right. Where two lists should meet number by number, it is the best-known silent mistake of NumPy: ' +
      '`[n, 1] - [n]` is a square of differences, and its mean is a loss that looks fine and teaches nothing.\n\n' +
      'Give both the same shape with `squeeze` or `expandDims`. If it is meant, say so with ' +
      '`// nn-ignore lint/mutual-broadcast: reason` on the line before.',
    example: {
      bad: 'model M {\n  input a: [5, 1]\n  input b: [5]\n  output y = a - b\n}\n',
      good: 'model M {\n  input a: [5, 1]\n  input b: [5]\n  output y = squeeze(a, -1) - b\n}\n',
    },
  },
  {
    both: ({ operands, result }: { readonly operands: readonly string[]; readonly result: string }) => ({
      message: `${operands.slice(0, -1).join(', ')} and ${operands.at(-1)} stretch each other to ${result}: every number of one meets every number of the other.`,
      help: 'To combine them number by number, give both one shape (`squeeze(x, -1)` drops a last axis of 1). If this is meant, write `// nn-ignore lint/mutual-broadcast: reason` on the line before.',
    }),
  },
); // prettier-ignore

export const lintNoNonlinearity = defineDiagnostic(
  {
    slug: 'lint/no-nonlinearity',
    severity: 'hint',
    summary: 'Linear layers with nothing that bends between them.',
    explanation:
      'A `Dense` or a convolution is a linear map, and a linear map of a linear map is a linear map. Two in a row can do no more ' +
      'than one, however wide they are; the bend of an activation between them is what makes depth worth having. ' +
      'Layers are linear unless `activation:` is given.\n\n' +
      'A pair of such layers gets a hint, since a narrow layer before a wide one can be meant (it saves weights). A model in ' +
      'which nothing bends at all gets a warning: it is linear regression in many layers.',
    example: {
      bad: model('Dense(32) -> Dense(4, activation: softmax)', '[8]'),
      good: model('Dense(32, activation: relu) -> Dense(4, activation: softmax)', '[8]'),
    },
  },
  {
    pair: ({ first, second }: { readonly first: string; readonly second: string }) => ({
      message: `Nothing bends between \`${first}\` and \`${second}\`, so together they can do no more than one linear layer.`,
      help: 'Give the first an activation, for instance `activation: relu`.',
    }),
    rounds: ({ layer }: { readonly layer: string }) => ({
      message: `Nothing bends between one round's \`${layer}\` and the next, so all rounds together can do no more than one linear layer.`,
      help: 'Give it an activation, for instance `activation: relu`.',
    }),
    model: ({ name, count }: { readonly name: string; readonly count: number }) => ({
      severity: 'warning' as const,
      message: `Nothing in \`${name}\` bends: its ${count === 1 ? 'layer, however often it is applied, is' : `${count} layers together are`} no more than one linear layer.`,
      help: 'Layers are linear unless told otherwise. Give the inner ones an activation, for instance `activation: relu`.',
    }),
  },
); // prettier-ignore

export const lintDeadWindow = defineDiagnostic(
  {
    slug: 'lint/dead-window',
    severity: 'warning',
    summary: 'A window steps further than it reaches, so some inputs are never read.',
    explanation:
      'With strides of 3 a window of 2 reads two rows and jumps over the third. What is jumped over has no influence on the ' +
      'result and gets no gradient. Make the window at least as large as its strides. A kernel of 1 with larger strides is a ' +
      'known way to take every second row, and is left alone.',
    example: { bad: model('MaxPooling2D(2, strides: 3)'), good: model('MaxPooling2D(3, strides: 3)') },
  },
  {
    skips: ({ callee, size, stride, window }: { readonly callee: string; readonly size: number; readonly stride: number; readonly window: string }) => ({
      message: `\`${callee}\` looks at ${size} in a row and then moves by ${stride}, so ${size + 1 === stride ? 'one' : String(stride - size)} of every ${stride} ${size + 1 === stride ? 'is' : 'are'} never read.`,
      help: `Make \`strides\` at most ${size}, or \`${window}\` at least ${stride}.`,
    }),
  },
); // prettier-ignore

export const lintSoftmaxAxis = defineDiagnostic(
  {
    slug: 'lint/softmax-axis',
    severity: 'warning',
    summary: 'A softmax or reduction over a single number.',
    explanation:
      'The results of a `softmax` sum to 1 along its axis. Where the axis has size 1, the only result is 1, whatever goes in. ' +
      'In the same way the mean or largest of one number is that number. Most often another axis is meant; axes count from 0 ' +
      'within one example.',
    example: { bad: model('softmax', '[10, 1]'), good: model('softmax(axis: 0)', '[10, 1]') },
  },
  {
    softmax: ({ name, shape }: { readonly name: string; readonly shape: string }) => ({
      message: `The axis of this \`${name}\` has size 1 in ${shape}, so every result is ${name === 'logSoftmax' ? '0' : '1'}, whatever goes in.`,
      help: 'Name the axis that holds the choices with `axis:`. For a yes or no, use `sigmoid`.',
    }),
    reduction: ({ name, shape, axis }: { readonly name: string; readonly shape: string; readonly axis: number }) => ({
      message: `Axis ${axis} of ${shape} has size 1, so \`${name}\` has only one number to work on.`,
      help: 'Axes count from 0 within one example, without the batch. To drop an axis of size 1, use `squeeze`.',
    }),
  },
); // prettier-ignore

export const lintBatchHabit = defineDiagnostic(
  {
    slug: 'lint/batch-habit',
    severity: 'hint',
    summary: 'A batch axis is written where there is none.',
    explanation:
      'A model is written for one example: no shape, axis or index mentions the batch. What TensorFlow and PyTorch write as ' +
      '`reshape(x, [-1, 784])` is `reshape(x, 784)` here. With a leading `-1` the first axis becomes whatever is left ' +
      'of the example, often 1, which then travels to the end of the model.\n\n' +
      'Where the first of several sizes is meant to be worked out, write what it is, or silence this with ' +
      '`// nn-ignore lint/batch-habit: reason`.',
    example: { bad: model('reshape(-1, 192)'), good: model('reshape(192)') },
  },
  {
    open: ({ becomes, edits }: { readonly becomes: Dim; readonly edits: Edits }) => ({
      message: `This \`-1\` is no batch axis. Shapes are those of one example, so it becomes ${display(becomes)}.`,
      help: edits ? 'Leave it out.' : `If that is meant, write what it is: ${display(becomes)}.`,
      fixes: fixWith('Leave out the `-1`', false, edits),
    }),
    size: ({ batchSize }: { readonly batchSize: number }) => ({
      message: `${batchSize} is the \`batchSize\` of this model's \`train\`, but shapes are those of one example.`,
      help: 'If this is the batch, leave it out. If it is a size that happens to be the same, all is well.',
    }),
  },
); // prettier-ignore

export const lintPreferFunction = defineDiagnostic(
  {
    slug: 'lint/prefer-function',
    severity: 'hint',
    summary: 'A layer without weights where a function does.',
    explanation:
      'A capital letter makes something with a name and weights of its own. `Add`, `Concatenate`, `Activation(relu)`, ' +
      '`Reshape((7, 7))` and `Permute((1, 0))` have none: the functions `add`, `concat`, `relu`, `reshape(7, 7)` and ' +
      '`transpose(1, 0)` do the same in fewer words. The layers are there for `layer` parameters and for pipelines of layers.',
    example: { bad: model('Activation(relu)'), good: model('relu') },
  },
  {
    layer: ({ layer, preferred, edits }: { readonly layer: string; readonly preferred: string; readonly edits: Edits }) => ({
      message: `\`${layer}\` makes a layer that has no weights. The function ${edits ? `\`${edits[0]!.newText}\`` : `\`${preferred}\``} does the same.`,
      fixes: edits && fixWith(`Write \`${edits[0]!.newText}\``, true, edits),
      help: edits ? undefined : `Use \`${preferred}\`.`,
    }),
  },
); // prettier-ignore

export const lintNoEffect = defineDiagnostic(
  {
    slug: 'lint/no-effect',
    severity: 'hint',
    summary: 'A stage that gives back what it is given.',
    explanation:
      'A reshape to the shape that is there already, a transpose that leaves every axis in its place, a `Dropout(0)`, a ' +
      '`concat` of one tensor: the model is the same without them. Sometimes one is left over; sometimes it shows that ' +
      'another shape or axis was meant. A rate that is a parameter of the block is left alone.',
    example: {
      bad: model('reshape(8, 8, 3) -> Flatten'),
      good: model('Flatten'),
    },
  },
  {
    idle: ({ callee, why, edits, isRandom }: { readonly callee: string; readonly why: string; readonly edits: Edits; readonly isRandom: boolean }) => ({
      message: `This \`${callee}\` changes nothing: ${why}.`,
      help: 'Remove it, unless something else was meant.',
      // Without a dropout the ones after it draw other random numbers.
      fixes: fixWith(`Remove this \`${callee}\``, !isRandom, edits),
    }),
  },
); // prettier-ignore

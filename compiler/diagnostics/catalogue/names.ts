/** `name/*`: names that are not there, there twice, or written against the case rule. */
import type { Span } from '../../../grammar/source.ts';
import { defineDiagnostic, type Fix } from '../diagnostic.ts';
import { didYouMean, fold } from '../suggest.ts';

/** The nearest names; safe where only case and underscores differ. */
const renameTo = (near: readonly string[], span: Span | undefined, written = ''): readonly Fix[] =>
  span === undefined ? [] : near.slice(0, 2).map((name) => ({ title: `Replace with \`${name}\``, safe: near.length === 1 && fold(name) === fold(written), edits: [{ span, newText: name }] })); // prettier-ignore

const body = (head: string): string => `model M {\n  input x: [4]\n  output y = x -> ${head}\n}\n`;

interface Unknown {
  readonly name: string;
  readonly near: readonly string[];
  readonly span?: Span;
  /** Of another library: the name with what becomes of its arguments. */
  readonly respelled?: Fix | undefined;
}

export const nameUnknown = defineDiagnostic(
  {
    slug: 'name/unknown',
    severity: 'error',
    summary: 'A name that nothing declares.',
    explanation:
      'The name is not a parameter, a size, an earlier statement of this body, nor a declaration or import of the file. ' +
      'Size names are introduced by the `input` statements; everything else must be declared before it is used.',
    example: { bad: 'model M {\n  input x: [4]\n  output y = z -> Dense(3)\n}\n', good: body('Dense(3)') },
  },
  {
    value: ({ name, near, span, inTrain }: Unknown & { readonly inTrain?: boolean }) => ({
      message: `There is no \`${name}\` here.`,
      help: didYouMean(near) ?? (inTrain ? 'A `train` sees its targets, declared as in `target label: int32`, and what the body of its model has named.' : 'A body sees its parameters, the size names of its inputs, its earlier statements, and what the file declares or imports.'), // prettier-ignore
      fixes: renameTo(near, span),
    }),
    nothing: ({ name }: { readonly name: string }) => ({
      message: `There is no \`${name}\`: every argument has a value.`,
      help: 'Leave the argument out, and it has its default.',
    }),
    module: ({
      written,
      meant,
      fixes,
    }: {
      readonly written: string;
      readonly meant: string | undefined;
      readonly fixes: readonly Fix[];
    }) => ({
      message: `There are no modules to reach into, as in \`${written}\`.`,
      help:
        meant === undefined
          ? 'Layers and functions stand by their names alone, `Dense(8)`; `nn explain --list` lists them.'
          : `Layers and functions stand by their names alone: \`${meant}\`.`,
      fixes,
    }),
    later: ({ name }: { readonly name: string }) => ({
      message: `\`${name}\` is used before it is declared.`,
      help: 'Statements run from top to bottom: move the declaration above this line.',
    }),
    size: ({ name, near, span }: Unknown) => ({
      message: `There is no size called \`${name}\` here.`,
      help: didYouMean(near) ?? `Only an \`input\` introduces size names. Declare it there, or write a number or \`_\` for "whatever it is".`, // prettier-ignore
      fixes: renameTo(near, span),
    }),
    type: ({ name, near, span }: Unknown) => ({
      message: `\`${name}\` is not a type.`,
      help: didYouMean(near) ?? 'Tensors are float32, int32 or bool; parameters are int, float, bool, string, activation, initializer, regularizer, constraint or layer.', // prettier-ignore
      fixes: renameTo(near, span),
    }),
    model: ({ name, near, span }: Unknown) => ({
      message: `There is no model called \`${name}\` in this file.`,
      help: didYouMean(near) ?? 'A `train` block names a model of its own file.',
      fixes: renameTo(near, span),
    }),
    optimizerField: ({ name }: { readonly name: string }) => ({
      message: `\`${name}\` belongs to the optimizer.`,
      help: 'Write it there: `optimizer: adam(learningRate: 1e-3)`.',
    }),
    namelessTarget: ({ type }: { readonly type: string }) => ({
      message: 'This `target` has no name.',
      help: `Give it one, which the loss can use: \`target label: ${type}\`.`,
    }),
    targetField: ({ name, type, span }: Pick<Unknown, 'name' | 'span'> & { readonly type: string }) => ({
      message: `\`train\` has no field called \`${name}\`.`,
      help: `What an example's answer looks like is a target: \`target ${name}: ${type}\`.`,
      fixes: span
        ? [
            {
              title: 'Make it a target',
              safe: false,
              edits: [{ span: { start: span.start, end: span.start }, newText: 'target ' }],
            },
          ]
        : [],
    }),
    field: ({ name, near, span }: Unknown) => ({
      message: `\`train\` has no field called \`${name}\`.`,
      help: didYouMean(near) ?? 'Its fields are loss, metrics, optimizer, batchSize, epochs, validationSplit, shuffle, clipNorm, clipValue, globalClipNorm, freeze and callbacks.', // prettier-ignore
      fixes: renameTo(near, span, name),
    }),
  },
);

export const nameUnknownLayer = defineDiagnostic(
  {
    slug: 'name/unknown-layer',
    severity: 'error',
    summary: 'A capitalised name that is no layer, block or model.',
    explanation:
      "A capital letter makes something: a layer of Keras's by its Keras 3 name (`Conv2D`, not `Conv2d`), or a block or " +
      'model of this file or of an import.',
    example: { bad: body('Dens(3)'), good: body('Dense(3)') },
  },
  {
    unknown: ({ name, near, span, respelled, instead }: Unknown & { readonly instead?: string | undefined }) => ({
      message: `There is no layer, block or model called \`${name}\`.`,
      help:
        instead ??
        didYouMean(near) ??
        'Layers have their Keras 3 names; blocks and models of other files must be imported.',
      fixes: instead !== undefined ? [] : respelled ? [respelled] : renameTo(near, span, name),
    }),
    leftOut: ({
      name,
      reason,
      instead,
      advice,
    }: {
      readonly name: string;
      readonly reason: string;
      readonly instead?: string | undefined;
      readonly advice?: string | undefined;
    }) => ({
      message: `Keras’s \`${name}\` is left out here. ${reason}`,
      help: advice ?? (instead === undefined ? undefined : `Instead: ${instead}.`),
    }),
  },
);

export const nameUnknownFunction = defineDiagnostic(
  {
    slug: 'name/unknown-function',
    severity: 'error',
    summary: 'A lower-case name that is no function.',
    explanation: 'A lower-case name in a call or a stage is a built-in function, a layer that has been made with `layer`, or a parameter.', // prettier-ignore
    example: { bad: body('rellu'), good: body('relu') },
  },
  {
    unknown: ({ name, near, span, respelled, instead }: Unknown & { readonly instead?: string | undefined }) => ({
      message: `There is no function called \`${name}\`.`,
      help: instead ?? didYouMean(near) ?? '`nn explain --list` lists all functions.',
      fixes: instead !== undefined ? [] : respelled ? [respelled] : renameTo(near, span, name),
    }),
    loss: ({ name, near, span, respelled }: Unknown) => ({
      message: `There is no loss or function called \`${name}\`.`,
      help: didYouMean(near) ?? 'Losses have their Keras names, e.g. `meanSquaredError`.',
      fixes: respelled ? [respelled] : renameTo(near, span, name),
    }),
    accuracy: ({
      span,
      name,
      pair = '',
    }: {
      readonly span: Span;
      readonly name?: string | undefined;
      readonly pair?: string | undefined;
    }) => ({
      message: 'There is no metric called `accuracy`: which one is meant depends on how the answers are written.',
      help:
        name === undefined
          ? 'Class indices: `sparseCategoricalAccuracy(target, output)`. One-hot vectors: `categoricalAccuracy(target, output)`. Yes or no: `binaryAccuracy(target, output)`.'
          : `With this loss it is \`${name}${pair === '' ? '(target, output)' : pair}\`.`,
      fixes: (name === undefined ? ['sparseCategoricalAccuracy', 'categoricalAccuracy', 'binaryAccuracy'] : [name]).map(
        (one) => ({
          title: `Replace with \`${one}\``,
          safe: false,
          edits: [{ span, newText: `${one}${pair}` }],
        }),
      ),
    }),
  },
);

export const nameUnknownMember = defineDiagnostic(
  {
    slug: 'name/unknown-member',
    severity: 'error',
    summary: 'A member that is not there.',
    explanation: 'Members are the outputs of a block applied (`(x -> Pair).left`) and the weights of a made layer (`embed.embeddings`).', // prettier-ignore
    example: {
      bad: 'model M {\n  input x: [4]\n  layer f = Dense(3)\n  output y = f(x) @ transpose(f.weights)\n}\n',
      good: 'model M {\n  input x: [4, 4]\n  layer f = Dense(3)\n  output y = f(x) @ transpose(f.kernel)\n}\n',
    },
  },
  {
    unknown: ({
      name,
      of,
      members,
      near,
      span,
    }: Unknown & { readonly of: string; readonly members: readonly string[] }) => ({
      message: `${of} has no \`${name}\`.`,
      help: didYouMean(near) ?? (members.length > 0 ? `It has ${members.map((m) => `\`${m}\``).join(', ')}.` : 'It has no members.'), // prettier-ignore
      fixes: renameTo(near, span),
    }),
    method: ({ name, of, meant }: { readonly name: string; readonly of: string; readonly meant: string }) => ({
      message: `Tensors have no methods, so there is no \`${of}.${name}\`.`,
      help: /^[A-Z]/.test(meant)
        ? `Let it flow: \`${of} -> ${meant}\`.`
        : `Write \`${meant}(${of})\`, or let it flow: \`${of} -> ${meant}\`.`,
    }),
    ofModel: ({ name, of, span }: { readonly name: string; readonly of: string; readonly span: Span }) => ({
      message: `The model \`${of}\` has no members, so there is no \`${of}.${name}\`.`,
      help: `What its body has named stands by its name alone: \`${name}\`.`,
      fixes: [{ title: `Write \`${name}\``, safe: false, edits: [{ span, newText: name }] }],
    }),
    shape: ({ name, of }: { readonly name: string; readonly of: string }) => ({
      message: `Tensors have no members, so there is no \`${of}.${name}\`.`,
      help: 'Sizes get their names where an input is declared, `input x: [h, w, 3]`, and are numbers from there on: `Dense(h * w)`.',
    }),
    ofTensor: ({ name, of }: { readonly name: string; readonly of: string }) => ({
      message: `Tensors have no members, so there is no \`${of}.${name}\`.`,
      help: 'Functions take them, `relu(x)`, and they flow into layers, `x -> Dense(8)`.',
    }),
    unbuilt: ({ name, of }: { readonly name: string; readonly of: string }) => ({
      message: `\`${of}\` has no \`${name}\` yet: a layer's weights get their shapes when it is first applied.`,
      help: `Apply \`${of}\` to a tensor in a statement before this one.`,
    }),
  },
);

export const nameDuplicate = defineDiagnostic(
  {
    slug: 'name/duplicate',
    severity: 'error',
    summary: 'The same name declared twice in one scope.',
    explanation: 'Within a body, and within a file, a name means one thing. Rename one of the two.',
    example: {
      bad: 'model M {\n  input x: [4]\n  let a = relu(x)\n  let a = tanh(x)\n  output y = a\n}\n',
      good: 'model M {\n  input x: [4]\n  let a = relu(x)\n  let b = tanh(x)\n  output y = a + b\n}\n',
    },
  },
  {
    twice: ({ name }: { readonly name: string }) => ({
      message: `\`${name}\` is declared twice.`,
      help: 'Give one of them another name.',
    }),
    train: ({ name }: { readonly name: string }) => ({
      message: `\`${name}\` has two \`train\` blocks; a model has at most one.`,
      help: 'Merge them, or train an alias: `model Other = …`.',
    }),
    layer: ({ name }: { readonly name: string }) => ({
      message: `Two layers of this body are called \`${name}\`, so their weights could not be told apart.`,
      help: 'Give one of them another `name:`, or share one set of weights with a `layer` statement.',
    }),
    field: ({ name }: { readonly name: string }) => ({
      message: `\`${name}\` is given twice in this \`train\`.`,
      help: 'Keep one of them.',
    }),
  },
);

export const nameRecursive = defineDiagnostic(
  {
    slug: 'name/recursive',
    severity: 'error',
    summary: 'A declaration that needs itself.',
    explanation: 'Blocks, models and constants are unrolled by the compiler, so none may lead back to itself. Use `repeat` for depth.', // prettier-ignore
    example: {
      bad: 'block A {\n  input x: [4]\n  output y = x -> A\n}\n',
      good: 'block A {\n  input x: [4]\n  output y = x -> repeat 2 { Dense(4, activation: relu) }\n}\n',
    },
  },
  {
    cycle: ({ path }: { readonly path: readonly string[] }) => ({
      message: `\`${path[0]}\` needs itself: ${path.join(' → ')}.`,
      help: 'The compiler unrolls everything, so nothing may lead back to itself. For depth, say how often: `repeat n { … }`.',
    }),
  },
);

export const nameImport = defineDiagnostic(
  {
    slug: 'name/import',
    severity: 'error',
    summary: 'An import that leads nowhere.',
    explanation:
      'A relative path (`"./blocks.nn"`) is looked for beside the importing file, any other in `node_modules`. Everything ' +
      'at file scope can be imported except names that start with `_`; files may not import each other in a circle.',
    example: { bad: 'import { A } from "./missing.nn"\n', good: '' },
  },
  {
    file: ({ path, looked }: { readonly path: string; readonly looked: string }) => ({
      message: `There is no file for ${JSON.stringify(path)}.`,
      help: `Looked for ${looked}. A file beside this one is written "./name.nn".`,
    }),
    extension: ({ path }: { readonly path: string }) => ({
      message: `${JSON.stringify(path)} is not the name of a \`.nn\` file, and nothing else can be imported.`,
      help: `Write the name whole: ${JSON.stringify(`${path.replace(/\/+$/, '')}.nn`)}.`,
    }),
    unreadable: ({ path, reason }: { readonly path: string; readonly reason: string }) => ({
      message: `${JSON.stringify(path)} cannot be read: ${reason}.`,
    }),
    name: ({ name, path, near, span }: Unknown & { readonly path: string }) => ({
      message: `${JSON.stringify(path)} declares no \`${name}\`.`,
      help: didYouMean(near) ?? 'Blocks, models and constants can be imported.',
      fixes: renameTo(near, span),
    }),
    private: ({ name }: { readonly name: string }) => ({
      message: `\`${name}\` starts with an underscore, so it belongs to its file and cannot be imported.`,
      help: 'Rename it there if others are to use it.',
    }),
    cycle: ({ path }: { readonly path: string }) => ({
      message: `Importing ${JSON.stringify(path)} leads back to this file.`,
      help: 'Move what both need into a third file.',
    }),
  },
);

export const nameCase = defineDiagnostic(
  {
    slug: 'name/case',
    severity: 'error',
    summary: 'A capital where a small letter belongs, or the other way round.',
    explanation:
      'Blocks, models and `layer` parameters start with a capital: a capital makes something. Tensors, made layers and other ' +
      'parameters start with a small letter. Constants and size names are free.',
    example: {
      bad: 'model M {\n  input X: [4]\n  output y = X -> Dense(3)\n}\n',
      good: body('Dense(3)'),
    },
  },
  {
    upper: ({ name, what, span }: { readonly name: string; readonly what: string; readonly span: Span }) => ({
      message: `${what} starts with a capital letter, \`${name}\` does not.`,
      help: `Call it \`${capitalised(name)}\`.`,
      fixes: [
        { title: `Rename to \`${capitalised(name)}\``, safe: false, edits: [{ span, newText: capitalised(name) }] },
      ],
    }),
    lower: ({ name, what, span }: { readonly name: string; readonly what: string; readonly span: Span }) => ({
      message: `${what} starts with a small letter, \`${name}\` does not.`,
      help: `Call it \`${lowered(name)}\`: a capital letter would make a new layer.`,
      fixes: [{ title: `Rename to \`${lowered(name)}\``, safe: false, edits: [{ span, newText: lowered(name) }] }],
    }),
    layerCase: ({ name, right, span }: { readonly name: string; readonly right: string; readonly span: Span }) => ({
      message: `\`${name}\` is a layer, so it is made by its capitalised name.`,
      help: `Write \`${right}\`.`,
      fixes: [{ title: `Replace with \`${right}\``, safe: true, edits: [{ span, newText: right }] }],
    }),
  },
);

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const lowered = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

export const nameUnused = defineDiagnostic(
  {
    slug: 'name/unused',
    severity: 'hint',
    summary: 'A name that nothing uses.',
    explanation: 'A `let`, parameter, constant or import that nothing reads. Remove it, or use it. Size names are never reported.', // prettier-ignore
    example: {
      bad: 'model M {\n  input x: [4]\n  let a = relu(x)\n  output y = x -> Dense(3)\n}\n',
      good: body('Dense(3)'),
    },
  },
  {
    unused: ({ name, what }: { readonly name: string; readonly what: string }) => ({
      message: `${what} \`${name}\` is never used.`,
      help: 'Remove it, or use it.',
    }),
  },
);

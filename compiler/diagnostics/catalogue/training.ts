/** `train/*`: losses, metrics and targets that do not fit the outputs. */
import type { Span } from '../../../grammar/source.ts';
import { defineDiagnostic, type Fix } from '../diagnostic.ts';

const program = (output: string, target: string, loss: string): string =>
  `model M {\n  input x: [4]\n  output y = x -> Dense(8, activation: relu) -> ${output}\n}\n\ntrain M {\n  target t: ${target}\n  loss: ${loss}\n  optimizer: adam\n}\n`;

interface Misfit {
  readonly callee: string;
  readonly target: string;
  readonly output: string;
  readonly help: string;
  readonly fixes?: readonly Fix[] | undefined;
}

export const trainTarget = defineDiagnostic(
  {
    slug: 'train/target',
    severity: 'error',
    summary: 'A loss or metric whose target and output do not fit.',
    explanation:
      'Elementwise losses and `categoricalCrossentropy` want a target of the shape of the output; a loss never broadcasts. ' +
      '`sparseCategoricalCrossentropy` wants int32 class indices: the shape of the output without its last axis.',
    example: {
      bad: program('Dense(3, activation: softmax)', '[2]', 'categoricalCrossentropy(t, y)'),
      good: program('Dense(3, activation: softmax)', '[3]', 'categoricalCrossentropy(t, y)'),
    },
  },
  {
    same: ({ callee, target, output, help, fixes }: Misfit) => ({
      message: `\`${callee}\` compares number with number, so target and output need one shape.\n    target  ${target}\n    output  ${output}`,
      help,
      fixes,
    }),
    oneHot: ({ callee, target, output, help, fixes }: Misfit) => ({
      message: `\`${callee}\` wants one-hot targets: the shape of the output.\n    target  ${target}\n    output  ${output}`,
      help,
      fixes,
    }),
    classIndex: ({ callee, target, output, wanted, help, fixes }: Misfit & { readonly wanted: string }) => ({
      message: `\`${callee}\` wants class indices: ${wanted}, the shape of the output without its class axis.\n    target  ${target}\n    output  ${output}`,
      help,
      fixes,
    }),
    swapped: ({ callee, spans: [first, second], texts: [output, target] }: { readonly callee: string; readonly spans: readonly [Span, Span]; readonly texts: readonly [string, string] }) => ({
      message: `\`${callee}\` takes the target first, then the output; here they stand the other way round.`,
      help: `Write \`${callee}(${target}, ${output})\`.`,
      fixes: [{ title: 'Swap the two', safe: false, edits: [{ span: first, newText: target }, { span: second, newText: output }] }],
    }),
    label: ({ callee, target, output }: { readonly callee: string; readonly target: string; readonly output: string }) => ({
      message: `\`${callee}\` wants one \`int32\` label and one vector per example.\n    target  ${target}\n    output  ${output}`,
      help: 'Declare `target label: int32`, and end the model with `Flatten`, `Dense(…)` and `UnitNormalization`.',
    }),
    sequence: ({ callee, target, output }: { readonly callee: string; readonly target: string; readonly output: string }) => ({
      message: `\`${callee}\` wants a row of \`int32\` labels, and scores of every class at every time.\n    target  ${target}, wanted int32[labels]\n    output  ${output}, wanted float32[time, classes]`,
      help: 'Fill shorter targets up with 0, which is the blank; labels count from 1.',
    }),
    width: ({ callee, output }: { readonly callee: string; readonly output: string }) => ({
      message: `\`${callee}\` chooses between classes, but the output ${output} has only one: its softmax is always 1.`,
      help: 'For yes or no use `Dense(1, activation: sigmoid)` with `binaryCrossentropy`; for two classes `Dense(2, activation: softmax)`.',
    }),
    scalar: ({ callee }: { readonly callee: string }) => ({
      message: `\`${callee}\` needs an output with a class axis, but this one is a single number.`,
      help: 'End the model with `Dense(classes, activation: softmax)`.',
    }),
  },
); // prettier-ignore

export const trainActivation = defineDiagnostic(
  {
    slug: 'train/activation',
    severity: 'error',
    summary: 'A loss that does not fit the activation of the output.',
    explanation:
      '`binaryCrossentropy` wants `sigmoid`, the categorical losses want `softmax`; `fromLogits: true` says that the output ' +
      'has no activation. The loss is computed from the logits underneath, so nothing is lost by writing the activation.',
    example: {
      bad: program('Dense(3, activation: sigmoid)', '[3]', 'categoricalCrossentropy(t, y)'),
      good: program('Dense(3, activation: softmax)', '[3]', 'categoricalCrossentropy(t, y)'),
    },
  },
  {
    wrong: ({ callee, wanted, got, warning, fixes }: { readonly callee: string; readonly wanted: string; readonly got: string; readonly warning: boolean; readonly fixes: readonly Fix[] }) => ({
      fixes,
      message: `\`${callee}\` wants probabilities from \`${wanted}\`, but the output ${got === 'none' ? 'has no activation' : `comes from \`${got}\``}.`,
      help: got === 'sigmoid' && wanted === 'softmax' ? 'Use `softmax` there if exactly one class is right. If several can be right at once, keep `sigmoid` and use `binaryCrossentropy`.' : got === 'none' ? `End the output with \`${wanted}\`, or say \`fromLogits: true\`.` : got === 'softmax' ? 'If exactly one class is right, use `categoricalCrossentropy` or `sparseCategoricalCrossentropy`; if several can be, use `sigmoid`.' : `Use \`${wanted}\` there: it is what turns numbers into probabilities${wanted === 'softmax' ? ' that sum to 1' : ''}.`,
      ...(warning ? { severity: 'warning' as const } : {}),
    }),
    logits: ({ callee, got, fixes }: { readonly callee: string; readonly got: string; readonly fixes: readonly Fix[] }) => ({
      fixes,
      message: `\`fromLogits: true\` tells \`${callee}\` that the output has no activation, but it has \`${got}\`.`,
      help: `Remove \`fromLogits: true\` (the loss is computed from the logits anyway), or remove the \`${got}\`.`,
    }),
    scores: ({ callee, got }: { readonly callee: string; readonly got: string }) => ({
      message: `\`${callee}\` wants scores without an activation, or \`softmax\`, but the output comes from \`${got}\`.`,
      help: `Remove the \`${got}\`.`,
    }),
    softmaxOfOne: ({ output }: { readonly output: string }) => ({
      message: `A softmax over one class is always 1, so the output ${output} says nothing.`,
      help: 'Use `Dense(1, activation: sigmoid)`.',
    }),
  },
); // prettier-ignore

export const trainUnusedTarget = defineDiagnostic(
  {
    slug: 'train/unused-target',
    severity: 'warning',
    summary: 'A target that neither loss nor metrics use.',
    explanation: 'Every batch would have to carry it for nothing.',
    example: {
      bad: `${program('Dense(3)', '[3]', 'mean(square(y))')}`,
      good: program('Dense(3)', '[3]', 'meanSquaredError(t, y)'),
    },
  },
  {
    unused: ({ name }: { readonly name: string }) => ({
      message: `Neither the loss nor a metric uses the target \`${name}\`.`,
      help: 'Use it, or remove it.',
    }),
  },
);

/** `require/*` and `model/*`: what a body as a whole must have. */
import { defineDiagnostic } from '../diagnostic.ts';

export const requireFailed = defineDiagnostic(
  {
    slug: 'require/failed',
    severity: 'error',
    summary: 'A `require` that does not hold.',
    explanation: 'A block may state what it needs. The use that breaks it is to blame; the condition stands in the block.',
    example: {
      bad: 'model M(dim = 10, heads = 3) {\n  input x: [dim]\n  require dim % heads == 0, "{heads} heads do not divide {dim}"\n  output y = relu(x)\n}\n',
      good: 'model M(dim = 9, heads = 3) {\n  input x: [dim]\n  require dim % heads == 0, "{heads} heads do not divide {dim}"\n  output y = relu(x)\n}\n',
    },
  },
  {
    failed: ({ text, message }: { readonly text: string; readonly message?: string | undefined }) => ({
      message: message ?? `This needs \`${text}\`, which does not hold.`,
      help: message === undefined ? undefined : `It requires \`${text}\`.`,
    }),
    inferred: ({ block, text, here }: { readonly block: string; readonly text: string; readonly here: readonly string[] }) => ({
      message: `\`${block}\` needs \`${text}\`, but here ${here.join(' and ')}.`,
      help: 'It must hold at every use, also where a size of 1 could be stretched.',
    }),
  },
); // prettier-ignore

export const modelNoOutput = defineDiagnostic(
  {
    slug: 'model/no-output',
    severity: 'error',
    summary: 'A model or block without an output.',
    explanation: 'What a body computes is what its `output` statements name. Without one nothing would be computed.',
    example: { bad: 'model M {\n  input x: [4]\n}\n', good: 'model M {\n  input x: [4]\n  output y = relu(x)\n}\n' },
  },
  {
    none: ({ what, name }: { readonly what: string; readonly name: string }) => ({
      message: `The ${what} \`${name}\` has no output, so it computes nothing.`,
      help: 'Name its result: `output y = …`.',
    }),
  },
);

export const modelNoInput = defineDiagnostic(
  {
    slug: 'model/no-input',
    severity: 'error',
    summary: 'A model without an input.',
    explanation:
      'A model is computed for each example that its caller gives. Without an input there are none; a block may do without, for it is used inside a model.',
    example: {
      bad: 'model M {\n  weight table: [4]\n  output y = relu(table)\n}\n',
      good: 'model M {\n  input x: [4]\n  weight table: [4]\n  output y = relu(x + table)\n}\n',
    },
  },
  {
    none: ({ name }: { readonly name: string }) => ({
      message: `The model \`${name}\` has no input, so there are no examples to compute.`,
      help: 'Say what it is given, `input x: […]`; what only parts of models use is a `block`.',
    }),
  },
);

export const modelUnusedInput = defineDiagnostic(
  {
    slug: 'model/unused-input',
    severity: 'warning',
    summary: 'An input that nothing reads.',
    explanation: 'Every caller would have to give it for nothing. An input used only by the loss counts as used.',
    example: {
      bad: 'model M {\n  input x: [4]\n  input z: [4]\n  output y = relu(x)\n}\n',
      good: 'model M {\n  input x: [4]\n  input z: [4]\n  output y = relu(x + z)\n}\n',
    },
  },
  {
    unused: ({ name }: { readonly name: string }) => ({
      message: `Nothing uses the input \`${name}\`.`,
      help: 'Use it, or remove it.',
    }),
  },
);

export const modelUnusedLayer = defineDiagnostic(
  {
    slug: 'model/unused-layer',
    severity: 'warning',
    summary: 'A layer that is made and never applied.',
    explanation: '`layer f = …` makes a layer; only its uses (`f(x)`, `x -> f`) put it into the network.',
    example: {
      bad: 'model M {\n  input x: [4]\n  layer f = Dense(3)\n  output y = relu(x)\n}\n',
      good: 'model M {\n  input x: [4]\n  layer f = Dense(3)\n  output y = f(x)\n}\n',
    },
  },
  {
    unused: ({ name }: { readonly name: string }) => ({
      message: `The layer \`${name}\` is made but never applied.`,
      help: `Apply it with \`x -> ${name}\`, or remove it.`,
    }),
  },
);

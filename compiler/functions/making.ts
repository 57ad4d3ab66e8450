/** Functions that make tensors: of constants, counts and random numbers. */
import { completeSizes } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import { float, int, optionalSizes, sizes } from '../definitions/parameters.ts';
import type { RuleContext } from '../definitions/define-layer.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops, RandomUse } from '../ops/ops.ts';
import { ONE, type Dim, type Shape } from '../shapes/index.ts';

/** The same for each example: a first axis of 1. */
const once = (sizes: readonly Dim[]): readonly Dim[] => [ONE, ...sizes];

const likeFunction = (name: 'zerosLike' | 'onesLike', value: number): FunctionDefinition =>
  defineFunction({
    name,
    summary: `A tensor of ${value === 0 ? 'zeros' : 'ones'} with the shape and dtype of another.`,
    doc: `$y_… = ${value}$. [Keras](https://keras.io/api/ops/numpy/)`,
    shape: ({ input }) => ({ dtype: input.dtype, shape: input.shape }),
    lower: ({ x: { shape, dtype }, op }) => op.fill(shape, value, dtype),
    examples: [{ source: name, input: ['n', 8], output: ['n', 8] }],
  });

const fill = defineFunction({
  name: 'fill',
  summary: 'A tensor with one number everywhere; the same for each example.',
  doc: '$y_… = \\mathrm{fillValue}$. [Keras](https://keras.io/api/ops/numpy/#full-function)',
  tensors: [],
  parameters: {
    shape: sizes({ doc: 'Its sizes, as one list.' }),
    fillValue: float({ doc: 'The number.' }),
  },
  shape: ({ parameters: p }) => p.shape,
  lower: ({ parameters: p, op }) => op.fill(once(p.shape), p.fillValue),
  examples: [{ source: 'fill([2, 3], 0.5)', input: [], output: [2, 3] }],
});

const arange = defineFunction({
  name: 'arange',
  summary: 'The whole numbers from 0; the same for each example.',
  doc: '$y_i = i$; `arange(seq)` is `int32[seq]`. [Keras](https://keras.io/api/ops/numpy/#arange-function)',
  tensors: [],
  parameters: { stop: int({ doc: 'How many.', min: 1 }) },
  shape: ({ parameters: p }) => ({ dtype: 'int32', shape: [p.stop] }),
  lower: ({ parameters: p, op }) => op.reshape(op.arange(p.stop), [1, p.stop]),
  examples: [{ source: 'arange(5)', input: [], output: [5], dtype: 'int32' }],
});

interface RandomFunction {
  readonly formula: string;
  readonly name: string;
  readonly summary: string;
  readonly from: { readonly name: string; readonly doc: string; readonly default: number };
  readonly to: { readonly name: string; readonly doc: string; readonly default: number };
  readonly draw: (op: Ops, shape: readonly Dim[], use: RandomUse, from: number, to: number) => TensorNode;
}

const scaled = (op: Ops, x: TensorNode, scale: number, offset: number): TensorNode => {
  const wide = scale === 1 ? x : op.multiply(x, scale);
  return offset === 0 ? wide : op.add(wide, offset);
};

function randomShape({ named, parameters, need }: RuleContext<{ readonly shape: readonly Dim[] | undefined }>): Shape | undefined {
  const like = named['like'];
  const one = (like === undefined) !== (parameters.shape === undefined);
  return need.argument(one, 'shape', 'be given, or `like`, but not both') ? (like?.shape ?? parameters.shape) : undefined;
} // prettier-ignore

const randomFunction = (random: RandomFunction): FunctionDefinition =>
  defineFunction({
    name: random.name,
    summary: random.summary,
    doc: `${random.formula}; new for each example and each run, also outside training. [Keras](https://keras.io/api/random/random_ops/)`,
    tensors: ['like?'],
    batched: true,
    parameters: {
      shape: optionalSizes({ doc: 'Sizes of an example; or give `like`, a tensor of that shape.' }),
      [random.from.name]: float({ doc: random.from.doc, default: random.from.default }),
      [random.to.name]: float({ doc: random.to.doc, default: random.to.default }),
    },
    shape: (context) => randomShape(context as RuleContext<{ readonly shape: readonly Dim[] | undefined }>),
    lower: ({ output, parameters: p, op, batch, random: use }) => {
      const numbers = p as Readonly<Record<string, unknown>>;
      const [from, to] = [Number(numbers[random.from.name]), Number(numbers[random.to.name])];
      return random.draw(op, [batch, ...completeSizes(output.shape)], use(), from, to);
    },
    examples: [
      { source: `${random.name}(shape: [4])`, input: [], output: [4] },
      { source: `${random.name}(like: x)`, input: [], tensors: { x: ['n', 8] }, output: ['n', 8] },
    ],
  });

const randomNormal = randomFunction({
  name: 'randomNormal',
  formula: '$\\mathcal{N}(\\mathrm{mean}, \\mathrm{stddev}^2)$',
  summary: 'Normally distributed random numbers.',
  from: { name: 'mean', doc: 'Their mean.', default: 0 },
  to: { name: 'stddev', doc: 'Their standard deviation.', default: 1 },
  draw: (op, shape, use, mean, stddev) => scaled(op, op.randomNormal(shape, use), stddev, mean),
});

const randomUniform = randomFunction({
  name: 'randomUniform',
  formula: '$\\mathcal{U}[\\mathrm{minval}, \\mathrm{maxval})$',
  summary: 'Evenly distributed random numbers.',
  from: { name: 'minval', doc: 'The smallest.', default: 0 },
  to: { name: 'maxval', doc: 'Just above the largest.', default: 1 },
  draw: (op, shape, use, minval, maxval) => scaled(op, op.randomUniform(shape, use), maxval - minval, minval),
});

export const makingFunctions: readonly FunctionDefinition[] = [
  likeFunction('zerosLike', 0),
  likeFunction('onesLike', 1),
  fill,
  arange,
  randomNormal,
  randomUniform,
];

/** Reductions over per-example axes: all of them unless `axis` is given. The batch axis always stays. */
import { axesFromStart, axisFromStart, axisPosition, axisPositions, product, sizesOf } from '../definitions/axes.ts';
import { defineFunction, type FunctionDefinition } from '../definitions/define-function.ts';
import type { Need } from '../definitions/need.ts';
import { axes, axis, bool, float, optionalAxis } from '../definitions/parameters.ts';
import { arithmeticDType, convert } from '../definitions/promotion.ts';
import type { TensorType } from '../definitions/types.ts';
import type { DType, TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { ONE, type Dim, type Shape } from '../shapes/index.ts';

const parameters = {
  axis: axes({ doc: 'The axis or axes to reduce; all of them unless given.', default: undefined }),
  keepDims: bool({ doc: 'Keep the reduced axes with size 1.', default: false }),
};

function reducedShape(input: TensorType, over: readonly number[] | undefined, keepDims: boolean, need: Need): Shape | undefined {
  const positions = axisPositions(over, input.shape, need, { argument: 'axis' });
  if (!positions) return undefined;
  if (keepDims) return sizesOf(input.shape)?.map((size, i) => (positions.includes(i) ? ONE : size));
  return input.shape.filter((_, i) => !positions.includes(i));
} // prettier-ignore

type Reduce = (op: Ops, x: TensorNode, axes: readonly number[], keepDims: boolean) => TensorNode;
interface Reduction {
  readonly name: string;
  readonly summary: string;
  /** TeX. */
  readonly formula: string;
  /** `same`: int32 stays (bool becomes it); `bool`: takes and gives bool; else float32. */
  readonly result?: 'same' | 'bool';
  readonly lower: Reduce;
}

function varianceOf(op: Ops, x: TensorNode, over: readonly number[], keepDims: boolean): TensorNode {
  return op.mean(op.square(op.subtract(x, op.mean(x, over, true))), over, keepDims);
}

/** Shifted by the largest, so that nothing overflows; the shift has no gradient of its own. */
function logSumExpOf(op: Ops, x: TensorNode, over: readonly number[], keepDims: boolean): TensorNode {
  const largest = op.stopGradient(op.max(x, over, true));
  const total = op.add(op.log(op.sum(op.exp(op.subtract(x, largest)), over, true)), largest);
  return keepDims ? total : op.sum(total, over);
}

const table: readonly Reduction[] = [
  { name: 'sum', summary: 'Sum over axes.', formula: '\\sum x', result: 'same', lower: (op, x, a, k) => op.sum(x, a, k) },
  { name: 'mean', summary: 'Mean over axes.', formula: '\\frac{1}{n} \\sum x', lower: (op, x, a, k) => op.mean(x, a, k) },
  { name: 'max', summary: 'Largest number over axes.', formula: '\\max x', result: 'same', lower: (op, x, a, k) => op.max(x, a, k) },
  { name: 'min', summary: 'Smallest number over axes.', formula: '\\min x', result: 'same', lower: (op, x, a, k) => op.min(x, a, k) },
  { name: 'prod', summary: 'Product over axes.', formula: '\\prod x', result: 'same', lower: (op, x, a, k) => op.prod(x, a, k) },
  { name: 'variance', summary: 'Mean squared distance from the mean.', formula: '\\frac{1}{n} \\sum (x - \\bar x)^2', lower: varianceOf },
  { name: 'std', summary: 'Root of the variance.', formula: '\\sqrt{\\frac{1}{n} \\sum (x - \\bar x)^2}', lower: (op, x, a, k) => op.sqrt(varianceOf(op, x, a, k)) },
  { name: 'logSumExp', summary: 'Logarithm of the sum of exponentials, without overflow.', formula: '\\log \\sum e^x', lower: logSumExpOf },
  { name: 'any', summary: 'Where at least one holds.', formula: '\\bigvee x', result: 'bool', lower: (op, x, a, k) => op.any(x, a, k) },
  { name: 'all', summary: 'Where all hold.', formula: '\\bigwedge x', result: 'bool', lower: (op, x, a, k) => op.all(x, a, k) },
]; // prettier-ignore

const allAxes = (over: readonly number[] | undefined, x: TensorNode): readonly number[] =>
  axesFromStart(over, x.shape.length - 1).map((axis) => axis + 1);

const reductionFunction = (row: Reduction): FunctionDefinition =>
  defineFunction({
    name: row.name,
    summary: row.summary,
    doc: `$${row.formula}$ over \`axis\` of each example. [Keras](https://keras.io/api/ops/numpy/)`,
    parameters,
    shape: ({ input, parameters: p, need }) => {
      if (row.result === 'bool' && !need.dtype(input, ['bool'])) return undefined;
      const shape = reducedShape(input, p.axis, p.keepDims, need);
      const dtype: DType = row.result === 'same' ? arithmeticDType([input.dtype]) : (row.result ?? 'float32');
      return shape && { dtype, shape };
    },
    lower: ({ x, output, parameters: p, op }) =>
      row.lower(op, convert(op, x, output.dtype), allAxes(p.axis, x), p.keepDims),
    flops: ({ inputs }) => product(sizesOf(inputs[0]!.shape) ?? []),
    examples: [
      ...(row.result === 'bool'
        ? [{ source: row.name, input: { dtype: 'bool' as const, shape: [4, 8] }, output: [], dtype: 'bool' as const }]
        : [{ source: row.name, input: ['n', 8], output: [] }]),
      ...(row.result === 'bool'
        ? []
        : [
            { source: `${row.name}(axis: -1)`, input: ['n', 8], output: ['n'] },
            { source: `${row.name}(axis: [0, 1], keepDims: true)`, input: [4, 5, 8], output: [1, 1, 8] },
          ]),
    ],
  });

const argReduction = (name: 'argMax' | 'argMin', summary: string): FunctionDefinition =>
  defineFunction({
    name,
    summary,
    doc: `$\\${name === 'argMax' ? 'max' : 'min'}_i x_i$ is at the index that it gives; the first of equals; without \`axis\` the index into the flattened example. Gives int32. [Keras](https://keras.io/api/ops/numpy/)`,
    parameters: {
      axis: optionalAxis({ doc: 'The axis to search; the whole example unless given.' }),
      keepDims: parameters.keepDims,
    },
    shape: ({ input, parameters: p, need }) => {
      if (!need.rankAtLeast(input, 1)) return undefined;
      const shape = reducedShape(input, p.axis === undefined ? undefined : [p.axis], p.keepDims, need);
      return shape && { dtype: 'int32', shape };
    },
    lower: ({ x, output, parameters: p, op }) => {
      const flat = p.axis === undefined;
      const position = flat ? 1 : 1 + axisFromStart(p.axis!, x.shape.length - 1);
      const from = flat ? op.reshape(x, [x.shape[0]!, product(x.shape.slice(1))]) : x;
      return op.reshape(op[name](from, position), [x.shape[0]!, ...(sizesOf(output.shape) as readonly Dim[])]);
    },
    flops: ({ inputs }) => product(sizesOf(inputs[0]!.shape) ?? []),
    examples: [
      { source: name, input: [4, 8], output: [], dtype: 'int32' },
      { source: `${name}(axis: -1)`, input: ['n', 8], output: ['n'], dtype: 'int32' },
    ],
  });

const cumsum = defineFunction({
  name: 'cumsum',
  summary: 'Running sum along an axis.',
  doc: '$y_i = \\sum_{j \\le i} x_j$. [Keras](https://keras.io/api/ops/numpy/#cumsum-function)',
  parameters: { axis: axis({ doc: 'The axis along which to sum.', default: -1 }) },
  shape: ({ input, parameters: p, need }) =>
    need.rankAtLeast(input, 1) && axisPosition(p.axis, input.shape, need, { argument: 'axis' }) !== undefined
      ? { dtype: arithmeticDType([input.dtype]), shape: input.shape }
      : undefined,
  lower: ({ x, output, parameters: p, op }) =>
    op.cumsum(convert(op, x, output.dtype), 1 + axisFromStart(p.axis, x.shape.length - 1)),
  flops: ({ inputs }) => product(sizesOf(inputs[0]!.shape) ?? []),
  examples: [{ source: 'cumsum', input: ['n', 8], output: ['n', 8] }],
});

/**
 * $(\sum |x|^p)^{1/p}$, written without powers where p is 1 or 2. A root has no slope at 0, where infinity times 0
 * would be NaN and spoil a whole training; as in PyTorch, the gradient of the length of a zero vector is 0.
 */
function normOf(op: Ops, x: TensorNode, order: number, over: readonly number[], keepDims: boolean): TensorNode {
  if (order === 1) return op.sum(op.abs(x), over, keepDims);
  const total = op.sum(order === 2 ? op.square(x) : op.power(op.abs(x), order), over, keepDims);
  const isZero = op.equal(total, 0);
  const rooted = op.select(isZero, 1, total);
  return op.select(isZero, 0, order === 2 ? op.sqrt(rooted) : op.power(rooted, 1 / order));
}

const norm = defineFunction({
  name: 'norm',
  summary: 'Length of a vector.',
  doc: '$(\\sum |x|^p)^{1/p}$ with $p$ = `ord`. [Keras](https://keras.io/api/ops/linalg/#norm-function)',
  parameters: {
    ord: float({ doc: 'The power.', default: 2, min: 0, exclusiveMin: true }),
    axis: parameters.axis,
    keepDims: parameters.keepDims,
  },
  shape: ({ input, parameters: p, need }) => reducedShape(input, p.axis, p.keepDims, need),
  lower: ({ x, parameters: p, op }) => normOf(op, convert(op, x, 'float32'), p.ord, allAxes(p.axis, x), p.keepDims),
  flops: ({ inputs }) => product(sizesOf(inputs[0]!.shape) ?? []),
  examples: [
    { source: 'norm(axis: -1)', input: ['n', 8], output: ['n'] },
    { source: 'norm(ord: 1)', input: [4, 8], output: [] },
  ],
});

export const reductionFunctions: readonly FunctionDefinition[] = [
  ...table.map(reductionFunction),
  argReduction('argMax', 'Where the largest number is.'),
  argReduction('argMin', 'Where the smallest number is.'),
  cumsum,
  norm,
];

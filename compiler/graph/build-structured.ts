/**
 * The builder's reductions, movements, products and windows. Axes become non-negative, sizes become dimensions, and
 * what would do nothing gives its operand back.
 */
import { convolutionAttributes, poolAttributes, toDim, toDims } from '../ops/attributes.ts';
import type { CompilerOps } from '../ops/compiler-ops.ts';
import type { OpName } from '../ops/op-names.ts';
import { normalAxes, normalAxis, product, sameShape } from '../ops/shape-rules.ts';
import type { Size } from '../ops/ops.ts';
import { asNumber, type Dim } from '../shapes/index.ts';
import { castTo, type binaryOps, type leafOps, type unaryOps } from './build-elementwise.ts';
import type { NodeTable } from './node-table.ts';
import type { DType, TensorNode } from './tensor-graph.ts';

type Make = NodeTable['make'];

const isZero = (size: Dim): boolean => asNumber(size) === 0;

function reduction(make: Make, op: OpName, convert: (dtype: DType) => DType) {
  return (x: TensorNode, axes?: readonly number[], keepDims = false): TensorNode => {
    const operand = castTo(make, x, convert(x.dtype));
    const rank = x.shape.length;
    const over = axes ? normalAxes(axes, rank) : x.shape.map((_, axis) => axis);
    return over.length === 0 ? operand : make(op, [operand], { axes: over, keepDims });
  };
}

const toNumeric = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);
const toBool = (): DType => 'bool';

type ReductionName =
  'sum' | 'max' | 'min' | 'prod' | 'any' | 'all' | 'mean' | 'argMax' | 'argMin' | 'cumsum' | 'softmax' | 'logSoftmax';

export function reductionOps(make: Make): Pick<CompilerOps, ReductionName> {
  const sum = reduction(make, 'sum', toNumeric);
  const argReduction = (op: OpName) => (x: TensorNode, axis: number) =>
    make(op, [castTo(make, x, toNumeric(x.dtype))], { axis: normalAxis(axis, x.shape.length) });
  return {
    sum,
    max: reduction(make, 'max', toNumeric),
    min: reduction(make, 'min', toNumeric),
    prod: reduction(make, 'prod', toNumeric),
    any: reduction(make, 'any', toBool),
    all: reduction(make, 'all', toBool),
    mean: (x, axes, keepDims) => {
      const operand = castTo(make, x, 'float32');
      const over = axes ? normalAxes(axes, x.shape.length) : x.shape.map((_, axis) => axis);
      if (over.length === 0) return operand;
      const count = product(over.map((axis) => x.shape[axis]!));
      const known = asNumber(count);
      const divisor =
        known === undefined
          ? make('dimension', [], { size: count })
          : make('constant', [], { values: [known], shape: [], dtype: 'float32' });
      return make('divide', [sum(operand, over, keepDims), divisor]);
    },
    argMax: argReduction('argMax'),
    argMin: argReduction('argMin'),
    cumsum: (x, axis, { exclusive = false, reverse = false } = {}) =>
      make('cumsum', [castTo(make, x, toNumeric(x.dtype))], {
        axis: normalAxis(axis, x.shape.length),
        exclusive,
        reverse,
      }),
    softmax: (x) => make('softmax', [castTo(make, x, 'float32')]),
    logSoftmax: (x) => make('logSoftmax', [castTo(make, x, 'float32')]),
  };
}

type MovingName =
  | 'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'stridedSlice' | 'pad' | 'concat' | 'reverse' | 'gather'
  | 'scatterAdd' | 'oneHot'; // prettier-ignore

export function movingOps(make: Make): Pick<CompilerOps, MovingName> {
  const slice: CompilerOps['slice'] = (x, begin, size) => {
    const [from, length] = [toDims(begin), toDims(size)];
    const whole = from.every(isZero) && sameShape(length, x.shape);
    return whole ? x : make('slice', [x], { begin: from, size: length });
  };
  return {
    slice,
    reshape: (x, shape) => (sameShape(x.shape, toDims(shape)) ? x : make('reshape', [x], { shape: toDims(shape) })),
    transpose: (x, permutation) => {
      const axes = permutation.map((axis) => normalAxis(axis, x.shape.length));
      return axes.every((axis, i) => axis === i) ? x : make('transpose', [x], { permutation: axes });
    },
    broadcastTo: (x, shape) =>
      sameShape(x.shape, toDims(shape)) ? x : make('broadcastTo', [x], { shape: toDims(shape) }),
    stridedSlice: (x, begin, size, strides) =>
      strides.every((stride) => stride === 1)
        ? slice(x, begin, size)
        : make('stridedSlice', [x], { begin: toDims(begin), size: toDims(size), strides }),
    pad: (x, paddings, value = 0) => {
      const pairs = paddings.map(([before, after]): readonly [Dim, Dim] => [toDim(before), toDim(after)]);
      return pairs.flat().every(isZero) ? x : make('pad', [x], { paddings: pairs, value });
    },
    concat: (xs, axis) =>
      xs.length === 1 ? xs[0]! : make('concat', xs, { axis: normalAxis(axis, xs[0]!.shape.length) }),
    reverse: (x, axes) => (axes.length === 0 ? x : make('reverse', [x], { axes: normalAxes(axes, x.shape.length) })),
    gather: (table, indices) => make('gather', [table, castTo(make, indices, 'int32')]),
    scatterAdd: (indices, updates, rows) =>
      make('scatterAdd', [castTo(make, indices, 'int32'), updates], { rows: toDim(rows) }),
    oneHot: (indices, depth) => make('oneHot', [castTo(make, indices, 'int32')], { depth: toDim(depth) }),
  };
}

type ProductName = Exclude<
  keyof CompilerOps,
  | keyof ReturnType<typeof reductionOps>
  | keyof ReturnType<typeof movingOps>
  | keyof ReturnType<typeof unaryOps>
  | keyof ReturnType<typeof binaryOps>
  | keyof ReturnType<typeof leafOps>
  | 'scan'
  | 'scanResult'
>;

export function productOps(make: Make): Pick<CompilerOps, ProductName> {
  const float = (x: TensorNode): TensorNode => castTo(make, x, 'float32');
  const sizes = (shape: readonly Size[]): readonly Dim[] => toDims(shape);
  return {
    matMul: (a, b, { transposeA = false, transposeB = false } = {}) =>
      make('matMul', [float(a), float(b)], { transposeA, transposeB }),
    fusedMatMul: (a, b, bias, { activation, alpha }) => make('fusedMatMul', [a, b, bias], { activation, alpha }),
    conv2d: (x, filter, attributes) => make('conv2d', [float(x), filter], convolutionAttributes(attributes)),
    depthwiseConv2d: (x, filter, attributes) =>
      make('depthwiseConv2d', [float(x), filter], convolutionAttributes(attributes)),
    fusedConv2d: (x, filter, bias, { activation, alpha, ...attributes }) =>
      make('fusedConv2d', [x, filter, bias], { ...convolutionAttributes(attributes), activation, alpha }),
    fusedDepthwiseConv2d: (x, filter, bias, { activation, alpha, ...attributes }) =>
      make('fusedDepthwiseConv2d', [x, filter, bias], { ...convolutionAttributes(attributes), activation, alpha }),
    conv2dInputGradient: (dy, filter, { inputShape, ...attributes }) =>
      make('conv2dInputGradient', [dy, filter], {
        ...convolutionAttributes(attributes),
        inputShape: sizes(inputShape),
      }),
    conv2dFilterGradient: (x, dy, { filterShape, ...attributes }) =>
      make('conv2dFilterGradient', [x, dy], { ...convolutionAttributes(attributes), filterShape: sizes(filterShape) }),
    maxPool: (x, attributes) => make('maxPool', [float(x)], poolAttributes(attributes)),
    maxPoolGradient: (dy, x, y, attributes) => make('maxPoolGradient', [dy, x, y], poolAttributes(attributes)),
    averagePool: (x, attributes) => make('averagePool', [float(x)], poolAttributes(attributes)),
    averagePoolGradient: (dy, { inputShape, ...attributes }) =>
      make('averagePoolGradient', [dy], { ...poolAttributes(attributes), inputShape: sizes(inputShape) }),
    resizeNearest: (x, height, width) => make('resizeNearest', [x], { size: sizes([height, width]) }),
  };
}

/**
 * Runs a program on tfjs's own kernels, one kernel per op, for comparison with the reference evaluator. Test code: it
 * frees nothing, and does by hand what a kernel cannot (broadcasting operands of Select).
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  evaluationContext,
  evaluateNode,
  nodesOf,
  type EvaluationBindings,
  type NdArray,
  type TensorNode,
  type TensorProgram,
} from '../../compiler/graph/index.ts';
import { booleanOf, isDim, numbersOf, pairsOf, paddingOf, readPool, sizesOf } from '../../compiler/ops/attributes.ts';
import type { OpName } from '../../compiler/ops/index.ts';
import type { Dim } from '../../compiler/shapes/index.ts';
import { type Data, Device, maxPoolGradient, type PoolAttributes } from '../../runtime/index.ts';

type Info = tf.TensorInfo;
type Kernel = (inputs: unknown, attrs?: unknown) => Info;

/** Kernel names of ops that are one kernel over `x`, or over `a` and `b`. */
const unaryKernels: Readonly<Partial<Record<OpName, string>>> = {
  negate: 'Neg', abs: 'Abs', sign: 'Sign', exp: 'Exp', expm1: 'Expm1', log: 'Log', log1p: 'Log1p', sqrt: 'Sqrt',
  rsqrt: 'Rsqrt', sin: 'Sin', cos: 'Cos', tan: 'Tan', tanh: 'Tanh', sigmoid: 'Sigmoid', softplus: 'Softplus',
  erf: 'Erf', floor: 'Floor', ceil: 'Ceil', round: 'Round', relu: 'Relu', step: 'Step', isNan: 'IsNan',
  not: 'LogicalNot', stopGradient: 'Identity',
}; // prettier-ignore
const binaryKernels: Readonly<Partial<Record<OpName, string>>> = {
  add: 'Add', subtract: 'Sub', multiply: 'Multiply', divide: 'RealDiv', power: 'Pow', maximum: 'Maximum',
  minimum: 'Minimum', modulo: 'Mod', equal: 'Equal', notEqual: 'NotEqual', less: 'Less', lessEqual: 'LessEqual',
  greater: 'Greater', greaterEqual: 'GreaterEqual', and: 'LogicalAnd', or: 'LogicalOr',
}; // prettier-ignore
const reductionKernels: Readonly<Partial<Record<OpName, string>>> = {
  sum: 'Sum', min: 'Min', max: 'Max', prod: 'Prod', any: 'Any', all: 'All',
}; // prettier-ignore

export interface KernelRunner {
  readonly run: (program: TensorProgram, bindings: EvaluationBindings) => Map<string, NdArray>;
}

export function kernelRunner(backendName: 'cpu' | 'wasm'): KernelRunner {
  const backend = tf.findBackend(backendName) as tf.KernelBackend & {
    write(values: tf.backend_util.BackendValues, shape: number[], dtype: string): object;
    readSync(id: object): Float32Array;
  };
  const kernel = (name: string): Kernel => {
    const found = tf.getKernel(name, backendName);
    if (!found) throw new Error(`${backendName} has no ${name}`);
    return (inputs, attrs = {}) =>
      found.kernelFunc({ inputs: inputs as tf.NamedTensorInfoMap, attrs: attrs as tf.NamedAttrMap, backend }) as Info;
  };
  const device = new Device(backendName, backend);
  const upload = (x: NdArray): Info => {
    const values =
      x.dtype === 'float32'
        ? Float32Array.from(x.data)
        : x.dtype === 'int32'
          ? Int32Array.from(x.data)
          : Uint8Array.from(x.data);
    return { dataId: backend.write(values, [...x.shape], x.dtype), shape: [...x.shape], dtype: x.dtype };
  };
  const download = (x: Info): NdArray => ({
    dtype: x.dtype as NdArray['dtype'],
    shape: x.shape,
    data: Float64Array.from(backend.readSync(x.dataId) as Float32Array),
  });
  return {
    run(program, bindings) {
      const context = evaluationContext(bindings);
      const values = new Map<TensorNode, Info>();
      for (const node of nodesOf(program)) {
        // wasm judges a bias by the shape that its data was made with.
        const fresh = (x: TensorNode, i: number): Info =>
          i === 2 && x.op === 'reshape' ? upload(download(values.get(x)!)) : values.get(x)!;
        const inputs = node.inputs.map(node.op.startsWith('fused') ? fresh : (x) => values.get(x)!);
        const result =
          inputs.length === 0
            ? upload(evaluateNode(node, [], context))
            : backendName === 'wasm' && node.op === 'maxPoolGradient'
              ? ownMaxPoolGradient(device, node, inputs, context.size)
              : launch(node, inputs, kernel, context.size);
        values.set(node, { ...result, shape: node.shape.map(context.size) });
      }
      return new Map([...program.outputs].map(([name, node]) => [name, download(values.get(node)!)]));
    },
  };
}

/** tfjs's kernel on wasm is wrong where a maximum is not positive: it is the one for which emitted code has none of tfjs's. */
function ownMaxPoolGradient(device: Device, node: TensorNode, inputs: readonly Info[], size: (d: Dim) => number): Info {
  const { poolSize, strides, padding } = readPool(node.attributes);
  const [dy, x, y] = inputs as readonly Info[] as readonly [Data, Data, Data];
  const pairs = typeof padding === 'string' ? padding : padding.map((pair) => pair.map(size));
  return maxPoolGradient(device, dy, x, y, { poolSize, strides, padding: pairs } as PoolAttributes);
}

export function launch(
  node: TensorNode,
  inputs: readonly Info[],
  kernel: (name: string) => Kernel,
  size: (d: Dim) => number,
): Info {
  const [x, y] = inputs as [Info, Info];
  const unary = unaryKernels[node.op];
  if (unary) return kernel(unary)({ x }, { alpha: 0 });
  const binary = binaryKernels[node.op];
  if (binary) return kernel(binary)({ a: x, b: y });
  const reduction = reductionKernels[node.op];
  if (reduction) {
    const axis = numbersOf(node.attributes, 'axes');
    return kernel(reduction)({ x }, { axis, reductionIndices: axis, keepDims: booleanOf(node.attributes, 'keepDims') });
  }
  return (
    launchMoving(node, inputs, kernel, size) ??
    launchRows(node, inputs, kernel, size) ??
    launchWindows(node, inputs, kernel, size)
  );
}

const stretched = (x: Info, shape: readonly number[], kernel: (name: string) => Kernel): Info => {
  const padded = [...shape.slice(x.shape.length).map(() => 1), ...x.shape];
  if (padded.join() === shape.join()) return { ...x, shape: padded };
  return kernel('Tile')({ x: { ...x, shape: padded } }, { reps: shape.map((s, i) => s / padded[i]!) });
};

function launchMoving(
  node: TensorNode,
  inputs: readonly Info[],
  kernel: (name: string) => Kernel,
  size: (d: Dim) => number,
): Info | undefined {
  const [x, y] = inputs as [Info, Info];
  const shape = node.shape.map(size);
  const list = (name: string): number[] => sizesOf(node.attributes, name).map(size);
  const a = node.attributes;
  switch (node.op) {
    case 'cast':
      return kernel('Cast')({ x }, { dtype: node.dtype });
    case 'select':
      return kernel('Select')({
        condition: stretched(x, shape, kernel),
        t: stretched(y, shape, kernel),
        e: stretched(inputs[2]!, shape, kernel),
      });
    case 'argMax':
    case 'argMin':
      return kernel(node.op === 'argMax' ? 'ArgMax' : 'ArgMin')({ x }, { axis: a['axis'] });
    case 'cumsum':
      return kernel('Cumsum')({ x }, a);
    case 'softmax':
      return kernel('Softmax')({ logits: x }, { dim: x.shape.length - 1 });
    case 'logSoftmax': {
      const axis = [x.shape.length - 1];
      const shifted = kernel('Sub')({ a: x, b: kernel('Max')({ x }, { reductionIndices: axis, keepDims: true }) });
      const total = kernel('Sum')({ x: kernel('Exp')({ x: shifted }) }, { axis, keepDims: true });
      return kernel('Sub')({ a: shifted, b: kernel('Log')({ x: total }) });
    }
    case 'reshape':
      return x;
    case 'transpose':
      return kernel('Transpose')({ x }, { perm: a['permutation'] });
    case 'broadcastTo':
      return stretched(x, shape, kernel);
    case 'slice':
      return kernel('Slice')({ x }, { begin: list('begin'), size: shape });
    case 'stridedSlice': {
      const strides = numbersOf(a, 'strides');
      const begin = list('begin');
      const end = begin.map((b, i) => b + (shape[i]! - 1) * strides[i]! + 1);
      return kernel('StridedSlice')(
        { x },
        { begin, end, strides, beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 },
      );
    }
    case 'pad':
      return kernel('PadV2')(
        { x },
        { paddings: pairsOf(a, 'paddings').map((p) => p.map(size)), constantValue: a['value'] },
      );
    case 'concat':
      return kernel('Concat')(inputs, { axis: a['axis'] });
    default:
      return undefined;
  }
}

function launchRows(
  node: TensorNode,
  inputs: readonly Info[],
  kernel: (name: string) => Kernel,
  size: (d: Dim) => number,
): Info | undefined {
  const [x, y] = inputs as [Info, Info];
  const shape = node.shape.map(size);
  switch (node.op) {
    case 'reverse':
      return kernel('Reverse')({ x }, { dims: node.attributes['axes'] });
    case 'gather':
      return kernel('GatherV2')(
        { x, indices: { ...y, shape: [y.shape.reduce((p, s) => p * s, 1)] } },
        { axis: 0, batchDims: 0 },
      );
    case 'scatterAdd': {
      const count = x.shape.reduce((p, s) => p * s, 1);
      const updates = { ...y, shape: [count, ...shape.slice(1)] };
      return kernel('ScatterNd')({ indices: { ...x, shape: [count, 1] }, updates }, { shape });
    }
    case 'oneHot':
      // wasm writes whole numbers whatever the dtype.
      return kernel('Cast')(
        { x: kernel('OneHot')({ indices: x }, { depth: shape.at(-1), onValue: 1, offValue: 0, dtype: 'int32' }) },
        { dtype: 'float32' },
      );
    default:
      return undefined;
  }
}

function launchWindows(
  node: TensorNode,
  inputs: readonly Info[],
  kernel: (name: string) => Kernel,
  size: (d: Dim) => number,
): Info {
  const [x, y, z] = inputs as [Info, Info, Info];
  const a = node.attributes;
  const padding = 'padding' in a ? paddingOf(a) : 'valid';
  const pad = typeof padding === 'string' ? padding : [[0, 0], ...padding.map((p) => p.map(size)), [0, 0]];
  const convolution = {
    strides: a['strides'],
    dilations: a['dilations'],
    pad,
    dataFormat: 'NHWC',
    activation: a['activation'],
    leakyreluAlpha: a['alpha'],
  };
  const pool = { filterSize: a['poolSize'], strides: a['strides'], pad };
  switch (node.op) {
    case 'matMul': {
      const rank3 = (t: Info, batch: readonly number[]): Info => ({
        ...stretchedBatch(t, batch, kernel),
        shape: [batch.reduce((p, s) => p * s, 1), ...t.shape.slice(-2)],
      });
      const batch = node.shape.slice(0, -2).map(size);
      return kernel('BatchMatMul')({ a: rank3(x, batch), b: rank3(y, batch) }, a);
    }
    case 'fusedMatMul':
      return kernel('_FusedMatMul')(
        { a: { ...x, shape: [1, ...x.shape] }, b: { ...y, shape: [1, ...y.shape] }, bias: z },
        { ...a, leakyreluAlpha: a['alpha'], transposeA: false, transposeB: false },
      );
    case 'conv2d':
      return kernel('Conv2D')({ x, filter: y }, convolution);
    case 'depthwiseConv2d':
      return kernel('DepthwiseConv2dNative')({ x, filter: y }, convolution);
    case 'fusedConv2d':
      return kernel('FusedConv2D')({ x, filter: y, bias: z }, convolution);
    case 'fusedDepthwiseConv2d':
      return kernel('FusedDepthwiseConv2D')({ x, filter: y, bias: z }, convolution);
    case 'maxPool':
      return kernel('MaxPool')({ x }, pool);
    case 'averagePool':
      return kernel('AvgPool')({ x }, pool);
    case 'conv2dInputGradient':
      return kernel('Conv2DBackpropInput')(
        { dy: x, filter: y },
        { ...convolution, inputShape: sizesOf(a, 'inputShape').map(size) },
      );
    case 'conv2dFilterGradient':
      return kernel('Conv2DBackpropFilter')(
        { x, dy: y },
        { ...convolution, filterShape: sizesOf(a, 'filterShape').map(size) },
      );
    case 'maxPoolGradient':
      return kernel('MaxPoolGrad')({ dy: x, input: y, output: z }, pool);
    default:
      throw new Error(`no kernel for ${node.op}; ${Object.values(a).filter(isDim).length} sizes`);
  }
}

function stretchedBatch(x: Info, batch: readonly number[], kernel: (name: string) => Kernel): Info {
  const full = [...batch, ...x.shape.slice(-2)];
  return stretched(x, full, kernel);
}

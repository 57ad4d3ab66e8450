/**
 * Stages → what tfjs-converter writes for a TensorFlow model: a frozen GraphDef as JSON, its constants as weights, products
 * fused with bias and activation as its optimizer (Grappler's remapper) leaves them. Written by hand because the converter
 * itself is a Python program that needs TensorFlow.
 */
import type { io } from '@tensorflow/tfjs-core';
import type { Weight } from './model-graph.ts';
import type { Affine, FusedActivation, Stage } from './stages.ts';

type Attribute = Readonly<Record<string, unknown>>;
interface Node {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, Attribute>>;
}

const bytes = (text: string): string => Buffer.from(text).toString('base64');
const string = (text: string): Attribute => ({ s: bytes(text) });
const strings = (texts: readonly string[]): Attribute => ({ list: { s: texts.map(bytes) } });
const integer = (value: number): Attribute => ({ i: String(value) });
const integers = (values: readonly number[]): Attribute => ({ list: { i: values.map(String) } });
const flag = (value: boolean): Attribute => ({ b: value });
const shapeOf = (sizes: readonly number[]): Attribute => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } }); // prettier-ignore
const float: Attribute = { type: 'DT_FLOAT' };

class GraphDef {
  readonly #nodes: Node[] = [];
  readonly #specs: io.WeightsManifestEntry[] = [];
  readonly #data: (Float32Array | Int32Array)[] = [];
  /** Small constants by their values: the converter's optimizer keeps one of each. */
  readonly #known = new Map<string, string>();

  add(op: string, input: readonly string[], attr: Readonly<Record<string, Attribute>> = {}, name?: string): string {
    const node = { name: name ?? `${op}_${this.#nodes.length}`, op, input, attr: { T: float, ...attr } };
    this.#nodes.push(node);
    return node.name;
  }

  constant({ values, shape }: Weight): string {
    return this.#constant('float32', values, shape);
  }

  number(value: number): string {
    return this.#shared(`float32 ${value}`, () => this.#constant('float32', Float32Array.of(value), []));
  }

  integers(values: readonly number[]): string {
    return this.#shared(`int32 ${values.join()}`, () => this.#constant('int32', Int32Array.from(values), [values.length])); // prettier-ignore
  }

  integer(value: number): string {
    return this.#shared(`int32 scalar ${value}`, () => this.#constant('int32', Int32Array.of(value), []));
  }

  artifacts(): io.ModelArtifacts {
    const size = this.#data.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const weightData = new ArrayBuffer(size);
    let at = 0;
    for (const values of this.#data) {
      new Uint8Array(weightData, at, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)); // prettier-ignore
      at += values.byteLength;
    }
    const modelTopology = { node: this.#nodes, library: {}, versions: { producer: 1087 } };
    return { format: 'graph-model', modelTopology, weightSpecs: this.#specs, weightData };
  }

  #shared(key: string, make: () => string): string {
    const name = this.#known.get(key) ?? make();
    this.#known.set(key, name);
    return name;
  }

  #constant(dtype: 'float32' | 'int32', values: Float32Array | Int32Array, shape: readonly number[]): string {
    const name = `Const_${this.#nodes.length}`;
    this.#nodes.push({ name, op: 'Const', attr: { dtype: { type: dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT' } } });
    this.#specs.push({ name, dtype, shape: [...shape] });
    this.#data.push(values);
    return name;
  }
}

/** The model, with one input `x` of this shape and one output `y`. */
export function graphDefOf(stages: readonly Stage[], shape: readonly number[]): io.ModelArtifacts {
  const g = new GraphDef();
  g.add('Placeholder', [], { dtype: float, shape: shapeOf(shape) }, 'x');
  const values = ['x'];
  const shapes = [shape];
  for (const stage of stages) {
    const inputs = stage.inputs.map((at) => values[at]!);
    values.push(valueOf(g, stage, inputs, shapes[stage.inputs[0]!]!));
    shapes.push([shape[0]!, ...stage.outputShape]);
  }
  g.add('Identity', [values.at(-1)!], {}, 'y');
  return g.artifacts();
}

function valueOf(g: GraphDef, stage: Stage, inputs: readonly string[], shape: readonly number[]): string {
  const x = inputs[0]!;
  switch (stage.kind) {
    case 'conv2d': {
      const [op, kernel] = stage.depthwise ? ['FusedDepthwiseConv2dNative', stage.kernel] : ['_FusedConv2D', stage.kernel]; // prettier-ignore
      const attr = { strides: integers([1, ...stage.strides, 1]), padding: string(stage.padding.toUpperCase()), data_format: string('NHWC') }; // prettier-ignore
      return g.add(op, [x, g.constant(kernel), g.constant(stage.bias ?? zeros(stage.kernel))], { ...attr, ...fused(stage.activation) }); // prettier-ignore
    }
    case 'dense':
      return dense(g, x, shape, stage, stage.activation);
    case 'maxPool':
      return g.add('MaxPool', [x], { ksize: integers([1, ...stage.size, 1]), strides: integers([1, ...stage.strides, 1]), padding: string(stage.padding.toUpperCase()), data_format: string('NHWC') }); // prettier-ignore
    case 'globalAverage':
      return g.add('Mean', [x, g.integers([1, 2])], { keep_dims: flag(false) });
    case 'flatten':
      return g.add('Reshape', [x, g.integers([-1, ...stage.outputShape])]);
    case 'softmax':
      return g.add('Softmax', [x]);
    case 'relu':
      return g.add('Relu', [x]);
    case 'relu6':
      return g.add('Relu6', [x]);
    case 'add':
      return g.add('AddV2', inputs);
    case 'gelu': {
      const whole = g.add('AddV2', [g.add('Erf', [g.add('Mul', [x, g.number(Math.SQRT1_2)])]), g.number(1)]);
      return g.add('Mul', [g.add('Mul', [x, g.number(0.5)]), whole]);
    }
    case 'layerNorm':
      return layerNorm(g, x, stage);
    case 'attention':
      return attention(g, x, shape, stage);
    case 'lstm':
      return lstm(g, x, shape, stage);
  }
}

const zeros = ({ shape }: Weight): Weight => ({ shape: [shape.at(-1)!], values: new Float32Array(shape.at(-1)!) });

const fused = (activation: FusedActivation | undefined): Readonly<Record<string, Attribute>> => {
  const names: Readonly<Record<FusedActivation, string>> = { relu: 'Relu', relu6: 'Relu6' };
  return { num_args: integer(1), fused_ops: strings(['BiasAdd', ...(activation ? [names[activation]] : [])]) };
};

/** Behind more axes than two a matrix first, as Keras's Dense does. */
function dense(g: GraphDef, x: string, shape: readonly number[], { kernel, bias }: Affine, activation?: FusedActivation): string {
  const [features, units] = kernel.shape as [number, number];
  const flat = shape.length === 2 ? x : g.add('Reshape', [x, g.integers([-1, features])]);
  const product = g.add('_FusedMatMul', [flat, g.constant(kernel), g.constant(bias ?? zeros(kernel))], fused(activation));
  return shape.length === 2 ? product : g.add('Reshape', [product, g.integers([-1, ...shape.slice(1, -1), units])]);
} // prettier-ignore

/** As Keras computes it, with what is constant together. */
function layerNorm(g: GraphDef, x: string, { gamma, beta, epsilon }: Extract<Stage, { kind: 'layerNorm' }>): string {
  const axis = g.integers([-1]);
  const mean = g.add('Mean', [x, axis], { keep_dims: flag(true) });
  const variance = g.add('Mean', [g.add('SquaredDifference', [x, mean]), axis], { keep_dims: flag(true) });
  const inverse = g.add('Rsqrt', [g.add('AddV2', [variance, g.number(epsilon)])]);
  const scale = g.add('Mul', [inverse, g.constant(gamma)]);
  const offset = g.add('Sub', [g.constant(beta), g.add('Mul', [mean, scale])]);
  return g.add('AddV2', [g.add('Mul', [x, scale]), offset]);
}

/** Keras asks for `Einsum`, which wasm lacks; its products are the same. */
function attention(g: GraphDef, x: string, shape: readonly number[], stage: Extract<Stage, { kind: 'attention' }>): string {
  const [, positions = 1] = shape;
  const { heads, size } = stage;
  const part = (affine: Affine, perm: readonly number[]): string => {
    const split = g.add('Reshape', [dense(g, x, shape, affine), g.integers([-1, positions, heads, size])]);
    return g.add('Transpose', [split, g.integers(perm)]);
  };
  const query = g.add('Mul', [part(stage.query, [0, 2, 1, 3]), g.number(1 / Math.sqrt(size))]);
  const scores = g.add('BatchMatMulV2', [query, part(stage.key, [0, 2, 3, 1])]);
  const mixed = g.add('BatchMatMulV2', [g.add('Softmax', [scores]), part(stage.value, [0, 2, 1, 3])]);
  const joined = g.add('Reshape', [g.add('Transpose', [mixed, g.integers([0, 2, 1, 3])]), g.integers([-1, positions, heads * size])]);
  return dense(g, joined, [shape[0]!, positions, heads * size], stage.output);
} // prettier-ignore

/** Unrolled, which Keras offers too: a loop would need `executeAsync`, and be slower. */
function lstm(g: GraphDef, x: string, [batch = 1, steps = 1]: readonly number[], stage: Extract<Stage, { kind: 'lstm' }>): string {
  const [units] = stage.recurrentKernel.shape as [number, number];
  const [kernel, recurrent, bias] = [g.constant(stage.kernel), g.constant(stage.recurrentKernel), g.constant(stage.bias)];
  const rows = g.add('Unpack', [x], { axis: integer(1), num: integer(steps) });
  const start = g.constant({ shape: [batch, units], values: new Float32Array(batch * units) });
  let [h, c] = [start, start];
  for (let step = 0; step < steps; step++) {
    const given = g.add('_FusedMatMul', [`${rows}:${step}`, kernel, bias], fused(undefined));
    const sums = g.add('AddV2', [given, g.add('MatMul', [h, recurrent])]);
    const gates = g.add('Split', [g.integer(1), sums], { num_split: integer(4) });
    const [input, forget, cell, output] = [g.add('Sigmoid', [gates]), g.add('Sigmoid', [`${gates}:1`]), g.add('Tanh', [`${gates}:2`]), g.add('Sigmoid', [`${gates}:3`])];
    c = g.add('AddV2', [g.add('Mul', [forget, c]), g.add('Mul', [input, cell])]);
    h = g.add('Mul', [output, g.add('Tanh', [c])]);
  }
  return h;
} // prettier-ignore

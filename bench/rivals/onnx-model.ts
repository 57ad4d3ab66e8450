/**
 * A network → the same as an ONNX model (opset 20), with the same weights. Images are channels first inside, as
 * onnxruntime wants them; the input is taken as it is given, channels last, and transposed once.
 */
import { createRequire } from 'node:module';
import { asInteger, type Dim } from '../../compiler/shapes/index.ts';
import type { ApplyNode, GraphValue } from '../../compiler/graph/model-graph.ts';
import { activationOf, applications, numbers, sizesOf, weightOf, type Network, type Weight } from './model-graph.ts';

type Attribute = number | string | readonly number[];

interface Proto {
  readonly name?: string;
  readonly [key: string]: unknown;
}

const floatType = 1;
const int64Type = 7;

class OnnxBuilder {
  readonly nodes: Proto[] = [];
  readonly initializers: Proto[] = [];
  readonly #names = new Map<string, string>();
  #count = 0;

  fresh(prefix: string): string {
    return `${prefix}_${this.#count++}`;
  }

  add(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, outputs = 1): string {
    const output = Array.from({ length: outputs }, () => this.fresh(type));
    this.nodes.push({ opType: type, input: inputs, output, attribute: Object.entries(attributes).map(attributeProto) });
    return output[0]!;
  } // prettier-ignore

  floats(values: Float32Array, dims: readonly number[]): string {
    const name = this.fresh('weight');
    this.initializers.push({ name, dims, dataType: floatType, rawData: new Uint8Array(values.slice().buffer) });
    return name;
  }

  scalar(value: number): string {
    return this.floats(Float32Array.of(value), []);
  }

  integers(values: readonly number[]): string {
    const key = values.join();
    const known = this.#names.get(key);
    if (known) return known;
    const name = this.fresh('shape');
    this.initializers.push({ name, dims: [values.length], dataType: int64Type, rawData: new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer) }); // prettier-ignore
    this.#names.set(key, name);
    return name;
  }
}

function attributeProto([name, value]: readonly [string, Attribute]): Proto {
  if (typeof value === 'string') return { name, type: 3, s: new TextEncoder().encode(value) };
  if (typeof value === 'number') return Number.isInteger(value) ? { name, type: 2, i: value } : { name, type: 1, f: value }; // prettier-ignore
  return { name, type: 7, ints: value };
}

/** The bytes of the model. It has one input `x` and one output `y`, with a batch of 1. */
export function onnxModel(network: Network): Uint8Array {
  const { onnx } = createRequire(import.meta.url)('onnx-proto') as { onnx: { ModelProto: { encode(m: unknown): { finish(): Uint8Array }; fromObject(m: unknown): unknown } } }; // prettier-ignore
  const builder = new OnnxBuilder();
  const [input] = network.graph.inputs;
  const shape = sizesOf(input!.node.outputs[0]!.shape);
  const isImage = shape.length === 3;
  const values = new Map<unknown, string>();
  values.set(input!.node, isImage ? builder.add('Transpose', ['x'], { perm: [0, 3, 1, 2] }) : 'x');
  const valueOf = ({ node }: GraphValue): string => values.get(node)!;
  for (const node of applications(network)) values.set(node, converted(builder, network, node, node.inputs.map(valueOf)));
  const output = network.graph.outputs[0]!.value;
  builder.nodes.push({ opType: 'Identity', input: [valueOf(output)], output: ['y'], attribute: [] });
  const tensorType = (sizes: readonly number[]): Proto => ({ tensorType: { elemType: floatType, shape: { dim: [1, ...sizes].map((dimValue) => ({ dimValue })) } } }); // prettier-ignore
  const graph = {
    name: network.graph.name,
    node: builder.nodes,
    initializer: builder.initializers,
    input: [{ name: 'x', type: tensorType(shape) }],
    output: [{ name: 'y', type: tensorType(sizesOf(output.type.shape)) }],
  };
  const model = { irVersion: 8, opsetImport: [{ domain: '', version: 20 }], graph };
  return onnx.ModelProto.encode(onnx.ModelProto.fromObject(model)).finish();
} // prettier-ignore

function converted(b: OnnxBuilder, network: Network, node: ApplyNode, inputs: readonly string[]): string {
  const x = inputs[0]!;
  const weight = (local: string): Weight | undefined => weightOf(network, node, local);
  switch (node.definition.name) {
    case 'Conv2D':
      return activated(b, node, convolution(b, node, x, weight('kernel')!, weight('bias'), false));
    case 'DepthwiseConv2D':
      return activated(b, node, convolution(b, node, x, weight('kernel')!, weight('bias'), true));
    case 'BatchNormalization':
      return b.add('BatchNormalization', [x, ...['gamma', 'beta', 'movingMean', 'movingVariance'].map((name) => vector(b, weight(name)!))], { epsilon: node.parameters['epsilon'] as number }); // prettier-ignore
    case 'MaxPooling2D':
      return b.add('MaxPool', [x], { kernel_shape: numbers(node.parameters['poolSize']), strides: numbers(node.parameters['strides'] ?? node.parameters['poolSize']), auto_pad: autoPad(node) }); // prettier-ignore
    case 'GlobalAveragePooling2D':
      return b.add('Flatten', [b.add('GlobalAveragePool', [x])]);
    case 'Flatten':
      return flatten(b, node, x);
    case 'Dense':
      return activated(b, node, dense(b, x, weight('kernel')!, weight('bias')));
    case 'LayerNormalization':
      return b.add('LayerNormalization', [x, vector(b, weight('gamma')!), vector(b, weight('beta')!)], { axis: -1, epsilon: node.parameters['epsilon'] as number }); // prettier-ignore
    case 'MultiHeadAttention':
      return attention(b, node, network, x);
    case 'LSTM':
      return lstm(b, x, weight('kernel')!, weight('recurrentKernel')!, weight('bias')!);
    case 'add':
      return b.add('Add', inputs);
    default:
      return activation(b, node.definition.name, x);
  }
}

function activation(b: OnnxBuilder, name: string, x: string): string {
  if (name === 'relu6') return b.add('Clip', [x, b.scalar(0), b.scalar(6)]);
  if (name === 'softmax') return b.add('Softmax', [x], { axis: -1 });
  const known: Readonly<Record<string, string>> = { relu: 'Relu', tanh: 'Tanh', sigmoid: 'Sigmoid', gelu: 'Gelu' };
  const type = known[name];
  if (type === undefined) throw new Error(`no ONNX for ${name}`);
  return b.add(type, [x]);
}

const activated = (b: OnnxBuilder, node: ApplyNode, x: string): string => {
  const name = activationOf(node);
  return name === undefined || name === 'linear' ? x : activation(b, name, x);
};

const autoPad = (node: ApplyNode): string => (node.parameters['padding'] === 'same' ? 'SAME_UPPER' : 'VALID');

/** The features in the order that they have with channels last. */
function flatten(b: OnnxBuilder, node: ApplyNode, x: string): string {
  const isImage = node.inputs[0]!.type.shape.length === 3;
  return b.add('Flatten', [isImage ? b.add('Transpose', [x], { perm: [0, 2, 3, 1] }) : x]);
}

const vector = (b: OnnxBuilder, { values, shape }: Weight): string => b.floats(values, shape);

/** Kernels [height, width, in, out] become [out, in, height, width]; depthwise ones [in, 1, height, width]. */
function convolution(
  b: OnnxBuilder,
  node: ApplyNode,
  x: string,
  kernel: Weight,
  bias: Weight | undefined,
  isDepthwise: boolean,
): string {
  const [height, width, channels, filters] = kernel.shape as [number, number, number, number];
  const [outer, inner] = isDepthwise ? [channels, 1] : [filters, channels];
  const values = new Float32Array(kernel.values.length);
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++)
      for (let at = 0; at < height * width; at++)
        values[(o * inner + i) * height * width + at] = kernel.values[isDepthwise ? at * channels + o : (at * channels + i) * filters + o]!; // prettier-ignore
  const strides = numbers(node.parameters['strides']);
  const inputs = [x, b.floats(values, [outer, inner, height, width]), ...(bias ? [vector(b, bias)] : [])];
  return b.add('Conv', inputs, { kernel_shape: [height, width], strides, auto_pad: autoPad(node), group: isDepthwise ? channels : 1 }); // prettier-ignore
}

function dense(b: OnnxBuilder, x: string, kernel: Weight, bias: Weight | undefined): string {
  const product = b.add('MatMul', [x, vector(b, kernel)]);
  return bias ? b.add('Add', [product, vector(b, bias)]) : product;
}

function attention(b: OnnxBuilder, node: ApplyNode, network: Network, x: string): string {
  const [seq, dim] = sizesOf(node.inputs[0]!.type.shape) as [number, number];
  const heads = asInteger(node.parameters['numHeads'] as Dim)!;
  const size = dim / heads;
  const part = (name: string, perm: readonly number[]): string => {
    const kernel = weightOf(network, node, `${name}.kernel`)!;
    const bias = weightOf(network, node, `${name}.bias`)!;
    const flat = dense(b, x, { values: kernel.values, shape: [dim, dim] }, { values: bias.values, shape: [dim] });
    return b.add('Transpose', [b.add('Reshape', [flat, b.integers([1, seq, heads, size])])], { perm });
  };
  const scores = b.add('MatMul', [part('query', [0, 2, 1, 3]), part('key', [0, 2, 3, 1])]);
  const shares = b.add('Softmax', [b.add('Mul', [scores, b.scalar(1 / Math.sqrt(size))])], { axis: -1 });
  const mixed = b.add('MatMul', [shares, part('value', [0, 2, 1, 3])]);
  const joined = b.add('Reshape', [b.add('Transpose', [mixed], { perm: [0, 2, 1, 3] }), b.integers([1, seq, dim])]);
  const kernel = weightOf(network, node, 'attentionOutput.kernel')!;
  return dense(b, joined, { values: kernel.values, shape: [dim, dim] }, weightOf(network, node, 'attentionOutput.bias'));
} // prettier-ignore

/** Keras's gates are input, forget, cell, output; ONNX's input, output, forget, cell. The last state is given. */
function lstm(b: OnnxBuilder, x: string, kernel: Weight, recurrent: Weight, bias: Weight): string {
  const units = recurrent.shape[0]!;
  const order = [0, 3, 1, 2];
  const turned = ({ values, shape: [rows = 1] }: Weight): Float32Array => {
    const out = new Float32Array(values.length);
    for (const [to, from] of order.entries())
      for (let u = 0; u < units; u++)
        for (let r = 0; r < rows; r++) out[(to * units + u) * rows + r] = values[r * 4 * units + from * units + u]!;
    return out;
  };
  const w = b.floats(turned(kernel), [1, 4 * units, kernel.shape[0]!]);
  const r = b.floats(turned(recurrent), [1, 4 * units, units]);
  const both = new Float32Array(8 * units);
  both.set(turned({ values: bias.values, shape: [1] }));
  const steps = b.add('Transpose', [x], { perm: [1, 0, 2] });
  const outputs = ['LSTM_all', 'LSTM_last'];
  b.nodes.push({ opType: 'LSTM', input: [steps, w, r, b.floats(both, [1, 8 * units])], output: outputs, attribute: [attributeProto(['hidden_size', units])] }); // prettier-ignore
  return b.add('Reshape', [outputs[1]!, b.integers([1, units])]);
}

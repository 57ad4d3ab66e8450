/**
 * A network → what to compute in which order, as converters and careful users write it: the scale and offset of batch
 * normalisation in the convolution before it, bias and activation with their product. The rivals that have no layers of
 * their own are made of this. Only inference may fold; none of the networks that the benchmarks train has anything to fold.
 */
import { asInteger, type Dim } from '../../compiler/shapes/index.ts';
import type { ApplyNode } from '../../compiler/graph/model-graph.ts';
import { activationOf, applications, numbers, sizesOf, weightOf, type Network, type Weight } from './model-graph.ts';

type Pair = readonly [number, number];
/** What the fused kernels of tfjs and TensorFlow can do behind a product. */
export type FusedActivation = 'relu' | 'relu6';

export interface Affine {
  readonly kernel: Weight;
  readonly bias?: Weight;
}

export type Operation =
  | ({ readonly kind: 'conv2d'; readonly depthwise: boolean; readonly strides: Pair; readonly padding: 'same' | 'valid'; readonly activation?: FusedActivation } & Affine)
  | ({ readonly kind: 'dense'; readonly activation?: FusedActivation } & Affine)
  | { readonly kind: 'maxPool'; readonly size: Pair; readonly strides: Pair; readonly padding: 'same' | 'valid' }
  | { readonly kind: 'globalAverage' | 'flatten' | 'softmax' | 'gelu' | 'relu' | 'relu6' | 'add' }
  | { readonly kind: 'layerNorm'; readonly gamma: Weight; readonly beta: Weight; readonly epsilon: number }
  | { readonly kind: 'attention'; readonly heads: number; readonly size: number; readonly query: Affine; readonly key: Affine; readonly value: Affine; readonly output: Affine }
  | { readonly kind: 'lstm'; readonly kernel: Weight; readonly recurrentKernel: Weight; readonly bias: Weight }; // prettier-ignore

export type Stage = Operation & {
  /** Whose results it takes: 0 is the input of the network, i + 1 what stage i gives. */
  readonly inputs: readonly number[];
  /** Without the batch axis. */
  readonly outputShape: readonly number[];
};

/** The last stage gives the output. */
export function stagesOf(network: Network): readonly Stage[] {
  const nodes = applications(network);
  const uses = new Map<unknown, number>();
  for (const { inputs } of nodes) for (const { node } of inputs) uses.set(node, (uses.get(node) ?? 0) + 1);
  const stages: Stage[] = [];
  const placeOf = new Map<unknown, number>([[network.graph.inputs[0]!.node, 0]]);
  for (const node of nodes) {
    // Attention to itself has the same input twice.
    const inputs = [...new Set(node.inputs.map((value) => placeOf.get(value.node)!))];
    const outputShape = sizesOf(node.outputs[0]!.shape);
    const [before] = node.inputs;
    const joined =
      uses.get(before!.node) === 1 && inputs[0] === stages.length && stages.length > 0
        ? withBefore(network, node, stages.at(-1)!)
        : undefined;
    if (joined !== undefined) stages[stages.length - 1] = { ...joined, outputShape };
    else
      for (const [i, operation] of operationsOf(network, node).entries())
        stages.push({ ...operation, inputs: i === 0 ? inputs : [stages.length], outputShape });
    placeOf.set(node, stages.length);
  }
  return stages;
}

/** The stage before with this node in it, where they are one. */
function withBefore(network: Network, node: ApplyNode, before: Stage): Stage | undefined {
  if ((before.kind !== 'conv2d' && before.kind !== 'dense') || before.activation !== undefined) return undefined;
  const { name } = node.definition;
  if (name === 'relu' || name === 'relu6') return { ...before, activation: name };
  return name === 'BatchNormalization' ? { ...before, ...folded(network, node, before) } : undefined;
}

/** gamma * (x·k + b - mean) / sqrt(variance + epsilon) + beta as a product and a bias. */
function folded(network: Network, node: ApplyNode, { kernel, bias }: Affine): Affine {
  const of = (name: string): Float32Array => weightOf(network, node, name)!.values;
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'movingMean', 'movingVariance'].map(of) as [Float32Array, Float32Array, Float32Array, Float32Array]; // prettier-ignore
  const scale = gamma.map((g, i) => g / Math.sqrt(variance[i]! + (node.parameters['epsilon'] as number)));
  const channels = scale.length;
  // The channels of results are the last axis; of a depthwise kernel [h, w, c, 1] the last but one, which is the same order.
  return {
    kernel: { shape: kernel.shape, values: kernel.values.map((value, i) => value * scale[i % channels]!) },
    bias: { shape: [channels], values: beta.map((b, i) => b + ((bias?.values[i] ?? 0) - mean[i]!) * scale[i]!) },
  };
}

function operationsOf(network: Network, node: ApplyNode): readonly Operation[] {
  const { name } = node.definition;
  const { parameters: p } = node;
  const weight = (local: string): Weight => weightOf(network, node, local)!;
  const bias = weightOf(network, node, 'bias');
  const affine: Affine = { kernel: weight('kernel'), ...(bias ? { bias } : {}) };
  const strides = p['strides'] === undefined ? undefined : (numbers(p['strides']) as Pair);
  const padding = p['padding'] as 'same' | 'valid';
  switch (name) {
    case 'Conv2D':
    case 'DepthwiseConv2D':
      return activated(node, { kind: 'conv2d', depthwise: name !== 'Conv2D', strides: strides!, padding, ...affine });
    case 'Dense':
      return activated(node, { kind: 'dense', ...affine });
    case 'MaxPooling2D': {
      const size = numbers(p['poolSize']) as Pair;
      return [{ kind: 'maxPool', size, strides: strides ?? size, padding }];
    }
    case 'GlobalAveragePooling2D':
      return [{ kind: 'globalAverage' }];
    case 'Flatten':
      return [{ kind: 'flatten' }];
    case 'LayerNormalization':
      return [{ kind: 'layerNorm', gamma: weight('gamma'), beta: weight('beta'), epsilon: p['epsilon'] as number }];
    case 'MultiHeadAttention':
      return [attention(network, node)];
    case 'LSTM':
      return [{ kind: 'lstm', kernel: weight('kernel'), recurrentKernel: weight('recurrentKernel'), bias: bias! }];
    case 'relu':
    case 'relu6':
    case 'softmax':
    case 'gelu':
    case 'add':
      return [{ kind: name }];
    default:
      throw new Error(`The benchmarks do not know how rivals compute ${name}.`);
  }
}

function activated(node: ApplyNode, product: Operation): readonly Operation[] {
  const name = activationOf(node) ?? 'linear';
  if (name === 'linear') return [product];
  if (name === 'relu' || name === 'relu6') return [{ ...product, activation: name } as Operation];
  if (name === 'softmax' || name === 'gelu') return [product, { kind: name }];
  throw new Error(`The benchmarks do not know how rivals compute ${name}.`);
}

/** Kernels as matrices: from features to heads × size, and back. */
function attention(network: Network, node: ApplyNode): Operation {
  const dim = sizesOf(node.inputs[0]!.type.shape).at(-1)!;
  const part = (name: string): Affine => {
    const [kernel, bias] = [weightOf(network, node, `${name}.kernel`)!, weightOf(network, node, `${name}.bias`)!];
    const inner = kernel.values.length / dim;
    const shape = name === 'attentionOutput' ? [inner, dim] : [dim, inner];
    return { kernel: { values: kernel.values, shape }, bias: { values: bias.values, shape: [bias.values.length] } };
  };
  const heads = asInteger(node.parameters['numHeads'] as Dim)!;
  const size = asInteger(node.parameters['keyDim'] as Dim)!;
  return { kind: 'attention', heads, size, query: part('query'), key: part('key'), value: part('value'), output: part('attentionOutput') }; // prettier-ignore
}

/**
 * What a careful user writes with tfjs itself: fused operations in a `tidy`, batch normalisation in the weights, training by
 * `Optimizer.minimize` with variables. No layers are between the operations.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Weight } from './model-graph.ts';
import type { Prepared, Rival, Subject, TrainingSubject } from './rival.ts';
import { stagesOf, type Affine, type Stage } from './stages.ts';

type Layer = (inputs: readonly tf.Tensor[]) => tf.Tensor;
type Make = (weight: Weight) => tf.Tensor;
type Parts<Kind extends Stage['kind']> = Extract<Stage, { kind: Kind }>;

/** One function of tensors for each stage, and its weights as `make` makes them. */
function layerOf(stage: Stage, make: Make): Layer {
  switch (stage.kind) {
    case 'conv2d':
      return convolution(stage, make);
    case 'dense':
      return dense(stage, make, stage.activation);
    case 'maxPool':
      return ([x]) => tf.maxPool(x as tf.Tensor4D, [...stage.size], [...stage.strides], stage.padding);
    case 'globalAverage':
      return ([x]) => tf.mean(x!, [1, 2]);
    case 'flatten':
      return ([x]) => tf.reshape(x!, [x!.shape[0]!, ...stage.outputShape]);
    case 'softmax':
      return ([x]) => tf.softmax(x!);
    case 'relu':
      return ([x]) => tf.relu(x!);
    case 'relu6':
      return ([x]) => tf.relu6(x!);
    case 'add':
      return ([a, b]) => tf.add(a!, b!);
    case 'gelu':
      return ([x]) => tf.mul(tf.mul(x!, 0.5), tf.add(tf.erf(tf.mul(x!, Math.SQRT1_2)), 1));
    case 'layerNorm':
      return layerNorm(stage, make);
    case 'attention':
      return attention(stage, make);
    case 'lstm':
      return lstm(stage, make);
  }
}

function convolution(stage: Parts<'conv2d'>, make: Make): Layer {
  const filter = make(stage.kernel) as tf.Tensor4D;
  const bias = stage.bias && make(stage.bias);
  const options = { filter, strides: [...stage.strides] as [number, number], pad: stage.padding, ...(bias ? { bias } : {}), ...(stage.activation ? { activation: stage.activation } : {}) }; // prettier-ignore
  const convolve = stage.depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
  return ([x]) => convolve({ x: x as tf.Tensor4D, ...options });
}

function dense({ kernel, bias }: Affine, make: Make, activation?: 'relu' | 'relu6'): Layer {
  const [features, units] = kernel.shape as [number, number];
  const b = make(kernel) as tf.Tensor2D;
  const options = { b, ...(bias ? { bias: make(bias) } : {}), ...(activation ? { activation } : {}) };
  return ([x]) => {
    const a = tf.reshape(x!, [-1, features]) as tf.Tensor2D;
    return tf.reshape(tf.fused.matMul({ a, ...options }), [...x!.shape.slice(0, -1), units]);
  };
}

function layerNorm(stage: Parts<'layerNorm'>, make: Make): Layer {
  const [gamma, beta] = [make(stage.gamma), make(stage.beta)];
  return ([x]) => {
    const { mean, variance } = tf.moments(x!, -1, true);
    const scale = tf.mul(tf.rsqrt(tf.add(variance, stage.epsilon)), gamma);
    return tf.add(tf.mul(tf.sub(x!, mean), scale), beta);
  };
}

function attention(stage: Parts<'attention'>, make: Make): Layer {
  const { heads, size } = stage;
  const [query, key, value, output] = [stage.query, stage.key, stage.value, stage.output].map((part) => dense(part, make)) as [Layer, Layer, Layer, Layer]; // prettier-ignore
  return ([x]) => {
    const [batch, positions] = x!.shape as [number, number];
    const split = (made: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(made, [batch, positions, heads, size]), [0, 2, 1, 3]); // prettier-ignore
    const scores = tf.matMul(tf.mul(split(query([x!])), 1 / Math.sqrt(size)), split(key([x!])), false, true);
    const mixed = tf.matMul(tf.softmax(scores), split(value([x!])));
    return output([tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, positions, heads * size])]);
  };
}

/** The products with the inputs of all steps at once, before the loop. */
function lstm(stage: Parts<'lstm'>, make: Make): Layer {
  const [given, recurrent] = [dense(stage, make), make(stage.recurrentKernel) as tf.Tensor2D];
  const units = recurrent.shape[0];
  return ([x]) => {
    const rows = tf.unstack(given([x!]), 1) as tf.Tensor2D[];
    let h: tf.Tensor2D = tf.zeros([x!.shape[0]!, units]);
    let c: tf.Tensor2D = h;
    for (const row of rows) {
      const [i, f, g, o] = tf.split(tf.add(row, tf.matMul(h, recurrent)), 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]; // prettier-ignore
      c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
      h = tf.mul(tf.sigmoid(o), tf.tanh(c));
    }
    return h;
  };
}

function forward(stages: readonly Stage[], make: Make): (x: tf.Tensor) => tf.Tensor {
  const layers = stages.map((stage) => ({ layer: layerOf(stage, make), inputs: stage.inputs }));
  return (x) => {
    const values = [x];
    for (const { layer, inputs } of layers) values.push(layer(inputs.map((at) => values[at]!)));
    return values.at(-1)!;
  };
}

async function predict({ network, x, shape }: Subject): Promise<Prepared> {
  const held: tf.Tensor[] = [];
  const ask = forward(stagesOf(network), ({ values, shape: sizes }) => {
    held.push(tf.tensor(values, [...sizes]));
    return held.at(-1)!;
  });
  const run = async (): Promise<ArrayLike<number>> => {
    const output = tf.tidy(() => ask(tf.tensor(x, [...shape])));
    const values = output.dataSync();
    output.dispose();
    return values;
  };
  return { run, dispose: () => tf.dispose(held) };
}

const noGradient = new Set<Stage['kind']>(['conv2d', 'maxPool']);

async function step(subject: TrainingSubject): ReturnType<NonNullable<Rival['step']>> {
  const { network, x, shape, target, backend, loss, optimizer } = subject;
  const stages = stagesOf(network);
  if (backend === 'wasm' && stages.some(({ kind }) => noGradient.has(kind)))
    return { absent: 'tfjs has no gradient of a convolution on wasm, and a wrong one of max pooling.' };
  const variables: tf.Variable[] = [];
  // Losses are computed from what goes into the softmax.
  const isClassifier = loss === 'sparseCategoricalCrossentropy';
  const ask = forward(isClassifier ? stages.slice(0, -1) : stages, ({ values, shape: sizes }) => {
    variables.push(tf.variable(tf.tensor(values, [...sizes])));
    return variables.at(-1)!;
  });
  const classes = stages.at(-1)!.outputShape.at(-1)!;
  const update = optimizer.name === 'adam' ? tf.train.adam(optimizer.learningRate) : tf.train.sgd(optimizer.learningRate);
  const lossOf = (): tf.Scalar => {
    const given = ask(tf.tensor(x, [...shape]));
    if (!isClassifier) return tf.losses.meanSquaredError(tf.tensor(target, given.shape), given);
    return tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(target as Int32Array, 'int32'), classes), given);
  };
  const run = async (): Promise<ArrayLike<number>> => {
    const cost = update.minimize(lossOf, true, variables)!;
    const values = cost.dataSync();
    cost.dispose();
    return values;
  };
  return { run, dispose: () => (tf.dispose(variables), update.dispose()) };
} // prettier-ignore

export const handWritten: Rival = { name: 'tfjs by hand', predict, step };

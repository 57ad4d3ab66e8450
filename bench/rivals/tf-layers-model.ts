/** A network → the same in tf.layers, with the same weights. */
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { asInteger, type Dim } from '../../compiler/shapes/index.ts';
import type { ApplyNode } from '../../compiler/graph/model-graph.ts';
import { activationOf, applications, numbers, sizesOf, type Network } from './model-graph.ts';

const missing: ReadonlySet<string> = new Set(['MultiHeadAttention', 'gelu']);

/** What the network needs that tf.layers does not have. */
export const layersMissing = (network: Network): readonly string[] => {
  const used = applications(network).flatMap((node) => [node.definition.name, activationOf(node) ?? '']);
  return [...new Set(used.filter((name) => missing.has(name)))];
};

export function tfLayersModel(network: Network): layers.LayersModel {
  const nodes = applications(network);
  const [given] = network.graph.inputs;
  const input = layers.input({ shape: [...sizesOf(given!.node.outputs[0]!.shape)] });
  const values = new Map<unknown, layers.SymbolicTensor>([[given!.node, input]]);
  const made: { layer: layers.layers.Layer; node: ApplyNode }[] = [];
  for (const node of nodes) {
    const layer = layerOf(node);
    const inputs = node.inputs.map((value) => values.get(value.node)!);
    values.set(node, layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as layers.SymbolicTensor);
    made.push({ layer, node });
  }
  const model = layers.model({ inputs: input, outputs: values.get(network.graph.outputs[0]!.value.node)! });
  for (const { layer, node } of made) setWeights(layer, node, network);
  return model;
}

function layerOf(node: ApplyNode): layers.layers.Layer {
  const { parameters: p } = node;
  const activation = activationOf(node);
  const used = activation === undefined ? {} : { activation: activation as 'relu' };
  const windows = { strides: p['strides'] ? [...numbers(p['strides'])] : undefined, padding: p['padding'] as 'same' };
  const int = (name: string): number => asInteger(p[name] as Dim)!;
  switch (node.definition.name) {
    case 'Conv2D':
      return layers.layers.conv2d({ filters: int('filters'), kernelSize: [...numbers(p['kernelSize'])], ...windows, useBias: p['useBias'] as boolean, ...used } as never); // prettier-ignore
    case 'DepthwiseConv2D':
      return layers.layers.depthwiseConv2d({ kernelSize: [...numbers(p['kernelSize'])], ...windows, useBias: p['useBias'] as boolean, ...used } as never); // prettier-ignore
    case 'BatchNormalization':
      return layers.layers.batchNormalization({ epsilon: p['epsilon'] as number });
    case 'MaxPooling2D':
      return layers.layers.maxPooling2d({ poolSize: [...numbers(p['poolSize'])], ...windows } as never);
    case 'GlobalAveragePooling2D':
      return layers.layers.globalAveragePooling2d({});
    case 'Flatten':
      return layers.layers.flatten();
    case 'Dense':
      return layers.layers.dense({ units: int('units'), ...used });
    case 'LSTM':
      return layers.layers.lstm({ units: int('units'), recurrentActivation: 'sigmoid', recurrentInitializer: 'zeros' });
    case 'add':
      return layers.layers.add();
    case 'relu6':
      return layers.layers.reLU({ maxValue: 6 });
    case 'relu':
      return layers.layers.reLU();
    default:
      throw new Error(`no tf.layers for ${node.definition.name}`);
  }
}

function setWeights(layer: layers.layers.Layer, node: ApplyNode, { weights }: Network): void {
  const own = Object.values(node.weights).flatMap((path) => weights.get(path) ?? []);
  if (own.length === 0) return;
  const tensors = own.map(({ values, shape }) => tf.tensor(values, [...shape]));
  layer.setWeights(tensors);
  tf.dispose(tensors);
}

/**
 * Applies one definition directly, without a parser or a checker: completes its parameters, asks its rule and its
 * weights, lowers it and evaluates the result and its gradients with the reference evaluator.
 */
import type { FunctionDefinition } from '../../compiler/definitions/define-function.ts';
import type { LayerDefinition, RuleResult } from '../../compiler/definitions/define-layer.ts';
import type { Parameter, ParameterKind, Parameters } from '../../compiler/definitions/parameters.ts';
import { registry } from '../../compiler/definitions/registry.ts';
import type { TensorType } from '../../compiler/definitions/types.ts';
import { differentiate } from '../../compiler/differentiate/index.ts';
import {
  createGraphBuilder,
  evaluateNodes,
  ndArray,
  type GraphBuilder,
  type NdArray,
  type TensorNode,
} from '../../compiler/graph/index.ts';
import { topological } from '../../compiler/graph/index.ts';
import { applyDefinition, namedInputs } from '../../compiler/lower/apply-definition.ts';
import { dim } from '../../compiler/shapes/index.ts';
import { concreteNeed, numbersOf } from './concrete-need.ts';

/** Arguments as they would be written: numbers, names of options and activations, lists. */
export type Arguments = Readonly<Record<string, unknown>>;

const dims = (value: unknown, length?: number): unknown => {
  const list = Array.isArray(value) ? value : Array.from({ length: length ?? 1 }, () => value);
  return list.map((n) => dim(Number(n)));
};

function paddingValue(value: unknown, axes: number): unknown {
  if (typeof value === 'string') return value;
  if (axes === 1 && Array.isArray(value) && value.length === 2) return [dims(value)];
  const sides = Array.isArray(value) ? value : Array.from({ length: axes }, () => value);
  return sides.map((side) => dims(side, 2));
}

function padPairs(value: unknown): unknown {
  const pair = Array.isArray(value) ? value : [value, value];
  return pair.some(Array.isArray) ? pair.map((one) => dims(one, 2)) : [dims(pair)];
}

function converted(type: ParameterKind, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (type.kind === 'int') return dim(Number(value));
  if (type.kind === 'ints') return dims(value, type.length);
  if (type.kind === 'sizes') return dims(value);
  if (type.kind === 'numbers') return Array.isArray(value) ? value : [value];
  if (type.kind === 'parts') return Array.isArray(value) ? dims(value) : dim(Number(value));
  if (type.kind === 'pads') return padPairs(value);
  if (type.kind === 'axes' || type.kind === 'permutation') return Array.isArray(value) ? value : [value];
  if (type.kind === 'padding') return paddingValue(value, type.axes);
  if (type.kind === 'layer') {
    const [name, args] = value as readonly [string, Arguments];
    const definition = registry.layers.get(name)!;
    return { definition, parameters: completed(definition.parameters, args) };
  }
  if (type.kind === 'layers') return (value as readonly unknown[]).map((one) => converted({ kind: 'layer' }, one));
  if (type.kind === 'activation') {
    const [name, args] = Array.isArray(value) ? [String(value[0]), value[1] as Arguments] : [String(value), {}];
    const definition = registry.functions.get(name)!;
    return { definition, parameters: completed(definition.parameters, args) };
  }
  if ((type.kind === 'initializer' || type.kind === 'regularizer' || type.kind === 'constraint') && typeof value === 'string') return { name: value, arguments: {} }; // prettier-ignore
  return value;
}

export function completed(parameters: Parameters, args: Arguments): Readonly<Record<string, unknown>> {
  const unknown = Object.keys(args).filter((name) => !(name in parameters));
  const sizes = Object.keys(parameters).find((name) => parameters[name]!.type.kind === 'namedSizes');
  if (sizes === undefined && unknown.length > 0) throw new Error(`no such parameter: ${unknown.join(' ')}`);
  const entries = Object.entries(parameters).map(([name, parameter]: [string, Parameter]) => {
    if (!(name in args) && parameter.required) throw new Error(`missing: ${name}`);
    if (name === sizes) return [name, Object.fromEntries(unknown.map((axis) => [axis, dim(Number(args[axis]))]))];
    return [name, name in args ? converted(parameter.type, args[name]) : parameter.defaultValue] as const;
  });
  return Object.fromEntries(entries);
}

/** Results of a rule as types. */
export function typesOf(result: RuleResult): readonly Omit<TensorType, 'batched'>[] {
  if (result === undefined) throw new Error('the rule gave nothing');
  if ('dtype' in result) return [result as Omit<TensorType, 'batched'>];
  const list = result as readonly unknown[];
  const first = list[0];
  const several = typeof first === 'object' && first !== null && 'shape' in first;
  if (several) return list as readonly Omit<TensorType, 'batched'>[];
  return [{ dtype: 'float32', shape: result as TensorType['shape'] }];
}

export interface Options {
  readonly training?: boolean;
  /** False for inputs without a batch axis (their first axis is 1 all the same). */
  readonly batched?: readonly boolean[];
  readonly inputNames?: readonly string[];
}

export interface Applied {
  readonly op: GraphBuilder;
  readonly inputs: readonly TensorNode[];
  readonly weights: Readonly<Record<string, TensorNode>>;
  readonly outputs: readonly TensorNode[];
  readonly updates: Readonly<Record<string, TensorNode>>;
  /** What is added to the loss. */
  readonly penalties: readonly TensorNode[];
  readonly types: readonly Omit<TensorType, 'batched'>[];
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Inputs are given with their batch axis. */
export function applied(definition: LayerDefinition | FunctionDefinition, args: Arguments, inputs: readonly NdArray[], options: Options = {}): Applied {
  const op = createGraphBuilder();
  const callOptions = definition.kind === 'layer' ? definition.callParameters : undefined;
  const parameters = completed({ ...definition.parameters, ...callOptions }, args);
  const types: TensorType[] = inputs.map((x, i) => ({
    dtype: x.dtype,
    shape: x.shape.slice(1).map(dim),
    batched: options.batched?.[i] ?? true,
  }));
  const named = namedInputs(definition.tensors, types, options.inputNames);
  const context = { input: types[0]!, inputs: types, named, parameters, need: concreteNeed };
  const results = typesOf(definition.shape(context));
  const nodes = inputs.map((x, i) => op.input(`x${i}`, x.dtype, x.shape));
  const made = definition.kind === 'layer' ? (definition.weights?.(context) ?? {}) : {};
  const weights: Record<string, TensorNode> = {};
  for (const [name, weight] of Object.entries(made))
    if (weight) weights[name] = op.weight(name, weight.dtype ?? 'float32', weight.shape);
  const updates: Record<string, TensorNode> = {};
  const penalties: TensorNode[] = [];
  let uses = 0;
  const outputs = applyDefinition({
    definition, parameters, inputs: nodes, types, inputNames: options.inputNames, weights, op,
    outputs: results.map((type) => ({ ...type, batched: true })),
    batch: dim(inputs[0]?.shape[0] ?? 1),
    examples: dim(inputs[0]?.shape[0] ?? 1),
    training: options.training ?? false,
    random: () => ({ use: uses++ }),
    update: (name, value) => { updates[name] = value; },
    penalize: (penalty) => penalties.push(penalty),
  });
  return { op, inputs: nodes, weights, outputs, updates, penalties, types: results, parameters };
} // prettier-ignore

export interface Values {
  readonly inputs: readonly NdArray[];
  readonly weights?: Readonly<Record<string, NdArray>>;
  readonly precision?: 'float32' | 'float64';
  /** Draws in place of the usual ones. */
  readonly random?: (kind: 'uniform' | 'normal', use: number, count: number) => readonly number[];
}

export function evaluated(nodes: readonly TensorNode[], values: Values): readonly NdArray[] {
  const inputs = Object.fromEntries(values.inputs.map((x, i) => [`x${i}`, x]));
  const precision = values.precision === undefined ? {} : { precision: values.precision };
  const random = values.random === undefined ? {} : { random: values.random };
  const results = evaluateNodes(topological(nodes), { inputs, weights: values.weights ?? {}, ...precision, ...random });
  return nodes.map((node) => results.get(node)!);
}

/** Deterministic numbers between −1 and 1 that are all different. */
export function someNumbers(shape: readonly number[], seed = 1): NdArray {
  const count = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: count }, (_, i) => Math.fround(Math.sin((i + 1) * 12.9898 * seed + seed) * 0.99));
  return ndArray(shape, data);
}

export const someWeights = (a: Applied, seed = 3): Readonly<Record<string, NdArray>> =>
  Object.fromEntries(
    Object.entries(a.weights).map(([name, node], i) => {
      const x = someNumbers(numbersOf(node.shape), seed + i);
      // Variances are positive.
      return [name, name.includes('ariance') ? ndArray(x.shape, x.data.map((v) => 0.6 + v / 2)) : x]; // prettier-ignore
    }),
  );

/** Gradients of Σ output · cotangent by every float input and every weight. */
export function gradients(a: Applied, values: Values, cotangent: NdArray): { inputs: readonly (NdArray | undefined)[]; weights: Readonly<Record<string, NdArray | undefined>> } {
  const { op } = a;
  const loss = op.sum(op.multiply(a.outputs[0]!, op.constant([...cotangent.data], [...cotangent.shape])));
  const names = Object.keys(a.weights);
  const nodes = differentiate(op, loss, [...a.inputs, ...names.map((name) => a.weights[name]!)]);
  const found = evaluated(nodes.filter((node) => node !== undefined), values); // prettier-ignore
  let next = 0;
  const all = nodes.map((node) => (node ? found[next++] : undefined));
  const ofWeights = Object.fromEntries(names.map((name, i) => [name, all[a.inputs.length + i]]));
  return { inputs: all.slice(0, a.inputs.length), weights: ofWeights };
} // prettier-ignore

/** Makes model graphs as the checker would, from definitions and arguments. */
import { SourceFile } from '../../grammar/source.ts';
import type { Place } from '../../compiler/diagnostics/diagnostic.ts';
import { registry } from '../../compiler/definitions/registry.ts';
import type { TensorType } from '../../compiler/definitions/types.ts';
import type { DType, NdArray, TensorNode } from '../../compiler/graph/index.ts';
import { evaluateProgram, ndArray, topological, verify } from '../../compiler/graph/index.ts';
import type { ApplyNode, GraphMetric, GraphNode, GraphValue, ModelGraph, ModelWeight, TrainingGraph } from '../../compiler/graph/model-graph.ts'; // prettier-ignore
import { lowerModel } from '../../compiler/lower/lower-model.ts';
import { namedInputs } from '../../compiler/lower/apply-definition.ts';
import type { LoweredModel } from '../../compiler/lower/lowered.ts';
import { dim, variable, type Dim, type SizeVariable } from '../../compiler/shapes/index.ts';
import { concreteNeed, numbersOf } from '../layers/concrete-need.ts';
import { completed, typesOf, type Arguments } from '../layers/harness.ts';

const origin: Place = { file: new SourceFile('/m.nn', 'model M {}\n'), span: { start: 0, end: 5 } };
type Sizes = readonly (number | SizeVariable)[];
const toDim = (size: number | SizeVariable): Dim => (typeof size === 'number' ? dim(size) : variable(size));

interface TrainOptions extends Partial<Omit<TrainingGraph, 'optimizer' | 'loss'>> {
  readonly optimizer?: readonly [string, Arguments];
}

export class ModelMaker {
  readonly nodes: GraphNode[] = [];
  readonly weights: ModelWeight[] = [];
  readonly auxiliaryLosses: { readonly name: string; readonly value: GraphValue }[] = [];

  #add(node: GraphNode): GraphValue {
    this.nodes.push(node);
    return { node, output: 0, type: node.outputs[0]! };
  }
  #base(label: string, type: TensorType): Pick<GraphNode, 'id' | 'origin' | 'label' | 'outputs'> {
    return { id: this.nodes.length, origin, label, outputs: [type] };
  }

  input(name: string, shape: Sizes, dtype: DType = 'float32', kind: 'input' | 'target' = 'input'): GraphValue {
    return this.#add({ ...this.#base(name, { dtype, shape: shape.map(toDim), batched: true }), kind, name });
  }
  constant(values: readonly number[], shape: readonly number[] = [], dtype: DType = 'float32'): GraphValue {
    return this.#add({ ...this.#base('constant', { dtype, shape: shape.map(dim), batched: false }), kind: 'constant', values }); // prettier-ignore
  }
  size(size: SizeVariable): GraphValue {
    return this.#add({ ...this.#base(size.name, { dtype: 'float32', shape: [], batched: false }), kind: 'size', size: variable(size) }); // prettier-ignore
  }
  weight(path: string, sizes: readonly number[], more: Partial<ModelWeight> = {}): GraphValue {
    if (!this.weights.some((w) => w.path === path))
      this.weights.push({ path, sizes, shape: sizes.map(dim), initializer: { name: 'zeros', arguments: {} }, origin, ...more }); // prettier-ignore
    return this.#add({ ...this.#base(path, { dtype: 'float32', shape: sizes.map(dim), batched: false }), kind: 'weight', path }); // prettier-ignore
  }

  /** A layer by its path; the same path again is the same layer. */
  layer(name: string, path: string, args: Arguments, ...inputs: readonly GraphValue[]): GraphValue {
    return this.#apply(registry.layers.get(name)!, path, args, inputs);
  }
  call(name: string, args: Arguments, ...inputs: readonly GraphValue[]): GraphValue {
    return this.#apply(registry.functions.get(name)!, '', args, inputs);
  }
  #apply(definition: ApplyNode['definition'], path: string, args: Arguments, inputs: readonly GraphValue[]): GraphValue {
    const parameters = completed(definition.parameters, args);
    const types = inputs.map((input) => input.type);
    const named = namedInputs(definition.tensors, types);
    const context = { input: types[0]!, inputs: types, named, parameters, need: concreteNeed };
    const [type] = typesOf(definition.shape(context));
    const weights: Record<string, string> = {};
    const made = definition.kind === 'layer' ? (definition.weights?.(context) ?? {}) : {};
    for (const [local, weight] of Object.entries(made)) {
      if (!weight) continue;
      weights[local] = `${path}.${local}`;
      if (!this.weights.some((w) => w.path === weights[local]))
        this.weights.push({ ...weight, path: weights[local]!, sizes: numbersOf(weight.shape), origin });
    }
    const batched = types.some((t) => t.batched) || ('batched' in definition && definition.batched === true);
    const base = this.#base(`${definition.name}(…)`, { ...type!, batched });
    return this.#add({ ...base, kind: 'apply', definition, parameters, inputs, weights, path });
  } // prettier-ignore

  loss(name: string, target: GraphValue, prediction: GraphValue, args: Arguments = {}, more: { readonly mask?: GraphValue; readonly sampleWeight?: GraphValue } = {}): GraphValue {
    const definition = registry.losses.get(name)!;
    const shape = prediction.type.shape.length === 0 ? [] : prediction.type.shape.slice(0, -1);
    const base = this.#base(`${name}(…)`, { dtype: 'float32', shape, batched: true });
    return this.#add({ ...base, kind: 'loss', definition, parameters: completed(definition.parameters, args), target, prediction, ...more });
  } // prettier-ignore
  metric(name: string, target: GraphValue, prediction: GraphValue, args: Arguments = {}): GraphMetric {
    const definition = registry.metrics.get(name)!;
    return { name, definition, parameters: completed(definition.parameters, args), target, prediction, origin };
  }

  finish(outputs: Readonly<Record<string, GraphValue>>, loss?: GraphValue, train: TrainOptions = {}): LoweredModel {
    const [name, args] = train.optimizer ?? ['sgd', { learningRate: 1 }];
    const definition = registry.optimizers.get(name)!;
    const optimizer = { definition, parameters: completed(definition.parameters, args) };
    const training: TrainingGraph | undefined = loss && {
      targets: [], metrics: [], batchSize: 32, epochs: 1, freeze: [], callbacks: [], requirements: [], valueRequirements: [], origin, ...train, loss, optimizer,
    }; // prettier-ignore
    const model: ModelGraph = {
      name: 'M', origin, arguments: {}, sizes: [], inputs: [], requirements: [], valueRequirements: [],
      outputs: Object.entries(outputs).map(([name, value]) => ({ name, value })),
      nodes: this.nodes, weights: this.weights, auxiliaryLosses: this.auxiliaryLosses,
      ...(training ? { training } : {}),
    }; // prettier-ignore
    const lowered = lowerModel(model);
    for (const program of [lowered.inference, lowered.training?.step, lowered.training?.evaluate])
      if (program) verify({ outputs: program });
    return lowered;
  }
}

export interface Feed {
  readonly inputs: Readonly<Record<string, NdArray>>;
  readonly weights: Readonly<Record<string, NdArray>>;
  readonly slots?: Readonly<Record<string, NdArray>>;
  readonly examples: number;
  readonly sizes?: ReadonlyMap<number, number>;
  readonly precision?: 'float32' | 'float64';
  readonly learningRate?: number;
  readonly step?: number;
}

/** What a program reads beside inputs and targets, as it usually is: every example counts 1, and nothing is frozen at run time. */
export function usualInputs(
  program: ReadonlyMap<string, TensorNode>,
  examples: number,
): Readonly<Record<string, NdArray>> {
  const leaves = topological(program.values()).filter((node) => node.op === 'input');
  const flags = leaves.map((node) => String(node.attributes['name'])).filter((name) => name.startsWith('frozen:'));
  const ones = ndArray([examples], Array<number>(examples).fill(1));
  const weights = leaves
    .map((node) => String(node.attributes['name']))
    .filter((name) => name.startsWith('sampleWeight'));
  return {
    ...Object.fromEntries(weights.map((name) => [name, ones])),
    ...Object.fromEntries(flags.map((name) => [name, ndArray([], [0], 'bool')])),
  };
}

export function run(lowered: LoweredModel, program: ReadonlyMap<string, TensorNode>, feed: Feed): Readonly<Record<string, NdArray>> {
  const sizes = new Map([...(feed.sizes ?? []), [lowered.batch.id, feed.examples] as const]);
  const { examples: _, ...bindings } = feed;
  const inputs = { ...usualInputs(program, feed.examples), ...feed.inputs };
  return Object.fromEntries(evaluateProgram({ outputs: program }, { learningRate: 1, ...bindings, inputs, sizes }));
} // prettier-ignore

/** Numbers for every weight of a model; variances are positive. */
export function someWeightsOf(lowered: LoweredModel): Record<string, NdArray> {
  return Object.fromEntries(
    lowered.model.weights.map(({ path, sizes }, k) => {
      const count = sizes.reduce((a, b) => a * b, 1);
      const data = Array.from({ length: count }, (_, i) => Math.sin((i + 1) * (k + 2) * 1.7) / 2 + (path.endsWith('Variance') ? 1 : 0)); // prettier-ignore
      return [path, ndArray(sizes, data)];
    }),
  );
}

/**
 * The layer graph as tensor nodes, in one mode: walks the applications in the order of the text. While training, a
 * layer that keeps statistics writes them, and a later use of the same layer reads what the earlier one wrote.
 */
import { completeSizes } from '../definitions/axes.ts';
import type { GraphBuilder, TensorNode } from '../graph/index.ts';
import type { ApplyNode, GraphNode, GraphValue, InputNode, LossNode, ModelGraph } from '../graph/model-graph.ts';
import type { RandomUse } from '../ops/ops.ts';
import { multiply, type Dim } from '../shapes/index.ts';
import { numbers as numbersOf } from '../layers/windows.ts';
import { applyDefinition } from './apply-definition.ts';
import { pairValues, weighedByExample, weighedLoss } from './lower-pair.ts';

export interface WalkOptions {
  readonly builder: GraphBuilder;
  readonly model: ModelGraph;
  readonly batch: Dim;
  readonly training: boolean;
  /** Weights that do not learn; layers all of whose weights are frozen use their moving statistics. */
  readonly isFrozen: (path: string) => boolean;
  /** What each example counts in a loss, where the caller may say so for this target. */
  readonly exampleWeight?: (loss: LossNode) => TensorNode | undefined;
  /** Only what these need is lowered. */
  readonly wanted: readonly GraphValue[];
}

export interface Walk {
  valueOf(value: GraphValue): TensorNode;
  /** New values of state weights by path. */
  readonly updates: ReadonlyMap<string, TensorNode>;
  /** Scalars that layers add to the loss because of what they give. */
  readonly penalties: readonly TensorNode[];
  /** Of layers that learn statistics before training: `mean:PATH`, `variance:PATH` and `count:PATH` of the batch. */
  readonly adapted: ReadonlyMap<string, TensorNode>;
}

/** What a node reads. */
function inputsOf(node: GraphNode): readonly GraphValue[] {
  if (node.kind === 'apply') return node.inputs;
  if (node.kind !== 'loss') return [];
  return [node.target, node.prediction, node.mask, node.sampleWeight].filter((value) => value !== undefined);
}

export function neededNodes(wanted: readonly GraphValue[]): ReadonlySet<GraphNode> {
  const needed = new Set<GraphNode>();
  const visit = (value: GraphValue): void => {
    if (needed.has(value.node)) return;
    needed.add(value.node);
    inputsOf(value.node).forEach(visit);
  };
  wanted.forEach(visit);
  return needed;
}

/** A weight as its shape says, without a batch axis. */
export function weightLeaf(builder: GraphBuilder, model: ModelGraph, path: string): TensorNode {
  const weight = model.weights.find((w) => w.path === path);
  if (!weight) throw new Error(`the model has no weight ${path}`);
  return builder.weight(path, weight.dtype ?? 'float32', weight.sizes);
}

/** An input or a target. */
export const inputLeaf = (builder: GraphBuilder, { name, outputs }: InputNode, batch: Dim): TensorNode =>
  builder.input(name, outputs[0]!.dtype, [batch, ...completeSizes(outputs[0]!.shape)]);

export function walkModel(options: WalkOptions): Walk {
  const { builder: op, model, batch } = options;
  const values = new Map<GraphNode, readonly TensorNode[]>();
  const updates = new Map<string, TensorNode>();
  const penalties: TensorNode[] = [];
  const adapted = new Map<string, TensorNode>();
  const states = new Set(model.weights.filter((w) => w.trainable === false).map((w) => w.path));
  let uses = 0;
  const random = (): RandomUse => ({ use: uses++ });

  const valueOf = (value: GraphValue): TensorNode => {
    const node = values.get(value.node)?.[value.output];
    if (!node) throw new Error(`a value is read before it is made: ${value.node.label}`);
    return node;
  };
  // The steps of a sequence that are examples to a part of the model make its batch larger.
  const batchOf = ({ steps = [] }: ApplyNode | LossNode): Dim => steps.reduce(multiply, batch);
  const current = (path: string): TensorNode => updates.get(path) ?? weightLeaf(op, model, path);

  const applied = (node: ApplyNode): readonly TensorNode[] => {
    const paths = Object.values(node.weights);
    // A shared layer learns from its first use.
    if (
      node.definition.kind === 'layer' &&
      node.definition.adapt &&
      paths.length > 0 &&
      !adapted.has(`mean:${node.path}`)
    ) {
      const found = node.definition.adapt({ x: valueOf(node.inputs[0]!), parameters: node.parameters, op });
      for (const [name, value] of Object.entries(found)) adapted.set(`${name}:${node.path}`, value);
    }
    const keepsState = paths.some((path) => states.has(path));
    const training = options.training && !(keepsState && paths.every(options.isFrozen));
    return applyDefinition({
      definition: node.definition,
      parameters: node.parameters,
      inputs: node.inputs.map(valueOf),
      types: node.inputs.map((input) => input.type),
      inputNames: node.inputNames,
      outputs: node.outputs,
      weights: Object.fromEntries(Object.entries(node.weights).map(([name, path]) => [name, current(path)])),
      op,
      batch: batchOf(node),
      examples: batch,
      training,
      frozen: training && keepsState ? op.input(`frozen:${node.path}`, 'bool', []) : undefined,
      random,
      update: (name, value) => {
        const path = node.weights[name];
        if (path === undefined) throw new Error(`${node.label} has no weight ${name}`);
        updates.set(path, value);
      },
      penalize: (penalty) => penalties.push(penalty),
    });
  };
  const lossOf = (node: LossNode): TensorNode => {
    const pair = { ...node, target: valueOf(node.target), prediction: valueOf(node.prediction) };
    const weighing = { mask: node.mask && valueOf(node.mask), sampleWeight: node.sampleWeight && valueOf(node.sampleWeight) };
    const weighed = weighedLoss(op, pairValues(op, pair, batchOf(node)), weighing);
    const byExample = options.exampleWeight?.(node);
    return byExample ? weighedByExample(op, weighed, byExample) : weighed;
  }; // prettier-ignore
  const lowered = (node: GraphNode): readonly TensorNode[] => {
    if (node.kind === 'apply') return applied(node);
    if (node.kind === 'loss') return [lossOf(node)];
    const { dtype, shape } = node.outputs[0]!;
    if (node.kind === 'size') return [op.cast(op.reshape(op.dimension(node.size), [1]), dtype)];
    if (node.kind === 'weight') return [op.reshape(current(node.path), [1, ...completeSizes(shape)])];
    if (node.kind === 'constant') return [op.constant(node.values, [1, ...numbersOf(completeSizes(shape))], dtype)];
    return [inputLeaf(op, node, batch)];
  };

  const needed = neededNodes(options.wanted);
  for (const node of model.nodes) {
    if (!needed.has(node)) continue;
    const path = node.kind === 'apply' && node.path !== '' ? { path: node.path } : {};
    values.set(
      node,
      op.withOrigin({ ...path, label: node.label, place: node.origin }, () => lowered(node)),
    );
  }
  return { valueOf, updates, penalties, adapted };
}

/**
 * A model graph → the numbers that `nn summary` shows: layers, shapes, parameters, FLOPs, activation bytes. Sizes stay
 * symbolic where the model leaves them open. Computes only; how it looks is in `summary-table.ts` and `summary-json.ts`.
 */
import type { ApplyNode, GraphNode, GraphValue, ModelGraph, ModelWeight } from '../graph/model-graph.ts';
import type { ModelMemory } from '../memory/model-memory.ts';
import type { DType } from '../graph/tensor-graph.ts';
import type { TensorType } from '../definitions/types.ts';
import {
  add,
  dim,
  displayCondition,
  elementCount,
  isSpread,
  multiply,
  noFacts,
  ONE,
  ZERO,
  type Dim,
  type Shape,
} from '../shapes/index.ts';

export interface SummaryRow {
  /** The layer's path or the weight's name. */
  readonly path: string;
  /** The layer's name, or `weight` for a raw weight. */
  readonly type: string;
  /** Of its first use. */
  readonly outputShape: Shape;
  readonly parameters: Dim;
  readonly trainable: Dim;
  /** Per example, of all uses. */
  readonly flops: Dim;
  /** Of all results of all uses, per example; undefined where even the number of axes is open. */
  readonly activationBytes: Dim | undefined;
  /** How often a shared layer is applied; 0 for a raw weight. */
  readonly uses: number;
}

/** Functions that compute something (`matMul`, `scaledDotProductAttention`), by name, in the order of first use. */
export interface SummaryFunction {
  readonly name: string;
  readonly uses: number;
  readonly flops: Dim;
}

export interface SummaryTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface ModelSummary {
  readonly name: string;
  readonly doc?: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly inputs: readonly SummaryTensor[];
  readonly outputs: readonly SummaryTensor[];
  readonly rows: readonly SummaryRow[];
  readonly functions: readonly SummaryFunction[];
  readonly parameters: { readonly total: Dim; readonly trainable: Dim };
  /** Per example. */
  readonly flops: Dim;
  readonly weights: readonly ModelWeight[];
  /** Bytes of all weights. */
  readonly weightBytes: Dim;
  /** Where every size has a number; the names of those that have none where some do not. */
  readonly memory?: ModelMemory | { readonly open: readonly string[] };
  /** In `.nn` syntax; the same condition is listed once. */
  readonly requirements: readonly string[];
}

export function summarize(graph: ModelGraph): ModelSummary {
  const nodes = nodesOfModel(graph);
  const write = writtenWith(graph);
  const rows = [...layerRows(graph, nodes), ...rawWeightRows(graph)].map((row) => ({
    ...row,
    outputShape: row.outputShape.map((axis) => (isSpread(axis) ? axis : write(axis))),
    flops: write(row.flops),
    activationBytes: row.activationBytes && write(row.activationBytes),
  }));
  const functions = functionRows(nodes).map((row) => ({ ...row, flops: write(row.flops) }));
  return {
    name: graph.name,
    ...(graph.doc === undefined ? {} : { doc: graph.doc }),
    arguments: graph.arguments,
    inputs: graph.inputs.map(({ node }) => tensor(node.name, node.outputs[0]!)),
    outputs: graph.outputs.map(({ name, value }) => tensor(name, value.type)),
    rows,
    functions,
    parameters: { total: sizeOf(graph.weights), trainable: sizeOf(graph.weights.filter(isTrainable)) },
    flops: [...rows, ...functions].reduce((sum, row) => add(sum, row.flops), ZERO),
    weights: graph.weights,
    weightBytes: graph.weights.reduce(
      (sum, w) => add(sum, multiply(sizeOf([w]), dim(bytesOf(w.dtype ?? 'float32')))),
      ZERO,
    ),
    requirements: requirementsOf(graph),
  };
}

/** Sizes as the requirements make them: with `h % 16 == 0`, `floor(h / 2)` is `h / 2`. */
export function writtenWith(graph: Pick<ModelGraph, 'requirements'>): (size: Dim) => Dim {
  const facts = noFacts.assume(...graph.requirements.map((requirement) => requirement.condition));
  return (size) => facts.normalise(size);
}

const tensor = (name: string, { dtype, shape }: TensorType): SummaryTensor => ({ name, dtype, shape });

export const isTrainable = (weight: ModelWeight): boolean => weight.trainable ?? true;

export const sizeOf = (weights: readonly ModelWeight[]): Dim =>
  weights.reduce((sum, { shape }) => add(sum, shape.reduce(multiply, ONE)), ZERO);

const bytesOf = (dtype: DType): number => (dtype === 'bool' ? 1 : 4);

/**
 * What the model itself computes: all that its outputs and auxiliary losses need, and every node with weights. The
 * nodes of the loss in `train` are left out, as in Keras.
 */
function nodesOfModel(graph: ModelGraph): readonly ApplyNode[] {
  const wanted = neededNodes(graph);
  return graph.nodes.filter(
    (node): node is ApplyNode => node.kind === 'apply' && (wanted.has(node) || Object.keys(node.weights).length > 0),
  );
}

/** What outputs and auxiliary losses are computed from. */
export function neededNodes(graph: Pick<ModelGraph, 'outputs' | 'auxiliaryLosses'>): ReadonlySet<GraphNode> {
  const wanted = new Set<GraphNode>();
  const visit = ({ node }: GraphValue): void => {
    if (wanted.has(node)) return;
    wanted.add(node);
    for (const operand of operandsOf(node)) visit(operand);
  };
  for (const { value } of [...graph.outputs, ...graph.auxiliaryLosses]) visit(value);
  return wanted;
}

export function operandsOf(node: GraphNode): readonly GraphValue[] {
  if (node.kind === 'apply') return node.inputs;
  if (node.kind !== 'loss') return [];
  const optional = [node.mask, node.sampleWeight].filter((value) => value !== undefined);
  return [node.target, node.prediction, ...optional];
}

/** One row per layer: a shared layer is listed where it is first used, with the work of all its uses. */
function layerRows(graph: ModelGraph, nodes: readonly ApplyNode[]): readonly SummaryRow[] {
  const byPath = new Map<string, ApplyNode[]>();
  for (const node of nodes) {
    if (node.definition.kind !== 'layer') continue;
    byPath.set(node.path, [...(byPath.get(node.path) ?? []), node]);
  }
  const counted = new Set<string>();
  const weights = new Map(graph.weights.map((weight) => [weight.path, weight]));
  return [...byPath].map(([path, uses]) => {
    const own = [...new Set(uses.flatMap((node) => Object.values(node.weights)))]
      .filter((name) => !counted.has(name))
      .flatMap((name) => weights.get(name) ?? []);
    for (const weight of own) counted.add(weight.path);
    return {
      path,
      type: uses[0]!.definition.name,
      outputShape: uses[0]!.outputs[0]!.shape,
      parameters: sizeOf(own),
      trainable: sizeOf(own.filter(isTrainable)),
      flops: uses.reduce((sum, node) => add(sum, flopsOf(node)), ZERO),
      activationBytes: activationBytes(uses.flatMap((node) => node.outputs)),
      uses: uses.length,
    };
  });
}

/** `weight` statements, which belong to no layer. */
function rawWeightRows(graph: ModelGraph): readonly SummaryRow[] {
  const owned = new Set(graph.nodes.flatMap((node) => (node.kind === 'apply' ? Object.values(node.weights) : [])));
  return graph.weights
    .filter((weight) => !owned.has(weight.path))
    .map((weight) => ({
      path: weight.path,
      type: 'weight',
      outputShape: weight.shape,
      parameters: sizeOf([weight]),
      trainable: isTrainable(weight) ? sizeOf([weight]) : ZERO,
      flops: ZERO,
      activationBytes: ZERO,
      uses: 0,
    }));
}

function functionRows(nodes: readonly ApplyNode[]): readonly SummaryFunction[] {
  const byName = new Map<string, SummaryFunction>();
  for (const node of nodes) {
    const { name, kind } = node.definition;
    const flops = flopsOf(node);
    if (kind === 'layer' || flops.key === ZERO.key) continue;
    const known = byName.get(name) ?? { name, uses: 0, flops: ZERO };
    byName.set(name, { name, uses: known.uses + 1, flops: add(known.flops, flops) });
  }
  return [...byName.values()];
}

/** Of one application, per example. */
export function flopsOf({ definition, inputs, outputs, parameters, steps = [] }: ApplyNode): Dim {
  const own = definition.flops?.({ inputs: inputs.map((value) => value.type), output: outputs[0]!, parameters });
  return own ? steps.reduce(multiply, own) : ZERO;
}

function activationBytes(types: readonly TensorType[]): Dim | undefined {
  let sum = ZERO;
  for (const { dtype, shape, steps = [] } of types) {
    const count = elementCount(shape);
    if (count === undefined) return undefined;
    sum = add(sum, multiply(steps.reduce(multiply, count), dim(bytesOf(dtype))));
  }
  return sum;
}

export function requirementsOf(graph: Pick<ModelGraph, 'requirements' | 'valueRequirements'>): readonly string[] {
  const onSizes = graph.requirements.map(({ condition }) => displayCondition(condition));
  const onValues = graph.valueRequirements.flatMap(({ tensor: name, from, below }) => [...(from === undefined ? [] : [`${name} >= ${from}`]), `${name} < ${below}`]); // prettier-ignore
  return [...new Set([...onSizes, ...onValues])];
}

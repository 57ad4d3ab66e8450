/**
 * The layer level: what the checker makes of a model and the lowering reads. Blocks, loops and conditions are gone:
 * a list of applications in the order of the text, with complete evaluated parameters and symbolic types.
 * Every node and argument has an origin, so that an error, a comment or a source map can point at the text.
 */
import type { Place } from '../diagnostics/diagnostic.ts';
import type { FunctionDefinition, PairDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition, LayerWeight } from '../definitions/define-layer.ts';
import type { OptimizerDefinition } from '../definitions/define-optimizer.ts';
import type { NamedUse } from '../definitions/parameters.ts';
import type { TensorType } from '../definitions/types.ts';
import type { Condition, Dim, SizeVariable } from '../shapes/index.ts';

/** One result of a node. */
export interface GraphValue {
  readonly node: GraphNode;
  /** Which of the node's results; 0 for most. */
  readonly output: number;
  readonly type: TensorType;
}

/**
 * What a node stands in: one use of a block or model, of a pipeline of layers under one name, a loop, or one round of it.
 * Each use is an object of its own, so that nodes of one use share it.
 */
export interface NodeGroup {
  readonly kind: 'block' | 'layers' | 'loop' | 'round';
  /** `Bottleneck`, `tower`, `repeat`, `for`. */
  readonly name: string;
  /** The instance's path; that of the body around it for loops and rounds. */
  readonly path: string;
  /** The stage or call that uses it; of a loop, the whole of it. */
  readonly origin: Place;
  /** Of blocks: where what is used is declared, and the arguments that are not the defaults, in `.nn` syntax. */
  readonly declared?: Place;
  readonly arguments?: Readonly<Record<string, string>>;
  /** Of rounds, from 0. */
  readonly index?: number;
  /** What it stands in itself. */
  readonly parent?: NodeGroup;
}

interface NodeBase {
  readonly id: number;
  /** The stage, call or statement that made it. */
  readonly origin: Place;
  /** The text of that stage, on one line and shortened, for comments: `Conv2D(32, 3, activation: relu)`. */
  readonly label: string;
  readonly outputs: readonly TensorType[];
  /** Absent where it stands in the model's own body. */
  readonly within?: NodeGroup;
}
export interface InputNode extends NodeBase {
  readonly kind: 'input' | 'target';
  readonly name: string;
}
/** Numbers written in the program, or an optional input's default. Never batched. */
export interface ConstantNode extends NodeBase {
  readonly kind: 'constant';
  readonly values: readonly number[];
}
/** A size used as a number in tensor arithmetic (`x / sqrt(dim)` is a ConstantNode where dim is known). */
export interface SizeNode extends NodeBase {
  readonly kind: 'size';
  readonly size: Dim;
}
/** A `weight` statement, or a member of a layer instance (`embed.embeddings`). Never batched. */
export interface WeightNode extends NodeBase {
  readonly kind: 'weight';
  readonly path: string;
}
/** A layer or a function applied to tensors. */
export interface ApplyNode extends NodeBase {
  readonly kind: 'apply';
  readonly definition: LayerDefinition | FunctionDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly inputs: readonly GraphValue[];
  /** The name in `definition.tensors` of each input; absent where they are simply the first ones in order. */
  readonly inputNames?: readonly string[];
  /** Local weight name → path (`kernel` → `stage.0.conv2D.kernel`); layers only. */
  readonly weights: Readonly<Record<string, string>>;
  /** The layer instance's path, `conv2D_1`; empty for functions. Shared layers have one path and several nodes. */
  readonly path: string;
  /** Inside `TimeDistributed`: the numbers of steps, outermost first; the batch is as many times as large. */
  readonly steps?: readonly Dim[];
  /** Only in blocks on their own: some parameters that no shape depends on are not decided; defaults stand for them. */
  readonly isUndecided?: boolean;
}
/** A loss function applied to a target (or input) and an output. One number per position. */
export interface LossNode extends NodeBase {
  readonly kind: 'loss';
  readonly definition: PairDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly target: GraphValue;
  readonly prediction: GraphValue;
  /** bool, averages over what it selects; float, weighs. Per position. */
  readonly mask?: GraphValue;
  readonly sampleWeight?: GraphValue;
  /** As for applications. */
  readonly steps?: readonly Dim[];
}
export type GraphNode = InputNode | ConstantNode | SizeNode | WeightNode | ApplyNode | LossNode;

export interface ModelWeight extends LayerWeight {
  readonly path: string;
  /** Its shape in numbers. */
  readonly sizes: readonly number[];
  readonly origin: Place;
}

export interface GraphOutput {
  readonly name: string;
  /** Its name in the statement. */
  readonly origin?: Place;
  readonly value: GraphValue;
  readonly doc?: string;
}

export interface GraphInput {
  readonly node: InputNode;
  readonly doc?: string;
  /** What stands in where the caller gives none. */
  readonly defaultValue?: ConstantNode;
}

export interface GraphRequirement {
  readonly condition: Condition;
  /** The statement that needs it. */
  readonly origin: Place;
  /** From a `require` with a message. */
  readonly message?: string;
}
export interface GraphValueRequirement {
  /** The input or target whose values must lie in [from, below). */
  readonly tensor: string;
  /** 0 unless given: `ids - 1` wants 1 at least. */
  readonly from?: number;
  readonly below: number;
  readonly origin: Place;
}

export interface GraphMetric {
  readonly name: string;
  /** A metric function, or undefined for a tensor expression, whose mean is reported. */
  readonly definition?: PairDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly target?: GraphValue;
  readonly prediction: GraphValue;
  readonly mask?: GraphValue;
  readonly sampleWeight?: GraphValue;
  readonly origin: Place;
}

export interface TrainingGraph {
  readonly origin: Place;
  readonly targets: readonly GraphInput[];
  /** Its mean over batch and positions is minimised. */
  readonly loss: GraphValue;
  readonly metrics: readonly GraphMetric[];
  readonly optimizer: { readonly definition: OptimizerDefinition; readonly parameters: Readonly<Record<string, unknown>> };
  readonly batchSize: number;
  readonly epochs: number;
  readonly validationSplit?: number;
  readonly shuffle?: boolean;
  readonly clipNorm?: number;
  readonly clipValue?: number;
  readonly globalClipNorm?: number;
  readonly freeze: readonly string[];
  readonly callbacks: readonly NamedUse[];
  /** What the loss and the metrics need besides what the model does. */
  readonly requirements: readonly GraphRequirement[];
  /** Of targets, and of inputs where training needs more of their values. */
  readonly valueRequirements: readonly GraphValueRequirement[];
} // prettier-ignore

/**
 * A `layer` statement of the model that holds a block or a model, as it computes by itself. Its nodes are its own; the paths
 * of its weights are those of the whole model.
 */
export interface GraphMember {
  /** That of the statement. */
  readonly name: string;
  readonly doc?: string;
  readonly origin: Place;
  /** Run-time sizes of its inputs. */
  readonly sizes: readonly SizeVariable[];
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
  readonly nodes: readonly GraphNode[];
  readonly requirements: readonly GraphRequirement[];
  readonly valueRequirements: readonly GraphValueRequirement[];
}

export interface ModelGraph {
  readonly name: string;
  readonly doc?: string;
  readonly origin: Place;
  /** Parameters as used, in `.nn` syntax: `{ classes: '10' }`. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Run-time sizes of the inputs, in order of introduction. */
  readonly sizes: readonly SizeVariable[];
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
  /** In the order of the text: every node whose inputs are earlier. Those of the loss come after those of the outputs. */
  readonly nodes: readonly GraphNode[];
  readonly weights: readonly ModelWeight[];
  readonly auxiliaryLosses: readonly { readonly name: string; readonly value: GraphValue }[];
  readonly requirements: readonly GraphRequirement[];
  readonly valueRequirements: readonly GraphValueRequirement[];
  readonly training?: TrainingGraph;
  readonly members?: readonly GraphMember[];
}

/** Optimisers, and the things that are only a name with plain arguments at run time: initializers, schedules, callbacks … */
import type { HostExpression, TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { bool, float, optionalFloat, optionalInt, strings, type Parameters, type ValuesOf } from './parameters.ts';

/** The weight that is updated. */
export interface WeightFacts {
  readonly path: string;
  readonly sizes: readonly number[];
}
export interface UpdateContext<V> extends WeightFacts {
  /** Weight decay is done already. */
  readonly weight: TensorNode;
  /** Clipped already. */
  readonly gradient: TensorNode;
  readonly slots: Readonly<Record<string, TensorNode>>;
  readonly parameters: V;
  readonly op: Ops;
}
/** A tensor kept for a weight from step to step. */
export interface SlotSpec {
  /** Those of the weight unless given. */
  readonly sizes?: readonly number[];
  /** Its start value, or that it starts as the weight; zeros unless given. */
  readonly initial?: number | 'weight';
}
export type Slots = Readonly<Record<string, SlotSpec>>;

export interface OptimizerDefinition<V = Readonly<Record<string, unknown>>> {
  readonly kind: 'optimizer';
  readonly name: string;
  readonly summary: string;
  readonly doc?: string;
  /** One of them is `learningRate`; after those of its own come the ones that all optimisers have. */
  readonly parameters: Parameters;
  readonly slots: (parameters: V, weight: WeightFacts) => Slots;
  /** What part of a weight is taken away per step, where it is not simply `weightDecay`. */
  readonly weightDecay?: (parameters: V, weight: WeightFacts) => number;
  /** New values. The learning rate and the step count come through `host` expressions (`op.hostScalar`). */
  readonly update: (context: UpdateContext<V>) => { readonly weight: TensorNode; readonly slots: Readonly<Record<string, TensorNode>> };
} // prettier-ignore

/** Arguments of every optimiser, in Keras's order. `lossScaleFactor` is left out: everything is float32, where it does nothing. */
export const commonParameters = {
  weightDecay: optionalFloat({ doc: 'Part of each weight taken away per step, times the learning rate. Also of biases, as in Keras, unless excluded.', min: 0 }),
  clipNorm: optionalFloat({ doc: 'The longest that the gradient of a weight may be.', min: 0 }),
  clipValue: optionalFloat({ doc: 'The largest that a number of a gradient may be, either way.', min: 0 }),
  globalClipNorm: optionalFloat({ doc: 'The longest that all gradients together may be.', min: 0 }),
  useEma: bool({ doc: 'Keep running means of the weights, which take their place at the end of `fit`.', default: false }),
  emaMomentum: float({ doc: 'Decay of these means.', default: 0.99, min: 0, max: 1 }),
  emaOverwriteFrequency: optionalInt({ doc: 'Put the means in place of the weights also after every so many updates.', min: 1 }),
  gradientAccumulationSteps: optionalInt({ doc: 'Update once in so many steps, with the mean of their gradients. A schedule counts steps, a bias correction updates.', min: 2 }),
  excludeFromWeightDecay: strings({ doc: 'Weights whose path contains one of these do not decay: `["bias", "gamma"]`.', default: [], named: true }),
}; // prettier-ignore

export function defineOptimizer<const P extends Parameters>(
  definition: Omit<OptimizerDefinition<ValuesOf<P>>, 'kind' | 'parameters'> & { readonly parameters: P },
): OptimizerDefinition {
  // Arguments of its own come first, and keep their place where they are also common ones.
  const parameters = { ...definition.parameters, ...commonParameters, ...definition.parameters };
  return Object.freeze({ ...definition, parameters, kind: 'optimizer' as const }) as unknown as OptimizerDefinition;
}

/** Small builders for `HostExpression`s. */
export const host = {
  number: (value: number): HostExpression => ({ host: 'number', value }),
  learningRate: { host: 'learningRate' } as HostExpression,
  step: { host: 'step' } as HostExpression,
  add: (left: HostExpression, right: HostExpression): HostExpression => ({ host: 'add', left, right }),
  subtract: (left: HostExpression, right: HostExpression): HostExpression => ({ host: 'subtract', left, right }),
  multiply: (left: HostExpression, right: HostExpression): HostExpression => ({ host: 'multiply', left, right }),
  divide: (left: HostExpression, right: HostExpression): HostExpression => ({ host: 'divide', left, right }),
  power: (left: HostExpression, right: HostExpression): HostExpression => ({ host: 'power', left, right }),
  minimum: (left: HostExpression, right: HostExpression): HostExpression => ({ host: 'minimum', left, right }),
  maximum: (left: HostExpression, right: HostExpression): HostExpression => ({ host: 'maximum', left, right }),
  sqrt: (operand: HostExpression): HostExpression => ({ host: 'sqrt', operand }),
};

/** Something that exists at run time by its name and plain arguments. */
export interface NamedDefinition {
  readonly kind: 'initializer' | 'regularizer' | 'constraint' | 'schedule' | 'callback';
  readonly name: string;
  readonly summary: string;
  readonly doc?: string;
  readonly parameters: Parameters;
  /** What is wrong with the arguments together; it follows the name and "must" in a message. */
  readonly mistake?: (parameters: Readonly<Record<string, unknown>>) => string | undefined;
  /** Regularizers: the penalty of a weight as a scalar. */
  readonly penalty?: (context: { readonly weight: TensorNode; readonly parameters: Readonly<Record<string, unknown>>; readonly op: Ops }) => TensorNode;
  /** Constraints: the weight after it. */
  readonly project?: (context: { readonly weight: TensorNode; readonly parameters: Readonly<Record<string, unknown>>; readonly op: Ops }) => TensorNode;
} // prettier-ignore

export function defineNamed(definition: NamedDefinition): NamedDefinition {
  return Object.freeze(definition);
}

/** Optimisers, and the things that are only a name with plain arguments at run time: initializers, schedules, callbacks … */
import type { HostExpression, TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import type { Parameters, ValuesOf } from './parameters.ts';

export interface UpdateContext<V> {
  readonly weight: TensorNode;
  readonly gradient: TensorNode;
  readonly slots: Readonly<Record<string, TensorNode>>;
  readonly parameters: V;
  readonly op: Ops;
}
export interface OptimizerDefinition<V = Readonly<Record<string, unknown>>> {
  readonly kind: 'optimizer';
  readonly name: string;
  readonly summary: string;
  readonly doc?: string;
  /** One of them is `learningRate`. */
  readonly parameters: Parameters;
  /** Tensors kept for each weight, of its shape; zeros at first. */
  readonly slots: (parameters: V) => readonly string[];
  /** Start values of slots that are not zero at first. */
  readonly initial?: (parameters: V) => Readonly<Record<string, number>>;
  /** New values. The learning rate and the step count come through `host` expressions (`op.hostScalar`). */
  readonly update: (context: UpdateContext<V>) => { readonly weight: TensorNode; readonly slots: Readonly<Record<string, TensorNode>> };
} // prettier-ignore

export function defineOptimizer<const P extends Parameters>(
  definition: Omit<OptimizerDefinition<ValuesOf<P>>, 'kind' | 'parameters'> & { readonly parameters: P },
): OptimizerDefinition {
  return Object.freeze({ ...definition, kind: 'optimizer' as const }) as unknown as OptimizerDefinition;
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
  sqrt: (operand: HostExpression): HostExpression => ({ host: 'sqrt', operand }),
};

/** Something that exists at run time by its name and plain arguments. */
export interface NamedDefinition {
  readonly kind: 'initializer' | 'regularizer' | 'constraint' | 'schedule' | 'callback';
  readonly name: string;
  readonly summary: string;
  readonly doc?: string;
  readonly parameters: Parameters;
  /** Regularizers: the penalty of a weight as a scalar. */
  readonly penalty?: (context: { readonly weight: TensorNode; readonly parameters: Readonly<Record<string, unknown>>; readonly op: Ops }) => TensorNode;
  /** Constraints: the weight after it. */
  readonly project?: (context: { readonly weight: TensorNode; readonly parameters: Readonly<Record<string, unknown>>; readonly op: Ops }) => TensorNode;
} // prettier-ignore

export function defineNamed(definition: NamedDefinition): NamedDefinition {
  return Object.freeze(definition);
}

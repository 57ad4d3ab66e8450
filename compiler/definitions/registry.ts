/**
 * Everything built in, by kind and name. Resolver, checker, lowering, documentation and editor ask here and nowhere
 * else; a new definition is one file and one line in its folder's `index.ts`.
 */
import { callbacks } from '../callbacks/index.ts';
import { functions } from '../functions/index.ts';
import { initializers } from '../initializers/index.ts';
import { layers } from '../layers/index.ts';
import { losses } from '../losses/index.ts';
import { metrics } from '../metrics/index.ts';
import { optimizers } from '../optimizers/index.ts';
import { constraints } from '../regularizers/constraints.ts';
import { regularizers } from '../regularizers/index.ts';
import { schedules } from '../schedules/index.ts';
import type { FunctionDefinition, PairDefinition } from './define-function.ts';
import type { LayerDefinition } from './define-layer.ts';
import type { NamedDefinition, OptimizerDefinition } from './define-optimizer.ts';

function byName<D extends { readonly name: string }>(definitions: readonly D[]): ReadonlyMap<string, D> {
  const map = new Map(definitions.map((definition) => [definition.name, definition]));
  if (map.size !== definitions.length) throw new Error(`defined twice: ${definitions.map((d) => d.name).join(' ')}`);
  return map;
}

export interface Registry {
  readonly layers: ReadonlyMap<string, LayerDefinition>;
  /** Activations are the functions with `activation: true`. `internal` ones cannot be called by name. */
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
  readonly losses: ReadonlyMap<string, PairDefinition>;
  /** Losses may stand among the metrics too; look there second. */
  readonly metrics: ReadonlyMap<string, PairDefinition>;
  readonly optimizers: ReadonlyMap<string, OptimizerDefinition>;
  readonly initializers: ReadonlyMap<string, NamedDefinition>;
  readonly regularizers: ReadonlyMap<string, NamedDefinition>;
  readonly constraints: ReadonlyMap<string, NamedDefinition>;
  readonly schedules: ReadonlyMap<string, NamedDefinition>;
  readonly callbacks: ReadonlyMap<string, NamedDefinition>;
}

export const registry: Registry = Object.freeze({
  layers: byName(layers),
  functions: byName(functions),
  losses: byName(losses),
  metrics: byName(metrics),
  optimizers: byName(optimizers),
  initializers: byName(initializers),
  regularizers: byName(regularizers),
  constraints: byName(constraints),
  schedules: byName(schedules),
  callbacks: byName(callbacks),
});

/** The function that an operator stands for: `+`, `@`, `unary -`. */
export const functionOfOperator = (operator: string): FunctionDefinition | undefined =>
  functions.find((definition) => definition.operator === operator);

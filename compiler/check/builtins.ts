/** Built-in names: one name may be a function, an initializer and a loss at once; its place decides which is meant. */
import { registry } from '../definitions/registry.ts';
import type { NamedDefinition } from '../definitions/define-optimizer.ts';
import type { Family } from './expected.ts';
import type { BuiltinValue, RecipeValue } from './values.ts';

const namedKinds = ['initializers', 'regularizers', 'constraints', 'schedules', 'callbacks'] as const;

/** Everything that a lower-case built-in name means, or undefined where there is no such name. */
export function builtinNamed(name: string): BuiltinValue | undefined {
  const definition = registry.functions.get(name);
  const pair = registry.losses.get(name);
  const metric = registry.metrics.get(name);
  const optimizer = registry.optimizers.get(name);
  const named = namedKinds.map((kind) => registry[kind].get(name)).filter((d): d is NamedDefinition => d !== undefined);
  const isFunction = definition !== undefined && !definition.internal;
  if (!isFunction && !pair && !metric && !optimizer && named.length === 0) return undefined;
  return {
    kind: 'builtin',
    name,
    named,
    ...(isFunction ? { function: definition } : {}),
    ...(pair ? { pair } : {}),
    ...(metric ? { metric } : {}),
    ...(optimizer ? { optimizer } : {}),
  };
}

export function layerNamed(name: string): RecipeValue | undefined {
  const definition = registry.layers.get(name);
  return definition && { kind: 'recipe', recipe: { kind: 'layer', definition, parameters: undefined, argumentPlaces: new Map(), label: name } }; // prettier-ignore
}

export const layerNames = (): readonly string[] => [...registry.layers.keys()];
export const lossNames = (): readonly string[] => [...registry.losses.keys(), ...registry.metrics.keys()];
export const functionNames = (): readonly string[] =>
  [...registry.functions.values()].filter((f) => !f.internal).map((f) => f.name);
export const activationNames = (): readonly string[] =>
  [...registry.functions.values()].filter((f) => f.activation).map((f) => f.name);

export function namesOfKind(kind: NamedDefinition['kind']): readonly string[] {
  return [...registry[`${kind}s`].keys()];
}

/** The names that this family has, without layers and functions. */
export function namesOfFamily(family: Family): readonly string[] {
  if (family === 'activation') return activationNames();
  if (family === 'optimizer') return [...registry.optimizers.keys()];
  return family === 'layer' ? [] : namesOfKind(family);
}

/** Whether a built-in can stand where this family is expected. */
export function isOfFamily(value: BuiltinValue, family: Family): boolean {
  if (family === 'activation') return value.function?.activation === true;
  if (family === 'optimizer') return value.optimizer !== undefined;
  if (family === 'layer') return value.function !== undefined;
  return value.named.some((definition) => definition.kind === family);
}

/** All lower-case built-in names: functions, losses, metrics, optimizers and whatever else has a name. */
export const lowerNames = (): readonly string[] => [
  ...functionNames(),
  ...lossNames(),
  ...registry.optimizers.keys(),
  ...namedKinds.flatMap((kind) => [...registry[kind].keys()]),
];

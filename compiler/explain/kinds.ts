/** Everything that has documentation, by kind and name: what `nn explain --list` lists. */
import type { FunctionDefinition, PairDefinition } from '../definitions/define-function.ts';
import type { LayerDefinition } from '../definitions/define-layer.ts';
import type { NamedDefinition, OptimizerDefinition } from '../definitions/define-optimizer.ts';
import { registry } from '../definitions/registry.ts';
import { catalogue } from '../diagnostics/catalogue/index.ts';
import type { DiagnosticDefinition } from '../diagnostics/diagnostic.ts';

export type Definition = LayerDefinition | FunctionDefinition | PairDefinition | OptimizerDefinition | NamedDefinition;

export const kinds = [
  'layers',
  'functions',
  'activations',
  'losses',
  'metrics',
  'optimizers',
  'schedules',
  'callbacks',
  'initializers',
  'regularizers',
  'constraints',
  'diagnostics',
] as const;
export type Kind = (typeof kinds)[number];
export type DefinitionKind = Exclude<Kind, 'diagnostics'>;

/** Activations are functions too, and losses may stand among the metrics. */
export function definitionsOf(kind: DefinitionKind): readonly Definition[] {
  const functions = [...registry.functions.values()].filter((definition) => !definition.internal && /^\w+$/.test(definition.name)); // prettier-ignore
  if (kind === 'functions') return functions;
  if (kind === 'activations') return functions.filter(({ activation, onlyCalled }) => activation || onlyCalled);
  if (kind === 'metrics') {
    const losses = [...registry.losses.values()].filter(({ name }) => !registry.metrics.has(name));
    return [...registry.metrics.values(), ...losses];
  }
  return [...registry[kind].values()];
}

/** In alphabetical order. */
export const diagnosticDefinitions = (): readonly DiagnosticDefinition[] =>
  [...catalogue.values()].sort((a, b) => a.slug.localeCompare(b.slug, 'en'));

/** All names by kind, each list in alphabetical order. */
export function listNames(): Readonly<Record<Kind, readonly string[]>> {
  const names = (kind: Kind): readonly string[] =>
    kind === 'diagnostics' ? [...catalogue.keys()] : definitionsOf(kind).map(({ name }) => name);
  const sorted = (kind: Kind): readonly string[] => [...new Set(names(kind))].sort((a, b) => a.localeCompare(b, 'en'));
  return Object.fromEntries(kinds.map((kind) => [kind, sorted(kind)])) as Record<Kind, readonly string[]>;
}

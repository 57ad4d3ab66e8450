/** The arguments of a `NamedUse` (initializer, regularizer, schedule …), completed with the definition's defaults. */
import { asNumber, type Dim } from '../shapes/index.ts';
import type { NamedDefinition } from './define-optimizer.ts';
import type { NamedUse } from './parameters.ts';

type Plain = number | string | boolean;

/** Defaults of whole numbers are sizes; here they are numbers. Undefined stays out. */
function plain(value: unknown): Plain | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  return asNumber(value as Dim);
}

export function completeArguments(definition: NamedDefinition, use: NamedUse): Readonly<Record<string, Plain>> {
  const complete: Record<string, Plain> = {};
  for (const [name, parameter] of Object.entries(definition.parameters)) {
    const value = use.arguments[name] ?? plain(parameter.defaultValue);
    if (value !== undefined) complete[name] = value;
  }
  return complete;
}

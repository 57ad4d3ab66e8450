/** The arguments of a `NamedUse` (initializer, regularizer, schedule …), completed with the definition's defaults. */
import { asNumber, type Dim } from '../shapes/index.ts';
import type { NamedDefinition } from './define-optimizer.ts';
import type { NamedUse, PlainArgument } from './parameters.ts';

/** Defaults of whole numbers are sizes; here they are numbers. Undefined stays out. */
function plain(value: unknown): PlainArgument | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? (value as readonly number[]) : asNumber(value as Dim);
}

export function completeArguments(definition: NamedDefinition, use: NamedUse): Readonly<Record<string, PlainArgument>> {
  const complete: Record<string, PlainArgument> = {};
  for (const [name, parameter] of Object.entries(definition.parameters)) {
    const value = use.arguments[name] ?? plain(parameter.defaultValue);
    if (value !== undefined) complete[name] = value;
  }
  return complete;
}

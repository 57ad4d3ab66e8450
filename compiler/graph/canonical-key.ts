/**
 * A string per attribute value, equal exactly where the values are the same: what hash-consing compares.
 */
import { isDim, isHostExpression, isLoopBody } from '../ops/attributes.ts';
import type { AttributeValue, Attributes, HostExpression } from './tensor-graph.ts';

function hostKey(e: HostExpression): string {
  switch (e.host) {
    case 'number':
      return numberKey(e.value);
    case 'learningRate':
    case 'step':
      return e.host;
    case 'sqrt':
      return `sqrt(${hostKey(e.operand)})`;
    default:
      return `${e.host}(${hostKey(e.left)},${hostKey(e.right)})`;
  }
}

/** −0 and 0 differ, and NaN is itself. */
const numberKey = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

export function attributeKey(value: AttributeValue): string {
  if (typeof value === 'number') return numberKey(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean' || value === undefined) return String(value);
  if (isDim(value)) return `<${value.key}>`;
  if (isHostExpression(value)) return `{${hostKey(value)}}`;
  if (isLoopBody(value)) return `loop(${value.outputs.map((node) => node.id).join(',')})`;
  return `[${value.map(attributeKey).join(',')}]`;
}

export function attributesKey(attributes: Attributes): string {
  return Object.keys(attributes)
    .sort()
    .map((name) => `${name}=${attributeKey(attributes[name])}`)
    .join(';');
}

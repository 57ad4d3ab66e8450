/** Values in tensor position: numbers and lists become constants, sizes become size nodes. */
import { typeNotATensor } from '../diagnostics/catalogue/shapes.ts';
import type { Fix, Place } from '../diagnostics/diagnostic.ts';
import type { GraphValue } from '../graph/model-graph.ts';
import { asNumber, dim, isIntegral, type Shape } from '../shapes/index.ts';
import { report, shortText, withinOf, type BodyContext } from './context.ts';
import { describe, numberOf, type Value } from './values.ts';

/** The tensor that a value is, or undefined where it is broken or no tensor (reported). */
export function toTensor(ctx: BodyContext, value: Value, where: string, place: Place): GraphValue | undefined {
  switch (value.kind) {
    case 'tensor':
      return value.value;
    case 'exact':
    case 'float':
    case 'list':
    case 'bool': {
      const constant = constantTensor(ctx, value, place);
      if (constant) return constant;
      break;
    }
    case 'tuple': {
      if (value.elements.some((element) => element.kind === 'unknown')) return undefined;
      if (value.elements.length === 1) return toTensor(ctx, value.elements[0]!, where, place);
      report(ctx, typeNotATensor.tuple({ where, count: value.elements.length }), place);
      return undefined;
    }
    case 'unknown':
    case 'opaque':
    case 'cases':
      return undefined;
    default:
  }
  if (value.kind === 'list' && where !== '`loss`' && value.elements.some(({ kind }) => kind === 'tensor')) {
    report(ctx, typeNotATensor.listOfTensors({ where, brackets: bracketsOfArgument(place) }), place);
    return undefined;
  }
  const layer = value.kind === 'recipe' || value.kind === 'instance' ? shortText(place, 30) : undefined;
  report(ctx, typeNotATensor.wanted({ where, got: describe(value), layer }), place);
  return undefined;
}

/** Takes the brackets of a list away that is an argument, as Keras and NumPy have it; undefined where it stands elsewhere. */
function bracketsOfArgument({ file, span }: Place): Fix | undefined {
  const isArgument = /[(,]\s*$/.test(file.text.slice(0, span.start)) && /^\s*[,)]/.test(file.text.slice(span.end));
  if (!isArgument || file.text[span.start] !== '[' || file.text[span.end - 1] !== ']') return undefined;
  const ends = [[span.start, span.start + 1], [span.end - 1, span.end]] as const; // prettier-ignore
  return { title: 'Remove the square brackets', safe: true, edits: ends.map(([start, end]) => ({ span: { start, end }, newText: '' })) }; // prettier-ignore
}

/** A number, size, truth value or (nested) list of numbers as a tensor that is the same for every example. */
function constantTensor(ctx: BodyContext, value: Value, origin: Place): GraphValue | undefined {
  const label = shortText(origin);
  if (value.kind === 'exact' && asNumber(value.dim) === undefined) {
    const outputs = [{ dtype: isIntegral(value.dim) ? 'int32' : 'float32', shape: [], batched: false }] as const;
    return ctx.assembler.add({ kind: 'size', size: value.dim, origin, label, ...withinOf(ctx), outputs })[0];
  }
  const flat: number[] = [];
  const shape = flatten(value, flat);
  if (!shape) return undefined;
  const dtype = value.kind === 'bool' ? 'bool' : isWhole(value) ? 'int32' : 'float32';
  const outputs = [{ dtype, shape, batched: false }] as const;
  return ctx.assembler.add({ kind: 'constant', values: flat, origin, label, ...withinOf(ctx), outputs })[0];
}

const isWhole = (value: Value): boolean =>
  value.kind === 'list' ? value.elements.every(isWhole) : value.kind === 'exact' && Number.isInteger(numberOf(value));

/** Collects the numbers in order; the shape, or undefined where rows differ or something is no number. */
function flatten(value: Value, into: number[]): Shape | undefined {
  if (value.kind === 'bool') {
    if (value.condition.kind !== 'true' && value.condition.kind !== 'false') return undefined;
    into.push(value.condition.kind === 'true' ? 1 : 0);
    return [];
  }
  if (value.kind !== 'list') {
    const number = numberOf(value);
    if (number === undefined) return undefined;
    into.push(number);
    return [];
  }
  const shapes = value.elements.map((element) => flatten(element, into));
  const first = shapes[0];
  if (!first || shapes.some((s) => s === undefined || String(s.map((d) => 'key' in d && d.key)) !== String(first.map((d) => 'key' in d && d.key)))) return undefined; // prettier-ignore
  return [dim(value.elements.length), ...first];
}

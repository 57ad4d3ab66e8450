/** `min max abs floor ceil round sqrt log2 len range` on compile-time values. Integers and fractions stay exact. */
import type { Argument } from '../../grammar/ast.ts';
import { argumentMissing, argumentRange, argumentType } from '../diagnostics/catalogue/arguments.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { add, asInteger, asNumber, ceilDivide, dim, display, floorDivide, maximum, minimum, multiply, negate, ONE, squareRoot, type Dim } from '../shapes/index.ts'; // prettier-ignore
import { registry } from '../definitions/registry.ts';
import { applyFunction } from './apply.ts';
import { placeOf, report, type BodyContext } from './context.ts';
import { toTensor } from './tensors.ts';
import { describe, exact, isCompileTimeNumber, numberOf, unknown, type Value } from './values.ts';

export const compileTimeFunctions: ReadonlySet<string> = new Set(['min', 'max', 'abs', 'floor', 'ceil', 'round', 'sqrt', 'log2', 'len', 'range']); // prettier-ignore

const float = (value: number): Value => ({ kind: 'float', value });
const opaque: Value = { kind: 'opaque', what: 'a value that each use decides' };

export function evaluateCompileTime(
  ctx: BodyContext,
  name: string,
  values: readonly Value[],
  args: readonly Argument[],
  place: Place,
): Value {
  // prettier-ignore
  if (values.some((value) => value.kind === 'unknown')) return unknown;
  if (values.some((value) => value.kind === 'opaque')) return opaque;
  if (values.length === 0) {
    report(ctx, argumentMissing.one({ callee: name, name: 'a value', doc: '', signature: name === 'range' ? 'stop' : 'x' }), place); // prettier-ignore
    return unknown;
  }
  if (name === 'len') return lengthOf(ctx, values[0]!, args[0]!);
  if (name === 'range') return rangeOf(ctx, values, args);
  if (name === 'min' || name === 'max') return extreme(ctx, name, values, args);
  const value = values[0]!;
  if (value.kind === 'exact') return exactFunction(ctx, name, value.dim, place);
  const number = numberOf(value);
  if (number !== undefined) return floatFunction(name, number);
  report(ctx, argumentType.wanted({ name, wanted: 'a number', got: describe(value) }), args[0]!.value.span);
  return unknown;
}

function lengthOf(ctx: BodyContext, value: Value, argument: Argument): Value {
  if (value.kind === 'list' || value.kind === 'tuple') return exact(dim(value.elements.length));
  report(ctx, argumentType.wanted({ name: 'len', wanted: 'a list', got: describe(value) }), argument.value.span);
  return unknown;
}

function rangeOf(ctx: BodyContext, values: readonly Value[], args: readonly Argument[]): Value {
  const numbers = values.map((value) => (value.kind === 'exact' ? asInteger(value.dim) : undefined));
  const bad = numbers.findIndex((number) => number === undefined);
  if (bad >= 0) {
    if (values[bad]!.kind === 'exact' && asNumber((values[bad] as { dim: Dim }).dim) === undefined) return opaque;
    report(ctx, argumentType.wanted({ name: 'range', wanted: 'a whole number', got: describe(values[bad]!) }), placeOf(ctx, args[bad]!.value.span)); // prettier-ignore
    return unknown;
  }
  const [start, stop] = numbers.length === 1 ? [0, numbers[0]!] : [numbers[0]!, numbers[1]!];
  const step = numbers[2] ?? 1;
  const count = step === 0 ? Infinity : Math.max(0, Math.ceil((stop - start) / step));
  if (count > 10_000) {
    report(ctx, argumentRange.unending({ got: String(count) }), args[0]!.value.span);
    return unknown;
  }
  return { kind: 'list', elements: Array.from({ length: count }, (_, i) => exact(dim(start + i * step))) };
}

function extreme(ctx: BodyContext, name: 'min' | 'max', values: readonly Value[], args: readonly Argument[]): Value {
  const all = values.length === 1 && values[0]!.kind === 'list' ? values[0]!.elements : values;
  const wrong = all.findIndex((value) => !isCompileTimeNumber(value));
  if (wrong >= 0 || all.length === 0) {
    report(ctx, argumentType.wanted({ name, wanted: 'numbers', got: describe(all[wrong] ?? values[0]!) }), (args[wrong] ?? args[0]!).value.span); // prettier-ignore
    return unknown;
  }
  if (all.every((value) => value.kind === 'exact')) {
    const pick = name === 'min' ? minimum : maximum;
    return exact(all.map((value) => value.dim).reduce(pick));
  }
  const numbers = all.map(numberOf);
  return numbers.some((n) => n === undefined) ? opaque : float(Math[name](...(numbers as number[])));
}

function exactFunction(ctx: BodyContext, name: string, value: Dim, place: Place): Value {
  switch (name) {
    case 'abs':
      return exact(maximum(value, negate(value)));
    case 'floor':
      return exact(rounded(value, floorDivide));
    case 'ceil':
      return exact(rounded(value, ceilDivide));
    case 'round':
      // Half goes up.
      return exact(floorDivide(add(multiply(dim(2), value), ONE), dim(2)));
    case 'sqrt': {
      const root = squareRoot(value);
      if (root) return exact(root);
      const number = asNumber(value);
      return number === undefined ? atRunTime(ctx, 'sqrt', value, place) : float(Math.sqrt(number));
    }
    case 'log2': {
      const number = asNumber(value);
      if (number === undefined) return opaque;
      const log = Math.log2(number);
      return Number.isInteger(log) ? exact(dim(log)) : float(log);
    }
    default:
      return unknown;
  }
}

/** A function of a run-time size is one of a tensor; of a block's open parameter each use decides. */
function atRunTime(ctx: BodyContext, name: string, value: Dim, place: Place): Value {
  const definition = registry.functions.get(name);
  const size = ctx.mode === 'model' && definition ? toTensor(ctx, exact(value), `\`${name}\``, place) : undefined;
  if (!definition || !size) return { kind: 'opaque', what: `${name}(${display(value)})` };
  return applyFunction(ctx, definition, {}, [size], { name, place, argumentPlaces: new Map() });
}

const rounded = (value: Dim, divide: (a: Dim, b: Dim) => Dim): Dim => divide(value, ONE);

function floatFunction(name: string, x: number): Value {
  switch (name) {
    case 'abs':
      return float(Math.abs(x));
    case 'floor':
      return whole(Math.floor(x));
    case 'ceil':
      return whole(Math.ceil(x));
    case 'round':
      return whole(Math.round(x));
    case 'sqrt':
      return float(Math.sqrt(x));
    case 'log2':
      return float(Math.log2(x));
    default:
      return unknown;
  }
}

const whole = (x: number): Value => (Number.isSafeInteger(x) ? exact(dim(x)) : float(x));

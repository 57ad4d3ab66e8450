/** Declared parameter types: `int`, `(int, int)`, `same | valid`, `float[]`, `layer` … */
import type { ParameterType } from '../../grammar/ast.ts';
import { argumentOption, argumentType } from '../diagnostics/catalogue/arguments.ts';
import { nameUnknown } from '../diagnostics/catalogue/names.ts';
import { nearNames } from '../diagnostics/suggest.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { asNumber, isIntegral } from '../shapes/index.ts';
import { isOfFamily, namesOfFamily } from './builtins.ts';
import { flowsIn } from './coerce.ts';
import { report, shortText, type BodyContext } from './context.ts';
import { requireWhole } from './decide.ts';
import { expectedByType } from './expected.ts';
import { describe, unknown, type Value } from './values.ts';

/** A single name that is no type would be an option without alternatives: surely a misspelt type. */
export function wantKnownType(ctx: BodyContext, type: ParameterType | undefined): boolean {
  if (type?.kind === 'ListType') return wantKnownType(ctx, type.element);
  if (type?.kind === 'TupleType') return type.elements.every((element) => wantKnownType(ctx, element));
  if (type?.kind !== 'NamedType' || type.name.missing || type.name.name in nouns) return true;
  const { name, span } = type.name;
  report(ctx, nameUnknown.type({ name, near: nearNames(name, Object.keys(nouns)), span }), span);
  return false;
}

/** A type that could not be read or is none (reported where it stands) fits nothing, and there is nothing to say. */
const isReadable = (type: ParameterType): boolean =>
  type.kind === 'NamedType'
    ? !type.name.missing && type.name.name in nouns
    : type.kind === 'ListType'
      ? isReadable(type.element)
      : type.kind === 'UnionType' || type.elements.every(isReadable);

/** The value as this type has it (an int where a pair is wanted becomes a pair), or unknown after a report. */
export function checkDeclaredType(
  ctx: BodyContext,
  name: string,
  type: ParameterType,
  value: Value,
  place: Place,
): Value {
  // prettier-ignore
  if (value.kind === 'unknown' || value.kind === 'opaque' || value.kind === 'cases') return value;
  if (!isReadable(type)) return unknown;
  const fitted = fit(type, value);
  if (fitted) return fitted;
  // `dim / heads` of sizes that are not known yet.
  if (wantsWhole(type) && value.kind === 'exact' && asNumber(value.dim) === undefined)
    return requireWhole(ctx, value.dim, place, name) ? value : unknown;
  const { options, families } = expectedByType(type);
  if (value.kind === 'string' && (options.length > 0 || families.length > 0)) {
    const known = options.includes(value.value) || families.flatMap(namesOfFamily).includes(value.value);
    report(ctx, argumentOption.quoted({ name, got: value.value, known, span: place.span }), place);
  } else if ((value.kind === 'option' || value.kind === 'builtin') && (options.length > 0 || families.length > 0)) {
    const all = [...options, ...families.flatMap(namesOfFamily)];
    report(ctx, argumentOption.unknown({ name, got: value.name, options: all, near: nearNames(value.name, all), span: place.span }), place); // prettier-ignore
  } else if (wantsWhole(type) && value.kind === 'exact') {
    const number = asNumber(value.dim);
    const [low, high] = number === undefined ? ['the smaller', 'the larger'] : [Math.floor(number), Math.ceil(number)];
    report(ctx, argumentType.fraction({ name, text: describe(value).replace('the number ', ''), written: shortText(place, 30), low: String(low), high: String(high) }), place); // prettier-ignore
  } else {
    const help = value.kind === 'tensor' ? flowsIn(place) : undefined;
    report(ctx, argumentType.wanted({ name, wanted: describeParameterType(type), got: describe(value), help }), place);
  }
  return unknown;
}

const wantsWhole = (type: ParameterType): boolean =>
  type.kind === 'NamedType' ? type.name.name === 'int' : type.kind === 'UnionType' && type.members.some(wantsWhole);

function fit(type: ParameterType, value: Value): Value | undefined {
  switch (type.kind) {
    case 'NamedType':
      return fitNamed(type.name.name, value);
    case 'ListType': {
      if (value.kind !== 'list') return undefined;
      const elements = value.elements.map((element) => fit(type.element, element));
      return elements.every((e) => e !== undefined) ? { kind: 'list', elements } : undefined;
    }
    case 'TupleType':
      return fitTuple(type.elements, value);
    case 'UnionType':
      for (const member of type.members) {
        const fitted = fit(member, value);
        if (fitted) return fitted;
      }
      return undefined;
  }
}

function fitTuple(types: readonly ParameterType[], value: Value): Value | undefined {
  const given = value.kind === 'exact' ? types.map(() => value) : value.kind === 'tuple' ? value.elements : undefined;
  if (given?.length !== types.length) return undefined;
  const elements = given.map((element, i) => fit(types[i]!, element));
  return elements.every((e) => e !== undefined) ? { kind: 'tuple', elements } : undefined;
}

function fitNamed(name: string, value: Value): Value | undefined {
  if (value.kind === 'unknown' || value.kind === 'opaque') return value;
  switch (name) {
    case 'int':
      return value.kind === 'exact' && (asNumber(value.dim) === undefined ? isIntegral(value.dim) : Number.isInteger(asNumber(value.dim))) ? value : undefined; // prettier-ignore
    case 'float':
      return value.kind === 'exact' || value.kind === 'float' ? value : undefined;
    case 'bool':
    case 'string':
      return value.kind === name ? value : undefined;
    case 'activation':
    case 'initializer':
    case 'regularizer':
    case 'constraint':
      return value.kind === 'builtin' && isOfFamily(value, name) ? value : undefined;
    case 'layer':
      return asRecipe(value);
    default:
      return (value.kind === 'option' || value.kind === 'builtin') && value.name === name ? { kind: 'option', name } : undefined; // prettier-ignore
  }
}

/** A made layer is shared where it is passed; a function is a layer without weights. */
function asRecipe(value: Value): Value | undefined {
  if (value.kind === 'recipe') return value;
  if (value.kind === 'instance') return { kind: 'recipe', recipe: { kind: 'instance', instance: value.instance, label: value.instance.recipe.label } }; // prettier-ignore
  return value.kind === 'builtin' && value.function ? value : undefined;
}

const nouns: Readonly<Record<string, string>> = {
  int: 'a whole number',
  float: 'a number',
  bool: '`true` or `false`',
  string: 'a string',
  activation: 'an activation such as `relu`',
  initializer: 'an initializer such as `heNormal`',
  regularizer: 'a regularizer such as `l2(1e-4)`',
  constraint: 'a constraint such as `nonNeg`',
  layer: 'a layer such as `Dense(64)`',
};

export function describeParameterType(type: ParameterType): string {
  switch (type.kind) {
    case 'NamedType':
      return nouns[type.name.name] ?? `\`${type.name.name}\``;
    case 'ListType':
      return `a list, each element ${describeParameterType(type.element)}`;
    case 'TupleType':
      return `a tuple \`${typeText(type)}\``;
    case 'UnionType':
      return type.members.map(describeParameterType).join(' or ');
  }
}

function typeText(type: ParameterType): string {
  switch (type.kind) {
    case 'NamedType':
      return type.name.name;
    case 'ListType':
      return `${typeText(type.element)}[]`;
    case 'TupleType':
      return `(${type.elements.map(typeText).join(', ')})`;
    case 'UnionType':
      return type.members.map(typeText).join(' | ');
  }
}

/** The type that a parameter has by its default, where none is written: `k = 3` is an int, `act = relu` an activation. */
import type { ParameterType } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import { argumentOption, argumentType } from '../diagnostics/catalogue/arguments.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { asNumber } from '../shapes/index.ts';
import { isOfFamily } from './builtins.ts';
import { report, type BodyContext } from './context.ts';
import { anyOption, expectedByType, nothingExpected, type Expected } from './expected.ts';
import { checkDeclaredType } from './parameter-types.ts';
import { describe, unknown, type BuiltinValue, type Value } from './values.ts';

const nowhere: Span = { start: 0, end: 0 };
const namedType = (name: string): ParameterType => ({
  kind: 'NamedType',
  name: { kind: 'Identifier', name, span: nowhere },
  span: nowhere,
});

/** What a place expects of names, without a declared type. */
export function expectedLike(standard: Value): Expected {
  if (standard.kind === 'option') return anyOption;
  if (standard.kind === 'builtin') return { options: [], families: ['activation', 'initializer', 'regularizer', 'layer'] }; // prettier-ignore
  const type = typeOfDefault(standard);
  return type ? expectedByType(type) : nothingExpected;
}

/** The value as the default's type has it, or unknown after a report. */
export function checkLikeDefault(ctx: BodyContext, name: string, standard: Value, value: Value, place: Place): Value {
  if (value.kind === 'unknown' || value.kind === 'opaque') return value;
  if (standard.kind === 'option') return optionLike(ctx, name, standard.name, value, place);
  const type = typeOfDefault(standard);
  return type ? checkDeclaredType(ctx, name, type, value, place) : value;
}

/** The other options of a set are not known here: any bare name may be one. */
function optionLike(ctx: BodyContext, name: string, like: string, value: Value, place: Place): Value {
  if (value.kind === 'option' || value.kind === 'builtin') return value;
  if (value.kind === 'string')
    report(ctx, argumentOption.quoted({ name, got: value.value, known: value.value === like, span: place.span }), place); // prettier-ignore
  else report(ctx, argumentType.wanted({ name, wanted: `an option such as \`${like}\``, got: describe(value) }), place);
  return unknown;
}

function typeOfDefault(standard: Value): ParameterType | undefined {
  switch (standard.kind) {
    case 'exact':
      return namedType(Number.isInteger(asNumber(standard.dim) ?? 0) ? 'int' : 'float');
    case 'float':
    case 'bool':
    case 'string':
      return namedType(standard.kind);
    case 'recipe':
    case 'instance':
      return namedType('layer');
    case 'builtin':
      return typeOfBuiltin(standard);
    case 'tuple': {
      const elements = standard.elements.map(typeOfDefault);
      return elements.every((e) => e !== undefined) ? { kind: 'TupleType', elements, span: nowhere } : undefined;
    }
    case 'list':
      return typeOfList(standard.elements);
    default:
      return undefined;
  }
}

/** A list of numbers is one of floats as soon as one of them is; of anything else it stays open what its elements are. */
function typeOfList(elements: readonly Value[]): ParameterType | undefined {
  const names = elements.map((element) => {
    const type = typeOfDefault(element);
    return type?.kind === 'NamedType' ? type.name.name : '';
  });
  const [first] = names;
  const isNumbers = names.every((name) => name === 'int' || name === 'float');
  const common = isNumbers && names.includes('float') ? 'float' : names.every((name) => name === first) ? first : '';
  return common ? { kind: 'ListType', element: namedType(common), span: nowhere } : undefined;
}

/** Names that are several things (`randomNormal`) stay open. */
function typeOfBuiltin(standard: BuiltinValue): ParameterType | undefined {
  const families = (['activation', 'initializer', 'regularizer', 'constraint'] as const).filter((f) => isOfFamily(standard, f)); // prettier-ignore
  return families.length === 1 ? namedType(families[0]!) : undefined;
}

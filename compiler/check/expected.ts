/** What a place expects of a bare name: options of a fixed set, or built-in names of certain families. */
import type { ParameterType } from '../../grammar/ast.ts';
import type { ParameterKind } from '../definitions/parameters.ts';

export type Family = 'activation' | 'initializer' | 'regularizer' | 'constraint' | 'schedule' | 'callback' | 'optimizer' | 'layer'; // prettier-ignore

export interface Expected {
  readonly options: readonly string[];
  readonly families: readonly Family[];
  /** Comparisons with an option: any name may be one. */
  readonly anyOption?: boolean;
}

export const nothingExpected: Expected = { options: [], families: [] };
export const anyOption: Expected = { options: [], families: [], anyOption: true };
const families = (...names: Family[]): Expected => ({ options: [], families: names });
const options = (names: readonly string[]): Expected => ({ options: names, families: [] });

export function expectedBy(type: ParameterKind): Expected {
  switch (type.kind) {
    case 'option':
      return options(type.options);
    case 'padding':
      return options(type.explicit ? [] : type.causal ? ['same', 'valid', 'causal'] : ['same', 'valid']);
    case 'dtype':
      return options(['float32', 'int32', 'bool']);
    case 'activation':
      return families('activation');
    case 'initializer':
      return families('initializer');
    case 'regularizer':
      return families('regularizer');
    case 'constraint':
      return families('constraint');
    case 'layer':
    case 'layers':
      return families('layer');
    case 'learningRate':
    case 'epochSchedule':
      return families('schedule');
    default:
      return nothingExpected;
  }
}

const namedTypes: Readonly<Record<string, Family | undefined>> = {
  activation: 'activation',
  initializer: 'initializer',
  regularizer: 'regularizer',
  constraint: 'constraint',
  layer: 'layer',
};
const plainTypes = new Set(['int', 'float', 'bool', 'string']);

/** What a declared parameter type of a block expects: names that are no types are its options. */
export function expectedByType(type: ParameterType | undefined): Expected {
  if (!type) return nothingExpected;
  switch (type.kind) {
    case 'NamedType': {
      const family = namedTypes[type.name.name];
      if (family) return families(family);
      return plainTypes.has(type.name.name) ? nothingExpected : options([type.name.name]);
    }
    case 'ListType':
      return expectedByType(type.element);
    case 'TupleType':
      return join(type.elements);
    case 'UnionType':
      return join(type.members);
  }
}

function join(types: readonly ParameterType[]): Expected {
  const parts = types.map(expectedByType);
  return { options: parts.flatMap((p) => p.options), families: parts.flatMap((p) => p.families) };
}

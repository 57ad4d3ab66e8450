/** The type and range of a parameter in words: `whole number, at least 1`. */
import type { Parameter, ParameterKind } from '../definitions/parameters.ts';

type RangeOf = {
  readonly min?: number;
  readonly max?: number;
  readonly exclusiveMin?: boolean;
  readonly exclusiveMax?: boolean;
};

function rangeText({ min, max, exclusiveMin, exclusiveMax }: RangeOf): string {
  const low = min === undefined ? undefined : exclusiveMin ? `above ${min}` : `at least ${min}`;
  const high = max === undefined ? undefined : exclusiveMax ? `below ${max}` : `at most ${max}`;
  if (low !== undefined && high !== undefined && !exclusiveMin && !exclusiveMax) return `, ${min} to ${max}`;
  return [low, high].map((part) => (part === undefined ? '' : `, ${part}`)).join('');
}

const counted = ['no', 'one', 'two', 'three', 'four'];

function paddingText(type: Extract<ParameterKind, { readonly kind: 'padding' }>): string {
  const rules = type.explicit ? '' : type.causal ? '`same`, `valid`, `causal`, ' : '`same`, `valid`, ';
  const pair = type.axes === 1 ? 'a pair `(1, 2)`' : 'a number per axis, or a pair per axis';
  return `${rules}a number, or ${pair}`;
}

/** What may be given, as a phrase. */
export function parameterTypeText({ type }: Parameter): string {
  switch (type.kind) {
    case 'int':
      return `whole number${rangeText(type)}`;
    case 'ints':
      return `${type.length === 1 ? 'whole number' : `whole number, or a tuple of ${counted[type.length] ?? type.length}`}${rangeText(type)}`;
    case 'float':
      return `number${rangeText(type)}`;
    case 'numbers':
      return `${type.single ? 'number, or ' : ''}${type.length === undefined ? 'list of numbers' : `${type.length === 2 ? 'pair' : type.length} of numbers`}${rangeText(type)}`;
    case 'sizes':
      return 'sizes, one by one or as a tuple';
    case 'axis':
      return 'axis, counted within one example';
    case 'axes':
      return 'one axis or a list of them, counted within one example';
    case 'permutation':
      return 'every axis once';
    case 'bool':
      return '`true` or `false`';
    case 'string':
      return 'text in quotes';
    case 'strings':
      return 'list of texts in quotes';
    case 'option':
      return type.options.map((option) => `\`${option}\``).join(' | ');
    case 'padding':
      return paddingText(type);
    case 'learningRate':
      return 'number or learning-rate schedule';
    case 'epochSchedule':
      return 'function of epoch and learning rate, or learning-rate schedule';
    case 'dtype':
      return '`float32` | `int32` | `bool`';
    case 'layer':
      return 'layer';
    default:
      return namedKinds[type.kind] ?? 'value';
  }
}

const namedKinds: Readonly<Record<string, string>> = {
  activation: 'activation function',
  initializer: 'initializer',
  regularizer: 'regularizer',
  constraint: 'constraint',
  tensor: 'tensor',
  index: 'index',
};

/** The default as written; undefined where there is none. */
export function defaultText(parameter: Parameter): string | undefined {
  if (parameter.required) return undefined;
  return parameter.defaultText === undefined || parameter.defaultText === '' ? 'none' : parameter.defaultText;
}

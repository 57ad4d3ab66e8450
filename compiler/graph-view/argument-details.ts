/** Evaluated parameters of a layer or function → texts: all that differ from the defaults, and in one short line. */
import type { ActivationUse, LayerUse, NamedUse, Parameter, Parameters } from '../definitions/parameters.ts';
import { display, type Dim } from '../shapes/index.ts';
import type { ViewArgument } from './graph-view.ts';

type Values = Readonly<Record<string, unknown>>;

/** Those that are given and not the defaults, in the order of the definition. */
export function argumentsOf(parameters: Parameters, values: Values): readonly ViewArgument[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const value = valueText(values[name], parameter);
    return value === undefined || isDefault(parameter, values[name], value) ? [] : [{ name, value }];
  });
}

const isDefault = (parameter: Parameter, value: unknown, text: string): boolean =>
  !parameter.required &&
  (value === parameter.defaultValue || text === valueText(parameter.defaultValue, parameter) || text === parameter.defaultText); // prettier-ignore

/** Where a value says by itself what it is. */
const speaksForItself: ReadonlySet<string> = new Set([
  'activation',
  'padding',
  'option',
  'layer',
  'layers',
  'string',
  'namedSizes',
]);
/** What makes a line long and changes nothing that flows. */
const leftOut: ReadonlySet<string> = new Set(['initializer', 'regularizer', 'constraint']);
const longest = 40;

/** `64, 7×7, strides 2×2, same`: what is required without a name, the others with theirs. */
export function detailOf(parameters: Parameters, given: readonly ViewArgument[]): string {
  const parts = given.flatMap(({ name, value }) => {
    const { type, required } = parameters[name]!;
    if (leftOut.has(type.kind)) return [];
    return [required || speaksForItself.has(type.kind) ? value : `${name} ${value}`];
  });
  const shown: string[] = [];
  for (const part of parts) {
    const isTooLong = [...shown, part].join(', ').length > longest;
    if (isTooLong && shown.length > 0) return `${shown.join(', ')}, …`;
    shown.push(isTooLong ? `${part.slice(0, longest - 1)}…` : part);
  }
  return shown.join(', ');
}

const isDim = (value: object): value is Dim => 'terms' in value && 'key' in value;
const isUse = (value: object): value is ActivationUse | LayerUse => 'definition' in value && 'parameters' in value;
const isNamed = (value: object): value is NamedUse => 'name' in value && 'arguments' in value;

/** In `.nn` syntax, nearly; undefined for what has no short text. */
function valueText(value: unknown, parameter: Parameter): string | undefined {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return parameter.type.kind === 'string' ? JSON.stringify(value) : value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return listText(value, parameter);
  if (isDim(value)) return display(value);
  if (isUse(value)) return useText(value);
  if (isNamed(value)) return value.name;
  if (parameter.type.kind === 'namedSizes') return sizesText(value);
  // A block or a pipeline that the checker applies itself.
  return 'label' in value && typeof value.label === 'string' ? value.label : undefined;
}

const numberText = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);

function useText({ definition, parameters }: ActivationUse | LayerUse): string {
  const detail = detailOf(definition.parameters, argumentsOf(definition.parameters, parameters));
  return detail === '' ? definition.name : `${definition.name}(${detail})`;
}

const sizesText = (value: object): string | undefined => {
  const texts = Object.entries(value).map(([name, size]) => `${name}: ${isDim(size) ? display(size) : '…'}`);
  return texts.length === 0 ? undefined : texts.join(', ');
};

/** A window is `3×3`; strides and paddings that are alike on all sides are one number. */
function listText(values: readonly unknown[], parameter: Parameter): string | undefined {
  const texts = values.map((value) => valueText(value, parameter));
  if (texts.some((text) => text === undefined)) return undefined;
  const { kind } = parameter.type;
  const areAlike = texts.length > 0 && texts.every((text) => text === texts[0]);
  if (areAlike && (kind === 'padding' || kind === 'pads' || (kind === 'ints' && !parameter.required))) return texts[0];
  if (kind === 'ints') return texts.join('×');
  if (texts.length === 1 && kind !== 'sizes' && kind !== 'layers') return texts[0];
  return kind === 'axes' || kind === 'layers' || kind === 'numbers' ? `[${texts.join(', ')}]` : `(${texts.join(', ')})`;
}

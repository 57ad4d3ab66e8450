/** Arguments as they are written in `.nn`: for titles, summaries and emitted comments. */
import type { Parameter } from '../../grammar/ast.ts';
import { display } from '../shapes/index.ts';
import { placeOf, shortText, type BodyContext } from './context.ts';
import { numberOf, unknown, type Value } from './values.ts';

/** An argument as it is written, or the name of one that is open. */
export function argumentText(ctx: BodyContext, parameter: Parameter): string {
  return valueText(ctx.scope.find(parameter.name.name)?.value ?? unknown) ?? defaultText(ctx, parameter) ?? '…';
}

/** Those that are not what they are by default, by name. */
export function givenArguments(ctx: BodyContext, parameters: readonly Parameter[]): Readonly<Record<string, string>> {
  // prettier-ignore
  const texts = parameters.map((parameter) => [parameter, argumentText(ctx, parameter)] as const);
  const given = texts.filter(([parameter, text]) => !isSame(text, defaultText(ctx, parameter)));
  return Object.fromEntries(given.map(([{ name }, text]) => [name.name, text]));
}

/** Also where one is written `1e-5` and the other `0.00001`. */
const isSame = (text: string, standard: string | undefined): boolean =>
  standard !== undefined && (text === standard || Number(text) === Number(standard));

const defaultText = (ctx: BodyContext, { defaultValue }: Parameter): string | undefined =>
  defaultValue && shortText(placeOf(ctx, defaultValue.span));

function valueText(value: Value): string | undefined {
  const number = numberOf(value);
  if (number !== undefined) return String(number);
  switch (value.kind) {
    case 'exact':
      return display(value.dim);
    case 'option':
    case 'builtin':
      return value.name;
    case 'string':
      return JSON.stringify(value.value);
    case 'bool':
      return String(value.condition.kind === 'true');
    case 'recipe':
      return value.recipe.label;
    case 'list':
    case 'tuple': {
      const texts = value.elements.map(valueText);
      if (texts.some((text) => text === undefined)) return undefined;
      return value.kind === 'list' ? `[${texts.join(', ')}]` : `(${texts.join(', ')})`;
    }
    default:
      return undefined;
  }
}

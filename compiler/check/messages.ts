/** The message of a `require`: `{expr}` becomes its value, `{{` a brace. Unknown names inside are reported where they stand. */
import type { StringLiteral } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import { shifted } from '../../grammar/unit.ts';
import { display } from '../shapes/index.ts';
import { dryContext, type BodyContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { numberOf, type Value } from './values.ts';

const prefix = 'const _value = ';

export function interpolated(ctx: BodyContext, message: StringLiteral): string {
  const { raw, value, span } = message;
  // With escapes before it, an expression is elsewhere in the text than in the value.
  const textStart = raw === value ? span.start + 1 : undefined;
  return value.replaceAll(/\{\{|\}\}|\{([^{}]*)\}/g, (whole, inside: string | undefined, at: number) => {
    if (inside === undefined) return whole.charAt(0);
    return valueText(ctx, inside, textStart === undefined ? undefined : textStart + at + 1) ?? whole;
  });
}

/** The value of an expression that stands at `start` of the file; undefined where it has none. */
function valueText(ctx: BodyContext, text: string, start: number | undefined): string | undefined {
  // Most are names, and need no parser.
  const named = /^[A-Za-z_]\w*$/.test(text) ? ctx.scope.find(text) : undefined;
  if (named) return textOf(named.value);
  const { file, problems } = parse(new SourceFile(ctx.file.source.path, `${prefix}${text}`));
  const declaration = file.declarations[0];
  if (declaration?.kind !== 'Const' || problems.length > 0) return undefined;
  const value = start === undefined ? declaration.value : shifted(declaration.value, start - prefix.length);
  // Without a place its mistakes cannot be shown: inside a use nothing is reported in this mode.
  const dry = dryContext(ctx);
  const frames = start === undefined ? [{ place: { file: ctx.file.source, span: { start: 0, end: 0 } }, label: '', node: declaration, rounds: [] }] : dry.frames; // prettier-ignore
  return textOf(evaluate({ ...dry, frames }, value));
}

function textOf(value: Value): string | undefined {
  if (value.kind === 'exact') return display(value.dim);
  if (value.kind === 'string') return value.value;
  if (value.kind === 'option' || value.kind === 'builtin') return value.name;
  return value.kind === 'float' ? String(numberOf(value)) : undefined;
}

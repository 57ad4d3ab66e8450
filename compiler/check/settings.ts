/** `--set classes=26`: parameters of a model set from outside. The text is an expression of the language. */
import type { Model, Parameter } from '../../grammar/ast.ts';
import { parse } from '../../grammar/parse.ts';
import { SourceFile } from '../../grammar/source.ts';
import { defaultOf } from './block-parameters.ts';
import { placeOf, report, Scope, type BodyContext } from './context.ts';
import { checkLikeDefault, expectedLike } from './default-types.ts';
import { evaluate } from './evaluate.ts';
import { expectedByType } from './expected.ts';
import { checkDeclaredType } from './parameter-types.ts';
import { unknown, type Value } from './values.ts';

/** Parameters of a model set from outside, as `.nn` text by name. */
export interface Settings {
  readonly model: string | undefined;
  readonly values: Readonly<Record<string, string>>;
}

/** The values by parameter, or undefined where one of them is broken (reported in a file of its own, `--set NAME`). */
export function settingValues(
  ctx: BodyContext,
  node: Model,
  settings: Settings,
): ReadonlyMap<string, Value> | undefined {
  // prettier-ignore
  const values = new Map<string, Value>();
  let isBroken = false;
  // Defaults may use earlier parameters.
  const body: BodyContext = { ...ctx, scope: new Scope() };
  for (const parameter of node.parameters) {
    const { name, span } = parameter.name;
    const text = Object.hasOwn(settings.values, name) ? settings.values[name] : undefined;
    const standard = parameter.defaultValue ? defaultOf(body, parameter) : unknown;
    const value = text === undefined ? standard : settingValue(ctx, parameter, standard, text);
    body.scope.set(name, { value, what: 'parameter', place: placeOf(ctx, span) });
    if (text === undefined) continue;
    if (value.kind === 'unknown') isBroken = true;
    values.set(name, value);
  }
  return isBroken ? undefined : values;
}

function settingValue(ctx: BodyContext, parameter: Parameter, standard: Value, text: string): Value {
  const { type } = parameter;
  const { name } = parameter.name;
  const source = new SourceFile(`--set ${name}`, `const ${name} = ${text}`);
  const { file, problems } = parse(source);
  const [declaration, ...more] = file.declarations;
  const inner: BodyContext = { ...ctx, file: { ...ctx.file, source } };
  for (const { code, message, help, span, related, fixes } of problems)
    report(inner, { slug: code, severity: 'error', message, help, fixes }, span, related.map((r) => ({ ...r, file: source }))); // prettier-ignore
  if (problems.length > 0 || declaration?.kind !== 'Const' || more.length > 0) return unknown;
  const place = placeOf(inner, declaration.value.span);
  if (type) return checkDeclaredType(inner, name, type, evaluate(inner, declaration.value, expectedByType(type)), place); // prettier-ignore
  return checkLikeDefault(inner, name, standard, evaluate(inner, declaration.value, expectedLike(standard)), place);
}

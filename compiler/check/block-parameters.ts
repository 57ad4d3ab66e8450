/** Arguments of blocks, models and compile-time functions → the values of their declared parameters. */
import type { Argument, Block, Model, Parameter } from '../../grammar/ast.ts';
import {
  argumentDuplicate,
  argumentMissing,
  argumentType,
  argumentUnknown,
} from '../diagnostics/catalogue/arguments.ts';
import { nearNames } from '../diagnostics/suggest.ts';
import type { Callee } from './bind-arguments.ts';
import { usedContext } from './check-block.ts';
import { placeOf, report, type BodyContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { checkLikeDefault, expectedLike } from './default-types.ts';
import { anyOption, expectedByType } from './expected.ts';
import { checkDeclaredType } from './parameter-types.ts';
import { describe, unknown, type Recipe, type Value } from './values.ts';

export interface BoundParameters {
  readonly values: ReadonlyMap<string, Value>;
  /** Reported: the result is unknown. */
  readonly isBroken: boolean;
  /** `name: "encoder"` */
  readonly name?: string;
}

export function bindBlockParameters(
  ctx: BodyContext,
  recipe: Extract<Recipe, { kind: 'block' }>,
  args: readonly Argument[],
  callee: Callee,
): BoundParameters {
  // prettier-ignore
  const { node, file, label } = recipe;
  const inner = usedContext(ctx, file, node, { label, place: callee.place });
  return bindDeclared(ctx, inner, node, args, callee);
}

/** What has declared parameters; a block or model has inputs too. */
type Declared = { readonly parameters?: readonly Parameter[] } & (Block | Model | { readonly kind: 'Const' });

/** Arguments evaluated outside, defaults inside (they may use earlier parameters). The inner scope then holds all parameters. */
export function bindDeclared(
  ctx: BodyContext,
  inner: BodyContext,
  declared: Declared,
  args: readonly Argument[],
  callee: Callee,
): BoundParameters {
  // prettier-ignore
  const matched = matchArguments(ctx, declared, args, callee);
  const parameters = declared.parameters ?? [];
  let { isBroken } = matched;
  const values = new Map<string, Value>();
  for (const parameter of parameters) {
    const key = parameter.name.name;
    const argument = matched.given.get(key);
    let value: Value = unknown;
    if (argument) value = argumentValue(ctx, inner, parameter, argument);
    else if (parameter.defaultValue) value = defaultOf(inner, parameter);
    else if (!isBroken) {
      const signature = parameters.map((p) => p.name.name).join(', ');
      const doc = parameter.doc?.text.split('\n')[0] ?? '';
      report(ctx, argumentMissing.one({ callee: callee.name, name: key, doc, signature }), callee.place);
      isBroken = true;
    }
    isBroken ||= value.kind === 'unknown';
    values.set(key, value);
    inner.scope.set(key, { value, what: 'parameter', place: placeOf(inner, parameter.name.span) });
  }
  return { values, isBroken, ...(matched.name === undefined ? {} : { name: matched.name }) };
}

function argumentValue(ctx: BodyContext, inner: BodyContext, parameter: Parameter, argument: Argument): Value {
  const { type, defaultValue } = parameter;
  const name = parameter.name.name;
  const place = placeOf(ctx, argument.value.span);
  if (type) return checkDeclaredType(ctx, name, type, evaluate(ctx, argument.value, expectedByType(type)), place);
  const standard = defaultValue ? defaultOf(inner, parameter) : unknown;
  const value = evaluate(ctx, argument.value, expectedLike(standard));
  return checkLikeDefault(ctx, name, standard, value, place);
}

/** The value of a parameter's default, in the scope of the earlier parameters. */
export function defaultOf(inner: BodyContext, parameter: Parameter): Value {
  if (!parameter.defaultValue) return unknown;
  const expected = parameter.type ? expectedByType(parameter.type) : anyOption;
  const value = evaluate(inner, parameter.defaultValue, expected);
  const place = placeOf(inner, parameter.defaultValue.span);
  return parameter.type ? checkDeclaredType(inner, parameter.name.name, parameter.type, value, place) : value;
}

interface Matched {
  readonly given: ReadonlyMap<string, Argument>;
  readonly name?: string;
  readonly isBroken: boolean;
}

function matchArguments(ctx: BodyContext, declared: Declared, args: readonly Argument[], callee: Callee): Matched {
  const given = new Map<string, Argument>();
  const names = (declared.parameters ?? []).map((p) => p.name.name);
  const byPosition = new Set<string>();
  let next = 0;
  let name: string | undefined;
  let isBroken = false;
  for (const argument of args) {
    const key = argument.name ? argument.name.name : names[next++];
    if (key === 'name' && declared.kind !== 'Const' && !names.includes(key)) {
      const value = evaluate(ctx, argument.value);
      if (value.kind === 'string') name = value.value;
      else if (value.kind !== 'unknown') report(ctx, argumentType.wanted({ name: key, wanted: 'a string', got: describe(value) }), argument.value.span); // prettier-ignore
    } else if (key === undefined || !names.includes(key)) {
      evaluate(ctx, argument.value, anyOption);
      if (!isBroken) reportUnmatched(ctx, declared, names, argument, callee);
      isBroken = true;
    } else if (given.has(key)) {
      report(ctx, argumentDuplicate.twice({ callee: callee.name, name: key, byPosition: byPosition.has(key) }), argument.name?.span ?? argument.span); // prettier-ignore
    } else {
      given.set(key, argument);
      if (!argument.name) byPosition.add(key);
    }
  }
  return { given, isBroken, ...(name === undefined ? {} : { name }) };
}

function reportUnmatched(
  ctx: BodyContext,
  declared: Declared,
  names: readonly string[],
  argument: Argument,
  callee: Callee,
): void {
  // prettier-ignore
  const signature = names.join(', ');
  if (isForInput(ctx, declared, argument))
    report(ctx, argumentUnknown.input({ callee: callee.name }), argument.name?.span ?? argument.span); // prettier-ignore
  else if (!argument.name)
    report(ctx, argumentUnknown.tooMany({ callee: callee.name, most: names.length, signature }), argument.value.span); // prettier-ignore
  else {
    const { name, span } = argument.name;
    report(
      ctx,
      argumentUnknown.name({ callee: callee.name, name, near: nearNames(name, names), signature, span }),
      span,
    );
  }
}

/** `Both(a: x)` and `Both(x, y)` give tensors to the constructor; they belong to what it makes. */
function isForInput(ctx: BodyContext, declared: Declared, { name, value }: Argument): boolean {
  if (declared.kind === 'Const') return false;
  if (!name) return value.kind === 'Name' && ctx.scope.find(value.name)?.value.kind === 'tensor';
  return declared.body.statements.some((statement) => statement.kind === 'Input' && statement.name.name === name.name);
}

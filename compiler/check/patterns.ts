/** `let x`, `let (a, _) = …`, loop patterns: names bound to values. */
import type { Identifier, Pattern } from '../../grammar/ast.ts';
import { nameCase, nameDuplicate } from '../diagnostics/catalogue/names.ts';
import { typeArity } from '../diagnostics/catalogue/shapes.ts';
import { placeOf, report, see, type BodyContext, type ScopeEntry } from './context.ts';
import { describe, unknown, type Value } from './values.ts';

/** Binds every name of a pattern; what cannot be taken apart is reported and its names are unknown. */
export function bindPattern(ctx: BodyContext, pattern: Pattern, value: Value, what: ScopeEntry['what']): void {
  if (pattern.kind === 'NamePattern') return declare(ctx, pattern.name, value, what);
  const wants = pattern.elements.length;
  const elements = value.kind === 'tuple' || value.kind === 'list' ? value.elements : undefined;
  const fits = elements?.length === wants;
  if (!fits && value.kind !== 'unknown' && value.kind !== 'opaque') {
    const got = elements ? `${elements.length}` : describe(value);
    const names = value.kind === 'tuple' ? value.names : undefined;
    const node = value.kind === 'tensor' ? value.value.node : undefined;
    const recurrent = node?.kind === 'apply' && 'returnState' in node.parameters ? node.label : undefined;
    report(ctx, typeArity.pattern({ wants, got, names, recurrent }), pattern.span);
  }
  pattern.elements.forEach((element, i) => {
    const part = fits ? elements[i]! : value.kind === 'opaque' ? value : unknown;
    if (element.kind === 'Identifier') declare(ctx, element, part, what);
  });
}

const nouns: Readonly<Record<ScopeEntry['what'], string>> = {
  parameter: 'A parameter',
  size: 'A size',
  input: 'An input',
  let: 'A value',
  output: 'An output',
  layer: 'A made layer',
  weight: 'A weight',
  loss: 'A loss',
  target: 'A target',
  loop: 'A loop variable',
  constant: 'A parameter',
};

/** Puts a name into the innermost scope: small letters, and each name once. */
export function declare(ctx: BodyContext, name: Identifier, value: Value, what: ScopeEntry['what']): void {
  if (name.missing) return;
  see(ctx, 'name', name, value, { what });
  const { span } = name;
  const isLayerParameter = what === 'parameter' && isLayerLike(value);
  if (/^_*[A-Z]/.test(name.name) && what !== 'size' && !isLayerParameter)
    report(ctx, nameCase.lower({ name: name.name, what: nouns[what], span }), span);
  const earlier = ctx.scope.entries.get(name.name);
  if (earlier) {
    const related = [{ ...earlier.place, message: 'first declared here' }];
    report(ctx, nameDuplicate.twice({ name: name.name }), span, related);
    // Which of the two is meant by what follows is unknown.
    ctx.scope.set(name.name, { ...earlier, value: unknown });
    return;
  }
  ctx.scope.set(name.name, { value, what, place: placeOf(ctx, span) });
}

const isLayerLike = (value: Value): boolean =>
  ['recipe', 'instance', 'builtin', 'opaque', 'unknown'].includes(value.kind);

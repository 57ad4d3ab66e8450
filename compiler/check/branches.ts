/** `if`, as an expression and as a stage: one branch is taken; in a block on its own both are, each under its condition. */
import type { Expression } from '../../grammar/ast.ts';
import { argumentType } from '../diagnostics/catalogue/arguments.ts';
import { shapeUnknownSize } from '../diagnostics/catalogue/shapes.ts';
import { equals, negation, shapesEqual } from '../shapes/index.ts';
import { joinCases } from './cases.ts';
import { dryContext, placeOf, report, shortText, underCondition, type BodyContext } from './context.ts';
import { decideTruth } from './decide.ts';
import { describe, unknown, type Value } from './values.ts';

type Branch = (ctx: BodyContext) => Value;

/** The branch that is not taken is looked through for mistakes of the text. */
export function chooseBranch(
  ctx: BodyContext,
  condition: Value,
  node: Expression,
  then: Branch,
  otherwise: Branch,
): Value {
  const taken = condition.kind === 'bool' ? decideTruth(ctx, condition.condition, placeOf(ctx, node.span)) : undefined;
  if (taken !== undefined) {
    (taken ? otherwise : then)(dryContext(ctx));
    return (taken ? then : otherwise)(ctx);
  }
  if (condition.kind === 'opaque' && ctx.mode === 'model')
    report(ctx, shapeUnknownSize.condition({ text: shortText(placeOf(ctx, node.span)) }), node.span);
  else if (!['bool', 'unknown', 'opaque'].includes(condition.kind))
    report(ctx, argumentType.condition({ got: describe(condition) }), node.span);
  const under = condition.kind === 'bool' ? condition.condition : undefined;
  const a = underCondition(ctx, under, then);
  const b = underCondition(ctx, under && negation(under), otherwise);
  if (ctx.mode === 'model') return unknown;
  return under && ctx.mode === 'block' ? joinCases([{ condition: under, value: a }, { condition: negation(under), value: b }]) : joinBranches(a, b); // prettier-ignore
}

/** What is known of a value that is one thing or another. */
export function joinBranches(a: Value, b: Value): Value {
  if (a.kind === 'tensor' && b.kind === 'tensor') {
    const [x, y] = [a.value.type, b.value.type];
    return x.dtype === y.dtype && shapesEqual(x.shape, y.shape) ? a : unknown;
  }
  if (a.kind === 'tuple' && b.kind === 'tuple' && a.elements.length === b.elements.length)
    return { ...a, elements: a.elements.map((element, i) => joinBranches(element, b.elements[i]!)) };
  if (a.kind === 'exact' && b.kind === 'exact' && equals(a.dim, b.dim)) return a;
  if (a.kind === 'tensor' || b.kind === 'tensor') return unknown;
  return a.kind === 'unknown' || b.kind === 'unknown' ? unknown : { kind: 'opaque', what: 'one of two values' };
}

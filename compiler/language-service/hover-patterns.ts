/** A place inside the pattern of `rearrange` or `einsum` → the axis there, and its size. */
import type { StringLiteral } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import { insideString } from '../check/inside-string.ts';
import { parseAxisPattern, type AxisPattern, type PatternGroup, type PatternSide } from '../functions/axis-pattern.ts';
import { sizesOfSide } from '../functions/rearrange.ts';
import type { ApplyNode } from '../graph/model-graph.ts';
import { display, displayShape, multiply, ONE, type Axis, type Dim } from '../shapes/index.ts';
import { argumentAt, sightsAt, type HoverContext } from './hover-context.ts';
import { code } from './markdown.ts';

export function patternHover(context: HoverContext): { readonly span: Span; readonly markdown: string } | undefined {
  const { spot } = context;
  const literal = spot.path.at(-1);
  if (literal?.kind !== 'StringLiteral') return undefined;
  const argument = argumentAt(context);
  const parameter = argument?.slot?.name;
  if (!argument || (parameter !== 'pattern' && parameter !== 'equation')) return undefined;
  const isEquation = parameter === 'equation';
  const pattern = parseAxisPattern(literal.value, { groups: !isEquation, operands: isEquation });
  if ('problem' in pattern) return undefined;
  const found = partAt(pattern, literal, spot);
  if (!found) return undefined;
  const node = nodeFor(context, argument.site.callee.name, argument.site.node.span);
  const sizes = node && sizesIn(pattern, node);
  return { span: found.span, markdown: code(partText(found, sizes)) };
}

/** An axis by its name, `(heads d)`, or `...`. */
interface Part {
  readonly group: PatternGroup;
  /** Of the axis under the cursor; undefined for the whole group. */
  readonly axis: string | undefined;
  readonly span: Span;
}

function partAt({ operands, result }: AxisPattern, literal: StringLiteral, { file, offset }: HoverContext['spot']): Part | undefined {
  const place = { file: file.source, span: literal.span };
  const spanAt = (within: Span): Span | undefined => {
    const span = insideString(place, within)?.span;
    return span && span.start <= offset && offset <= span.end ? span : undefined;
  };
  const groups = [...operands, result].flatMap((side: PatternSide) => side.groups);
  for (const group of groups)
    for (const axis of group.axes) {
      const span = spanAt(axis);
      if (span) return { group, axis: axis.name, span };
    }
  for (const group of groups) {
    const span = spanAt(group);
    if (span) return { group, axis: undefined, span };
  }
  return undefined;
} // prettier-ignore

/** What the call has made, in its first round. */
function nodeFor(context: HoverContext, name: string, span: Span): ApplyNode | undefined {
  const runs = [...sightsAt(context, 'stage', { span }), ...sightsAt(context, 'expression', { span })];
  return runs[0]?.nodes?.find((node): node is ApplyNode => node.kind === 'apply' && node.definition.name === name);
}

interface Sizes {
  readonly named: ReadonlyMap<string, Dim>;
  /** What stands under `...`. */
  readonly others: readonly Axis[];
}

function sizesIn({ operands }: AxisPattern, { inputs, parameters }: ApplyNode): Sizes {
  const given = (parameters['sizes'] ?? {}) as Readonly<Record<string, Dim>>;
  const found = operands.flatMap((side, i) => (inputs[i] ? [sizesOfSide(side, inputs[i].type.shape, given)] : []));
  const others = found.map((one) => one.others).find((axes) => axes.length > 0) ?? [];
  return { named: new Map(found.flatMap(({ sizes }) => Object.entries(sizes))), others };
}

function partText({ group, axis }: Part, sizes: Sizes | undefined): string {
  if (group.isEllipsis) return `(axes) ...${sizes ? `: ${displayShape(sizes.others)}` : ''}`;
  if (axis === undefined) {
    const parts = group.axes.map(({ name }) => sizes?.named.get(name));
    const size = parts.every((part) => part !== undefined) ? parts.reduce(multiply, ONE) : undefined;
    return `(axis) ${group.text}${size && group.text !== '1' ? `: ${display(size)}` : ''}`;
  }
  const size = sizes?.named.get(axis);
  return `(axis) ${axis}${size && display(size) !== axis ? `: ${display(size)}` : ''}`;
}

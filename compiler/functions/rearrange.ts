/** `rearrange`: einops notation over per-example axes; reshapes and transposes by names. */
import { product } from '../definitions/axes.ts';
import { defineFunction } from '../definitions/define-function.ts';
import type { Need, TextRange } from '../definitions/need.ts';
import { namedSizes, string } from '../definitions/parameters.ts';
import type { TensorType } from '../definitions/types.ts';
import { divide, isSpread, ONE, rankOf, type Axis, type Dim, type Shape } from '../shapes/index.ts';
import { axesOf, hasEllipsis, layoutOf, parseAxisPattern, type AxisPattern, type PatternGroup, type PatternSide } from './axis-pattern.ts'; // prettier-ignore

type Sizes = Readonly<Record<string, Dim>>;
const rules = { groups: true, operands: false };
const at = (within: TextRange) => ({ argument: 'pattern', within });

/** The pattern, where its two sides have the same axes. */
function checkedPattern(pattern: string, sizes: Sizes, need: Need): AxisPattern | undefined {
  const parsed = parseAxisPattern(pattern, rules);
  const refuse = (problem: Parameters<Need['pattern']>[0], within: TextRange): undefined =>
    void need.pattern(problem, at(within));
  if ('problem' in parsed) return refuse(parsed.problem, parsed.within);
  const [left, right] = [parsed.operands[0]!, parsed.result];
  for (const [side, other, name] of [[right, left, 'right'], [left, right, 'left']] as const) {
    const missing = axesOf(side).find((axis) => !axesOf(other).some((o) => o.name === axis.name));
    if (missing) return refuse({ kind: 'oneSided', axis: missing.name, side: name }, missing);
    const dots = hasEllipsis(side) && !hasEllipsis(other) && side.groups.find((group) => group.isEllipsis);
    if (dots) return refuse({ kind: 'oneSided', axis: '...', side: name }, dots);
  }
  const names = axesOf(left).map((axis) => axis.name);
  const unused = Object.keys(sizes).find((name) => !names.includes(name));
  if (unused !== undefined) return void need.pattern({ kind: 'noAxis', axis: unused, axes: names }, { argument: unused });
  return parsed;
} // prettier-ignore

/** Which axes of a shape a group stands for: one, or for `...` all that the others leave. */
function matched(side: PatternSide, shape: Shape): readonly (readonly [PatternGroup, readonly Axis[]])[] {
  const rest = shape.length - (side.groups.length - 1);
  let next = 0;
  return side.groups.map((group) => {
    const count = group.isEllipsis ? rest : 1;
    next += count;
    return [group, shape.slice(next - count, next)] as const;
  });
}

const partsOf = (group: PatternGroup, sizes: Sizes): { readonly known: readonly Dim[]; readonly open: readonly string[] } => ({
  known: group.axes.flatMap((axis) => sizes[axis.name] ?? []),
  open: group.axes.map((axis) => axis.name).filter((name) => !sizes[name]),
}); // prettier-ignore

/** Whether a group can be an axis of this size; `shape/size`, `shape/indivisible` or `argument/pattern` where not. */
function fitsGroup(group: PatternGroup, size: Dim, input: TensorType, sizes: Sizes, need: Need): boolean {
  const { known, open } = partsOf(group, sizes);
  const context = at(group);
  if (open.length > 1) return need.pattern({ kind: 'open', axes: open }, context);
  if (open.length === 0) return need.sameCount({ ...input, shape: [size] }, known.length === 0 ? [ONE] : known, context); // prettier-ignore
  if (known.length === 0) return true;
  const named = group.axes.filter((axis) => sizes[axis.name]).map((axis) => axis.name);
  return need.divisible(size, product(known), { ...context, what: group.text, factors: named.join(' * ') });
}

/** The size of every named axis, and the axes under `...`. */
export function sizesOfSide(side: PatternSide, shape: Shape, given: Sizes): { readonly sizes: Sizes; readonly others: readonly Axis[] } {
  const sizes: Record<string, Dim> = { ...given };
  const others: Axis[] = [];
  for (const [group, axes] of matched(side, shape)) {
    if (group.isEllipsis) others.push(...axes);
    const { known, open } = partsOf(group, given);
    const size = axes[0];
    if (open[0] !== undefined && size && !isSpread(size)) sizes[open[0]] = known.length === 0 ? size : divide(size, product(known)); // prettier-ignore
  }
  return { sizes, others };
} // prettier-ignore

const rearranged = (side: PatternSide, sizes: Sizes, others: readonly Axis[]): Shape =>
  side.groups.flatMap((group) => (group.isEllipsis ? others : [product(group.axes.map((axis) => sizes[axis.name]!))]));

/** The pattern as the checker has seen it to be right. */
function patternOf(text: string): AxisPattern {
  const pattern = parseAxisPattern(text, rules);
  if ('problem' in pattern) throw new Error('a broken pattern reached the lowering');
  return pattern;
}

export const rearrange = defineFunction({
  name: 'rearrange',
  summary: 'Cuts, joins and reorders axes by name.',
  doc: '$y_{b(h)} = x_{a(h)}$ where both sides of the pattern name the same element $h$. einops notation over the axes of one example (Rogozhnikov 2022): `rearrange(x, "h w (heads d) -> heads (h w) d", heads: 8)`. Parentheses join axes, the last one running fastest; all sizes but one of a group that is cut are given by name. `1` is an axis of size 1, `...` all axes that are not named. [einops](https://einops.rocks/api/rearrange/)',
  flow: 'moves',
  parameters: {
    pattern: string({ doc: 'The axes as they are and, after `->`, as they shall be.' }),
    sizes: namedSizes({ doc: 'Sizes of axes by their names.' }),
  },
  shape: ({ input, parameters: p, need }) => {
    const pattern = checkedPattern(p.pattern, p.sizes, need);
    const left = pattern?.operands[0];
    if (!left) return undefined;
    const count = left.groups.length;
    const ranked = hasEllipsis(left) ? need.rankAtLeast(input, count - 1, layoutOf(left), at(left)) : need.rank(input, count, layoutOf(left), at(left)); // prettier-ignore
    // Where a spread stands for some of the named axes, only the uses of the block can tell.
    if (!ranked || (rankOf(input.shape) === undefined && spreadIsNamed(left, input.shape))) return undefined;
    for (const [group, axes] of matched(left, input.shape)) {
      const size = axes[0];
      if (group.isEllipsis || !size || isSpread(size)) continue;
      if (!fitsGroup(group, size, input, p.sizes, need)) return undefined;
    }
    const { sizes, others } = sizesOfSide(left, input.shape, p.sizes);
    return { dtype: input.dtype, shape: rearranged(pattern.result, sizes, others) };
  },
  lower: ({ x, parameters: p, op }) => {
    const { operands, result } = patternOf(p.pattern);
    const left = operands[0]!;
    const [batch, ...shape] = x.shape as readonly [Dim, ...Dim[]];
    const { sizes, others } = sizesOfSide(left, shape, p.sizes);
    const namesOf = (side: PatternSide): readonly string[] =>
      side.groups.flatMap((group) => (group.isEllipsis ? others.map((_, i) => `...${i}`) : group.axes.map((axis) => axis.name))); // prettier-ignore
    const [before, after] = [namesOf(left), namesOf(result)];
    const sizeOf = (name: string): Dim => sizes[name] ?? (others[Number(name.slice(3))] as Dim);
    const cut = op.reshape(x, [batch, ...before.map(sizeOf)]);
    const moved = op.transpose(cut, [0, ...after.map((name) => before.indexOf(name) + 1)]);
    return op.reshape(moved, [batch, ...(rearranged(result, sizes, others) as readonly Dim[])]);
  },
  examples: [
    { source: 'x -> rearrange("h w c -> c h w")', input: ['h', 'w', 3], output: [3, 'h', 'w'] },
    { source: 'x -> rearrange("(h p) (w p2) c -> (h w) (p p2 c)", p: 2, p2: 2)', input: [4, 6, 3], output: [6, 12] },
    { source: 'x -> rearrange("... (heads d) -> heads ... d", heads: 2)', input: ['n', 5, 8], output: [2, 'n', 5, 4] },
  ],
});

/** Whether a spread is among the axes that have names. */
function spreadIsNamed(side: PatternSide, shape: Shape): boolean {
  const dots = side.groups.findIndex((group) => group.isEllipsis);
  const spreadAt = shape.findIndex(isSpread);
  return dots < 0 || spreadAt < dots || shape.length - spreadAt < side.groups.length - dots;
}

/** `einsum`: sums of products by named axes (Einstein's convention). */
import { product } from '../definitions/axes.ts';
import { defineFunction } from '../definitions/define-function.ts';
import type { Need, TextRange } from '../definitions/need.ts';
import { string } from '../definitions/parameters.ts';
import { convert } from '../definitions/promotion.ts';
import type { TensorType } from '../definitions/types.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asInteger, dim, isSpread, multiply, ONE, rankOf, type Dim, type Shape } from '../shapes/index.ts';
import { axesOf, hasEllipsis, layoutOf, parseAxisPattern, type AxisPattern, type PatternSide } from './axis-pattern.ts';
import { contract, type Labelled } from './contract.ts';

const rules = { groups: false, operands: true };

/** The pattern of an equation, where the axes of its result come from its operands. `argument` is blamed. */
export function checkedEquation(equation: string, argument: string, need: Need): AxisPattern | undefined {
  const parsed = parseAxisPattern(equation, rules);
  const refuse = (problem: Parameters<Need['pattern']>[0], within: TextRange): undefined =>
    void need.pattern(problem, { argument, within });
  if ('problem' in parsed) return refuse(parsed.problem, parsed.within);
  const names = new Set(parsed.operands.flatMap(axesOf).map((axis) => axis.name));
  const results = axesOf(parsed.result);
  const strange = results.find((axis) => !names.has(axis.name));
  if (strange) return refuse({ kind: 'oneSided', axis: strange.name, side: 'right' }, strange);
  const twice = results.find((axis, i) => results.findIndex((other) => other.name === axis.name) !== i);
  if (twice) return refuse({ kind: 'twice', axis: twice.name }, twice);
  const dots = parsed.result.groups.find((group) => group.isEllipsis);
  if (dots && !parsed.operands.some(hasEllipsis)) return refuse({ kind: 'oneSided', axis: '...', side: 'right' }, dots);
  return parsed;
}

/** The pattern as the checker has seen it to be right. */
export function equationOf(equation: string): AxisPattern {
  const pattern = parseAxisPattern(equation, rules);
  if ('problem' in pattern) throw new Error('a broken equation reached the lowering');
  return pattern;
}

/** What each axis is called; those under `...` by their place from the right. */
export function labelsOf(side: PatternSide, rank: number): readonly string[] {
  const rest = rank - (side.groups.length - 1);
  return side.groups.flatMap((group) =>
    group.isEllipsis ? Array.from({ length: rest }, (_, i) => `...${rest - i}`) : [group.text],
  );
}

interface Seen {
  readonly size: Dim;
  readonly input: TensorType;
  readonly axis: number;
}

/** The sizes of the named axes, and what stands under `...`; undefined where something does not fit or is open. */
export function equationSizes(pattern: AxisPattern, inputs: readonly TensorType[], argument: string, need: Need): { readonly named: ReadonlyMap<string, Dim>; readonly others: Shape } | undefined {
  const seen = new Map<string, Seen>();
  const dotted: TensorType[] = [];
  for (const [i, side] of pattern.operands.entries()) {
    const input = inputs[i]!;
    const count = side.groups.length;
    const context = { argument, within: side };
    if (!(hasEllipsis(side) ? need.rankAtLeast(input, count - 1, layoutOf(side), context) : need.rank(input, count, layoutOf(side), context))) return undefined;
    const rest = input.shape.length - (count - 1);
    let axis = 0;
    for (const group of side.groups) {
      const from = axis;
      axis += group.isEllipsis ? rest : 1;
      if (group.isEllipsis) {
        dotted.push({ ...input, shape: input.shape.slice(from, axis) });
        continue;
      }
      const size = input.shape[from];
      if (!size || isSpread(size)) return undefined;
      const first = seen.get(group.text);
      if (!first) seen.set(group.text, { size, input, axis: from });
      else if (!need.equal(first.size, size, { what: `sizes of \`${group.text}\``, argument, within: group, left: first, right: { input, axis: from } })) return undefined;
    }
  }
  const others = dotted.length === 0 ? [] : need.broadcast(dotted);
  return others && { named: new Map([...seen].map(([name, { size }]) => [name, size])), others };
} // prettier-ignore

export const resultShape = (pattern: AxisPattern, named: ReadonlyMap<string, Dim>, others: Shape): Shape =>
  pattern.result.groups.flatMap((group) => (group.isEllipsis ? others : [named.get(group.text)!]));

const BATCH = 'batch axis';

/** An operand with its batch axis as one more label; a first axis of 1 belongs to every example and is dropped. */
export function labelled(op: Ops, x: TensorNode, labels: readonly string[]): Labelled {
  const node = convert(op, x, 'float32');
  if (asInteger(x.shape[0]!) !== 1) return { node, labels: [BATCH, ...labels] };
  return { node: op.reshape(node, x.shape.slice(1)), labels };
}

/** The contraction of operands that have a first axis; so has the result. */
export function contractExamples(op: Ops, operands: readonly Labelled[], result: readonly string[]): TensorNode {
  const batched = operands.some((operand) => operand.labels[0] === BATCH);
  const sum = contract(op, operands, batched ? [BATCH, ...result] : result);
  return batched ? sum : op.reshape(sum, [ONE, ...sum.shape]);
}

export const einsum = defineFunction({
  name: 'einsum',
  summary: 'Multiplies tensors and sums over the axes that the result does not name.',
  doc: '`einsum("q d, k d -> q k", a, b)` is $y_{qk} = \\sum_d a_{qd} b_{kd}$. Axes are separated by spaces, tensors by commas; equal names mean equal sizes, a name that one tensor has twice its diagonal, `...` all axes that are not named. [Keras](https://keras.io/api/ops/numpy/#einsum-function)',
  tensors: ['...xs'],
  broadcasts: 'unaligned',
  parameters: { equation: string({ doc: 'The axes of each tensor and, after `->`, of the result.' }) },
  shape: ({ inputs, parameters: p, need }) => {
    const pattern = checkedEquation(p.equation, 'equation', need);
    if (!pattern) return undefined;
    const [wanted, given] = [pattern.operands.length, inputs.length];
    const within = { start: pattern.operands[0]!.start, end: pattern.operands.at(-1)!.end };
    if (wanted !== given && !need.pattern({ kind: 'operands', wanted, given }, { argument: 'equation', within })) return undefined; // prettier-ignore
    const sizes = equationSizes(pattern, inputs, 'equation', need);
    return sizes && { dtype: 'float32', shape: resultShape(pattern, sizes.named, sizes.others) };
  },
  lower: ({ inputs, output, parameters: p, op }) => {
    const { operands, result } = equationOf(p.equation);
    const terms = operands.map((side, i) => labelled(op, inputs[i]!, labelsOf(side, inputs[i]!.shape.length - 1)));
    return contractExamples(op, terms, labelsOf(result, output.shape.length));
  },
  flops: ({ inputs, parameters: p }) => {
    const { operands } = equationOf(p.equation);
    const sizes = new Map<string, Dim>();
    for (const [i, side] of operands.entries()) {
      const shape = inputs[i]?.shape ?? [];
      const rank = rankOf(shape) ?? shape.length;
      for (const [axis, label] of labelsOf(side, rank).entries()) {
        const size = shape[axis];
        if (size && !isSpread(size)) sizes.set(label, size);
      }
    }
    return multiply(dim(Math.max(1, operands.length)), product([...sizes.values()]));
  },
  examples: [
    { source: 'einsum("q d, k d -> q k", x, y)', input: ['n', 4], tensors: { y: [3, 4] }, output: ['n', 3] },
    { source: 'x -> einsum("h w c -> c")', input: ['h', 'w', 3], output: [3] },
    { source: 'einsum("... i, i j, j -> ...", x, y, z)', input: ['n', 5, 4], tensors: { y: [4, 3], z: [3] }, output: ['n', 5] },
  ], // prettier-ignore
});

/**
 * What one kernel stores for another alone, computed again there where that takes more from memory than it costs: the gradient of a `gelu` then
 * reads what the `gelu` read, instead of three values that lie between. Values of the whole only, without folds.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import type { OpName } from '../ops/op-names.ts';
import { sameShape } from '../ops/shape-rules.ts';
import type { Group } from './fusion-groups.ts';
import { scalarValue } from './pattern.ts';

/** Of these, one is computed again for each value that need not be stored. */
const dear: ReadonlySet<OpName> = new Set<OpName>([
  'exp',
  'expm1',
  'log',
  'log1p',
  'tanh',
  'sigmoid',
  'softplus',
  'erf',
]);
/** More operations than this are not done twice. */
const most = 12;

export interface Surroundings {
  readonly groupOf: (node: TensorNode) => Group | undefined;
  /** Whether anything but one group reads the value of another. */
  readonly isReadElsewhere: (node: TensorNode) => boolean;
  /** Whether it can be done again for one element: an elementwise op that gives the whole. */
  readonly isPlain: (node: TensorNode, whole: Group['whole']) => boolean;
}

/** The group as it is when it computes something itself, and the one that need not store that. */
export interface ComputedAgain {
  readonly source: Group;
  readonly before: Group;
  readonly group: Group;
}

export function computedAgain(group: Group, around: Surroundings): ComputedAgain | undefined {
  for (const before of new Set(group.operands.flatMap((x) => around.groupOf(x) ?? []))) {
    if (before === group || !sameShape(before.whole, group.whole)) continue;
    const own = group.operands.filter((x) => around.groupOf(x) === before && around.isPlain(x, before.whole) && !around.isReadElsewhere(x)); // prettier-ignore
    for (const chosen of [own, ...own.map((x) => [x])]) {
      const source = without(chosen, before);
      const operands = operandsFor(chosen, before, group, around);
      if (source && operands && readsWhole(operands, group)) return { source, before, group: { ...group, operands } };
    }
  }
  return undefined;
}

const readsWhole = (operands: readonly TensorNode[], { whole }: Group): boolean =>
  operands.some((x) => scalarValue(x) === undefined && sameShape(x.shape, whole));

/** What results lead to, in their order. */
function operandsAmong(results: readonly TensorNode[], all: ReadonlySet<TensorNode>): readonly TensorNode[] {
  return topological(results, all).filter((x) => all.has(x));
}

/** The group without some of its results; `undefined` where nothing would be left that is a kernel. */
function without(chosen: readonly TensorNode[], group: Group): Group | undefined {
  const results = group.results.filter((x) => !chosen.includes(x));
  const operands = operandsAmong(results, new Set(group.operands));
  return results.length > 0 && readsWhole(operands, group) ? { ...group, results, operands } : undefined;
}

/** What the group reads when it computes the chosen values itself; `undefined` where that is no gain, or cannot be. */
function operandsFor(
  chosen: readonly TensorNode[],
  source: Group,
  group: Group,
  { isPlain }: Surroundings,
): readonly TensorNode[] | undefined {
  const kept = new Set(group.operands.filter((x) => !chosen.includes(x)));
  const ends = new Set([...kept, ...source.operands]);
  const again = topological(chosen, ends).filter((node) => !ends.has(node));
  // What a fold gives would have to be stored.
  if (again.length > most || !again.every((node) => isPlain(node, source.whole))) return undefined;
  const needed = [...new Set(again.flatMap(({ inputs }) => inputs))].filter((x) => ends.has(x));
  const more = needed.filter((x) => !kept.has(x) && scalarValue(x) === undefined);
  const saved = chosen.length - more.length;
  if (saved <= 0 || again.filter(({ op }) => dear.has(op)).length > saved) return undefined;
  if (!more.every((x) => sameShape(x.shape, group.whole))) return undefined;
  return operandsAmong(group.results, new Set([...kept, ...needed]));
}

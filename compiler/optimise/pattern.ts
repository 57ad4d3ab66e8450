/**
 * Patterns over nodes, with typed captures: `op('add', any('x'), constant(0))`.
 */
import { ops } from '../ops/index.ts';
import type { OpName } from '../ops/op-names.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';

type Found = Map<string, TensorNode>;

/** `Captures` is what a match gives, by name. */
export interface Pattern<Captures> {
  readonly match: (node: TensorNode, found: Found) => boolean;
  /** Exists in the type only. */
  readonly captures?: Captures;
}

type CapturesOf<P> = P extends Pattern<infer C> ? C : never;
type Both<T> = (T extends unknown ? (x: T) => void : never) extends (x: infer I) => void ? I : never;

/** Any node; the same name twice wants the same node. */
export function any<Name extends string>(name: Name): Pattern<Readonly<Record<Name, TensorNode>>> {
  return {
    match: (node, found) => {
      const before = found.get(name);
      found.set(name, node);
      return before === undefined || before === node;
    },
  };
}

const none = {} as const;
type None = typeof none;

/** A single-element constant of this value (0 is also −0). */
export function constant(value: number): Pattern<None> {
  return { match: (node) => scalarValue(node) === value };
}

/** The value of a constant or fill whose elements are all one number. */
export function scalarValue(node: TensorNode): number | undefined {
  if (node.op === 'fill') return node.attributes['value'] as number;
  const values = node.op === 'constant' ? (node.attributes['values'] as readonly number[]) : [];
  return values.length === 1 ? values[0] : undefined;
}

/** An op over operands that match, in either order if it is commutative. */
export function op<Ps extends readonly Pattern<unknown>[]>(
  name: OpName,
  ...operands: Ps
): Pattern<Both<CapturesOf<Ps[number]>>> {
  const inOrder = (inputs: readonly TensorNode[], found: Found): boolean =>
    inputs.length === operands.length && operands.every((operand, i) => operand.match(inputs[i]!, found));
  return {
    match: (node, found) => {
      if (node.op !== name) return false;
      const before = new Map(found);
      if (inOrder(node.inputs, found)) return true;
      if (!ops[name].traits.commutative) return false;
      found.clear();
      for (const [key, value] of before) found.set(key, value);
      return inOrder(node.inputs.toReversed(), found);
    },
  };
}

/** The pattern's node itself under a name as well. */
export function named<Name extends string, C>(
  name: Name,
  pattern: Pattern<C>,
): Pattern<C & Readonly<Record<Name, TensorNode>>> {
  return {
    match: (node, found) => {
      found.set(name, node);
      return pattern.match(node, found);
    },
  };
}

/** Contraction of labelled tensors, two at a time: as products of matrices wherever an axis is summed. */
import { product } from '../definitions/axes.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asInteger, ONE, type Dim } from '../shapes/index.ts';

/** A tensor with a name for each of its axes. */
export interface Labelled {
  readonly node: TensorNode;
  readonly labels: readonly string[];
}

const sizesIn = ({ node, labels }: Labelled, wanted: readonly string[]): readonly Dim[] =>
  wanted.map((label) => node.shape[labels.indexOf(label)]!);

/** Of axes of one label their diagonal. */
function withoutRepeats(op: Ops, x: Labelled): Labelled {
  const second = x.labels.findIndex((label, i) => x.labels.indexOf(label) !== i);
  if (second < 0) return x;
  const first = x.labels.indexOf(x.labels[second]!);
  const size = x.node.shape[first]!;
  const along = (axis: number): readonly Dim[] => x.labels.map((_, i) => (i === axis ? size : ONE));
  const places = op.arange(size);
  const onDiagonal = op.equal(op.reshape(places, along(first)), op.reshape(places, along(second)));
  const node = op.sum(op.select(onDiagonal, x.node, 0), [second]);
  return withoutRepeats(op, { node, labels: x.labels.filter((_, i) => i !== second) });
}

/** Axes of 1 that another tensor has longer are dropped: they stretch. */
function withoutStretched(op: Ops, x: Labelled, all: readonly Labelled[]): Labelled {
  const stretches = (label: string, axis: number): boolean =>
    asInteger(x.node.shape[axis]!) === 1 &&
    all.some((other) => other.labels.some((l, i) => l === label && asInteger(other.node.shape[i]!) !== 1));
  const kept = x.labels.map((_, i) => i).filter((i) => !stretches(x.labels[i]!, i));
  if (kept.length === x.labels.length) return x;
  const shape = kept.map((i) => x.node.shape[i]!);
  return { node: op.reshape(x.node, shape), labels: kept.map((i) => x.labels[i]!) };
}

/** Sums over the axes that nothing else needs. */
function summed(op: Ops, x: Labelled, needed: ReadonlySet<string>): Labelled {
  const over = x.labels.map((_, i) => i).filter((i) => !needed.has(x.labels[i]!));
  if (over.length === 0) return x;
  return { node: op.sum(x.node, over), labels: x.labels.filter((label) => needed.has(label)) };
}

const ordered = (op: Ops, x: Labelled, order: readonly string[]): TensorNode =>
  op.transpose(
    x.node,
    order.map((label) => x.labels.indexOf(label)),
  );

/** Nothing is summed: one multiplication with broadcasting. */
function multiplied(op: Ops, a: Labelled, b: Labelled, labels: readonly string[]): Labelled {
  const wide = (x: Labelled): TensorNode => {
    const own = labels.filter((label) => x.labels.includes(label));
    const shape = labels.map((label) => (x.labels.includes(label) ? sizesIn(x, [label])[0]! : ONE));
    return op.reshape(ordered(op, x, own), shape);
  };
  return { node: op.multiply(wide(a), wide(b)), labels };
}

function paired(op: Ops, left: Labelled, right: Labelled, needed: ReadonlySet<string>): Labelled {
  const a = summed(op, left, new Set([...needed, ...right.labels]));
  const b = summed(op, right, new Set([...needed, ...left.labels]));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const [kept, inner] = [shared.filter((l) => needed.has(l)), shared.filter((l) => !needed.has(l))];
  const ofA = a.labels.filter((label) => !shared.includes(label));
  const ofB = b.labels.filter((label) => !shared.includes(label));
  const labels = [...kept, ...ofA, ...ofB];
  if (inner.length === 0) return multiplied(op, a, b, labels);
  const [outer, rows, middle, columns] = [sizesIn(a, kept), sizesIn(a, ofA), sizesIn(a, inner), sizesIn(b, ofB)];
  const stack = kept.length === 0 ? [] : [product(outer)];
  const x = op.reshape(ordered(op, a, [...kept, ...ofA, ...inner]), [...stack, product(rows), product(middle)]);
  const y = op.reshape(ordered(op, b, [...kept, ...inner, ...ofB]), [...stack, product(middle), product(columns)]);
  return { node: op.reshape(op.matMul(x, y), [...outer, ...rows, ...columns]), labels };
}

/** $\sum \prod x_i$ over all labels that the result has not. */
export function contract(op: Ops, operands: readonly Labelled[], result: readonly string[]): TensorNode {
  const plain = operands.map((x) => withoutRepeats(op, x));
  const [first, ...rest] = plain.map((x) => withoutStretched(op, x, plain));
  let sum = first!;
  for (const [i, next] of rest.entries()) {
    const needed = new Set([...result, ...rest.slice(i + 1).flatMap((x) => x.labels)]);
    sum = paired(op, sum, next, needed);
  }
  return ordered(op, summed(op, sum, new Set(result)), result);
}

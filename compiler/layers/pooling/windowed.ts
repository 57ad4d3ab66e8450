/**
 * Pools over one, two or three spatial axes, made of 2-D ones: steps are an image of height 1; a volume is pooled slice
 * by slice, then along its depth. Maxima of maxima are maxima, the first one in row-major order included, and every
 * slice of a window counts as many numbers, so means of means are means.
 */
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops, Padding, PoolAttributes } from '../../ops/ops.ts';
import { multiply, type Dim } from '../../shapes/index.ts';

type Pool = (x: TensorNode, attributes: PoolAttributes) => TensorNode;
type Pair = readonly [Dim | number, Dim | number];

const paddingOf = (padding: Padding, pairs: (list: readonly Pair[]) => readonly Pair[]): Padding =>
  typeof padding === 'string' ? padding : pairs(padding);

/** Along an axis of a tensor whose other axes are taken as they are. */
export function pooledAlong(op: Ops, x: TensorNode, axis: number, pool: Pool, attributes: PoolAttributes): TensorNode {
  const outer = x.shape.slice(0, axis).reduce(multiply);
  const inner = x.shape.slice(axis + 1, -1);
  const images = op.reshape(x, [outer, x.shape[axis]!, inner.length === 0 ? 1 : inner.reduce(multiply), x.shape.at(-1)!]);
  const y = pool(images, {
    poolSize: [...attributes.poolSize, 1],
    strides: [...attributes.strides, 1],
    padding: paddingOf(attributes.padding, ([pair]) => [pair!, [0, 0]]),
  });
  return op.reshape(y, x.shape.map((size, i) => (i === axis ? y.shape[1]! : size)));
} // prettier-ignore

/** x `[n, …spatial, c]`; the attributes have one entry for each spatial axis. */
export function pooled(op: Ops, x: TensorNode, attributes: PoolAttributes, pool: Pool): TensorNode {
  const { poolSize, strides, padding } = attributes;
  if (poolSize.length === 2) return pool(x, attributes);
  if (poolSize.length === 1) return pooledAlong(op, x, 1, pool, attributes);
  const [n, depth, ...image] = x.shape as readonly [Dim, Dim, ...Dim[]];
  const slices = op.reshape(x, [multiply(n, depth), ...image]);
  const flat = { poolSize: poolSize.slice(1), strides: strides.slice(1), padding: paddingOf(padding, (pairs) => pairs.slice(1)) }; // prettier-ignore
  const smaller = pool(slices, flat);
  const volume = op.reshape(smaller, [n, depth, ...smaller.shape.slice(1)]);
  if (poolSize[0] === 1 && strides[0] === 1 && typeof padding === 'string') return volume;
  return pooledAlong(op, volume, 1, pool, {
    poolSize: poolSize.slice(0, 1),
    strides: strides.slice(0, 1),
    padding: paddingOf(padding, (pairs) => pairs.slice(0, 1)),
  });
}

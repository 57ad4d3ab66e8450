/**
 * Images brought to another size: each axis times a matrix of weights, from kernels that interpolate. Pixels have
 * their centres at halves; weights that fall outside of the image are left out, and the others sum to 1.
 */
import { product } from '../definitions/axes.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asNumber, ONE, type Dim } from '../shapes/index.ts';

export const resamplings = ['bilinear', 'nearest', 'bicubic', 'lanczos3', 'lanczos5'] as const;
export type Resampling = (typeof resamplings)[number];

/** How many old pixels one new pixel stands for. */
function stepOf(op: Ops, from: Dim, to: Dim): number | TensorNode {
  const [n, m] = [asNumber(from), asNumber(to)];
  return n !== undefined && m !== undefined ? n / m : op.divide(op.dimension(from), op.dimension(to));
}

/** Where the centres of `to` pixels lie among `from` pixels: $(i + 1/2) \cdot from / to - 1/2$. */
function centres(op: Ops, from: Dim, to: Dim): TensorNode {
  return op.subtract(op.multiply(op.add(op.cast(op.arange(to), 'float32'), 0.5), stepOf(op, from, to)), 0.5);
}

type Kernel = (op: Ops, distance: TensorNode) => TensorNode;

const triangle: Kernel = (op, d) => op.relu(op.subtract(1, d));

/** Keys's cubic with a = −1/2. */
const cubic: Kernel = (op, d) => {
  const near = op.add(op.multiply(op.multiply(op.subtract(op.multiply(d, 1.5), 2.5), d), d), 1);
  const far = op.add(op.multiply(op.add(op.multiply(op.subtract(2.5, op.multiply(d, 0.5)), d), -4), d), 2);
  return op.select(op.less(d, 1), near, op.select(op.less(d, 2), far, 0));
};

/** $\mathrm{sinc}(d)\,\mathrm{sinc}(d / a)$ up to a. */
const lanczos =
  (a: number): Kernel =>
  (op, d) => {
    const x = op.multiply(op.maximum(d, 1e-3), Math.PI);
    const wave = op.divide(op.multiply(op.sin(x), op.sin(op.divide(x, a))), op.divide(op.square(x), a));
    return op.select(op.greater(d, a), 0, op.select(op.greater(d, 1e-3), wave, 1));
  };

const kernels: Readonly<Record<Exclude<Resampling, 'nearest'>, Kernel>> = {
  bilinear: triangle,
  bicubic: cubic,
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/** The weights of linear interpolation as a matrix `[to, from]`: each row sums to 1. */
function linearMatrix(op: Ops, from: Dim, to: Dim): TensorNode {
  const inside = op.minimum(op.maximum(centres(op, from, to), 0), op.subtract(op.dimension(from), 1));
  const columns = op.reshape(op.cast(op.arange(from), 'float32'), [ONE, from]);
  return triangle(op, op.abs(op.subtract(op.reshape(inside, [to, ONE]), columns)));
}

/** The weights of any kernel; with `antialias`, it is as wide as a new pixel where that is wider than an old one. */
function kernelMatrix(op: Ops, from: Dim, to: Dim, kernel: Kernel, antialias: boolean): TensorNode {
  const columns = op.reshape(op.cast(op.arange(from), 'float32'), [ONE, from]);
  const apart = op.abs(op.subtract(op.reshape(centres(op, from, to), [to, ONE]), columns));
  const step = stepOf(op, from, to);
  const width = typeof step === 'number' ? Math.max(step, 1) : op.maximum(step, 1);
  const weights = kernel(op, antialias ? op.divide(apart, width) : apart);
  return op.divide(weights, op.sum(weights, [1], true));
}

/** A matrix `[to, from]` times an axis of x. */
function timesAxis(op: Ops, matrix: TensorNode, x: TensorNode, position: number): TensorNode {
  const { shape } = x;
  const [outer, inner] = [shape.slice(0, position), shape.slice(position + 1)];
  const columns = op.reshape(x, [product(outer), shape[position]!, product(inner)]);
  const [to, from] = matrix.shape as readonly [Dim, Dim];
  return op.reshape(op.matMul(op.reshape(matrix, [ONE, to, from]), columns), [...outer, to, ...inner]);
}

/** The nearest pixel of an axis for each new place: $\lfloor (i + 1/2) \cdot from / to \rfloor$. */
function nearestAlong(op: Ops, x: TensorNode, position: number, to: Dim): TensorNode {
  const from = x.shape[position]!;
  const at = op.cast(op.floor(op.add(centres(op, from, to), 0.5)), 'int32');
  const order = [position, ...x.shape.map((_, i) => i).filter((i) => i !== position)];
  const rows = op.gather(op.transpose(x, order), at);
  const back = x.shape.map((_, i) => order.indexOf(i));
  return op.transpose(rows, back);
}

/** One axis of x at another size. */
export function resampledAlong(op: Ops, x: TensorNode, position: number, to: Dim, how: Resampling, antialias = false): TensorNode {
  const from = x.shape[position]!;
  if (from.key === to.key) return x;
  if (how === 'nearest') return nearestAlong(op, x, position, to);
  const plain = how === 'bilinear' && !antialias;
  const matrix = plain ? linearMatrix(op, from, to) : kernelMatrix(op, from, to, kernels[how], antialias);
  return timesAxis(op, matrix, x, position);
} // prettier-ignore

/** `[n, h, w, c]` → `[n, height, width, c]`. */
export const resampled = (op: Ops, x: TensorNode, height: Dim, width: Dim, how: Resampling, antialias = false): TensorNode =>
  resampledAlong(op, resampledAlong(op, x, 1, height, how, antialias), 2, width, how, antialias); // prettier-ignore

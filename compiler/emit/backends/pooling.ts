/**
 * Pool gradients from elementwise ops, one spatial axis at a time. tfjs's kernels are slow, and wrong: `MaxPoolGrad` on
 * wasm where a window's maximum is not positive, `AvgPoolGrad` everywhere at padded edges.
 *
 * A window's first maximum in row-major order lies in the first row that holds the maximum, at that row's first maximum:
 * so dy is handed first to rows, then within rows, and ties come out exactly as in one pass over the window.
 * `step(y - x)` tells where x is less than the maximum y; unlike `greater` it is one vectorised pass.
 *
 * Measured on wasm, 2×2 over [64, 26, 26, 32]: 5 to 8 ms, by how slices are made, where the kernel takes 27.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { readPool, sizesOf } from '../../ops/attributes.ts';
import type { Size } from '../../ops/ops.ts';
import { dilate } from '../../ops/slicing.ts';
import { explicitPadding, product } from '../../ops/shape-rules.ts';
import { ruleFor, type Rule } from '../../optimise/rewrite.ts';
import { add, asNumber, dim, multiply, subtract, ZERO, type Dim } from '../../shapes/index.ts';

/** Below every float that a network computes; finite, because not every shading language can write −∞. */
const lowest = -3.4028234663852886e38;

/** Windows along one axis of a tensor. */
interface Line {
  readonly axis: number;
  readonly size: number;
  readonly stride: number;
  readonly added: readonly [Dim, Dim];
}

const alongAxis = <T>(rank: number, axis: number, value: T, others: T): readonly T[] =>
  Array.from({ length: rank }, (_, i) => (i === axis ? value : others));

function lineOf(shape: readonly Dim[], node: TensorNode, spatial: 0 | 1): Line {
  const { poolSize, strides, padding } = readPool(node.attributes);
  const [axis, size, stride] = [1 + spatial, poolSize[spatial]!, strides[spatial]!];
  return { axis, size, stride, added: explicitPadding(shape[axis]!, dim(size), stride, padding, spatial) };
}

/**
 * An axis of x as phases `[outer, count, inner]`, where phase p holds rows p, p + stride, …; enough rows for all
 * windows, padded where x ends before.
 */
interface Phases {
  readonly phases: readonly TensorNode[];
  /** Rows per phase. */
  readonly count: Dim;
  readonly outer: Dim;
  readonly inner: Dim;
}

/** Rows that the last window leaves of its last stride, at most. */
const slack = ({ size, stride }: Line): number => stride - 1 - ((size - 1) % stride);

function phasesOf(op: GraphBuilder, x: TensorNode, windows: Dim, line: Line): Phases {
  const { axis, size, stride, added } = line;
  const end = add(added[1], dim(slack(line)));
  const padded = op.pad(x, alongAxis(4, axis, [added[0], end] as const, [ZERO, ZERO] as const), lowest);
  const count = add(windows, dim(Math.floor((size - 1) / stride)));
  const rows = multiply(count, dim(stride));
  const cut = op.slice(
    padded,
    [0, 0, 0, 0],
    x.shape.map((s, i) => (i === axis ? rows : s)),
  );
  const outer = product(x.shape.slice(0, axis));
  const inner = product(x.shape.slice(axis + 1));
  const rowsOf = op.reshape(cut, [multiply(outer, count), stride, inner]);
  const phases = Array.from({ length: Math.min(size, stride) }, (_, p) =>
    op.reshape(op.slice(rowsOf, [0, p, 0], [multiply(outer, count), 1, inner]), [outer, count, inner]),
  );
  return { phases, count, outer, inner };
}

/** The gradients of one line's phases, put back as the rows of x. */
function fromPhases(
  op: GraphBuilder,
  x: TensorNode,
  gradients: readonly TensorNode[],
  p: Phases,
  line: Line,
): TensorNode {
  const { axis, stride, added } = line;
  const flat = gradients.map((g) => op.reshape(g, [1, multiply(p.outer, p.count), p.inner]));
  const present = op.concat(flat, 0);
  const all = op.pad(present, [[0, stride - flat.length], [0, 0], [0, 0]]); // prettier-ignore
  const rows = multiply(p.count, dim(stride));
  const whole = op.reshape(
    op.transpose(all, [1, 0, 2]),
    x.shape.map((s, i) => (i === axis ? rows : s)),
  );
  // Windows may end before x does: the rows after them have no gradient.
  const length = add(added[0], add(x.shape[axis]!, add(added[1], dim(slack(line)))));
  const complete = op.pad(whole, alongAxis(4, axis, [ZERO, subtract(length, rows)] as const, [ZERO, ZERO] as const));
  return op.slice(complete, alongAxis<Dim>(4, axis, added[0], ZERO), x.shape);
}

/** The gradient by x of y, the maximum over windows along one axis; dy goes to the first maximum. */
function lineGradient(op: GraphBuilder, dy: TensorNode, x: TensorNode, y: TensorNode, line: Line): TensorNode {
  if (line.size === 1 && line.stride === 1) return dy;
  const windows = y.shape[line.axis]!;
  const p = phasesOf(op, x, windows, line);
  const flat = [p.outer, windows, p.inner];
  const top = op.reshape(y, flat);
  let rest = op.reshape(dy, flat);
  const sums: (TensorNode | undefined)[] = p.phases.map(() => undefined);
  for (let tap = 0; tap < line.size; tap++) {
    const [shift, phase] = [Math.floor(tap / line.stride), tap % line.stride];
    const values = op.slice(p.phases[phase]!, [0, shift, 0], flat);
    // What goes on to later taps; the last one takes all that is left.
    const onwards = tap === line.size - 1 ? undefined : op.multiply(rest, op.step(op.subtract(top, values)));
    const here = onwards ? op.subtract(rest, onwards) : rest;
    const placed = op.pad(here, [[0, 0], [shift, subtract(subtract(p.count, windows), dim(shift))], [0, 0]]); // prettier-ignore
    const before = sums[phase];
    sums[phase] = before ? op.add(before, placed) : placed;
    rest = onwards ?? rest;
  }
  return fromPhases(
    op,
    x,
    sums.filter((sum) => sum !== undefined),
    p,
    line,
  );
}

export const maxPoolGradient: Rule = ruleFor(
  'maxPoolGradient(dy, x, y) → step(y - x) by rows, then columns',
  'maxPoolGradient',
  ([dy, x, y], op, node) => {
    const [rows, columns] = [lineOf(x!.shape, node, 0), lineOf(x!.shape, node, 1)];
    const whole = columns.size === 1 && columns.stride === 1;
    const inRows = whole
      ? x!
      : op.maxPool(x!, {
          poolSize: [1, columns.size],
          strides: [1, columns.stride],
          padding: [[ZERO, ZERO], columns.added],
        });
    const byRows = lineGradient(op, dy!, inRows, y!, rows);
    return lineGradient(op, byRows, x!, inRows, columns);
  },
);

const onesOf = (op: GraphBuilder, shape: readonly Size[]): TensorNode => op.fill(shape, 1);

/** dy over the number of places that count in its window. */
function averaged(
  op: GraphBuilder,
  dy: TensorNode,
  shape: readonly Dim[],
  node: TensorNode,
  lines: readonly Line[],
): TensorNode {
  const { poolSize, strides } = readPool(node.attributes);
  const size = poolSize[0]! * poolSize[1]!;
  if (lines.every(({ added }) => added.every((p) => asNumber(p) === 0))) return op.multiply(dy, 1 / size);
  const image = onesOf(op, [1, shape[1]!, shape[2]!, 1]);
  const ones = op.pad(image, [[0, 0], lines[0]!.added, lines[1]!.added, [0, 0]]);
  const portion = op.averagePool(ones, { poolSize, strides, padding: 'valid' });
  return op.divide(op.multiply(dy, 1 / size), portion);
}

/** Each row `times` times along an axis: a broadcast product, which is far faster than tiling. */
function repeated(op: GraphBuilder, x: TensorNode, axis: number, times: number): TensorNode {
  if (times === 1) return x;
  const flat = op.reshape(x, [product(x.shape.slice(0, axis + 1)), 1, product(x.shape.slice(axis + 1))]);
  const longer = op.multiply(flat, onesOf(op, [1, times, 1]));
  return op.reshape(
    longer,
    x.shape.map((s, i) => (i === axis ? multiply(s, dim(times)) : s)),
  );
}

export const averagePoolGradient: Rule = ruleFor(
  'averagePoolGradient(dy) → sums over the windows that hold a place',
  'averagePoolGradient',
  ([dy], op, node) => {
    const shape = sizesOf(node.attributes, 'inputShape');
    const { poolSize, strides } = readPool(node.attributes);
    const lines = [lineOf(shape, node, 0), lineOf(shape, node, 1)];
    const portion = averaged(op, dy!, shape, node, lines);
    const padded = lines.map(({ axis, added }) => add(shape[axis]!, add(...added)));
    const begin = [ZERO, lines[0]!.added[0], lines[1]!.added[0], ZERO];
    if (lines.every(({ size, stride }) => size === stride)) {
      const up = repeated(op, repeated(op, portion, 1, poolSize[0]!), 2, poolSize[1]!);
      const rest = lines.map(({ axis }, i) => [ZERO, subtract(padded[i]!, up.shape[axis]!)] as const);
      return op.slice(op.pad(up, [[0, 0], ...rest, [0, 0]]), begin, shape);
    }
    const spread = dilate(op, portion, [1, ...strides, 1]);
    const reach = lines.map(({ axis, size }, i) => [dim(size - 1), subtract(padded[i]!, spread.shape[axis]!)] as const);
    const around = op.pad(spread, [[0, 0], ...reach, [0, 0]]);
    const summed = op.multiply(
      op.averagePool(around, { poolSize, strides: [1, 1], padding: 'valid' }),
      poolSize[0]! * poolSize[1]!,
    );
    return op.slice(op.reshape(summed, [shape[0]!, ...padded, shape[3]!]), begin, shape);
  },
);

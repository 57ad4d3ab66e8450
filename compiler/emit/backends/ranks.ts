/**
 * Ops over five axes and more with fewer axes, by making one of neighbouring axes that are treated alike. What graphics
 * backends do with many axes they do wrongly: webgpu's shaders with a bias do not compile; webgl's padding does not, and
 * neither has `Reverse` or `Select` of so many axes. (`broadcastTo` sees to itself, in the runtime.)
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { numberOf, numbersOf, pairsOf, sizesOf } from '../../ops/attributes.ts';
import type { OpName } from '../../ops/op-names.ts';
import { isOne, product } from '../../ops/shape-rules.ts';
import { ruleFor, type Rule } from '../../optimise/rewrite.ts';
import { asNumber, equals, ONE, ZERO, type Dim } from '../../shapes/index.ts';

/** Up to here every kernel of every backend is right. */
const mostAxes = 4;

/** The first axis and the number of axes of each group. */
type Groups = readonly (readonly [first: number, count: number])[];

/** Neighbours of which `alike` says that they may be one axis. */
function groupsOf(rank: number, alike: (axis: number, next: number) => boolean): Groups {
  const groups: [number, number][] = [];
  for (let axis = 0; axis < rank; axis++) {
    const group = groups.at(-1);
    if (group && alike(axis - 1, axis)) group[1]++;
    else groups.push([axis, 1]);
  }
  return groups;
}

const merged = (shape: readonly Dim[], groups: Groups): readonly Dim[] =>
  groups.map(([first, count]) => product(shape.slice(first, first + count)));

/** With axes of one element in front, as broadcasting takes them. */
const aligned = (shape: readonly Dim[], rank: number): readonly Dim[] => [
  ...Array.from({ length: rank - shape.length }, () => ONE),
  ...shape,
];

/** Operands that broadcast to a shape, with axes as one along which each operand is whole, or repeated. */
function fewerAxes(
  op: GraphBuilder,
  operands: readonly TensorNode[],
  shape: readonly Dim[],
): { readonly operands: readonly TensorNode[]; readonly shape: readonly Dim[] } | undefined {
  const rank = shape.length;
  if (rank <= mostAxes) return undefined;
  const shapes = operands.map((x) => aligned(x.shape, rank));
  const pattern = shape.map((size, axis) =>
    isOne(size) ? undefined : shapes.map((own) => (isOne(own[axis]!) ? 'repeated' : 'whole')).join(),
  );
  // An axis of one element goes with any other: the pattern of a group is that of its first longer axis.
  const known = pattern.map((_, axis) => pattern.slice(0, axis + 1).findLast((one) => one !== undefined));
  const groups = groupsOf(
    rank,
    (axis, next) => pattern[next] === undefined || known[axis] === undefined || known[axis] === pattern[next],
  );
  if (groups.length === rank) return undefined;
  return {
    operands: operands.map((x, i) => op.reshape(x, merged(shapes[i]!, groups))),
    shape: merged(shape, groups),
  };
}

const binaryNames = [
  'add', 'subtract', 'multiply', 'divide', 'power', 'maximum', 'minimum', 'modulo',
  'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'and', 'or',
] as const satisfies readonly OpName[]; // prettier-ignore

/** Every operand in the whole shape: where patterns alternate too often to become few axes. */
const whole = (op: GraphBuilder, operands: readonly TensorNode[], shape: readonly Dim[]): readonly TensorNode[] =>
  operands.map((x) => op.reshape(op.broadcastTo(x, shape), [product(shape)]));

const fewerAxesOf = (name: (typeof binaryNames)[number] | 'select'): Rule =>
  ruleFor(`${name} over [a, b, …] → ${name} over [a · b, …]`, name, (inputs, op, node) => {
    if (node.shape.length <= mostAxes) return undefined;
    const fewer = fewerAxes(op, inputs, node.shape);
    const few = fewer !== undefined && fewer.shape.length <= mostAxes;
    const operands = few ? fewer.operands : whole(op, inputs, node.shape);
    return op.reshape(op.make(name, operands, node.attributes), node.shape);
  });

/** One axis with what lies before and after it as one axis each. */
function inThree(op: GraphBuilder, x: TensorNode, axis: number, change: (flat: TensorNode) => TensorNode): TensorNode {
  const { shape } = x;
  const sides = [product(shape.slice(0, axis)), product(shape.slice(axis + 1))] as const;
  const changed = change(op.reshape(x, [sides[0], shape[axis]!, sides[1]]));
  return op.reshape(
    changed,
    shape.map((size, i) => (i === axis ? changed.shape[1]! : size)),
  );
}

/** An op that does something to each of some axes → the same to one axis after the other. */
function axisByAxis<T>(
  name: OpName,
  workOf: (node: TensorNode) => readonly (T | undefined)[],
  change: (op: GraphBuilder, flat: TensorNode, work: T, node: TensorNode) => TensorNode,
): Rule {
  return ruleFor(`${name}([…]) → ${name}([outer, axis, inner]) for each axis`, name, ([x], op, node) => {
    if (node.shape.length <= mostAxes) return undefined;
    return workOf(node).reduce<TensorNode>(
      (result, work, axis) =>
        work === undefined ? result : inThree(op, result, axis, (flat) => change(op, flat, work, node)),
      x!,
    );
  });
}

const padAxisByAxis = axisByAxis(
  'pad',
  ({ attributes }) =>
    pairsOf(attributes, 'paddings').map((pair) => (pair.some((size) => asNumber(size) !== 0) ? pair : undefined)),
  (op, flat, pair, { attributes }) =>
    op.pad(flat, [[ZERO, ZERO], pair, [ZERO, ZERO]], attributes['value'] === undefined ? 0 : numberOf(attributes, 'value')),
); // prettier-ignore

const sliceAxisByAxis = axisByAxis(
  'slice',
  ({ inputs: [x], attributes }) => {
    const [begin, size] = [sizesOf(attributes, 'begin'), sizesOf(attributes, 'size')];
    return x!.shape.map((from, axis) => (equals(from, size[axis]!) ? undefined : ([begin[axis]!, size[axis]!] as const)));
  },
  (op, flat, [begin, size]) => op.slice(flat, [ZERO, begin, ZERO], [flat.shape[0]!, size, flat.shape[2]!]),
); // prettier-ignore

const reverseAxisByAxis = axisByAxis(
  'reverse',
  ({ inputs: [x], attributes }) => x!.shape.map((_, axis) => numbersOf(attributes, 'axes').includes(axis) || undefined),
  (op, flat) => op.reverse(flat, [1]),
);

const concatInThree: Rule = ruleFor(
  'concat([…]) → concat([outer, axis, inner])',
  'concat',
  (inputs, op, node) => {
    if (node.shape.length <= mostAxes) return undefined;
    const axis = numberOf(node.attributes, 'axis');
    const flat = inputs.map(({ shape }, i) =>
      op.reshape(inputs[i]!, [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))]),
    );
    return op.reshape(op.concat(flat, 1), node.shape);
  },
); // prettier-ignore

/** Axes that stay neighbours move as one. */
const transposeWithFewerAxes: Rule = ruleFor(
  'transpose([a, b, …]) → transpose([a · b, …])',
  'transpose',
  ([x], op, node) => {
    const permutation = numbersOf(node.attributes, 'permutation');
    if (permutation.length <= mostAxes) return undefined;
    const moved = groupsOf(permutation.length, (at, next) => permutation[next] === permutation[at]! + 1);
    if (moved.length === permutation.length) return undefined;
    const firsts = moved.map(([at]) => permutation[at]!);
    const groups = moved.map(([at, count]) => [permutation[at]!, count] as const).sort(([a], [b]) => a - b);
    const order = firsts.map((first) => groups.findIndex(([own]) => own === first));
    return op.reshape(op.transpose(op.reshape(x!, merged(x!.shape, groups)), order), node.shape);
  },
);

const reductionNames = ['sum', 'max', 'min', 'prod', 'any', 'all'] as const satisfies readonly OpName[];

/** Neighbours that are all folded, or all kept, as one. */
const reductionWithFewerAxes = (name: (typeof reductionNames)[number]): Rule =>
  ruleFor(`${name}([a, b, …]) → ${name}([a · b, …])`, name, ([x], op, node) => {
    const rank = x!.shape.length;
    if (rank <= mostAxes) return undefined;
    const axes = new Set(numbersOf(node.attributes, 'axes'));
    const groups = groupsOf(rank, (axis, next) => axes.has(axis) === axes.has(next));
    if (groups.length === rank) return undefined;
    const folded = [...groups.keys()].filter((i) => axes.has(groups[i]![0]));
    return op.reshape(op[name](op.reshape(x!, merged(x!.shape, groups)), folded), node.shape);
  });

export const withFewerAxes: readonly Rule[] = [
  ...binaryNames.map(fewerAxesOf),
  fewerAxesOf('select'),
  ...reductionNames.map(reductionWithFewerAxes),
  padAxisByAxis,
  sliceAxisByAxis,
  reverseAxisByAxis,
  concatInThree,
  transposeWithFewerAxes,
];

/**
 * Random applications of every op: operands with values, and how to build the node. Shared by the tests of types,
 * gradients and kernels.
 */
import * as fc from 'fast-check';
import type { GraphBuilder, NdArray, TensorNode } from '../../compiler/graph/index.ts';
import { countOf, ndArray } from '../../compiler/graph/index.ts';
import type { OpName, Padding } from '../../compiler/ops/index.ts';

export interface Case {
  readonly op: OpName;
  readonly operands: readonly NdArray[];
  readonly build: (op: GraphBuilder, xs: readonly TensorNode[]) => TensorNode;
  readonly about: string;
}

/** Which values operands take: apart from each other and from places where derivatives jump, or any. */
export type Values = 'smooth' | 'special';

type Shape = readonly number[];

const smooth = fc.integer({ min: 1, max: 900 }).map((k) => (k % 2 === 0 ? 1 : -1) * (0.12 + k / 400));
const special = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -12, max: 12 }).map((k) => k / 4) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, Infinity, -Infinity, Number.NaN, 1e30, -1e-30) },
);

export function floats(shape: Shape, values: Values, f: (x: number) => number = (x) => x): fc.Arbitrary<NdArray> {
  const count = countOf(shape);
  // Distinct values keep maxima apart by more than a finite difference.
  const many =
    values === 'smooth'
      ? fc.uniqueArray(smooth, { minLength: count, maxLength: count })
      : fc.array(special, { minLength: count, maxLength: count });
  return many.map((data) => ndArray(shape, data.map(f)));
}

export const integers = (shape: Shape, min: number, max: number): fc.Arbitrary<NdArray> =>
  fc
    .array(fc.integer({ min, max }), { minLength: countOf(shape), maxLength: countOf(shape) })
    .map((data) => ndArray(shape, data, 'int32'));

export const booleans = (shape: Shape): fc.Arbitrary<NdArray> =>
  integers(shape, 0, 1).map((x) => ({ ...x, dtype: 'bool' as const }));

const size = fc.integer({ min: 1, max: 3 });
export const shapes = (minRank = 0, maxRank = 3): fc.Arbitrary<Shape> =>
  fc.array(size, { minLength: minRank, maxLength: maxRank });

/** A shape that broadcasts with the given one: some axes missing on the left, some of size 1. */
const partner = (shape: Shape): fc.Arbitrary<Shape> =>
  fc
    .tuple(fc.integer({ min: 0, max: shape.length }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([skip, ones]) => shape.slice(skip).map((s, i) => (ones[i] ? 1 : s)));

export const broadcastPair: fc.Arbitrary<readonly [Shape, Shape]> = shapes()
  .chain((shape) => fc.tuple(fc.constant(shape), partner(shape), fc.boolean()))
  .map(([a, b, swap]) => (swap ? [b, a] : [a, b]));

export const unaryNames = [
  'negate', 'abs', 'sign', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'rsqrt', 'sin', 'cos', 'tan', 'tanh', 'sigmoid',
  'softplus', 'erf', 'floor', 'ceil', 'round', 'relu', 'step', 'isNan', 'stopGradient',
] as const; // prettier-ignore
const positiveOnly = new Set<string>(['log', 'log1p', 'sqrt', 'rsqrt']);

export const unaryCases = (values: Values): fc.Arbitrary<Case> =>
  fc.tuple(fc.constantFrom(...unaryNames), shapes()).chain(([name, shape]) =>
    floats(shape, values, (x) => (positiveOnly.has(name) && values === 'smooth' ? Math.abs(x) : x)).map((x) => ({
      op: name,
      operands: [x],
      build: (op, [a]) => op[name](a!),
      about: name,
    })),
  );

export const binaryNames = [
  'add', 'subtract', 'multiply', 'divide', 'power', 'maximum', 'minimum', 'modulo', 'equal', 'notEqual', 'less',
  'lessEqual', 'greater', 'greaterEqual',
] as const; // prettier-ignore

export const binaryCases = (values: Values): fc.Arbitrary<Case> =>
  fc.tuple(fc.constantFrom(...binaryNames), broadcastPair).chain(([name, [a, b]]) =>
    fc
      .tuple(
        floats(a, values, (x) => (name === 'power' && values === 'smooth' ? Math.abs(x) : x)),
        floats(b, values, (x) => (values === 'smooth' ? x * 1.0137 : x)),
      )
      .map((operands) => ({
        op: name,
        operands,
        build: (op, [x, y]) => op[name](x!, y!),
        about: `${name} [${a.join()}] [${b.join()}]`,
      })),
  );

export const logicCases: fc.Arbitrary<Case> = fc
  .tuple(fc.constantFrom('and' as const, 'or' as const), broadcastPair)
  .chain(([name, [a, b]]) =>
    fc.tuple(booleans(a), booleans(b)).map((operands) => ({
      op: name,
      operands,
      build: (op, [x, y]) => op[name](x!, y!),
      about: name,
    })),
  );

export const selectCases = (values: Values): fc.Arbitrary<Case> =>
  broadcastPair
    .chain(([a, b]) => fc.tuple(booleans(b), floats(a, values), floats(b, values)))
    .map((operands) => ({
      op: 'select',
      operands,
      build: (op, [c, x, y]) => op.select(c!, x!, y!),
      about: 'select',
    }));

const someAxes = (rank: number): fc.Arbitrary<number[]> =>
  fc
    .subarray([...Array(rank).keys()], { minLength: 1 })
    .chain((axes) => fc.boolean().map((negative) => axes.map((axis) => (negative ? axis - rank : axis))));

export const reductionCases = (values: Values): fc.Arbitrary<Case> =>
  fc
    .tuple(fc.constantFrom('sum' as const, 'max' as const, 'min' as const, 'prod' as const), shapes(1, 4), fc.boolean())
    .chain(([name, shape, keep]) =>
      fc.tuple(someAxes(shape.length), floats(shape, values)).map(([axes, x]) => ({
        op: name,
        operands: [x],
        build: (op, [a]) => op[name](a!, axes, keep),
        about: `${name} [${shape.join()}] over ${axes.join()}`,
      })),
    );

export const lastAxisCases = (values: Values): fc.Arbitrary<Case> =>
  fc
    .tuple(fc.constantFrom('softmax' as const, 'logSoftmax' as const), shapes(1, 3))
    .chain(([name, shape]) =>
      floats(shape, values).map((x) => ({ op: name, operands: [x], build: (op, [a]) => op[name](a!), about: name })),
    );

export const cumsumCases = (values: Values): fc.Arbitrary<Case> =>
  fc.tuple(shapes(1, 3), fc.nat(2), fc.boolean(), fc.boolean()).chain(([shape, at, exclusive, reverse]) =>
    floats(shape, values).map((x) => ({
      op: 'cumsum',
      operands: [x],
      build: (op, [a]) => op.cumsum(a!, at % shape.length, { exclusive, reverse }),
      about: `cumsum [${shape.join()}]`,
    })),
  );

export const argCases: fc.Arbitrary<Case> = fc
  .tuple(fc.constantFrom('argMax' as const, 'argMin' as const), shapes(1, 3), fc.nat(2))
  .chain(([name, shape, at]) =>
    integers(shape, -2, 2).map((x) => ({
      op: name,
      operands: [{ ...x, dtype: 'float32' as const }],
      build: (op, [a]) => op[name](a!, at % shape.length),
      about: `${name} [${shape.join()}]`,
    })),
  );

export const matMulCases = (values: Values): fc.Arbitrary<Case> =>
  fc
    .tuple(fc.tuple(size, size, size), fc.constantFrom<readonly [Shape, Shape]>([[], []], [[2], [2]], [[2], []], [[2], [1]], [[1], [3]], [[2, 2], [1, 2]]), fc.boolean(), fc.boolean())
    .chain(([[m, k, n], [batchA, batchB], transposeA, transposeB]) => {
      const a = [...batchA, ...(transposeA ? [k, m] : [m, k])];
      const b = [...batchB, ...(transposeB ? [n, k] : [k, n])];
      return fc.tuple(floats(a, values), floats(b, values)).map((operands) => ({
        op: 'matMul' as const,
        operands,
        build: (op: GraphBuilder, [x, y]: readonly TensorNode[]) => op.matMul(x!, y!, { transposeA, transposeB }),
        about: `matMul [${a.join()}]${transposeA ? 'ᵀ' : ''} [${b.join()}]${transposeB ? 'ᵀ' : ''}`,
      }));
    }); // prettier-ignore

const paddings: fc.Arbitrary<Padding> = fc.oneof(
  fc.constantFrom<Padding>('same', 'valid'),
  fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 2, maxLength: 2 }),
);
const pairOf = (max: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));

export const convolutionCases = (values: Values): fc.Arbitrary<Case> =>
  fc
    .record({
      n: fc.integer({ min: 1, max: 2 }),
      kernel: pairOf(3),
      channels: pairOf(2),
      strides: pairOf(4),
      dilations: pairOf(2),
      padding: paddings,
      more: fc.tuple(fc.nat(4), fc.nat(4)),
    })
    .chain(({ n, kernel, channels, strides, dilations, padding, more }) => {
      // The window must fit into the input even where nothing is padded.
      const spatial = [0, 1].map((i) => (kernel[i]! - 1) * dilations[i]! + 1 + more[i]!);
      const x = [n, ...spatial, channels[0]];
      const filter = [...kernel, ...channels];
      return fc.tuple(floats(x, values), floats(filter, values)).map((operands) => ({
        op: 'conv2d' as const,
        operands,
        build: (op: GraphBuilder, [a, f]: readonly TensorNode[]) => op.conv2d(a!, f!, { strides, dilations, padding }),
        about: `conv2d [${x.join()}] [${filter.join()}] ${JSON.stringify({ strides, dilations, padding })}`,
      }));
    });

/** Kernels have no windows that both stride and are dilated. */
export const depthwiseCases = (values: Values): fc.Arbitrary<Case> =>
  fc
    .tuple(pairOf(3), pairOf(3), fc.oneof(fc.tuple(pairOf(4), fc.constant([1, 1])), fc.tuple(fc.constant([1, 1]), pairOf(2))), paddings, fc.nat(4))
    .chain(([kernel, [channels, multiplier], [strides, dilations], padding, more]) => {
      const x = [2, ...[0, 1].map((i) => (kernel[i]! - 1) * dilations[i]! + 1 + ((more + 3 * i) % 5)), channels];
      const filter = [...kernel, channels, multiplier];
      return fc.tuple(floats(x, values), floats(filter, values)).map((operands) => ({
        op: 'depthwiseConv2d' as const,
        operands,
        build: (op: GraphBuilder, [a, f]: readonly TensorNode[]) => op.depthwiseConv2d(a!, f!, { strides, dilations, padding }),
        about: `depthwiseConv2d [${x.join()}] [${filter.join()}] ${JSON.stringify({ strides, dilations, padding })}`,
      }));
    }); // prettier-ignore

export const poolCases = (values: Values): fc.Arbitrary<Case> =>
  fc
    .record({
      name: fc.constantFrom('maxPool' as const, 'averagePool' as const),
      n: fc.integer({ min: 1, max: 2 }),
      c: fc.integer({ min: 1, max: 2 }),
      poolSize: pairOf(3),
      strides: pairOf(4),
      padding: paddings,
      more: fc.tuple(fc.nat(5), fc.nat(5)),
    })
    .chain(({ name, n, c, poolSize, strides, padding, more }) => {
      const x = [n, poolSize[0] + more[0], poolSize[1] + more[1], c];
      // A window of padding only has no maximum and no mean.
      const within: Padding =
        typeof padding === 'string' ? padding : padding.map((pair, i) => pair.map((p) => Math.min(Number(p), poolSize[i]! - 1)) as [number, number]);
      return floats(x, values).map((operand) => ({
        op: name,
        operands: [operand],
        build: (op: GraphBuilder, [a]: readonly TensorNode[]) => op[name](a!, { poolSize, strides, padding: within }),
        about: `${name} [${x.join()}] ${JSON.stringify({ poolSize, strides, padding: within })}`,
      }));
    }); // prettier-ignore

const permutations = (rank: number): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank, maxLength: rank });

const cutting = (shape: Shape): fc.Arbitrary<readonly { begin: number; size: number; stride: number }[]> =>
  fc.tuple(
    ...shape.map((n) =>
      fc.tuple(fc.nat(n - 1), fc.integer({ min: 1, max: 3 }), fc.nat(5)).map(([begin, stride, k]) => {
        const most = Math.floor((n - 1 - begin) / stride) + 1;
        return { begin, stride, size: 1 + (k % most) };
      }),
    ),
  );

type Moving = (shape: Shape, values: Values) => fc.Arbitrary<Case>;

const transposing: Moving = (shape, values) =>
  fc.tuple(permutations(shape.length), floats(shape, values)).map(([permutation, x]) => ({
    op: 'transpose',
    operands: [x],
    build: (op, [a]) => op.transpose(a!, permutation),
    about: `transpose [${shape.join()}] by ${permutation.join()}`,
  }));

const slicing: Moving = (shape, values) =>
  fc.tuple(cutting(shape), floats(shape, values), fc.boolean()).map(([cuts, x, strided]) => ({
    op: strided ? 'stridedSlice' : 'slice',
    operands: [x],
    build: (op, [a]) => {
      const [begin, sizes] = [cuts.map((c) => c.begin), cuts.map((c) => c.size)];
      return strided ? op.stridedSlice(a!, begin, sizes, cuts.map((c) => c.stride)) : op.slice(a!, begin, sizes);
    },
    about: `slice [${shape.join()}] ${JSON.stringify(cuts)}`,
  })); // prettier-ignore

const padding: Moving = (shape, values) =>
  fc.tuple(fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2)))), floats(shape, values)).map(([pairs, x]) => ({
    op: 'pad',
    operands: [x],
    build: (op, [a]) => op.pad(a!, pairs, 0.5),
    about: `pad [${shape.join()}]`,
  }));

const concatenating: Moving = (shape, values) =>
  fc.tuple(fc.nat(3), size, size).chain(([at, m, k]) => {
    const axis = at % shape.length;
    const of = (n: number): Shape => shape.map((s, i) => (i === axis ? n : s));
    return fc.tuple(floats(shape, values), floats(of(m), values), floats(of(k), values)).map((operands) => ({
      op: 'concat' as const,
      operands,
      build: (op: GraphBuilder, xs: readonly TensorNode[]) => op.concat(xs, axis - shape.length),
      about: `concat over ${axis}`,
    }));
  });

const reversing: Moving = (shape, values) =>
  fc.tuple(someAxes(shape.length), floats(shape, values)).map(([axes, x]) => ({
    op: 'reverse',
    operands: [x],
    build: (op, [a]) => op.reverse(a!, axes),
    about: `reverse ${axes.join()}`,
  }));

const reshaping: Moving = (shape, values) =>
  floats(shape, values).map((x) => ({
    op: 'reshape',
    operands: [x],
    build: (op, [a]) => op.reshape(a!, [1, countOf(shape)]),
    about: `reshape [${shape.join()}]`,
  }));

const stretching: Moving = (shape, values) =>
  partner(shape)
    .chain((from) => floats(from, values))
    .map((x) => ({
      op: 'broadcastTo',
      operands: [x],
      build: (op, [a]) => op.broadcastTo(a!, shape),
      about: `broadcastTo [${x.shape.join()}] → [${shape.join()}]`,
    }));

export const movingCases = (values: Values): fc.Arbitrary<Case> =>
  shapes(1, 4).chain((shape) =>
    fc.oneof(
      ...[transposing, slicing, padding, concatenating, reversing, reshaping, stretching].map((f) => f(shape, values)),
    ),
  );

export const gatherCases = (values: Values): fc.Arbitrary<Case> =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), shapes(0, 2), shapes(0, 2)).chain(([rows, rest, picks]) => {
    const indices = integers(picks, 0, rows - 1);
    const gathering = fc.tuple(floats([rows, ...rest], values), indices).map((operands) => ({
      op: 'gather' as const,
      operands,
      build: (op: GraphBuilder, [t, i]: readonly TensorNode[]) => op.gather(t!, i!),
      about: `gather [${[rows, ...rest].join()}] by [${picks.join()}]`,
    }));
    const scattering = fc.tuple(indices, floats([...picks, ...rest], values)).map((operands) => ({
      op: 'scatterAdd' as const,
      operands,
      build: (op: GraphBuilder, [i, u]: readonly TensorNode[]) => op.scatterAdd(i!, u!, rows),
      about: `scatterAdd [${picks.join()}] into ${rows}`,
    }));
    const hot = indices.map((i) => ({
      op: 'oneHot' as const,
      operands: [i],
      build: (op: GraphBuilder, [a]: readonly TensorNode[]) => op.oneHot(a!, rows),
      about: 'oneHot',
    }));
    return fc.oneof(gathering, scattering, hot);
  });

/** Groups of cases by name, for one test each. */
export const caseGroups: Readonly<Record<string, (values: Values) => fc.Arbitrary<Case>>> = {
  unary: unaryCases,
  binary: binaryCases,
  logic: () => logicCases,
  select: selectCases,
  reductions: reductionCases,
  'softmax and logSoftmax': lastAxisCases,
  cumsum: cumsumCases,
  'argMax and argMin': () => argCases,
  matMul: matMulCases,
  conv2d: convolutionCases,
  // The cpu kernel rounds each summand, so that huge ones overflow.
  depthwiseConv2d: () => depthwiseCases('smooth'),
  pools: poolCases,
  moving: movingCases,
  'gather, scatterAdd, oneHot': gatherCases,
};

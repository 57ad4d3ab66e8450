/** What webgl and webgpu are spared: many axes, and their own sines. Equal programs, by the reference evaluator. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { legalise } from '../../compiler/emit/backends/index.ts';
import { countOf, createGraphBuilder, evaluateProgram, ndArray, nodesOf, verify, type GraphBuilder, type NdArray, type TensorNode } from '../../compiler/graph/index.ts'; // prettier-ignore
import { difference, programOf } from '../ops/apply-case.ts';

const numbers = (shape: readonly number[], seed: number): NdArray =>
  ndArray(shape, Array.from({ length: countOf(shape) }, (_, i) => Math.fround(Math.sin((i + 1) * 1.3 * seed)))); // prettier-ignore

interface Case {
  readonly shapes: readonly (readonly number[])[];
  readonly build: (op: GraphBuilder, xs: readonly TensorNode[]) => TensorNode;
}

/** What is left after the rewrites, and that it computes the same. */
function rewritten({ shapes, build }: Case): readonly TensorNode[] {
  const op = createGraphBuilder();
  const inputs = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, numbers(shape, i + 1)]));
  const program = programOf({
    y: build(
      op,
      shapes.map((shape, i) => op.input(`x${i}`, 'float32', shape)),
    ),
  });
  const after = legalise(program, createGraphBuilder(), ['webgl', 'webgpu'], op);
  verify(after);
  const [expected, actual] = [program, after].map((p) => evaluateProgram(p, { inputs }).get('y')!);
  expect(actual!.shape).toEqual(expected!.shape);
  expect(difference(expected!.data, actual!.data)).toBe(0);
  return nodesOf(after);
}

const maxRank = (nodes: readonly TensorNode[]): number =>
  Math.max(
    ...nodes.filter((node) => !['input', 'reshape', 'broadcastTo'].includes(node.op)).map((node) => node.shape.length),
  );

const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 5, maxLength: 6 });
/** A shape, and the same with some axes of one element, or without its first ones. */
const broadcasting = sizes.chain((shape) =>
  fc.tuple(fc.constant(shape), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }), fc.nat(3)),
);
const narrowed = (shape: readonly number[], whole: readonly boolean[], dropped: number): number[] =>
  shape.map((size, i) => (whole[i] ? size : 1)).slice(dropped);

describe('at most four axes', () => {
  const check = (cases: fc.Arbitrary<Case>): void => {
    const holds = (given: Case): void => {
      expect(maxRank(rewritten(given))).toBeLessThanOrEqual(4);
    };
    fc.assert(fc.property(cases, holds), { numRuns: 150, seed: 4 });
  };

  test('elementwise with broadcasting', () => {
    check(
      fc.tuple(broadcasting, fc.constantFrom('add', 'divide', 'maximum')).map(([[shape, ...rest], name]) => ({
        shapes: [shape, narrowed(shape, ...rest)],
        build: (op, [a, b]) => op[name](a!, b!),
      })),
    );
  });
  test('comparisons and choices', () => {
    check(
      fc.tuple(broadcasting, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 })).map(([[shape, ...rest], other]) => ({
        shapes: [narrowed(shape, other, 0), narrowed(shape, ...rest), shape],
        build: (op, [a, b, c]) => op.cast(op.select(op.greater(a!, b!), c!, b!), 'float32'),
      })), // prettier-ignore
    );
  });
  test('pad, slice, reverse and concat', () => {
    check(
      fc.tuple(sizes, fc.nat(4), fc.nat(4)).map(([shape, axis, other]) => ({
        shapes: [shape],
        build: (op, [x]) => {
          const padded = op.pad(x!, shape.map((_, i) => (i === axis ? [1, 2] : i === other ? [0, 1] : [0, 0]) as [number, number]), 7); // prettier-ignore
          const cut = op.slice(padded, shape.map((_, i) => (i === axis ? 1 : 0)), shape.map((size, i) => (i === axis ? size + 1 : size))); // prettier-ignore
          return op.concat([op.reverse(cut, [axis, other]), cut], other);
        },
      })),
    );
  });
});

test('transpositions and sums take neighbours as one', () => {
  const folded = { shapes: [[2, 3, 2, 2, 3]], build: (op: GraphBuilder, [x]: readonly TensorNode[]) => op.sum(x!, [1, 2], true) }; // prettier-ignore
  expect(maxRank(rewritten(folded))).toBe(2);
  const moved = { shapes: [[2, 3, 2, 2, 3]], build: (op: GraphBuilder, [x]: readonly TensorNode[]) => op.transpose(x!, [3, 4, 0, 1, 2]) }; // prettier-ignore
  expect(maxRank(rewritten(moved))).toBe(2);
  fc.assert(
    fc.property(sizes, fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }), (shape, order, axes) => {
      rewritten({ shapes: [shape.slice(0, 5)], build: (op, [x]) => op.sum(op.transpose(x!, order), axes) });
    }),
    { numRuns: 150, seed: 4 },
  ); // prettier-ignore
});

test('no running sum from the end', () => {
  fc.assert(
    fc.property(sizes, fc.nat(4), fc.boolean(), fc.boolean(), (shape, axis, exclusive, reverse) => {
      const nodes = rewritten({ shapes: [shape], build: (op, [x]) => op.cumsum(x!, axis, { exclusive, reverse }) });
      expect(maxRank(nodes)).toBeLessThanOrEqual(4);
      expect(nodes.filter((node) => node.op === 'cumsum' && node.attributes['reverse'] === true)).toEqual([]);
    }),
    { numRuns: 100, seed: 4 },
  );
});

test('sines are right to the last digits of float32, also of many thousands', () => {
  const op = createGraphBuilder();
  const x = op.input('x', 'float32', [4001]);
  const after = legalise(programOf({ sin: op.sin(x), cos: op.cos(x), tan: op.tan(x) }), createGraphBuilder(), ['webgl'], op); // prettier-ignore
  expect(nodesOf(after).filter((node) => ['sin', 'cos', 'tan'].includes(node.op))).toEqual([]);
  for (const reach of [4, 300, 20_000]) {
    const data = Array.from({ length: 4001 }, (_, i) => Math.fround(((i - 2000) / 2000) * reach));
    const found = evaluateProgram(after, { inputs: { x: ndArray([4001], data) } });
    for (const name of ['sin', 'cos'] as const)
      for (const [i, value] of data.entries()) expect(Math.abs(found.get(name)!.data[i]! - Math[name](value))).toBeLessThan(3e-7); // prettier-ignore
  }
});

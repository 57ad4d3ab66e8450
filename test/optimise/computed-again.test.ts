/** What a kernel computes again instead of reading it, and what it does not. That programs keep their meaning is tested with random ones. */
import { describe, expect, test } from 'vitest';
import { kernelText } from '../../compiler/emit/kernel-declaration.ts';
import { createGraphBuilder, evaluateProgram, nodesOf, verify, type GraphBuilder, type TensorNode } from '../../compiler/graph/index.ts'; // prettier-ignore
import { fuseElementwise } from '../../compiler/optimise/index.ts';
import { inputs, m, n, sizesOf } from '../elementwise/random-programs.ts';
import { programOf } from '../ops/apply-case.ts';

/** The texts of the kernels, after looking whether they mean the same. */
function kernels(build: (op: GraphBuilder, x: TensorNode) => Readonly<Record<string, TensorNode>>): readonly string[] {
  const op = createGraphBuilder();
  const program = programOf(build(op, op.input('whole', 'float32', [n, m])));
  const fused = fuseElementwise(program, op);
  verify(fused);
  const bindings = { inputs: inputs(3, 5, 1), sizes: sizesOf(3, 5) };
  const [before, after] = [evaluateProgram(program, bindings), evaluateProgram(fused, bindings)];
  for (const [name, { data }] of before) expect([...after.get(name)!.data], name).toEqual([...data]);
  return nodesOf(fused).filter((node) => node.op === 'elementwise').map((node) => kernelText(node)); // prettier-ignore
}

/** Something that no kernel has, so that what reads it is in another one. */
const between = (op: GraphBuilder, x: TensorNode): TensorNode => op.cumsum(x, 0);

describe('computed again', () => {
  test('three values that lie between two kernels, from the one that they follow from', () => {
    const texts = kernels((op, x) => {
      const scaled = op.multiply(x, 0.7);
      const [curve, half] = [op.add(op.erf(scaled), 1), op.multiply(x, 0.5)];
      const y = between(op, op.multiply(curve, half));
      return { dx: op.add(op.multiply(y, curve), op.multiply(op.multiply(y, half), scaled)) };
    });
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^f: .* -> \$\d+$/);
    expect(texts[1]).toMatch(/^ff: /);
    expect(texts[1]).toContain('erf');
  });

  test('what follows from others that are read anyway, such as a normalised value', () => {
    const texts = kernels((op, x) => {
      const centred = op.subtract(x, op.mean(x, [1], true));
      const factor = op.rsqrt(op.add(op.mean(op.square(centred), [1], true), 0.001));
      const normal = op.multiply(centred, factor);
      const y = between(op, op.relu(normal));
      return { dx: op.add(op.multiply(y, normal), op.multiply(centred, factor)), more: op.multiply(y, factor) };
    });
    // The relu, what is centred, and the factor: not what is normalised.
    expect(texts[0]).toMatch(/-> \$\d+ \$\d+c \$\d+$|-> \$\d+c \$\d+ \$\d+$|-> \$\d+ \$\d+ \$\d+c$/);
  });

  const stays = (rest: (op: GraphBuilder, curve: TensorNode, half: TensorNode) => Readonly<Record<string, TensorNode>>): readonly string[] =>
    kernels((op, x) => {
      const [curve, half] = [op.add(op.multiply(x, 3), 1), op.multiply(x, 0.5)];
      const y = between(op, op.multiply(curve, half));
      return { dx: op.multiply(op.multiply(y, curve), half), ...rest(op, curve, half) };
    }); // prettier-ignore

  test('not what is an output, or read elsewhere too', () => {
    expect(stays(() => ({}))[0]).toMatch(/-> \$\d+$/);
    expect(stays((_, curve, half) => ({ curve, half }))[0]).toMatch(/-> \$\d+ \$\d+ \$\d+$/);
    expect(stays((op, curve, half) => ({ a: op.reverse(curve, [0]), b: op.reverse(half, [0]) }))[0]).toMatch(/-> \$\d+ \$\d+ \$\d+$/); // prettier-ignore
  });

  test('not what is dearer than reading it: two exponentials for two numbers that would be one', () => {
    const texts = kernels((op, x) => {
      const [up, down] = [op.exp(x), op.exp(op.negate(x))];
      const y = between(op, op.add(up, down));
      return { dx: op.subtract(op.multiply(y, up), op.multiply(op.square(y), down)) };
    });
    expect(texts[0]).toMatch(/-> \$\d+ \$\d+ \$\d+$/);
  });
});

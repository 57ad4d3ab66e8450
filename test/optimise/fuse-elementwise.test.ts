/**
 * Fused kernels against their parts, on random programs: the program means the same, and what the runtime makes of each kernel's text computes
 * what its body says, on wasm and by its parts.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kernelText } from '../../compiler/emit/kernel-declaration.ts';
import { createGraphBuilder, evaluateNodes, evaluateProgram, nodesOf, verify, type NdArray, type TensorNode } from '../../compiler/graph/index.ts'; // prettier-ignore
import { fuseElementwise } from '../../compiler/optimise/index.ts';
import { bodyOf } from '../../compiler/ops/attributes.ts';
import { type Data, constant, elementwiseTogether, useBackend } from '../../runtime/index.ts';
import { drawn, inputs, m, made, n, sizesOf } from '../elementwise/random-programs.ts';
import { programOf } from '../ops/apply-case.ts';

const device = await useBackend('wasm');

function close(got: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  expect(got.length, what).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    const [x, y] = [got[i]!, wanted[i]!];
    if (Number.isFinite(y) && Math.abs(y) < 1e30)
      expect(Math.abs(x - y), `${what}[${i}] is ${x}, not ${y}`).toBeLessThanOrEqual(2e-5 * (1 + Math.abs(y)));
    else if (!Number.isFinite(y)) expect(x, `${what}[${i}]`).toBe(y);
  }
}

describe('fused kernels', () => {
  test('random programs keep their meaning, and wasm computes what the bodies say', () => {
    let kernels = 0;
    fc.assert(
      fc.property(
        drawn,
        fc.constantFrom([1, 1], [3, 5], [4, 8], [2, 3], [5, 1], [1, 6]),
        fc.nat(9),
        (chosen, [rows, columns], seed) => {
          const { op, program } = made(chosen);
          const fused = fuseElementwise(program, op);
          verify(fused);
          const bindings = { inputs: inputs(rows!, columns!, seed), sizes: sizesOf(rows!, columns!) };
          const [before, after] = [evaluateProgram(program, bindings), evaluateProgram(fused, bindings)];
          for (const [name, array] of before) close(after.get(name)!.data, array.data, name);
          const values = evaluateNodes(nodesOf(fused), bindings);
          for (const node of nodesOf(fused).filter((x) => x.op === 'elementwise')) {
            kernels++;
            checkKernel(node, values);
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(kernels).toBeGreaterThan(50);
  });

  test('an update of adam is one kernel with three results', () => {
    const op = createGraphBuilder();
    const [w, g, s, t] = ['w', 'g', 's', 't'].map((name) => op.input(name, 'float32', [n, m])) as [TensorNode, TensorNode, TensorNode, TensorNode]; // prettier-ignore
    const first = op.add(op.multiply(s, 0.9), op.multiply(g, 0.1));
    const second = op.add(op.multiply(t, 0.999), op.multiply(op.square(g), 0.001));
    const next = op.subtract(w, op.divide(op.multiply(first, 0.01), op.add(op.sqrt(second), 1e-7)));
    const fused = fuseElementwise(programOf({ next, first, second }), op);
    const kernels = nodesOf(fused).filter((node) => node.op === 'elementwise');
    expect(kernels.map((node) => bodyOf(node.attributes).outputs.length)).toEqual([3]);
    expect(nodesOf(fused).every((node) => ['input', 'constant', 'elementwise', 'result'].includes(node.op))).toBe(true);
  });

  test('what would have to run before and after something else is two kernels', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, m]);
    const y = op.exp(op.negate(x));
    const z = op.add(op.tanh(y), op.reverse(y, [0]));
    const fused = fuseElementwise(programOf({ z: op.relu(z) }), op);
    const kernels = nodesOf(fused).filter((node) => node.op === 'elementwise');
    expect(kernels).toHaveLength(2);
    verify(fused);
  });

  test('parts stay apart', () => {
    const op = createGraphBuilder();
    const x = op.input('x', 'float32', [n, m]);
    const [a, b] = [op.exp(x), op.tanh(op.exp(x))];
    const fused = fuseElementwise(programOf({ b }), op, { partOf: (node) => (node === a ? 'first' : 'second') });
    expect(nodesOf(fused).map((node) => node.op)).toEqual(['input', 'exp', 'tanh']);
  });

  test('bools do not leave kernels, and kernels do not read them', () => {
    const op = createGraphBuilder();
    const [x, c] = [op.input('x', 'float32', [n, m]), op.input('c', 'bool', [n, m])];
    const mask = op.greater(x, 0);
    const y = op.add(op.select(op.and(mask, c), op.exp(x), op.negate(x)), op.cast(mask, 'float32'));
    const fused = fuseElementwise(programOf({ y, mask }), op);
    for (const node of nodesOf(fused).filter(({ op: name }) => name === 'elementwise'))
      for (const one of [...node.inputs, ...bodyOf(node.attributes).outputs]) expect(one.dtype).toBe('float32');
  });
});

function checkKernel(node: TensorNode, values: ReadonlyMap<TensorNode, NdArray>): void {
  const text = kernelText(node);
  const operands = node.inputs.map((x): Data => {
    const { data, shape } = values.get(x)!;
    return constant(device, Float32Array.from(data), shape, 'float32');
  });
  const own = values.get(node)!;
  const wanted = bodyOf(node.attributes).outputs.length === 1 ? [own] : own.parts!;
  const got = elementwiseTogether(text, () => expect.fail('no kernel was made'))(device, ...operands) as readonly Data[]; // prettier-ignore
  got.forEach((data, i) => {
    expect(data.shape, text).toEqual(wanted[i]!.shape);
    close(device.readSync(data), wanted[i]!.data, text);
  });
  for (const data of [...operands, ...got]) device.dispose(data);
}

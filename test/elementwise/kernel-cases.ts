/**
 * Fused kernels with operands and what they must give, as plain data: made in Node, where the compiler and the reference evaluator are, and run where
 * the backend is, which may be a browser.
 */
import * as fc from 'fast-check';
import { kernelText } from '../../compiler/emit/kernel-declaration.ts';
import { createGraphBuilder, evaluateNodes, nodesOf, type EvaluationBindings, type NdArray, type TensorProgram } from '../../compiler/graph/index.ts'; // prettier-ignore
import { bodyOf } from '../../compiler/ops/attributes.ts';
import { fuseElementwise } from '../../compiler/optimise/index.ts';
import type { CaseArray } from '../numerics/case-data.ts';
import { programOf } from '../ops/apply-case.ts';
import { drawn, inputs, made, sizesOf } from './random-programs.ts';

export interface KernelCase {
  readonly text: string;
  readonly operands: readonly CaseArray[];
  readonly results: readonly CaseArray[];
}

const arrayOf = ({ shape, data }: NdArray): CaseArray => ({ dtype: 'float32', shape, data: Float32Array.from(data) });

/** The kernels that a fused program has. */
function kernelsOf(program: TensorProgram, bindings: EvaluationBindings): readonly KernelCase[] {
  const values = evaluateNodes(nodesOf(program), bindings);
  return nodesOf(program)
    .filter(({ op }) => op === 'elementwise')
    .map((node) => {
      const own = values.get(node)!;
      const results = bodyOf(node.attributes).outputs.length === 1 ? [own] : own.parts!;
      const operands = node.inputs.map((x) => arrayOf(values.get(x)!));
      return { text: kernelText(node), operands, results: results.map(arrayOf) };
    });
}

/** Rows and columns: single ones, around four, shared by a few threads or by all of a group, more rows than a group has threads. */
const sizes = [[1, 1], [3, 5], [4, 8], [2, 3], [5, 1], [1, 6], [3, 300], [2, 62], [70, 12], [130, 3], [2, 1024]] as const; // prettier-ignore

/** @param most As the fusion for webgpu has it. */
export function randomKernels(count: number, most: number): readonly KernelCase[] {
  return fc.sample(fc.tuple(drawn, fc.nat(9)), { numRuns: count, seed: 7 }).flatMap(([chosen, phase], i) => {
    const { op, program } = made(chosen);
    const [rows, columns] = sizes[i % sizes.length]!;
    const fused = fuseElementwise(program, op, { mostBound: most });
    return kernelsOf(fused, { inputs: inputs(rows, columns, phase), sizes: sizesOf(rows, columns) });
  });
}

const unary = ['negate', 'abs', 'sign', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'tanh', 'sigmoid', 'softplus', 'erf', 'floor', 'ceil', 'round', 'relu', 'step', 'isNan'] as const; // prettier-ignore
const binary = ['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum', 'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const; // prettier-ignore
const folds = ['sum', 'max', 'min'] as const;

const edges = [0, 1, -1, NaN, Infinity, -Infinity, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-3, -1e-3, 1e-6, -1e-6, 3.3, -3.3, 20, -20, 80, -80, 1e30, -1e30, 3]; // prettier-ignore

/** Every op by itself where something happens: not a number, infinity, halves, what is all but 0, what is very large. */
export function edgeKernels(): readonly KernelCase[] {
  const op = createGraphBuilder();
  const count = edges.length;
  const [x, y] = [op.input('x', 'float32', [count, count]), op.input('y', 'float32', [count, count])];
  const asNumber = (node: typeof x): typeof x => (node.dtype === 'bool' ? op.select(node, 2, 3) : op.add(node, 0.25));
  const nodes = [
    ...unary.map((name) => asNumber(op[name](x))),
    ...binary.map((name) => asNumber(op[name](x, y))),
    ...folds.map((name) => op.multiply(op[name](op.maximum(x, y), [1], true), 1.5)),
  ];
  const at = (of: (i: number) => number): NdArray => ({ dtype: 'float32', shape: [count, count], data: Float64Array.from({ length: count ** 2 }, (_, i) => edges[of(i)]!) }); // prettier-ignore
  const given = { x: at((i) => i % count), y: at((i) => Math.floor(i / count)) };
  return nodes.flatMap((node) => kernelsOf(fuseElementwise(programOf({ node }), op), { inputs: given }));
} // prettier-ignore

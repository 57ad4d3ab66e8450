/**
 * The reference evaluator: a program and its leaves to arrays. Slow and plain; what every pass is compared with.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { ops, type EvaluationContext } from '../ops/index.ts';
import { evaluate as evaluateSize, type Assignment, type Dim } from '../shapes/index.ts';
import { nodesOf, topological } from './traverse.ts';
import type { NdArray } from './nd-array.ts';
import { referenceRandom } from './reference-random.ts';
import type { DType, TensorNode, TensorProgram } from './tensor-graph.ts';

export interface EvaluationBindings {
  readonly inputs?: Readonly<Record<string, NdArray>>;
  readonly weights?: Readonly<Record<string, NdArray>>;
  /** By `path/name`, e.g. `dense.kernel/m`. */
  readonly slots?: Readonly<Record<string, NdArray>>;
  readonly sizes?: Assignment;
  readonly learningRate?: number;
  readonly step?: number;
  readonly random?: EvaluationContext['random'];
  /** `float64` keeps doubles throughout, for finite differences. */
  readonly precision?: 'float32' | 'float64';
}

const rounding: { readonly [Type in DType]: (value: number) => number } = {
  float32: Math.fround,
  int32: (value) => value | 0,
  bool: (value) => (value === 0 ? 0 : 1),
};

export function evaluationContext(bindings: EvaluationBindings): EvaluationContext {
  const step = bindings.step ?? 1;
  const leaves = { input: bindings.inputs, weight: bindings.weights, slot: bindings.slots };
  return {
    size: (size: Dim) => {
      const value = evaluateSize(size, bindings.sizes ?? new Map());
      return Number.isInteger(value) ? value : bug(`a size evaluates to ${value}`);
    },
    leaf: (kind, name) => leaves[kind]?.[name] ?? bug(`no value for the ${kind} '${name}'`),
    learningRate: bindings.learningRate ?? 0.001,
    step,
    random: bindings.random ?? referenceRandom(step),
    parameter: (index) => bug(`the parameter ${index} is not in a loop`),
    body(outputs) {
      const order = topological(outputs);
      return (parameters) => {
        const inside = { ...this, parameter: (index: number) => parameters[index] ?? bug(`no parameter ${index}`) };
        const values = valuesOf(order, inside, bindings.precision);
        return outputs.map((node) => values.get(node)!);
      };
    },
  };
}

/** One node from its operands' values; its size must be what its type says. */
export function evaluateNode(
  node: TensorNode,
  inputs: readonly NdArray[],
  context: EvaluationContext,
  precision: 'float32' | 'float64' = 'float32',
): NdArray {
  const result = ops[node.op].evaluate(inputs, node.attributes, context);
  const expected = node.shape.map(context.size);
  if (result.dtype !== node.dtype || expected.join() !== result.shape.join())
    bug(
      `${node.op} gives ${result.dtype}[${result.shape.join(', ')}], its type says ${node.dtype}[${expected.join(', ')}]`,
    );
  if (node.dtype === 'float32' && precision === 'float64') return result;
  return { ...result, data: result.data.map(rounding[node.dtype]) };
}

export function evaluateNodes(
  nodes: readonly TensorNode[],
  bindings: EvaluationBindings,
): ReadonlyMap<TensorNode, NdArray> {
  return valuesOf(nodes, evaluationContext(bindings), bindings.precision);
}

function valuesOf(
  nodes: readonly TensorNode[],
  context: EvaluationContext,
  precision: EvaluationBindings['precision'],
): ReadonlyMap<TensorNode, NdArray> {
  const values = new Map<TensorNode, NdArray>();
  for (const node of nodes) {
    const inputs = node.inputs.map((input) => values.get(input)!);
    values.set(node, evaluateNode(node, inputs, context, precision));
  }
  return values;
}

export function evaluateProgram(program: TensorProgram, bindings: EvaluationBindings): ReadonlyMap<string, NdArray> {
  const values = evaluateNodes(nodesOf(program), bindings);
  return new Map([...program.outputs].map(([name, node]) => [name, values.get(node)!]));
}

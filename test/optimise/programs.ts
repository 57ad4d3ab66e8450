/** `.nn` texts as prepared programs, compared with what was lowered: by the reference evaluator, and on tfjs's kernels. */
import { expect } from 'vitest';
import { createCompiler } from '../../compiler/compile.ts';
import { prepare } from '../../compiler/emit/prepare.ts';
import type { EmitOptions } from '../../compiler/emit/emitted.ts';
import { evaluateProgram, ndArray, nodesOf, verify, type EvaluationBindings, type NdArray, type TensorNode, type TensorProgram } from '../../compiler/graph/index.ts'; // prettier-ignore
import { lowerModel } from '../../compiler/lower/lower-model.ts';
import type { LoweredModel } from '../../compiler/lower/lowered.ts';
import type { PassRecord, Step } from '../../compiler/optimise/index.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';
import { asNumber } from '../../compiler/shapes/index.ts';
import { difference } from '../ops/apply-case.ts';
import { kernelRunner } from '../ops/run-kernels.ts';

type Backends = EmitOptions['backends'];

export function loweredModel(text: string): LoweredModel {
  const { models, diagnostics } = createCompiler(createMemoryHost({ 'm.nn': text })).check('m.nn');
  expect(diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)).toEqual([]);
  return lowerModel(models[0]!);
}

const wave = (shape: readonly number[], phase: number): NdArray =>
  ndArray([...shape], Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1.7 * i + phase))); // prettier-ignore

/** Values for every leaf of two examples, by name; variances are positive. */
function valuesFor(program: TensorProgram): EvaluationBindings {
  const [inputs, weights]: Record<string, NdArray>[] = [{}, {}];
  for (const node of nodesOf(program)) {
    if (node.op !== 'input' && node.op !== 'weight') continue;
    const name = String(node.attributes['name'] ?? node.attributes['path']);
    const values = wave(node.shape.map((size) => asNumber(size) ?? 2), name.length); // prettier-ignore
    const positive = name.endsWith('Variance') ? { ...values, data: values.data.map((v) => 1.2 + v) } : values;
    const given =
      node.dtype === 'float32' ? positive : { ...values, dtype: node.dtype, data: values.data.map(() => 0) };
    if (node.op === 'input') inputs![name] = given;
    else weights![name] = given;
  }
  return { inputs: inputs!, weights: weights!, sizes: new Map([[-1, 2]]) };
}

function expectSame(expected: ReadonlyMap<string, NdArray>, actual: ReadonlyMap<string, NdArray>, within: number, about: string): void {
  for (const [name, value] of expected) {
    expect(actual.get(name)!.shape, `${about}: ${name}`).toEqual(value.shape);
    expect(difference(value.data, actual.get(name)!.data), `${about}: ${name}`).toBeLessThan(within);
  }
} // prettier-ignore

export interface Outcome {
  /** Ops on what depends on inputs, without reshapes, in their order. */
  readonly ops: readonly string[];
  /** The nodes that they are of. */
  readonly nodes: readonly TensorNode[];
  readonly records: readonly PassRecord[];
  readonly steps: readonly Step[];
}

/** Prepares a program and compares what it computes before and after. */
function outcome(outputs: LoweredModel['inference'], lowered: LoweredModel, backends: Backends, weightsStay: boolean): Outcome {
  const { outputs: fused, records } = prepare(outputs, lowered.builder, { backends, weightsStay });
  verify({ outputs: fused });
  // Which ops there are is asked before they are joined in kernels of our own.
  const program = records.find(({ pass }) => pass.name === 'fuse-elementwise')?.before ?? { outputs: fused };
  verify(program);
  const bindings = valuesFor({ outputs });
  expectSame(evaluateProgram({ outputs }, { ...bindings, precision: 'float64' }), evaluateProgram(program, { ...bindings, precision: 'float64' }), 1e-7, 'reference');
  const expected = evaluateProgram({ outputs }, bindings);
  expectSame(evaluateProgram(program, bindings), evaluateProgram({ outputs: fused }, bindings), 1e-12, 'fused');
  for (const backend of backends)
    if (backend === 'wasm' || backend === 'cpu')
      expectSame(expected, kernelRunner(backend).run(program, bindings), 1e-4, backend);
  const depends = new Set<TensorNode>();
  for (const node of nodesOf(program)) if (node.op === 'input' || node.inputs.some((x) => depends.has(x))) depends.add(node);
  const nodes = [...depends].filter(({ op }) => op !== 'input' && op !== 'reshape');
  return { ops: nodes.map(({ op }) => op), nodes, records, steps: records.flatMap((record) => record.steps) };
} // prettier-ignore

/** What predictions become. */
export function inferred(body: string, backends: Backends = ['wasm', 'cpu']): Outcome {
  const lowered = loweredModel(body);
  return outcome(lowered.inference, lowered, backends, true);
}

/** What the gradients of a training step become. */
export function trained(text: string, backends: Backends = ['wasm', 'cpu']): Outcome {
  const lowered = loweredModel(text);
  return outcome(lowered.training!.gradients, lowered, backends, false);
}

/** A layer with its gradients as one program, and what it takes to run it. */
import { differentiate } from '../../compiler/differentiate/index.ts';
import type { GraphBuilder, NdArray } from '../../compiler/graph/index.ts';
import type { TensorProgram } from '../../compiler/graph/tensor-graph.ts';
import { programOf } from '../ops/apply-case.ts';
import { someWeights, type Applied } from './harness.ts';

export interface ProgramWithGradients {
  readonly op: GraphBuilder;
  readonly program: TensorProgram;
  readonly bindings: {
    readonly inputs: Readonly<Record<string, NdArray>>;
    readonly weights: Readonly<Record<string, NdArray>>;
  };
}

/** The first result, and the gradients of its sum, weighed by random numbers, by all inputs and weights. */
export function withGradients(layer: Applied, inputs: readonly NdArray[]): ProgramWithGradients {
  const { op } = layer;
  const output = layer.outputs[0]!;
  const probe = op.randomNormal(output.shape, { use: 1000 });
  const sources = [...layer.inputs, ...Object.values(layer.weights)];
  const gradients = output.dtype === 'float32' ? differentiate(op, op.sum(op.multiply(output, probe)), sources) : [];
  const named = gradients.flatMap((g, i) => (g ? [[`gradient${i}`, g] as const] : []));
  const program = programOf({ output, ...Object.fromEntries(named) });
  const bindings = { inputs: Object.fromEntries(inputs.map((x, i) => [`x${i}`, x])), weights: someWeights(layer) };
  return { op, program, bindings };
}

/**
 * What a recurrent cell is: weights, what of its input can be computed for all steps at once, and one step. The layers,
 * the cells as layers of their own, `RNN` and `Bidirectional` are made of this.
 */
import type { LayerWeight } from '../../definitions/define-layer.ts';
import {
  activation,
  bool,
  constraint,
  float,
  initializer,
  int,
  named,
  regularizer,
  type ActivationUse,
  type ValuesOf,
} from '../../definitions/parameters.ts';
import { activationFunctions } from '../../functions/activations.ts';
import { bug } from '../../diagnostics/diagnostic.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { dim, multiply, type Dim } from '../../shapes/index.ts';

const activationNamed = (name: string): ActivationUse => ({
  definition: activationFunctions.find((f) => f.name === name) ?? bug(`there is no ${name}`),
  parameters: {},
});

/** In Keras's order: all cells begin so. */
export const unitsAndActivation = {
  units: int({ doc: 'Size of the output and of each state.', min: 1 }),
  activation: activation({ doc: 'Applied to what becomes the new state.', default: activationNamed('tanh') }),
};
export const recurrentActivation = {
  recurrentActivation: activation({ doc: 'Applied to the gates.', default: activationNamed('sigmoid') }),
};
export const startValues = {
  useBias: bool({ doc: 'Add a learned offset.', default: true }),
  kernelInitializer: initializer({ doc: 'Start values of the kernel for the input.', default: named('glorotUniform') }),
  recurrentInitializer: initializer({ doc: 'Start values of the kernel for the state.', default: named('orthogonal') }),
  biasInitializer: initializer({ doc: 'Start values of the bias.', default: named('zeros') }),
};
export const penalties = {
  kernelRegularizer: regularizer({ doc: 'Penalty on the kernel for the input, added to the loss.' }),
  recurrentRegularizer: regularizer({ doc: 'Penalty on the kernel for the state, added to the loss.' }),
  biasRegularizer: regularizer({ doc: 'Penalty on the bias, added to the loss.' }),
  kernelConstraint: constraint({ doc: 'Applied to the kernel for the input after each update.' }),
  recurrentConstraint: constraint({ doc: 'Applied to the kernel for the state after each update.' }),
  biasConstraint: constraint({ doc: 'Applied to the bias after each update.' }),
  dropout: float({ doc: 'The part of the input that is dropped while training, the same at every step.', default: 0, min: 0, max: 1 }),
  recurrentDropout: float({ doc: 'The part of the state that is dropped while training, the same at every step.', default: 0, min: 0, max: 1 }),
}; // prettier-ignore

const activityRegularizer = regularizer({ doc: 'Penalty on what the layer gives, a mean per example, added to the loss.' }); // prettier-ignore

/** The penalties of a whole layer: those of its cell, and one on its results, where Keras has it. */
export const layerPenalties = {
  kernelRegularizer: penalties.kernelRegularizer,
  recurrentRegularizer: penalties.recurrentRegularizer,
  biasRegularizer: penalties.biasRegularizer,
  activityRegularizer,
  kernelConstraint: penalties.kernelConstraint,
  recurrentConstraint: penalties.recurrentConstraint,
  biasConstraint: penalties.biasConstraint,
  dropout: penalties.dropout,
  recurrentDropout: penalties.recurrentDropout,
}; // prettier-ignore

const allParameters = { ...unitsAndActivation, ...startValues, ...penalties };
type Own = Readonly<{
  recurrentActivation?: ActivationUse | undefined;
  unitForgetBias?: boolean;
  resetAfter?: boolean;
}>;
/** The evaluated parameters of any cell. */
export type CellValues = ValuesOf<typeof allParameters> & Own;

/** One use of a cell in one lowering. */
export interface CellContext {
  readonly op: Ops;
  readonly parameters: CellValues;
  readonly weights: Readonly<Record<string, TensorNode | undefined>>;
  readonly activate: (use: ActivationUse | undefined, x: TensorNode) => TensorNode;
  /** Multiplies the state where it enters the kernel: `recurrentDropout` while training. */
  readonly stateMask: TensorNode | undefined;
}

export interface Cell {
  /** `LSTM`. */
  readonly name: string;
  /** What goes from step to step, each of size `units`; the first is the output. */
  readonly states: readonly string[];
  /** How many kernels of `units` columns lie side by side. */
  readonly gates: number;
  readonly weights: (parameters: CellValues, features: Dim) => Readonly<Record<string, LayerWeight | false>>;
  /** The input's share of all gates: [steps, n, features] → [steps, n, gates · units]. */
  readonly project: (context: CellContext, x: TensorNode) => TensorNode;
  /** The next states, from the input's share of one step, [n, gates · units], and the states. */
  readonly step: (context: CellContext, projected: TensorNode, states: readonly TensorNode[]) => readonly TensorNode[];
}

/** The kernels, side by side, and a bias of this shape. */
export function kernels(p: CellValues, features: Dim, gates: number, bias: readonly Dim[]): Readonly<Record<string, LayerWeight | false>> {
  const columns = multiply(dim(gates), p.units);
  return {
    kernel: { shape: [features, columns], initializer: p.kernelInitializer, regularizer: p.kernelRegularizer, constraint: p.kernelConstraint },
    recurrentKernel: { shape: [p.units, columns], initializer: p.recurrentInitializer, regularizer: p.recurrentRegularizer, constraint: p.recurrentConstraint },
    bias: p.useBias && { shape: bias, initializer: p.biasInitializer, regularizer: p.biasRegularizer, constraint: p.biasConstraint },
  };
} // prettier-ignore

/** x · W + b, W and b being the weights' names. */
export function withKernel({ op, weights }: CellContext, x: TensorNode, bias: TensorNode | undefined): TensorNode {
  const y = op.matMul(x, weights['kernel']!);
  return bias ? op.add(y, bias) : y;
}

/** What enters the kernel for the state. */
export const masked = ({ op, stateMask }: CellContext, state: TensorNode): TensorNode =>
  stateMask ? op.multiply(state, stateMask) : state;

/** Columns `from` to `to`, in units, of [n, gates · units]. */
export function columns(op: Ops, x: TensorNode, units: Dim, from: number, to: number): TensorNode {
  return op.slice(x, [0, multiply(dim(from), units)], [x.shape[0]!, multiply(dim(to - from), units)]);
}

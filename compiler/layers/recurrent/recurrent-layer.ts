/** Makes the layer that runs a cell over time (`LSTM`) and the one that is a single step of it (`LSTMCell`). */
import { sizeAt } from '../../definitions/axes.ts';
import {
  defineLayer,
  type LayerDefinition,
  type LowerContext,
  type RuleContext,
} from '../../definitions/define-layer.ts';
import type { Need } from '../../definitions/need.ts';
import { bool, type Parameters } from '../../definitions/parameters.ts';
import type { TensorType } from '../../definitions/types.ts';
import type { DefinitionExample } from '../../definitions/define-layer.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { add, dim, multiply, type Dim, type Shape } from '../../shapes/index.ts';
import type { Cell, CellContext, CellValues } from './cell.ts';
import { dropoutMask, runRecurrence, stateMaskOf, type Recurrence } from './run-cell.ts';

/** In Keras's order, after those of the cell. */
export const sequenceParameters = {
  returnSequences: bool({ doc: 'Give the output of every step instead of the last one.', default: false, named: true }),
  returnState: bool({ doc: 'Give the last states as well.', default: false, named: true }),
  goBackwards: bool({ doc: 'Read the sequence from its end, and give the outputs in that order.', default: false, named: true }),
  stateful: bool({ doc: 'Not used here: states are passed by hand.', default: false, named: true }),
}; // prettier-ignore

interface SequenceValues {
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly stateful: boolean;
  /** Where `Bidirectional` asks for it. */
  readonly zeroOutputForMask?: boolean;
}

/** Names of the tensors that hold initial states, by the number of states. */
export const initialNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? 'initialState' : `initialState${i + 1}`));

/** What every layer over time asks of its tensors; `states` are shapes per example. */
export function sequenceFits(context: Pick<RuleContext<SequenceValues>, 'input' | 'named' | 'parameters' | 'need'>, states: readonly Shape[]): boolean {
  const { input, named, parameters: p, need } = context;
  const advice = 'be left out: pass the states by hand, with `initialState:` and `returnState: true`';
  if (!need.argument(!p.stateful, 'stateful', advice)) return false;
  const { mask } = named;
  if (mask && !maskFits(need, mask, input)) return false;
  const given = initialNames(states.length).map((name) => named[name]);
  if (given.every((state) => !state)) return true;
  const wanted = states.length === 1 ? 'be one tensor' : `be a tuple of ${states.length} tensors`;
  if (!need.argument(given.every(Boolean), 'initialState', wanted)) return false;
  return given.every((state, i) => stateFits(need, state!, states[i]!));
} // prettier-ignore

function maskFits(need: Need, mask: TensorType, input: TensorType): boolean {
  if (!need.rank(mask, 1, '[time]') || !need.dtype(mask, ['bool'])) return false;
  const [ofMask, ofInput] = [sizeAt(mask.shape, 0), sizeAt(input.shape, 0)];
  if (!ofMask || !ofInput) return true;
  return need.equal(ofInput, ofMask, { what: 'steps', argument: 'mask', left: { input, axis: 0 }, right: { input: mask, axis: 0 } }); // prettier-ignore
}

function stateFits(need: Need, state: TensorType, shape: Shape): boolean {
  if (!need.rank(state, shape.length, '[units]') || !need.dtype(state, ['float32'])) return false;
  return shape.every((_, axis) => {
    const [given, wanted] = [sizeAt(state.shape, axis), sizeAt(shape, axis)];
    if (!given || !wanted) return true;
    return need.equal(given, wanted, {
      what: 'units of the state and of the layer',
      left: { input: state, axis },
      argument: 'initialState',
    });
  });
}

/** A shape, or one for each result where the states are given too. */
export function sequenceResults(output: Shape, names: readonly string[], states: readonly Shape[], p: Pick<SequenceValues, 'returnState'>) {
  if (!p.returnState) return output;
  const all = [{ name: 'output', shape: output }, ...names.map((name, i) => ({ name, shape: states[i]! }))];
  return all.map(({ name, shape }) => ({ name, dtype: 'float32' as const, shape }));
} // prettier-ignore

type CellLower = Pick<LowerContext<unknown>, 'op' | 'training' | 'random' | 'activate' | 'weights'>;

/** A cell as something that happens at each step. */
export function recurrenceOf(cell: Cell, context: CellLower, parameters: CellValues, n: Dim): Recurrence {
  const inner: CellContext = { ...context, parameters, stateMask: stateMaskOf(context, parameters, n) };
  return {
    project: (x) => cell.project(inner, droppedInput(context, parameters, x, n)),
    step: (projected, states) => cell.step(inner, projected, states),
    names: cell.states,
    states: cell.states.map(() => [n, parameters.units]),
    output: 0,
  };
}

function droppedInput(context: CellLower, p: CellValues, x: TensorNode, n: Dim): TensorNode {
  if (!context.training || p.dropout === 0) return x;
  return context.op.multiply(x, dropoutMask(context, [n, ...x.shape.slice(2)], p.dropout));
}

/** Multiply-adds of one step count 2. */
const stepFlops = (cell: Cell, features: Dim, units: Dim): Dim =>
  multiply(dim(2 * cell.gates), multiply(add(features, units), units));

export interface Family {
  readonly cell: Cell;
  /** All of them, in Keras's order. */
  readonly parameters: Parameters;
  readonly summary: string;
  /** Formula and source. */
  readonly doc: string;
  readonly page: string;
  readonly examples: readonly DefinitionExample[];
}

export function recurrentLayer(family: Family): LayerDefinition {
  const { cell } = family;
  // Values are checked against the family's parameters, of which `CellValues` are those that cells read.
  const values = (p: unknown): CellValues & SequenceValues => p as CellValues & SequenceValues;
  return defineLayer({
    name: cell.name,
    summary: family.summary,
    doc: `${family.doc} Where \`mask\` is false, a step copies the states and the output of the step before. [Keras](https://keras.io/api/layers/recurrent_layers/${family.page}/)`,
    flow: 'bends',
    tensors: ['x', ...initialNames(cell.states.length).map((name) => `${name}?`), 'mask?'],
    parameters: family.parameters,
    weights: ({ input, parameters }) => cell.weights(values(parameters), sizeAt(input.shape, 1)!),
    shape: ({ input, named, parameters, need }) => {
      const p = values(parameters);
      if (!need.rank(input, 2, '[time, features]') || !need.dtype(input, ['float32'])) return undefined;
      const [time, features] = [sizeAt(input.shape, 0), sizeAt(input.shape, 1)];
      if (!time || !features || !need.known(features, { what: 'features' })) return undefined;
      const states = cell.states.map((): Shape => [p.units]);
      if (!sequenceFits({ input, named, parameters: p, need }, states)) return undefined;
      return sequenceResults(p.returnSequences ? [time, p.units] : [p.units], cell.states, states, p);
    },
    lower: (context) => {
      const p = values(context.parameters);
      const { named, x } = context;
      const initial = initialNames(cell.states.length).flatMap((name) => named[name] ?? []);
      const recurrence = recurrenceOf(cell, context, p, x.shape[0]!);
      return runRecurrence(context, { x, mask: named['mask'], initial }, recurrence, { ...p, zeroOutputForMask: p.zeroOutputForMask ?? false }); // prettier-ignore
    },
    flops: ({ inputs, parameters }) => {
      const [time, features] = [sizeAt(inputs[0]!.shape, 0)!, sizeAt(inputs[0]!.shape, 1)!];
      return multiply(time, stepFlops(cell, features, values(parameters).units));
    },
    examples: family.examples,
  });
}

export function cellLayer({ cell, parameters, doc, page }: Omit<Family, 'examples' | 'summary'>): LayerDefinition {
  const values = (p: unknown): CellValues => p as CellValues;
  return defineLayer({
    name: `${cell.name}Cell`,
    summary: `One step of \`${cell.name}\`, for \`RNN\`.`,
    doc: `${doc} Gives the output and the next states; states that are not given are zeros. [Keras](https://keras.io/api/layers/recurrent_layers/${page}_cell/)`,
    flow: 'bends',
    tensors: ['x', ...cell.states.map((name) => `${name}?`)],
    parameters,
    weights: ({ input, parameters: p }) => cell.weights(values(p), sizeAt(input.shape, 0)!),
    shape: ({ input, named, parameters: p, need }) => {
      if (!need.rank(input, 1, '[features]') || !need.dtype(input, ['float32'])) return undefined;
      const features = sizeAt(input.shape, 0);
      if (!features || !need.known(features, { what: 'features' })) return undefined;
      const { units } = values(p);
      const given = cell.states.flatMap((name) => named[name] ?? []);
      if (!given.every((state) => stateFits(need, state, [units]))) return undefined;
      const states = cell.states.map((): Shape => [units]);
      return sequenceResults([units], cell.states, states, { returnState: true });
    },
    lower: (context) => {
      const { op, x, named } = context;
      const p = values(context.parameters);
      const { project, step, states } = recurrenceOf(cell, context, p, x.shape[0]!);
      const given = cell.states.map((name, i) => named[name] ?? op.fill(states[i]!, 0));
      const projected = project(op.reshape(x, [1, ...x.shape]));
      const next = step(op.reshape(projected, projected.shape.slice(1)), given);
      return [next[0]!, ...next];
    },
    flops: ({ inputs, parameters: p }) => stepFlops(cell, sizeAt(inputs[0]!.shape, 0)!, values(p).units),
    examples: [{ source: `${cell.name}Cell(8)`, input: [4], output: [8] }],
  });
}

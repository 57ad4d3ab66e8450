/**
 * A cell over time: the input's share of all steps in one product, then a loop. Sequences are brought to the form in
 * which a step is one piece of memory, time before examples, and back.
 */
import type { LowerContext } from '../../definitions/define-layer.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { sameShape } from '../../ops/shape-rules.ts';
import type { Dim } from '../../shapes/index.ts';
import type { CellContext } from './cell.ts';

/** What happens at one step, whatever the cell. */
export interface Recurrence {
  /** Before the loop: [steps, n, features…] → [steps, n, …]. */
  readonly project: (x: TensorNode) => TensorNode;
  /** The next states, one of which is the output. */
  readonly step: (projected: TensorNode, states: readonly TensorNode[]) => readonly TensorNode[];
  /** For variables of emitted code. */
  readonly names: readonly string[];
  /** The shape of each state, the batch first. */
  readonly states: readonly (readonly Dim[])[];
  /** Which of them is the output. */
  readonly output: number;
}

export interface RunOptions {
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  /** A step that is masked gives zeros instead of what the step before gave. */
  readonly zeroOutputForMask: boolean;
}

export interface RunInputs {
  /** [n, steps, features…] */
  readonly x: TensorNode;
  /** bool [n, steps] */
  readonly mask: TensorNode | undefined;
  /** None: zeros. */
  readonly initial: readonly TensorNode[];
}

const swapped = (x: TensorNode): readonly number[] => [1, 0, ...x.shape.map((_, axis) => axis).slice(2)];

type Context = Pick<LowerContext<unknown>, 'op'>;

/** The mask of each step as wide as a state: [steps, n, units]. */
function wideMask({ op }: Context, mask: TensorNode, state: readonly Dim[]): TensorNode {
  const byTime = op.transpose(mask, [1, 0]);
  const thin = op.reshape(byTime, [...byTime.shape, ...state.slice(1).map(() => 1)]);
  return op.broadcastTo(thin, [byTime.shape[0]!, ...state]);
}

/** The results of the layer in order: the output, then the last states where they are wanted. */
export function runRecurrence(context: Context, { x, mask, initial }: RunInputs, r: Recurrence, options: RunOptions): readonly TensorNode[] {
  const { op } = context;
  const { goBackwards, returnSequences, returnState, zeroOutputForMask } = options;
  const zeros = (shape: readonly Dim[]): TensorNode => op.fill(shape, 0);
  const first = initial.length > 0 ? initial : r.states.map(zeros);
  // What a masked step gives is the state before, unless that is not what was given before.
  const ownOutput = mask !== undefined && (zeroOutputForMask || initial.length > 0);
  const given = r.states[r.output]!;
  const steps = x.shape[1]!;
  // States of one shape share their mask.
  const shapes = [...new Map([given, ...r.states].map((shape) => [shape.map((size) => size.key).join(), shape])).values()];
  const masks = mask ? shapes.map((shape) => wideMask(context, mask, shape)) : [];
  const { carries, outputs } = op.scan({
    carries: ownOutput ? [...first, zeros(given)] : first,
    sequences: [r.project(op.transpose(x, swapped(x))), ...masks],
    steps,
    reverse: goBackwards,
    names: [...r.names, ...(ownOutput ? ['y'] : []), 'x', ...masks.map(() => 'mask')],
    body: ({ carries: all, items: [projected, ...valid] }) => {
      const states = all.slice(0, first.length);
      const next = r.step(projected!, states);
      const made = next[r.output]!;
      if (valid.length === 0) return { carries: next, outputs: [made] };
      const validFor = (x: TensorNode): TensorNode => valid.find((v) => sameShape(v.shape, x.shape)) ?? valid[0]!;
      const kept = next.map((state, i) => op.select(validFor(states[i]!), state, states[i]!));
      const output = ownOutput ? op.select(valid[0]!, made, zeroOutputForMask ? 0 : all.at(-1)!) : kept[r.output]!;
      return { carries: ownOutput ? [...kept, output] : kept, outputs: [output] };
    },
  });
  const last = ownOutput ? carries.at(-1)! : carries[r.output]!;
  const states = returnState ? carries.slice(0, first.length) : [];
  if (!returnSequences) return [last, ...states];
  const whole = op.transpose(outputs[0]!, swapped(outputs[0]!));
  // In the order in which they were made.
  return [goBackwards ? op.reverse(whole, [1]) : whole, ...states];
} // prettier-ignore

/** Each kept number is scaled so that the expected sum stays. */
export function dropoutMask({ op, random }: Pick<LowerContext<unknown>, 'op' | 'random'>, shape: readonly Dim[], rate: number): TensorNode {
  const keep = op.greaterEqual(op.randomUniform(shape, random()), rate);
  return op.multiply(op.cast(keep, 'float32'), rate === 1 ? 0 : 1 / (1 - rate));
} // prettier-ignore

/** The mask of the state, where there is one. */
export function stateMaskOf(
  context: Pick<LowerContext<unknown>, 'op' | 'random' | 'training'>,
  parameters: CellContext['parameters'],
  n: Dim,
): TensorNode | undefined {
  if (!context.training || parameters.recurrentDropout === 0) return undefined;
  return dropoutMask(context, [n, parameters.units], parameters.recurrentDropout);
}

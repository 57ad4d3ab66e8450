/** Cells given to `RNN`: which layers are cells, alone or stacked, and what they do at a step. */
import type { LayerWeight, LowerContext } from '../../definitions/define-layer.ts';
import type { LayerUse } from '../../definitions/parameters.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Dim, Shape } from '../../shapes/index.ts';
import type { Cell, CellValues } from './cell.ts';
import { gruCell } from './gru-cell.ts';
import { lstmCell } from './lstm-cell.ts';
import { recurrenceOf } from './recurrent-layer.ts';
import type { Recurrence } from './run-cell.ts';
import { simpleRnnCell } from './simple-rnn-cell.ts';

const cells: Readonly<Record<string, Cell>> = { SimpleRNNCell: simpleRnnCell, LSTMCell: lstmCell, GRUCell: gruCell };

export interface CellUse {
  readonly cell: Cell;
  readonly values: CellValues;
}

/** The cells of a list; undefined where one is none. */
export function cellUses(uses: readonly LayerUse[]): readonly CellUse[] | undefined {
  const found = uses.map(({ definition, parameters }) => {
    const cell = cells[definition.name];
    // The checker has evaluated them against the cell's own parameters.
    return cell && { cell, values: parameters as unknown as CellValues };
  });
  return found.length > 0 && found.every((use) => use !== undefined) ? found : undefined;
}

/** The output size. */
export const unitsOf = (uses: readonly CellUse[]): Dim => uses.at(-1)!.values.units;

/** Per example, in order. */
export const statesOf = (uses: readonly CellUse[]): readonly Shape[] =>
  uses.flatMap(({ cell, values }) => cell.states.map(() => [values.units]));

/** `h`, `c`; of several cells `h1`, `c1`, `h2` … */
export const stateNames = (uses: readonly CellUse[]): readonly string[] =>
  uses.flatMap(({ cell }, i) => cell.states.map((name) => (uses.length === 1 ? name : `${name}${i + 1}`)));

/** By number and name: `0.kernel`; the features of each are the units of the one before. */
export function stackedWeights(uses: readonly CellUse[], features: Dim): Readonly<Record<string, LayerWeight | false>> {
  const entries = uses.flatMap(({ cell, values }, i) => {
    const made = cell.weights(values, i === 0 ? features : uses[i - 1]!.values.units);
    return Object.entries(made).map(([name, weight]) => [`${i}.${name}`, weight] as const);
  });
  return Object.fromEntries(entries);
}

type Context = Pick<LowerContext<unknown>, 'op' | 'training' | 'random' | 'activate' | 'weights'>;

/** One after the other within a step: each gets the output of the one before. */
export function stackedRecurrence(uses: readonly CellUse[], context: Context, n: Dim): Recurrence {
  const parts = uses.map(({ cell, values }, i) => {
    const own = Object.entries(context.weights).filter(([name]) => name.startsWith(`${i}.`));
    const weights = Object.fromEntries(own.map(([name, node]) => [name.slice(`${i}.`.length), node]));
    return recurrenceOf(cell, { ...context, weights }, values, n);
  });
  const { op } = context;
  const step = (projected: TensorNode, states: readonly TensorNode[]): readonly TensorNode[] => {
    let share = projected;
    let from = 0;
    const next: TensorNode[] = [];
    for (const [i, part] of parts.entries()) {
      const made = part.step(share, states.slice(from, from + part.states.length));
      from += part.states.length;
      next.push(...made);
      const following = parts[i + 1];
      if (!following) break;
      const all = following.project(op.reshape(made[0]!, [1, ...made[0]!.shape]));
      share = op.reshape(all, all.shape.slice(1));
    }
    return next;
  };
  const states = parts.flatMap((part) => part.states);
  const output = states.length - parts.at(-1)!.states.length;
  return { project: (x) => parts[0]!.project(x), step, names: stateNames(uses), states, output };
}

/** `RNN`: runs a cell over time, or several one after the other; and `StackedRNNCells`, which joins several. */
import { sizeAt } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { bool, layer, layers, type LayerUse } from '../../definitions/parameters.ts';
import { cellUses, stackedRecurrence, stackedWeights, stateNames, statesOf, unitsOf, type CellUse } from './cells.ts';
import { initialNames, sequenceFits, sequenceParameters, sequenceResults } from './recurrent-layer.ts';
import { runRecurrence } from './run-cell.ts';

/** The cells that a layer stands for, and where its weights lie. */
function cellsOf(use: LayerUse): readonly CellUse[] | undefined {
  const { cells } = use.parameters;
  return cellUses(use.definition.name === 'StackedRNNCells' ? (cells as readonly LayerUse[]) : [use]);
}

const isStack = (use: LayerUse): boolean => use.definition.name === 'StackedRNNCells';

/** `0.kernel` of a single cell is `kernel`. */
const pathOf = (use: LayerUse, name: string): string => `cell.${isStack(use) ? name : name.replace(/^0\./, '')}`;

export const rnn = defineLayer({
  name: 'RNN',
  summary: 'Runs a cell over a sequence: `RNN(LSTMCell(64))` is `LSTM(64)`.',
  doc: '$(y_t, s_t) = \\mathrm{cell}(x_t, s_{t-1})$. Each step gets a piece of the sequence and the states of the step before. `cell.kernel` … are its weights, `cell.0.kernel` … of stacked cells. [Keras](https://keras.io/api/layers/recurrent_layers/rnn/)',
  flow: 'bends',
  tensors: ['x', ...initialNames(4).map((name) => `${name}?`), 'mask?'],
  parameters: {
    cell: layer({ doc: 'The cell: `SimpleRNNCell`, `LSTMCell`, `GRUCell` or `StackedRNNCells`.' }),
    ...sequenceParameters,
    zeroOutputForMask: bool({ doc: 'Give zeros at masked steps instead of the output before.', default: false, named: true }), // prettier-ignore
  },
  weights: ({ input, parameters: p }) => {
    const made = Object.entries(stackedWeights(cellsOf(p.cell)!, sizeAt(input.shape, 1)!));
    return Object.fromEntries(made.map(([name, weight]) => [pathOf(p.cell, name), weight]));
  },
  shape: ({ input, named, parameters: p, need }) => {
    const uses = cellsOf(p.cell);
    if (!need.argument(uses !== undefined, 'cell', 'be a cell such as `LSTMCell(64)`') || !uses) return undefined;
    if (!need.rank(input, 2, '[time, features]') || !need.dtype(input, ['float32'])) return undefined;
    const [time, features] = [sizeAt(input.shape, 0), sizeAt(input.shape, 1)];
    if (!time || !features || !need.known(features, { what: 'features' })) return undefined;
    const states = statesOf(uses);
    if (!sequenceFits({ input, named, parameters: p, need }, states)) return undefined;
    const units = unitsOf(uses);
    return sequenceResults(p.returnSequences ? [time, units] : [units], stateNames(uses), states, p);
  },
  lower: (context) => {
    const { x, named, parameters: p } = context;
    const uses = cellsOf(p.cell)!;
    const numbered = (name: string): string => name.replace(/^cell\./, isStack(p.cell) ? '' : '0.');
    const weights = Object.fromEntries(Object.entries(context.weights).map(([name, node]) => [numbered(name), node]));
    const initial = initialNames(statesOf(uses).length).flatMap((name) => named[name] ?? []);
    const recurrence = stackedRecurrence(uses, { ...context, weights }, x.shape[0]!);
    return runRecurrence(context, { x, mask: named['mask'], initial }, recurrence, p);
  },
  examples: [
    { source: 'RNN(LSTMCell(8))', input: ['seq', 4], output: [8] },
    { source: 'RNN(GRUCell(8), returnSequences: true)', input: ['seq', 4], output: ['seq', 8] },
    { source: 'RNN(StackedRNNCells([LSTMCell(8), GRUCell(6)]))', input: ['seq', 4], output: [6] },
  ],
});

export const stackedRNNCells = defineLayer({
  name: 'StackedRNNCells',
  summary: 'Several cells as one: each gets the output of the one before.',
  doc: '$(y^{k}, s^{k}) = \\mathrm{cell}_k(y^{k-1}, s^{k}_{t-1})$ with $y^0 = x$. Gives the output of the last one and the states of all. `0.kernel`, `1.kernel` … are its weights. [Keras](https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell/)',
  flow: 'bends',
  parameters: { cells: layers({ doc: 'The cells, the first one first.' }) },
  weights: ({ input, parameters: p }) => stackedWeights(cellUses(p.cells)!, sizeAt(input.shape, 0)!),
  shape: ({ input, parameters: p, need }) => {
    const uses = cellUses(p.cells);
    if (!need.argument(uses !== undefined, 'cells', 'be cells such as `LSTMCell(64)`') || !uses) return undefined;
    if (!need.rank(input, 1, '[features]') || !need.dtype(input, ['float32'])) return undefined;
    const features = sizeAt(input.shape, 0);
    if (!features || !need.known(features, { what: 'features' })) return undefined;
    return sequenceResults([unitsOf(uses)], stateNames(uses), statesOf(uses), { returnState: true });
  },
  lower: (context) => {
    const { op, x, parameters: p } = context;
    const { project, step, states, output } = stackedRecurrence(cellUses(p.cells)!, context, x.shape[0]!);
    const share = project(op.reshape(x, [1, ...x.shape]));
    const zeros = states.map((shape) => op.fill(shape, 0));
    const next = step(op.reshape(share, share.shape.slice(1)), zeros);
    return [next[output]!, ...next];
  },
  examples: [{ source: 'StackedRNNCells([LSTMCell(8), LSTMCell(6)])', input: [4], output: [6] }],
});

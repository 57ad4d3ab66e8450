/** `SimpleRNN` and `SimpleRNNCell`. */
import { layerPenalties, penalties, startValues, unitsAndActivation } from './cell.ts';
import { cellLayer, recurrentLayer, sequenceParameters } from './recurrent-layer.ts';
import { simpleRnnCell } from './simple-rnn-cell.ts';

const own = { ...unitsAndActivation, ...startValues };

const family = {
  cell: simpleRnnCell,
  doc: '$h_t = \\mathrm{activation}(x_t W + h_{t-1} U + b)$ (Elman 1990).',
  page: 'simple_rnn',
};

export const simpleRNN = recurrentLayer({
  ...family,
  parameters: { ...own, ...layerPenalties, ...sequenceParameters },
  summary: 'Fully connected recurrence: the output of a step goes into the next one.',
  examples: [
    { source: 'SimpleRNN(8)', input: ['seq', 4], output: [8] },
    { source: 'SimpleRNN(8, activation: relu, returnSequences: true)', input: ['seq', 4], output: ['seq', 8] },
  ],
});
export const simpleRNNCell = cellLayer({ ...family, parameters: { ...own, ...penalties } });

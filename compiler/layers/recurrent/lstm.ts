/** `LSTM` and `LSTMCell`. */
import { bool } from '../../definitions/parameters.ts';
import { layerPenalties, penalties, recurrentActivation, startValues, unitsAndActivation } from './cell.ts';
import { lstmCell } from './lstm-cell.ts';
import { cellLayer, recurrentLayer, sequenceParameters } from './recurrent-layer.ts';

const own = {
  ...unitsAndActivation,
  ...recurrentActivation,
  ...startValues,
  unitForgetBias: bool({
    doc: 'Let the bias of the forget gate start at 1 (Jozefowicz et al. 2015).',
    default: true,
  }),
};

const family = {
  cell: lstmCell,
  doc: '$(i, f, \\tilde c, o) = x_t W + h_{t-1} U + b$, $c_t = \\sigma(f)\\, c_{t-1} + \\sigma(i) \\tanh \\tilde c$, $h_t = \\sigma(o) \\tanh c_t$; the kernels lie side by side in this order (Hochreiter and Schmidhuber 1997).',
  page: 'lstm',
};

export const lstm = recurrentLayer({
  ...family,
  parameters: { ...own, ...layerPenalties, ...sequenceParameters },
  summary: 'Long short-term memory: a recurrence whose gates keep what matters over many steps.',
  examples: [
    { source: 'LSTM(8)', input: ['seq', 4], output: [8] },
    { source: 'LSTM(8, returnSequences: true, goBackwards: true)', input: ['seq', 4], output: ['seq', 8] },
    { source: 'LSTM(8, returnState: true)', input: ['seq', 4], output: [8] },
  ],
});
export const lstmCellLayer = cellLayer({ ...family, parameters: { ...own, ...penalties } });

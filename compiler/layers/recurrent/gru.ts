/** `GRU` and `GRUCell`. */
import { bool } from '../../definitions/parameters.ts';
import { layerPenalties, penalties, recurrentActivation, startValues, unitsAndActivation } from './cell.ts';
import { gruCell } from './gru-cell.ts';
import { cellLayer, recurrentLayer, sequenceParameters } from './recurrent-layer.ts';

const own = { ...unitsAndActivation, ...recurrentActivation, ...startValues };
const variant = {
  resetAfter: bool({
    doc: 'Apply the reset gate after the matrix product, with a bias of its own for the state (as cuDNN).',
    default: true,
    named: true,
  }),
};

const family = {
  cell: gruCell,
  doc: "$z = \\sigma(x_t W_z + h_{t-1} U_z + b_z)$, $r$ alike, $\\tilde h = \\tanh(x_t W_h + b_h + r (h_{t-1} U_h + b'_h))$, or $(r h_{t-1}) U_h$ without `resetAfter`, $h_t = z h_{t-1} + (1 - z) \\tilde h$; the kernels lie side by side in the order $z, r, h$ (Cho et al. 2014).",
  page: 'gru',
};

export const gru = recurrentLayer({
  ...family,
  parameters: { ...own, ...layerPenalties, ...sequenceParameters, ...variant },
  summary: 'Gated recurrent unit: like `LSTM`, with one state and two gates.',
  examples: [
    { source: 'GRU(8)', input: ['seq', 4], output: [8] },
    { source: 'GRU(8, returnSequences: true, resetAfter: false)', input: ['seq', 4], output: ['seq', 8] },
  ],
});
export const gruCellLayer = cellLayer({ ...family, parameters: { ...own, ...penalties, ...variant } });

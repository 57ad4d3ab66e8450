/** Every recurrent layer, in the order of the documentation. */
import type { LayerDefinition } from '../../definitions/define-layer.ts';
import { bidirectional } from './bidirectional.ts';
import { convLSTMs } from './conv-lstm.ts';
import { gru, gruCellLayer } from './gru.ts';
import { lstm, lstmCellLayer } from './lstm.ts';
import { rnn, stackedRNNCells } from './rnn.ts';
import { simpleRNN, simpleRNNCell } from './simple-rnn.ts';
import { timeDistributed } from './time-distributed.ts';

export const recurrentLayers: readonly LayerDefinition[] = [
  simpleRNN,
  lstm,
  gru,
  rnn,
  simpleRNNCell,
  lstmCellLayer,
  gruCellLayer,
  stackedRNNCells,
  bidirectional,
  timeDistributed,
  ...convLSTMs,
];

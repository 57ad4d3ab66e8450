/** Every optimiser, in the order of the documentation. */
import type { OptimizerDefinition } from '../definitions/define-optimizer.ts';
import { adafactor } from './adafactor.ts';
import { adam, adamax, adamW, lion } from './adam.ts';
import { ftrl } from './ftrl.ts';
import { lamb } from './lamb.ts';
import { muon } from './muon.ts';
import { nadam } from './nadam.ts';
import { adadelta, adagrad, rmsprop } from './rmsprop.ts';
import { scheduleFreeAdamW } from './schedule-free-adam-w.ts';
import { sgd } from './sgd.ts';

export const optimizers: readonly OptimizerDefinition[] = [
  sgd,
  adam,
  adamW,
  rmsprop,
  adagrad,
  adadelta,
  adamax,
  nadam,
  lamb,
  lion,
  adafactor,
  ftrl,
  muon,
  scheduleFreeAdamW,
];

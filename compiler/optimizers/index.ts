/** Every optimiser, in the order of the documentation. */
import type { OptimizerDefinition } from '../definitions/define-optimizer.ts';
import { adam, adamax, adamW, lion } from './adam.ts';
import { adadelta, adagrad, rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

export const optimizers: readonly OptimizerDefinition[] = [sgd, adam, adamW, rmsprop, adagrad, adadelta, adamax, lion];

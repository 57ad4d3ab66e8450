/** Every loss, in the order of the documentation. */
import type { PairDefinition } from '../definitions/define-function.ts';
import { circle } from './circle.ts';
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './crossentropy.ts';
import { ctc } from './ctc.ts';
import { elementwiseLosses } from './elementwise.ts';
import { focalLosses } from './focal.ts';
import { hingeLosses } from './hinge.ts';
import { overlapLosses } from './overlap.ts';

export const losses: readonly PairDefinition[] = [
  binaryCrossentropy,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
  ...focalLosses,
  ...elementwiseLosses,
  ...hingeLosses,
  ...overlapLosses,
  circle,
  ctc,
];

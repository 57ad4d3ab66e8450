/** What Keras 3 has about training and nnlang leaves out, with the reason, for the page `left-out.md`. */
import type { LeftOut } from '../layers/left-out.ts';

export const leftOutOfTraining: readonly (LeftOut & { readonly of: readonly string[] })[] = [
  {
    names: ['lossScaleFactor'],
    of: ['every optimizer'],
    reason: 'It keeps small gradients of half precision. Everything is float32.',
  },
  {
    names: ['reduction', 'dtype', 'name'],
    of: ['losses', 'metrics'],
    reason: 'A loss is one number per position, and what is made of it is an expression.',
    instead: '`loss: 0.5 * meanSquaredError(t, y)`',
  },
  {
    names: ['thresholds as a list', 'average: none', 'classAggregation: none'],
    of: ['precision', 'recall', 'truePositives …', 'f1Score', 'fBetaScore', 'r2Score'],
    reason: 'A metric is one number.',
    instead: 'the metric once for each threshold or `classId`',
  },
  {
    names: ['sparseYTrue', 'sparseYPred'],
    of: ['meanIoU', 'oneHotIoU', 'oneHotMeanIoU'],
    reason: 'Which one it is shows in the name.',
    instead: '`iou` and `meanIoU` of class numbers, `oneHotIoU` and `oneHotMeanIoU` of one-hot targets and scores',
  },
  {
    names: ['numLabels'],
    of: ['auc'],
    reason: 'The compiler knows the size of the last axis.',
  },
  {
    names: ['seed'],
    of: ['initializers'],
    reason: 'Every draw follows from the seed of the model and the path of the weight.',
    instead: '`create({ seed: 1 })`',
  },
  {
    names: ['doubleCheckpoint'],
    of: ['backupAndRestore'],
    reason: 'Files are written whole or not at all.',
  },
  {
    names: ['MultiOptimizer', 'LossScaleOptimizer'],
    of: ['optimizers'],
    reason: 'A `train` block has one optimizer, and float32 needs no scale.',
    instead: '`applyGradients` with another optimizer for other weights',
  },
  {
    names: ['TensorBoard', 'RemoteMonitor', 'ProgbarLogger', 'LambdaCallback', 'OrbaxCheckpoint'],
    of: ['callbacks'],
    reason: 'They talk to tools of Python, or are functions that `fit` takes as they are.',
    instead: '`fit(data, { onEpochEnd })`',
  },
];

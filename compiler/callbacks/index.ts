/** Every callback of `train` by its Keras name. The run time does the work. */
import { defineNamed, type NamedDefinition } from '../definitions/define-optimizer.ts';
import {
  bool,
  epochSchedule,
  float,
  int,
  option,
  optionalFloat,
  optionalInt,
  string,
  type Parameters,
} from '../definitions/parameters.ts';
import { dim } from '../shapes/index.ts';

const callback = (name: string, summary: string, doc: string, parameters: Parameters): NamedDefinition =>
  defineNamed({
    kind: 'callback',
    name,
    summary,
    doc: `${doc} [Keras](https://keras.io/api/callbacks/)`,
    parameters,
  });

const monitor = string({ doc: 'The number that is watched, by its name in the history.', default: 'val_loss' });
const mode = option(['auto', 'min', 'max'], { doc: 'Whether less or more is better; `auto` tells by the name.', default: 'auto' }); // prettier-ignore
const filePath = (doc: string) => string({ doc });
const verbose = int({ doc: '1 tells what it does.', default: dim(0), min: 0, max: 1 });
const saveFreq = optionalInt({ doc: 'After how many batches; after each epoch unless given.', min: 1 });
const kept = 'In browsers, files are kept in IndexedDB under their names: `load("indexeddb://best.safetensors")`.';

export const callbacks: readonly NamedDefinition[] = [
  callback('earlyStopping', 'Ends training when a number no longer gets better.', 'Looked at after each epoch.', {
    monitor,
    minDelta: float({ doc: 'A smaller change is none.', default: 0, min: 0 }),
    patience: int({ doc: 'Epochs without improvement before it ends.', default: dim(0), min: 0 }),
    mode,
    baseline: optionalFloat({ doc: 'A value that must be bettered from the start.' }),
    restoreBestWeights: bool({ doc: 'Go back to the weights of the best epoch.', default: false }),
    startFromEpoch: int({ doc: 'Epochs before it begins to watch.', default: dim(0), min: 0 }),
    verbose,
  }),
  callback('reduceLROnPlateau', 'Makes the learning rate smaller when a number no longer gets better.', 'Looked at after each epoch.', {
    monitor,
    factor: float({ doc: 'Factor of the learning rate.', default: 0.1, min: 0, max: 1, exclusiveMax: true }),
    patience: int({ doc: 'Epochs without improvement before it acts.', default: dim(10), min: 0 }),
    mode,
    minDelta: float({ doc: 'A smaller change is none.', default: 0.0001, min: 0 }),
    cooldown: int({ doc: 'Epochs to wait after it has acted.', default: dim(0), min: 0 }),
    minLr: float({ doc: 'The smallest learning rate.', default: 0, min: 0 }),
    verbose,
  }), // prettier-ignore
  callback('learningRateScheduler', 'Sets the learning rate of each epoch.', 'By a function of the epoch, which counts from 0, and the rate so far: `learningRateScheduler(slower)` with `const slower(epoch: int, rate: float) = 0.9 * rate`; or by a schedule that counts epochs instead of steps.', {
    schedule: epochSchedule({ doc: 'A compile-time function of epoch and rate, or a schedule. Called from TypeScript, any function.' }),
    verbose,
  }), // prettier-ignore
  callback('modelCheckpoint', 'Saves the model after each epoch.', `\`{epoch:02d}\` and names of the history, \`{val_loss:.3f}\`, are filled into the name. ${kept}`, {
    filepath: filePath('Where to save: `"best.safetensors"`.'),
    monitor,
    saveBestOnly: bool({ doc: 'Only when the watched number is the best so far.', default: false }),
    saveWeightsOnly: bool({ doc: "Without the optimiser's state, which `resume` needs and `load` does not.", default: false }),
    mode,
    saveFreq,
    initialValueThreshold: optionalFloat({ doc: 'What counts as best at the start.' }),
    verbose,
  }), // prettier-ignore
  callback('csvLogger', 'Writes the history into a CSV file.', `One line for each epoch. ${kept}`, {
    filename: filePath('Where to write.'),
    separator: string({ doc: 'Between columns.', default: ',' }),
    append: bool({ doc: 'Keep what the file has.', default: false }),
  }),
  callback('terminateOnNaN', 'Ends training when the loss is no number.', 'Looked at after each batch.', {}),
  callback('backupAndRestore', 'Saves the state of training, and goes on from it when `fit` is called again after an interruption.', `The file is always a whole one, so there is no \`doubleCheckpoint\`. ${kept}`, {
    backupDir: filePath('The folder to save to.'),
    saveFreq,
    deleteCheckpoint: bool({ doc: 'Remove it when training has ended.', default: true }),
  }), // prettier-ignore
  callback('swapEMAWeights', 'Validates with the running means of the weights (`useEma`).', 'Weights and means change places for the time of each validation, or from the end of an epoch to the beginning of the next.', {
    swapOnEpoch: bool({ doc: 'Also for the callbacks after it at the end of an epoch, such as `modelCheckpoint`.', default: false }),
  }), // prettier-ignore
];

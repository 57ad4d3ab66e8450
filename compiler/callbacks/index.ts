/** Every callback of `train` by its Keras name. The run time does the work. */
import { defineNamed, type NamedDefinition } from '../definitions/define-optimizer.ts';
import { bool, float, int, option, optionalFloat, string, type Parameters } from '../definitions/parameters.ts';
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

export const callbacks: readonly NamedDefinition[] = [
  callback('earlyStopping', 'Ends training when a number no longer gets better.', 'Looked at after each epoch.', {
    monitor,
    minDelta: float({ doc: 'A smaller change is none.', default: 0, min: 0 }),
    patience: int({ doc: 'Epochs without improvement before it ends.', default: dim(0), min: 0 }),
    mode,
    baseline: optionalFloat({ doc: 'A value that must be bettered from the start.' }),
    restoreBestWeights: bool({ doc: 'Go back to the weights of the best epoch.', default: false }),
    startFromEpoch: int({ doc: 'Epochs before it begins to watch.', default: dim(0), min: 0 }),
  }),
  callback('reduceLROnPlateau', 'Makes the learning rate smaller when a number no longer gets better.', 'Looked at after each epoch.', {
    monitor,
    factor: float({ doc: 'Factor of the learning rate.', default: 0.1, min: 0, max: 1, exclusiveMax: true }),
    patience: int({ doc: 'Epochs without improvement before it acts.', default: dim(10), min: 0 }),
    mode,
    minDelta: float({ doc: 'A smaller change is none.', default: 0.0001, min: 0 }),
    cooldown: int({ doc: 'Epochs to wait after it has acted.', default: dim(0), min: 0 }),
    minLR: float({ doc: 'The smallest learning rate.', default: 0, min: 0 }),
  }), // prettier-ignore
  callback('modelCheckpoint', 'Saves the weights after each epoch.', '`{epoch}` and names of the history in braces are filled in.', {
    filepath: filePath('Where to save.'),
    monitor,
    saveBestOnly: bool({ doc: 'Only when the watched number is the best so far.', default: false }),
    mode,
    initialValueThreshold: optionalFloat({ doc: 'What counts as best at the start.' }),
  }), // prettier-ignore
  callback('csvLogger', 'Writes the history into a CSV file.', 'One line for each epoch.', {
    filename: filePath('Where to write.'),
    separator: string({ doc: 'Between columns.', default: ',' }),
    append: bool({ doc: 'Keep what the file has.', default: false }),
  }),
  callback('terminateOnNaN', 'Ends training when the loss is no number.', 'Looked at after each batch.', {}),
  callback('backupAndRestore', 'Saves the state of training, and goes on from it after an interruption.', 'After each epoch.', {
    backupDir: filePath('Where to save.'),
    deleteCheckpoint: bool({ doc: 'Remove it when training has ended.', default: true }),
  }), // prettier-ignore
];

/** Callbacks that save weights, or the whole state of training. */
import type { OpenCallbacks, Trainee } from '../callbacks.ts';
import { readCheckpoint } from '../checkpoints.ts';
import { readStored, removeStored, writeStored } from '../storage.ts';
import { rewind } from '../training-state.ts';
import { savedWeights } from '../weights.ts';
import type { Arguments } from './arguments.ts';
import { Watch } from './watch.ts';

type Logs = Readonly<Record<string, number>>;

/** Calls `save` after each epoch, or after each so many batches (`saveFreq`). */
function whenDue(read: Arguments, save: (epoch: number, logs: Logs) => Promise<void>): OpenCallbacks {
  const every = read.value('saveFreq');
  let epoch = 0;
  let batches = 0;
  return {
    onEpochBegin: (begun) => void (epoch = begun),
    ...(typeof every === 'number'
      ? {
          onBatchEnd: async (_batch, logs) => {
            if (++batches % every === 0) await save(epoch, logs);
          },
        }
      : { onEpochEnd: save }),
  };
}

/** Saves weights, and unless told otherwise the optimiser's state, to a file whose name may hold the epoch and scores. */
export function modelCheckpoint(read: Arguments, { state }: Trainee): OpenCallbacks {
  const watch = new Watch(read, 0);
  const path = read.required('filepath');
  const [bestOnly, weightsOnly] = [read.flag('saveBestOnly'), read.flag('saveWeightsOnly')];
  const threshold = read.value('initialValueThreshold');
  if (typeof threshold === 'number') watch.reset(threshold);
  return whenDue(read, async (epoch, logs) => {
    if (bestOnly) {
      const value = watch.value(logs);
      if (value === undefined || !watch.improves(value)) return;
    }
    const target = filledIn(path, { epoch: epoch + 1, ...logs });
    await writeStored(target, await savedWeights(state, !weightsOnly));
    read.tell(epoch, bestOnly ? `${watch.name} is ${watch.best}, the best so far; saved to ${target}.` : `saved to ${target}.`);
  });
} // prettier-ignore

/** `best-{epoch:02d}-{val_loss:.3f}.safetensors` with numbers in the place of names, by Python's formats. */
export function filledIn(path: string, values: Logs): string {
  return path.replaceAll(/\{(\w+)(?::0?(\d*)d|:\.(\d+)f)?\}/g, (_, name: string, width?: string, digits?: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${path}: there is no "${name}" to fill in. There are ${Object.keys(values).join(', ')}.`);
    if (digits !== undefined) return value.toFixed(Number(digits));
    return width === undefined ? String(value) : String(Math.round(value)).padStart(Number(width), '0');
  });
} // prettier-ignore

/** Saves the whole state of training, and goes on from it when `fit` is called again after an interruption. */
export function backupAndRestore(read: Arguments, trainee: Trainee): OpenCallbacks {
  const { state } = trainee;
  const path = `${read.required('backupDir').replace(/\/$/, '')}/backup.safetensors`;
  let next = 0;
  const save = async (): Promise<void> => writeStored(path, await savedWeights(state, true, { epoch: String(next) }));
  const due = whenDue(read, save);
  return {
    ...due,
    onTrainBegin: async () => {
      const bytes = await readStored(path);
      if (bytes === undefined) return;
      const checkpoint = readCheckpoint(bytes, path, state.program.spec);
      await rewind(state, checkpoint, path);
      trainee.firstEpoch = Number(checkpoint.metadata['epoch'] ?? 0);
    },
    onEpochBegin: async (epoch) => {
      next = epoch;
      await due.onEpochBegin?.(epoch);
    },
    onEpochEnd: async (epoch, logs) => {
      next = epoch + 1;
      await due.onEpochEnd?.(epoch, logs);
    },
    onTrainEnd: async () => {
      if (read.flag('deleteCheckpoint', true)) await removeStored(path);
    },
  };
}

/** The callbacks that a `train` block or the options of `fit` name. Loaded when there is one. */
import type { OpenCallbacks, Trainee } from '../callbacks.ts';
import { nearestName } from '../nearest-name.ts';
import type { CallbackSpec } from '../program.ts';
import { Arguments } from './arguments.ts';
import { csvLogger } from './csv-logger.ts';
import { earlyStopping } from './early-stopping.ts';
import { learningRateScheduler, reduceLROnPlateau } from './learning-rates.ts';
import { backupAndRestore, modelCheckpoint } from './saving.ts';
import { swapEMAWeights } from './swap-ema-weights.ts';

type Maker = (read: Arguments, trainee: Trainee) => OpenCallbacks;

const makers: Readonly<Record<string, Maker>> = {
  backupAndRestore,
  csvLogger,
  earlyStopping,
  learningRateScheduler,
  modelCheckpoint,
  reduceLROnPlateau,
  swapEMAWeights,
  terminateOnNaN: (_read, trainee) => ({
    onBatchEnd: (_batch, { loss }) => {
      if (loss !== undefined && !Number.isFinite(loss)) trainee.stop = true;
    },
  }),
};

/**
 * The callback that a spec names.
 * @throws Error for a name that is not known, and for arguments that are missing.
 */
export function openCallback(spec: CallbackSpec, trainee: Trainee): OpenCallbacks {
  const maker = Object.hasOwn(makers, spec.name) ? makers[spec.name] : undefined;
  if (maker !== undefined) return maker(new Arguments(spec), trainee);
  const near = nearestName(spec.name, Object.keys(makers));
  throw new Error(
    `There is no callback '${spec.name}'.${near === undefined ? '' : ` Did you mean '${near}'?`} Known are ${Object.keys(makers).join(', ')}; others are passed to fit as functions.`,
  );
}

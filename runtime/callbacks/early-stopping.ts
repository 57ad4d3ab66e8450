/** Ends training when a score has not got better for some epochs; may bring back the weights of the best one. */
import type { OpenCallbacks, Trainee } from '../callbacks.ts';
import type { ModelState } from '../model-state.ts';
import type { Data } from '../program.ts';
import type { Arguments } from './arguments.ts';
import { Watch } from './watch.ts';

export function earlyStopping(read: Arguments, trainee: Trainee): OpenCallbacks {
  const watch = new Watch(read, 0);
  const [patience, start] = [read.number('patience', 0), read.number('startFromEpoch', 0)];
  const baseline = read.value('baseline');
  const best = new WeightsKept(trainee.state);
  const restores = read.flag('restoreBestWeights');
  let waited = 0;
  let stoppedAt: number | undefined;
  return {
    onEpochEnd: (epoch, logs) => {
      const value = watch.value(logs);
      if (value === undefined || epoch < start) return;
      // Were there no improvement at all, the first epoch's weights would be the best.
      if (restores && best.isEmpty) best.keep();
      waited++;
      if (watch.improves(value)) {
        if (restores) best.keep();
        // Only what betters the baseline too ends the waiting.
        if (typeof baseline !== 'number' || watch.isBetter(value, baseline)) waited = 0;
      } else if (waited >= patience && epoch > 0) {
        trainee.stop = true;
        stoppedAt = epoch;
      }
    },
    onTrainEnd: () => {
      if (stoppedAt !== undefined) read.tell(stoppedAt, 'early stopping.');
      if (restores) best.restore();
    },
    close: () => best.release(),
  };
}

/** Weights as they were: references, not copies, for weights are never changed in place. */
class WeightsKept {
  readonly #state: ModelState;
  #kept: Record<string, Data> | undefined;

  constructor(state: ModelState) {
    this.#state = state;
  }

  get isEmpty(): boolean {
    return this.#kept === undefined;
  }

  keep(): void {
    this.release();
    this.#kept = {};
    for (const [path, data] of Object.entries(this.#state.weights)) this.#kept[path] = this.#state.device.share(data);
  }

  restore(): void {
    if (this.#kept === undefined) return;
    const weights = this.#kept;
    this.#kept = undefined;
    this.#state.adopt({ weights, slots: {} });
  }

  release(): void {
    for (const data of Object.values(this.#kept ?? {})) this.#state.device.dispose(data);
    this.#kept = undefined;
  }
}

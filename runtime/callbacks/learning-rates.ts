/** Callbacks that change the learning rate between epochs. */
import type { OpenCallbacks, Trainee } from '../callbacks.ts';
import type { ModelState } from '../model-state.ts';
import type { ScheduleSpec } from '../program.ts';
import { learningRateAt } from '../schedules.ts';
import type { Arguments } from './arguments.ts';
import { Watch } from './watch.ts';

/** That of the next step. */
const rateOf = (state: ModelState): number =>
  learningRateAt(state.learningRate ?? state.training!.optimizer.learningRate, state.step);

/** Makes the learning rate smaller when a score has not got better for some epochs. */
export function reduceLROnPlateau(read: Arguments, { state }: Trainee): OpenCallbacks {
  const watch = new Watch(read, 1e-4);
  const [factor, patience, cooldown] = [read.number('factor', 0.1), read.number('patience', 10), read.number('cooldown', 0)];
  const lowest = read.number('minLr', 0);
  let waited = 0;
  let cooling = 0;
  return {
    onEpochEnd: (epoch, logs) => {
      const value = watch.value(logs);
      if (value === undefined) return;
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (watch.improves(value)) waited = 0;
      else if (cooling === 0 && ++waited >= patience) {
        const rate = rateOf(state);
        if (rate <= lowest) return;
        state.learningRate = Math.max(rate * factor, lowest);
        cooling = cooldown;
        waited = 0;
        read.tell(epoch, `the learning rate is now ${state.learningRate}.`);
      }
    },
  };
} // prettier-ignore

/** Sets the learning rate of each epoch: by a function of the epoch and the rate so far, or by a schedule that counts epochs. */
export function learningRateScheduler(read: Arguments, { state }: Trainee): OpenCallbacks {
  const schedule = read.value('schedule');
  const rateAt = (epoch: number): number => {
    if (typeof schedule === 'function') return schedule(epoch, rateOf(state));
    if (typeof schedule === 'object' && 'name' in schedule) return learningRateAt(schedule as ScheduleSpec, epoch);
    throw new Error('The callback learningRateScheduler needs schedule: a function (epoch, rate) => rate, or a schedule.');
  };
  return {
    onEpochBegin: (epoch) => {
      const rate = rateAt(epoch);
      if (typeof rate !== 'number' || !Number.isFinite(rate))
        throw new Error(`The schedule of learningRateScheduler gives ${String(rate)} at epoch ${epoch}, which is no learning rate.`);
      state.learningRate = rate;
      read.tell(epoch, `the learning rate is ${rate}.`);
    },
  };
} // prettier-ignore

/** Puts the running means of the weights (`useEma`) in their place while the model is validated, or between epochs. */
import type { OpenCallbacks, Trainee } from '../callbacks.ts';
import { swapWithAverages } from '../updates.ts';
import type { Arguments } from './arguments.ts';

export function swapEMAWeights(read: Arguments, trainee: Trainee): OpenCallbacks {
  const { state } = trainee;
  const onEpoch = read.flag('swapOnEpoch');
  const put = (averages: boolean): void => {
    if (trainee.hasAverages === averages) return;
    swapWithAverages(state);
    trainee.hasAverages = averages;
  };
  return {
    onTrainBegin: () => {
      if (state.training?.optimizer.averages === undefined)
        throw new Error('swapEMAWeights needs an optimizer with running means: optimizer: adam(useEma: true).');
    },
    onTestBegin: () => put(true),
    onTestEnd: () => put(false),
    ...(onEpoch ? { onEpochBegin: () => put(false), onEpochEnd: () => put(true) } : {}),
    close: () => put(false),
  };
}

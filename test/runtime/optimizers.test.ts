/** Optimizers that `applyGradients` is given by name: one kernel for each weight on wasm, kernels of tfjs on cpu, both against Keras's formulas in double precision. */
import { expect, it, vi } from 'vitest';
import { constant, free, type Data, type OptimizerUse } from '../../runtime/index.ts';
import { slotsOf, updatedWeight } from '../../runtime/optimizers.ts';
import { devices, numbers } from './devices.ts';

type Formula = (w: number, g: number, slots: Record<string, number>, step: number) => number;

const adam =
  (rate: number, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7): Formula =>
  (_, g, s, step) => {
    s['m'] = beta1 * s['m']! + (1 - beta1) * g;
    s['v'] = beta2 * s['v']! + (1 - beta2) * g * g;
    const unbiased = (rate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
    return (s['m'] * unbiased) / (Math.sqrt(s['v']) + epsilon);
  };

/** What is taken from the weight, beside what decays. */
const cases: readonly (readonly [use: OptimizerUse, formula: Formula, decay: number])[] = [
  [{ name: 'sgd' }, (_, g) => 0.01 * g, 0],
  [{ name: 'sgd', learningRate: 0.5, weightDecay: 0.1 }, (_, g) => 0.5 * g, 0.05],
  [{ name: 'sgd', learningRate: 0.1, momentum: 0.8 }, (_, g, s) => -(s['momentum'] = 0.8 * s['momentum']! - 0.1 * g), 0],
  [{ name: 'sgd', momentum: 0.8, nesterov: true, weightDecay: 0.5 }, (_, g, s) => {
    s['momentum'] = 0.8 * s['momentum']! - 0.01 * g;
    return -(0.8 * s['momentum'] - 0.01 * g);
  }, 0.005],
  [{ name: 'adam' }, adam(0.001), 0],
  [{ name: 'adam', learningRate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 0.1, weightDecay: 0.2 }, adam(0.1, 0.5, 0.75, 0.1), 0.02],
  [{ name: 'adamW', learningRate: 0.1 }, adam(0.1), 0.0004],
  [{ name: 'rmsprop', learningRate: 0.1, rho: 0.6, epsilon: 0.01, weightDecay: 0.3 }, (_, g, s) => {
    s['velocity'] = 0.6 * s['velocity']! + 0.4 * g * g;
    return (0.1 * g) / Math.sqrt(s['velocity'] + 0.01);
  }, 0.03],
]; // prettier-ignore

it.each(cases)('%j', (use, formula, decay) => {
  const size = 37;
  for (const device of devices) {
    const next = numbers(17);
    const put = (values: readonly number[]): Data => constant(device, values, [size], 'float32');
    const own = Array.from({ length: size }, () => next() * 4 - 2);
    const kept = own.map((): Record<string, number> => Object.fromEntries(slotsOf(use).map((name) => [name, 0])));
    let weight = put(own);
    let slots: Record<string, Data> = Object.fromEntries(slotsOf(use).map((name) => [name, put(own.map(() => 0))]));
    const asked = vi.spyOn(device, 'run');
    for (let step = 1; step <= 3; step++) {
      const values = own.map(() => next() * 2 - 1);
      const gradient = put(values);
      const updated = updatedWeight(device, use, { weight, gradient, slot: (name) => slots[name]!, step });
      own.forEach((w, i) => void (own[i] = w - formula(w, values[i]!, kept[i]!, step) - decay * w));
      free(device, weight, gradient, ...Object.values(slots));
      ({ weight } = updated);
      slots = { ...updated.slots };
      device.readSync(weight).forEach((value, i) => expect(Math.abs(value - own[i]!)).toBeLessThan(5e-6));
      for (const [name, slot] of Object.entries(slots))
        device.readSync(slot).forEach((value, i) => expect(Math.abs(value - kept[i]![name]!)).toBeLessThan(1e-6));
    }
    expect(Object.keys(slots)).toEqual(slotsOf(use));
    if (device.name === 'wasm') expect(asked).not.toHaveBeenCalled();
    else expect(asked).toHaveBeenCalled();
    free(device, weight, ...Object.values(slots));
  }
});

/** The optimiser's slots of a live model. */
import { attempt } from './device.ts';
import type { ModelState } from './model-state.ts';
import type { Data, TrainingProgram } from './program.ts';

/** `dense.kernel` of `dense.kernel/m`. */
export const weightOfSlot = (slot: string): string => slot.slice(0, slot.lastIndexOf('/'));

/** Makes the slots that are needed and not there yet: none for what is frozen. */
export function prepareSlots(state: ModelState, { optimizer, updatesTogether = false }: TrainingProgram): void {
  const missing = Object.entries(optimizer.slots).filter(
    ([slot]) => state.slots[slot] === undefined && (updatesTogether || !state.freezing.has(weightOfSlot(slot))),
  );
  if (missing.length === 0) return;
  const made = attempt(state.device, () =>
    missing.map(([path, { shape, initial = 0 }]): [string, Data] => {
      if (initial === 'weight') return [path, state.device.share(state.weights[weightOfSlot(path)]!)];
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(initial);
      return [path, state.device.write(values, [...shape], 'float32')];
    }),
  );
  for (const [path, data] of made) state.slots[path] = data;
}

/** Replacing the weights of a live model, in bundles without tensors, where it stands in for `set-weights.ts`. */
import { attempt, zeroValues } from './device.ts';
import { InputError } from './input-error.ts';
import type { ModelState } from './model-state.ts';
import type { Data } from './program.ts';

/** @throws InputError for unknown names and arrays that do not fit; then nothing is changed. */
export function setWeights(state: ModelState, values: Readonly<Record<string, unknown>>): void {
  const { name, weights } = state.program.spec;
  const fresh = attempt(state.device, () => {
    const made: Record<string, Data> = {};
    for (const [path, value] of Object.entries(values)) {
      const spec = Object.hasOwn(weights, path) ? weights[path] : undefined;
      if (spec === undefined) throw new InputError(`${name}: there is no weight "${path}".`);
      const own = zeroValues(spec.shape, spec.dtype);
      const given = ArrayBuffer.isView(value) ? value : Array.isArray(value) ? value.flat(Infinity) : undefined;
      if ((given as ArrayLike<number> | undefined)?.length !== own.length)
        throw new InputError(`${name}: weight "${path}" must be an array of ${own.length} values for [${spec.shape.join(', ')}].`); // prettier-ignore
      own.set(given as ArrayLike<number>);
      made[path] = state.device.write(own, [...spec.shape], spec.dtype);
    }
    return made;
  });
  for (const path of Object.keys(fresh)) state.adapted.add(path.slice(0, Math.max(0, path.lastIndexOf('.'))));
  state.adopt({ weights: fresh, slots: {} });
}

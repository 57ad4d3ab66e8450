/** Replacing the weights of a live model. Bundles without tensors have `set-weights-of-arrays.ts` in its place. */
import { checkBatch } from './boundary.ts';
import { attempt } from './device.ts';
import { InputError } from './input-error.ts';
import type { ModelState } from './model-state.ts';
import { nearestName } from './nearest-name.ts';
import { placed } from './placement.ts';
import type { Data } from './program.ts';

/** @throws InputError for unknown names and shapes that do not fit; then nothing is changed. */
export function setWeights(state: ModelState, values: Readonly<Record<string, unknown>>): void {
  const { spec } = state.program;
  const paths = Object.keys(spec.weights);
  const rules = { model: spec.name, source: spec.source, requirements: [], valueRequirements: [] };
  const fresh = attempt(state.device, () => {
    const made: Record<string, Data> = {};
    for (const [path, value] of Object.entries(values)) {
      const weight = Object.hasOwn(spec.weights, path) ? spec.weights[path] : undefined;
      if (weight === undefined) {
        const near = nearestName(path, paths);
        throw new InputError(
          `${spec.name}: there is no weight "${path}".${near === undefined ? '' : ` Did you mean "${near}"?`}`,
        );
      }
      const tensors = [{ name: path, role: 'weight', spec: weight }] as const;
      const { inputs } = checkBatch({ ...rules, tensors }, { [path]: value }, false);
      // A weight has no batch axis; the check put one in front.
      const whole = inputs.map((input) => ({
        ...input,
        shape: [...weight.shape],
        ...(input.values && { values: input.values.slice() }),
      }));
      const { data, made: own } = placed(state.device, { ...rules, tensors }, whole as typeof inputs);
      made[path] = own.length > 0 ? data[path]! : state.device.run('Identity', { x: data[path] });
    }
    return made;
  });
  for (const path of Object.keys(fresh)) state.adapted.add(path.slice(0, Math.max(0, path.lastIndexOf('.'))));
  state.adopt({ weights: fresh, slots: {} });
}

/** Whether a mask of this per-example shape broadcasts to an input. */
import { sizesOf } from '../../definitions/axes.ts';
import type { Need } from '../../definitions/need.ts';
import type { TensorType } from '../../definitions/types.ts';
import { asInteger, type Dim } from '../../shapes/index.ts';

export function noiseShapeFits(input: TensorType, noiseShape: readonly Dim[], need: Need): boolean {
  const sizes = sizesOf(input.shape) ?? [];
  const fits = noiseShape.length === sizes.length;
  if (!need.argument(fits, 'noiseShape', `have ${sizes.length} entries, one for each axis of the input`)) return false;
  return noiseShape.every((size, axis) => {
    if (asInteger(size) === 1) return true;
    return need.equal(size, sizes[axis]!, { what: 'noise', argument: 'noiseShape', right: { input, axis } });
  });
}

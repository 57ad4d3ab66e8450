/** The rule of `reshape` and `Reshape`: where one size is −1 it is what the others leave. */
import { product } from '../definitions/axes.ts';
import type { Need } from '../definitions/need.ts';
import type { TensorType } from '../definitions/types.ts';
import { asInteger, divide, elementCount, ONE, type Dim } from '../shapes/index.ts';

const isOpen = (size: Dim): boolean => asInteger(size) === -1;

export function reshapedSizes(input: TensorType, target: readonly Dim[], need: Need, argument: string): readonly Dim[] | undefined {
  const open = target.filter(isOpen).length;
  const positive = target.every((size) => isOpen(size) || (asInteger(size) ?? 1) >= 1);
  if (!need.argument(positive, argument, 'have positive sizes')) return undefined;
  if (!need.argument(open <= 1, argument, 'have at most one −1')) return undefined;
  const count = elementCount(input.shape);
  if (!count) return open === 0 ? target : undefined;
  if (open === 0) return need.sameCount(input, target) ? target : undefined;
  const rest = product(target.filter((size) => !isOpen(size)));
  if (!need.divisible(count, rest, { argument, what: 'elements' })) return undefined;
  const left = rest.key === ONE.key ? count : divide(count, rest);
  return target.map((size) => (isOpen(size) ? left : size));
} // prettier-ignore

/**
 * Running sums as webgpu does them right: its shader for sums from the end holds the length of the axis, and is taken
 * again for axes of other lengths; and it knows four axes at most.
 */
import { booleanOf, numberOf } from '../../ops/attributes.ts';
import { product } from '../../ops/shape-rules.ts';
import { ruleFor, type Rule } from '../../optimise/rewrite.ts';

export const forwardSums: Rule = ruleFor(
  'cumsum(x, reverse) → reverse(cumsum(reverse(x)))',
  'cumsum',
  ([x], op, { attributes }) => {
    if (!booleanOf(attributes, 'reverse')) return undefined;
    const axis = numberOf(attributes, 'axis');
    const sums = op.cumsum(op.reverse(x!, [axis]), axis, { exclusive: booleanOf(attributes, 'exclusive') });
    return op.reverse(sums, [axis]);
  },
);

export const sumsInThree: Rule = ruleFor(
  'cumsum([…]) → cumsum([outer, axis, inner])',
  'cumsum',
  ([x], op, { attributes, shape }) => {
    if (shape.length <= 4) return undefined;
    const axis = numberOf(attributes, 'axis');
    const flat = [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))];
    const options = { exclusive: booleanOf(attributes, 'exclusive'), reverse: booleanOf(attributes, 'reverse') };
    return op.reshape(op.cumsum(op.reshape(x!, flat), 1, options), shape);
  },
);

/** `lint/mutual-broadcast`: `[n, 1]` with `[m]` makes `[n, m]`, which is rarely meant. */
import { lintMutualBroadcast } from '../diagnostics/catalogue/lints.ts';
import { asInteger, displayShape, isSpread, type Shape } from '../shapes/index.ts';
import type { NodeLint } from './lint.ts';

/** What broadcasts over leading axes by design. */
const products = new Set(['matMul', 'dot', 'outer', 'einsum', 'Dot', 'scaledDotProductAttention']);

const isOne = (shape: Shape, at: number): boolean => {
  const axis = shape[at];
  return axis !== undefined && !isSpread(axis) && asInteger(axis) === 1;
};

/** Whether some axis of the result is larger than that of this operand. */
function stretches(operand: Shape, result: Shape): boolean {
  const missing = result.length - operand.length;
  return result.some((_, i) => !isOne(result, i) && (i < missing || isOne(operand, i - missing)));
}

export const mutualBroadcast: NodeLint = (node) => {
  const { definition, inputs, outputs, origin } = node;
  // `gather` has `broadcasts: 'unaligned'`: its indices are no operand of an elementwise operation.
  if (definition.broadcasts !== true || products.has(definition.name) || inputs.length < 2) return undefined;
  const result = outputs[0]!.shape;
  const shapes = inputs.map((input) => input.type.shape);
  if ([result, ...shapes].some((shape) => shape.some(isSpread))) return undefined;
  const operands = shapes.filter((shape) => shape.length > 0);
  if (operands.length < 2 || !operands.every((shape) => stretches(shape, result))) return 'fine';
  const problem = lintMutualBroadcast.both({ operands: operands.map(displayShape), result: displayShape(result) });
  const related = inputs.map((input) => ({ ...input.node.origin, message: displayShape(input.type.shape) }));
  const inside = related.filter((r) => r.file !== origin.file || r.span.end <= origin.span.start || r.span.start >= origin.span.end); // prettier-ignore
  return { problem, place: origin, related: inside };
};

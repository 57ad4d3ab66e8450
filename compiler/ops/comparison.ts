/**
 * Comparisons (two operands of one dtype, giving bool), logic, and the choice between two tensors.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { broadcastNumbers, build, reader } from '../graph/nd-array.ts';
import { zipped } from './binary.ts';
import { defineOp, type OpDefinition } from './define-op.ts';
import type { OpName } from './op-names.ts';
import { broadcastShapes } from './shape-rules.ts';
import { sumTo } from './sum-to.ts';

function comparison<Name extends OpName>(
  name: Name,
  holds: (a: number, b: number) => boolean,
  { commutative = false, logical = false } = {},
): OpDefinition<Name> {
  return defineOp(name, {
    type: ([a, b]) => {
      if (a!.dtype !== b!.dtype || (logical && a!.dtype !== 'bool')) bug(`${name} of ${a!.dtype} and ${b!.dtype}`);
      return { dtype: 'bool', shape: broadcastShapes(a!.shape, b!.shape) };
    },
    evaluate: ([a, b]) => zipped(a!, b!, 'bool', (x, y) => (holds(x, y) ? 1 : 0)),
    gradient: 'none',
    traits: { elementwise: true, commutative },
  });
}

export const equal = comparison('equal', (a, b) => a === b, { commutative: true });
export const notEqual = comparison('notEqual', (a, b) => a !== b, { commutative: true });
export const less = comparison('less', (a, b) => a < b);
export const lessEqual = comparison('lessEqual', (a, b) => a <= b);
export const greater = comparison('greater', (a, b) => a > b);
export const greaterEqual = comparison('greaterEqual', (a, b) => a >= b);
export const and = comparison('and', (a, b) => a !== 0 && b !== 0, { commutative: true, logical: true });
export const or = comparison('or', (a, b) => a !== 0 || b !== 0, { commutative: true, logical: true });

export const select = defineOp('select', {
  type: ([condition, a, b]) => {
    if (condition!.dtype !== 'bool' || a!.dtype !== b!.dtype) bug(`select of ${a!.dtype} and ${b!.dtype}`);
    return { dtype: a!.dtype, shape: broadcastShapes(condition!.shape, broadcastShapes(a!.shape, b!.shape)) };
  },
  evaluate: ([condition, a, b]) => {
    const [c, x, y] = [reader(condition!), reader(a!), reader(b!)];
    const shape = broadcastNumbers(condition!.shape, broadcastNumbers(a!.shape, b!.shape));
    return build(a!.dtype, shape, (index) => (c(index) === 0 ? y(index) : x(index)));
  },
  gradient: ({ node, dy, op }) => [
    undefined,
    () => sumTo(op, op.select(node.inputs[0]!, dy, 0), node.inputs[1]!.shape),
    () => sumTo(op, op.select(node.inputs[0]!, 0, dy), node.inputs[2]!.shape),
  ],
  traits: { elementwise: true },
});

/**
 * Numbers that one value is multiplied by, divided by or shifted by, one after the other, become one: `x * a * b → x * (a * b)`. The result
 * is rounded once instead of twice. What might overflow or vanish on the way, or cancel out, stays as it was written.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { sameShape } from '../ops/shape-rules.ts';
import { scalarValue } from './pattern.ts';
import { ruleFor, type Rule } from './rewrite.ts';

/** A value and the number beside it. */
interface Beside {
  readonly x: TensorNode;
  readonly number: number;
}

/** `x * number`, where the number stretches nothing. `second`: only as the right operand. */
function beside(node: TensorNode, second: boolean): Beside | undefined {
  if (node.dtype !== 'float32' || node.inputs.length !== 2) return undefined;
  const [a, b] = node.inputs as readonly [TensorNode, TensorNode];
  for (const [x, other] of second ? ([[a, b]] as const) : ([[a, b], [b, a]] as const)) {
    const number = scalarValue(other);
    if (number !== undefined && scalarValue(x) === undefined && sameShape(x.shape, node.shape)) return { x, number };
  }
  return undefined;
} // prettier-ignore

/** Within these bounds no product of two of them and no step on the way leaves the range of float32. */
const isModest = (number: number): boolean => Math.abs(number) >= 2 ** -40 && Math.abs(number) <= 2 ** 40;

interface Scaled extends Beside {
  readonly divides: boolean;
}

function scaled(node: TensorNode): Scaled | undefined {
  if (node.op !== 'multiply' && node.op !== 'divide') return undefined;
  const found = beside(node, node.op === 'divide');
  return found && isModest(found.number) ? { ...found, divides: node.op === 'divide' } : undefined;
}

function scaledOnce(op: GraphBuilder, inner: Scaled, outer: Scaled): TensorNode {
  const { x } = inner;
  const [a, b] = [inner.number, outer.number];
  if (inner.divides && outer.divides) return op.divide(x, a * b);
  if (outer.divides) return op.multiply(x, a / b);
  return inner.divides ? op.multiply(x, b / a) : op.multiply(x, a * b);
}

const scalesTogether = (name: 'multiply' | 'divide'): Rule =>
  ruleFor(name === 'multiply' ? 'x * a * b → x * (a * b)' : 'x * a / b → x * (a / b)', name, (_, op, node) => {
    const outer = scaled(node);
    const inner = outer && scaled(outer.x);
    return inner && scaledOnce(op, inner, outer);
  });

/** The number that is added, with its sign. */
function shifted(node: TensorNode): Beside | undefined {
  if (node.op !== 'add' && node.op !== 'subtract') return undefined;
  const found = beside(node, node.op === 'subtract');
  return found && { ...found, number: node.op === 'add' ? found.number : -found.number };
}

/** Numbers of one sign: `x + 1e30 - 1e30` is another matter. */
const shiftsTogether = (name: 'add' | 'subtract'): Rule =>
  ruleFor(name === 'add' ? 'x + a + b → x + (a + b)' : 'x - a - b → x - (a + b)', name, (_, op, node) => {
    const outer = shifted(node);
    const inner = outer && shifted(outer.x);
    if (!inner || Math.sign(inner.number) !== Math.sign(outer.number) || !Number.isFinite(inner.number + outer.number))
      return undefined;
    const sum = inner.number + outer.number;
    return sum < 0 ? op.subtract(inner.x, -sum) : op.add(inner.x, sum);
  });

const negated: Rule = ruleFor('-(x * a) → x * -a', 'negate', ([scaledValue], op) => {
  const found = scaledValue!.op === 'multiply' ? beside(scaledValue!, false) : undefined;
  return found && op.multiply(found.x, -found.number);
});

const scaledNegation: Rule = ruleFor('-x * a → x * -a', 'multiply', (_, op, node) => {
  const found = beside(node, false);
  return found?.x.op === 'negate' ? op.multiply(found.x.inputs[0]!, -found.number) : undefined;
});

/** A number further out costs the same, and may go into the weights of the product that follows: the half of gelu does. */
const scaleOutwards = (name: 'multiply' | 'divide'): Rule =>
  ruleFor(name === 'multiply' ? 'x * a * y → x * y * a' : 'x * a / y → x / y * a', name, (inputs, op, node) => {
    for (const [i, factor] of (name === 'multiply' ? inputs : inputs.slice(0, 1)).entries()) {
      const [inner, y] = [scaled(factor), inputs[1 - i]!];
      if (!inner || scalarValue(y) !== undefined || !sameShape(factor.shape, node.shape)) continue;
      const rest = name === 'multiply' ? op.multiply(inner.x, y) : op.divide(inner.x, y);
      return inner.divides ? op.divide(rest, inner.number) : op.multiply(rest, inner.number);
    }
    return undefined;
  });

/** For inference, before folding. In training what is scaled may be read by gradients too. */
export const scalesOutwards: readonly Rule[] = [scaleOutwards('multiply'), scaleOutwards('divide')];

export const numbersTogether: readonly Rule[] = [
  scalesTogether('multiply'),
  scalesTogether('divide'),
  shiftsTogether('add'),
  shiftsTogether('subtract'),
  negated,
  scaledNegation,
];

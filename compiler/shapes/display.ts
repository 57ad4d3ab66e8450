/**
 * Dimensions in `.nn` syntax: `2 * h + 1`, `floor(h / 2)`, `12 * dim ** 2`.
 */
import { toExpression, type DimExpression } from './expression.ts';
import type { Dim } from './polynomial.ts';

export const display = (d: Dim): string => print(toExpression(d), 0);

/** As the left or right operand of `*`, `/` or `%`. */
export const displayOperand = (d: Dim, side: 'left' | 'right'): string =>
  print(toExpression(d), side === 'left' ? 2 : 3);

/** Binding strength: 1 sum, 2 product, 3 sign, 4 power. Rounded quotients are calls and never need parentheses. */
function print(e: DimExpression, strength: number): string {
  const wrap = (own: number, text: string): string => (own < strength ? `(${text})` : text);
  switch (e.kind) {
    case 'number':
      return `${e.value}`;
    case 'variable':
      return e.variable.name;
    case 'add':
      return wrap(1, `${print(e.left, 1)} + ${print(e.right, 2)}`);
    case 'subtract':
      return wrap(1, `${print(e.left, 1)} - ${print(e.right, 2)}`);
    case 'multiply':
      return wrap(2, e.operands.map((operand, i) => print(operand, i === 0 ? 2 : 3)).join(' * '));
    case 'divide':
      return wrap(2, `${print(e.left, 2)} / ${print(e.right, 3)}`);
    case 'negate':
      return wrap(3, `-${print(e.operand, 3)}`);
    case 'power':
      return wrap(4, `${print(e.base, 5)} ** ${e.exponent}`);
    case 'floorDivide':
    case 'ceilDivide':
      return `${e.kind === 'floorDivide' ? 'floor' : 'ceil'}(${quotient(e.left, e.right)})`;
    case 'min':
    case 'max':
      return `${e.kind}(${e.operands.map((operand) => print(operand, 0)).join(', ')})`;
  }
}

const quotient = (left: DimExpression, right: DimExpression): string =>
  right.kind === 'number' && right.value === 1 ? print(left, 1) : `${print(left, 2)} / ${print(right, 3)}`;

/**
 * Evaluating and substituting in conditions.
 */
import { evaluate, type Assignment } from './evaluate.ts';
import type { Dim } from './polynomial.ts';
import {
  and,
  divisible,
  equal,
  atMost,
  isRelation,
  lessThan,
  negation,
  notEqual,
  or,
  type Condition,
} from './relation.ts';
import { substitute } from './traverse.ts';

/** The truth for given sizes; a condition over an undefined quotient is false. */
export function evaluateCondition(c: Condition, sizes: Assignment): boolean {
  switch (c.kind) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'and':
      return c.operands.every((part) => evaluateCondition(part, sizes));
    case 'or':
      return c.operands.some((part) => evaluateCondition(part, sizes));
    case 'not':
      return !evaluateCondition(c.operand, sizes);
    default: {
      const left = evaluate(c.left, sizes);
      const right = evaluate(c.right, sizes);
      if (c.kind === 'eq') return left === right;
      if (c.kind === 'ne') return left !== right;
      if (c.kind === 'le') return left <= right;
      if (c.kind === 'lt') return left < right;
      return left % right === 0;
    }
  }
}

const rebuild = { eq: equal, ne: notEqual, le: atMost, lt: lessThan, divisible } as const;

export const mapDims = (c: Condition, change: (d: Dim) => Dim): Condition => {
  if (isRelation(c)) return rebuild[c.kind](change(c.left), change(c.right));
  if (c.kind === 'not') return negation(mapDims(c.operand, change));
  if (c.kind === 'and') return and(...c.operands.map((part) => mapDims(part, change)));
  if (c.kind === 'or') return or(...c.operands.map((part) => mapDims(part, change)));
  return c;
};

export const substituteCondition = (c: Condition, sizes: ReadonlyMap<number, Dim>): Condition =>
  mapDims(c, (d) => substitute(d, sizes));

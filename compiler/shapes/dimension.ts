/**
 * Dimensions: integer expressions over size variables in one canonical form, so that equal forms are equal strings.
 * This is the door to the parts: normal form, rounding and quotients, walking and evaluating, display.
 */
export {
  add,
  asInteger,
  asNumber,
  asRational,
  constant,
  dim,
  equals,
  isIntegral,
  minimumOf,
  multiply,
  negate,
  ONE,
  scale,
  subtract,
  sumTerms,
  variable,
  ZERO,
  type Atom,
  type Dim,
  type Factor,
  type SizeVariable,
  type Term,
} from './polynomial.ts';
export { ceilDivide, divide, floorDivide, maximum, minimum, modulo, power, rational, squareRoot } from './quotient.ts';
export { evaluate, type Assignment } from './evaluate.ts';
export { substitute, variablesOf } from './traverse.ts';
export { toExpression, type DimExpression } from './expression.ts';
export { display } from './display.ts';

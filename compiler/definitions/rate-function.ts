/** A compile-time function of epoch and learning rate, kept as an expression, for it is known at run time what they are. */

export type RateOperator = '+' | '-' | '*' | '/' | '%' | '**' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '&&' | '||';

export type RateExpression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'epoch' | 'rate' }
  | { readonly kind: 'binary'; readonly operator: RateOperator; readonly left: RateExpression; readonly right: RateExpression }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: RateExpression }
  | { readonly kind: 'if'; readonly condition: RateExpression; readonly whenTrue: RateExpression; readonly whenFalse: RateExpression }
  | { readonly kind: 'call'; readonly name: RateCall; readonly arguments: readonly RateExpression[] }; // prettier-ignore

/** The compile-time functions that a number of the run time can go through, by their names in `Math`. */
export const rateCalls = ['min', 'max', 'abs', 'floor', 'ceil', 'round', 'sqrt', 'log2'] as const;
export type RateCall = (typeof rateCalls)[number];

export interface RateFunction {
  /** The name of the constant. */
  readonly rateFunction: string;
  readonly body: RateExpression;
}

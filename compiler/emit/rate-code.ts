/** A learning-rate function of a `train` block as JavaScript: `(epoch, rate) => (epoch < 10 ? rate : rate * 0.9)`. */
import type { RateExpression, RateFunction } from '../definitions/rate-function.ts';
import { code, runtimeType, toCode, typeOnly } from './code.ts';
import type { RawValue } from './literal.ts';

const operators: Readonly<Record<string, string>> = { '==': '===', '!=': '!==' };

/** In parentheses wherever another operator could stand beside it. */
function text(e: RateExpression): string {
  switch (e.kind) {
    case 'number':
      return e.value < 0 ? `(${e.value})` : String(e.value);
    case 'truth':
      return String(e.value);
    case 'epoch':
    case 'rate':
      return e.kind;
    case 'unary':
      return `(${e.operator}${text(e.operand)})`;
    case 'binary':
      return binaryText(e);
    case 'if':
      return `(${text(e.condition)} ? ${text(e.whenTrue)} : ${text(e.whenFalse)})`;
    case 'call':
      return `Math.${e.name}(${e.arguments.map(text).join(', ')})`;
  }
}

function binaryText({ operator, left, right }: Extract<RateExpression, { kind: 'binary' }>): string {
  // The remainder of the language has the sign of the divisor.
  if (operator === '%') return `(${text(left)} - Math.floor(${text(left)} / ${text(right)}) * ${text(right)})`;
  return `(${text(left)} ${operators[operator] ?? operator} ${text(right)})`;
}

const uses = (e: RateExpression, kind: 'epoch' | 'rate'): boolean =>
  e.kind === kind ||
  (e.kind === 'binary' && (uses(e.left, kind) || uses(e.right, kind))) ||
  (e.kind === 'unary' && uses(e.operand, kind)) ||
  (e.kind === 'if' && [e.condition, e.whenTrue, e.whenFalse].some((part) => uses(part, kind))) ||
  (e.kind === 'call' && e.arguments.some((part) => uses(part, kind)));

/** A function whose parameters that it does not use begin with `_`. */
export function rateCode({ body }: RateFunction): RawValue {
  const parameter = (kind: 'epoch' | 'rate') => code`${uses(body, kind) ? kind : `_${kind}`}${typeOnly(toCode(': number'))}`;
  return {
    code: code`(${parameter('epoch')}, ${parameter('rate')}) => ${text(body)}`,
    type: code`${runtimeType('RateFunction')}`,
  };
} // prettier-ignore

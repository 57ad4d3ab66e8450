/** Evaluates sizes as `.nn` writes them (`2 * h`, `floor(w / 2) + 1`) from the sizes that are known. */
import type { Sizes } from './program.ts';

/** The value; `undefined` if it uses a size that is not known, or is not such an expression. */
export function evaluateSize(expression: string, sizes: Sizes): number | undefined {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+|\S/g) ?? [];
  let at = 0;

  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-')
      value = tokens[at++] === '+' ? value + product() : value - product();
    return value;
  };
  const product = (): number => {
    let value = atom();
    for (let op = tokens[at]; op === '*' || op === '/' || op === '%'; op = tokens[at]) {
      at++;
      const right = atom();
      value = op === '*' ? value * right : op === '/' ? value / right : value - right * Math.floor(value / right);
    }
    return value;
  };
  const atom = (): number => {
    const token = tokens[at++] ?? '';
    if (token === '-') return -atom();
    if (token === '(') return closed([sum()])[0]!;
    if (/^\d/.test(token)) return Number(token);
    if (tokens[at] !== '(') return Object.hasOwn(sizes, token) ? sizes[token]! : NaN;
    at++;
    const operands = [sum()];
    while (tokens[at] === ',') {
      at++;
      operands.push(sum());
    }
    return call(token, closed(operands));
  };
  const closed = (values: number[]): number[] => (tokens[at++] === ')' ? values : [NaN]);

  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}

function call(name: string, values: readonly number[]): number {
  if (name === 'floor') return Math.floor(values[0]!);
  if (name === 'ceil') return Math.ceil(values[0]!);
  if (name === 'min') return Math.min(...values);
  return name === 'max' ? Math.max(...values) : NaN;
}

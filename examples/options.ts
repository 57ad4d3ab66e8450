/** What every example takes: `--examples` and `--epochs` for a short look, `--bar` for a test of whether it has learnt. */
import { parseArgs } from 'node:util';

export interface Options {
  /** The most examples to train on. */
  readonly examples: number;
  readonly epochs: number;
  /** What the result must reach. */
  readonly bar: number | undefined;
}

export function optionsOr({
  epochs,
  examples = Infinity,
}: {
  readonly epochs: number;
  readonly examples?: number;
}): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { examples: text, epochs: text, bar: text } });
  const number = (name: keyof typeof values, fallback: number): number => {
    const given = values[name] === undefined ? fallback : Number(values[name]);
    if (given > 0) return given;
    throw new Error(`--${name} must be a number above 0, not ${values[name]}`);
  };
  const bar = values.bar === undefined ? undefined : number('bar', 0);
  return { examples: number('examples', examples), epochs: number('epochs', epochs), bar };
}

/** Ends in failure where a result has not reached its bar. */
export function check(what: string, result: number, side: 'at least' | 'at most', bar: number | undefined): void {
  if (bar === undefined || (side === 'at least' ? result >= bar : result <= bar)) return;
  console.error(`${what} is ${result.toPrecision(4)}, and must be ${side} ${bar}`);
  process.exitCode = 1;
}

/**
 * The text of a fused kernel → its values in order. Emitted code holds such texts:
 *
 *     ffs: subtract $0 $1; multiply $3 $2 -> $4
 *
 * Before the colon stands one letter for each operand: `f` has the shape of the whole, `s` is one number, `r` (a row) has its last axes,
 * `c` (a column) all but those, which are 1 in it. A number after the letters counts these last axes; where it is missing, there is one.
 * `$0` is the first operand; instructions count on from the operands. Their names are those of the ops; `sum`, `max` and `min` fold the last
 * axes and give a column. After the arrow stand the results: `$4`, or for a column `$4c`, `$4d` where the folded axes are gone.
 */
export type Kind = 'full' | 'row' | 'column' | 'scalar';

/** What an instruction is applied to: a value by its number, or a number. */
export type Argument = { readonly value: number } | { readonly number: number };

export interface Instruction {
  readonly op: string;
  readonly arguments: readonly Argument[];
}

export interface Result {
  readonly value: number;
  /** Whether it is a column, and what became of the folded axes. */
  readonly form: 'full' | 'kept' | 'dropped';
}

export interface Expression {
  readonly operands: readonly Kind[];
  /** How many of the last axes make a row. */
  readonly axes: number;
  /** Values after the operands. */
  readonly instructions: readonly Instruction[];
  readonly results: readonly Result[];
}

const kinds: Readonly<Record<string, Kind>> = { f: 'full', r: 'row', c: 'column', s: 'scalar' };

export function parsedExpression(text: string): Expression {
  const [, letters, axes, instructions, results] = /^([frcs]+)(\d*): (.*) -> (.*)$/.exec(text) ?? [];
  if (letters === undefined) throw new Error(`This is no kernel: ${text}`);
  return {
    operands: Array.from(letters, (letter) => kinds[letter]!),
    axes: axes === '' ? 1 : Number(axes),
    instructions: instructions!.split('; ').map(parsedInstruction),
    results: results!.split(' ').map((result) => ({
      value: parseInt(result.slice(1), 10),
      form: result.endsWith('c') ? 'kept' : result.endsWith('d') ? 'dropped' : 'full',
    })),
  };
}

function parsedInstruction(text: string): Instruction {
  const [op, ...words] = text.split(' ');
  const argument = (word: string): Argument =>
    word.startsWith('$') ? { value: Number(word.slice(1)) } : { number: Number(word) };
  return { op: op!, arguments: words.map(argument) };
}

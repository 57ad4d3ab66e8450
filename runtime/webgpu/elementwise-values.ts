/**
 * An expression → its values as a shader computes them. Each knows whether it is one number for a whole row (a column), after how many folds of
 * rows it can be computed, and whether it is true or false instead of a number.
 */
import type { Expression, Instruction } from '../elementwise/expression.ts';

export type FoldOp = 'sum' | 'max' | 'min';

export type ShaderValue = {
  readonly column: boolean;
  readonly level: number;
  readonly truth: boolean;
} & (
  | { readonly is: 'operand'; readonly operand: number }
  | { readonly is: 'number'; readonly number: number }
  | { readonly is: 'call'; readonly op: string; readonly from: readonly number[] }
  | { readonly is: 'fold'; readonly op: FoldOp; readonly from: readonly [number] }
);

export interface ShaderValues {
  readonly values: readonly ShaderValue[];
  /** Which of them each value of the expression is. */
  readonly of: readonly number[];
}

const folds: Readonly<Record<string, FoldOp>> = { sum: 'sum', max: 'max', min: 'min' };
const ofTruths: ReadonlySet<string> = new Set(['and', 'or', 'not']);
const truths: ReadonlySet<string> = new Set(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'and', 'or', 'not', 'toBool', 'isNan']); // prettier-ignore

export function shaderValues({ operands, instructions }: Expression): ShaderValues {
  const collected = new Values();
  const of = operands.map((kind, i) => collected.operand(i, kind === 'column' || kind === 'scalar'));
  for (const instruction of instructions) of.push(collected.applied(instruction, of));
  return { values: collected.all, of };
}

/** The same value is made once. */
class Values {
  readonly all: ShaderValue[] = [];
  readonly #known = new Map<string, number>();

  operand(operand: number, column: boolean): number {
    return this.#add(`operand ${operand}`, { is: 'operand', operand, column, level: 0, truth: false });
  }

  applied({ op, arguments: given }: Instruction, of: readonly number[]): number {
    const known = given.map((one) => ('value' in one ? of[one.value]! : undefined));
    // Of a choice, only the first is always true or false.
    const chosen = op === 'select' && known.slice(1).some((x) => x !== undefined && this.all[x]!.truth);
    const from = given.map((one, i) => known[i] ?? this.#number('number' in one ? one.number : NaN, ofTruths.has(op) || chosen || (op === 'select' && i === 0))); // prettier-ignore
    const [x] = from as [number];
    if (op === 'softmax') {
      const powers = this.#call('exp', [this.#call('subtract', [x, this.#fold('max', x)])]);
      return this.#call('divide', [powers, this.#fold('sum', powers)]);
    }
    if (op === 'logSoftmax') {
      const shifted = this.#call('subtract', [x, this.#fold('max', x)]);
      return this.#call('subtract', [shifted, this.#call('log', [this.#fold('sum', this.#call('exp', [shifted]))])]);
    }
    const fold = folds[op];
    return fold === undefined ? this.#call(op, from, chosen) : this.#fold(fold, x);
  }

  #number(number: number, truth: boolean): number {
    const key = `${truth ? 'truth' : 'number'} ${Object.is(number, -0) ? '-0' : number}`;
    return this.#add(key, { is: 'number', number, column: true, level: 0, truth });
  }

  #call(op: string, from: readonly number[], chosen = false): number {
    const values = from.map((x) => this.all[x]!);
    const column = values.every((value) => value.column);
    const level = Math.max(...values.map((value) => value.level));
    return this.#add(`${op} ${from.join()}`, { is: 'call', op, from, column, level, truth: chosen || truths.has(op) });
  }

  #fold(op: FoldOp, x: number): number {
    const level = this.all[x]!.level + 1;
    return this.#add(`fold ${op} ${x}`, { is: 'fold', op, from: [x], column: true, level, truth: false });
  }

  #add(key: string, value: ShaderValue): number {
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.all.push(value) - 1;
      this.#known.set(key, index);
    }
    return index;
  }
}

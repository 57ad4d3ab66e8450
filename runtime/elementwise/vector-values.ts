/**
 * An expression → the same in instructions that WebAssembly has for vectors of four numbers: functions become polynomials, numbers become
 * values. Each value knows whether it is one number for a whole row (a column), and after how many folds of rows it can be computed.
 */
import type { VectorOp } from './assembler.ts';
import { functions } from './functions.ts';
import type { Expression, Instruction } from './expression.ts';

export type FoldOp = 'sum' | 'max' | 'min';

export type Value = {
  /** One number for a whole row. */
  readonly column: boolean;
  /** The folds of rows that must be done before it is there. */
  readonly level: number;
} & (
  | { readonly is: 'operand'; readonly operand: number }
  | { readonly is: 'number'; readonly number: number; readonly whole: boolean }
  | { readonly is: 'vector'; readonly op: VectorOp; readonly from: readonly number[] }
  | { readonly is: 'shift'; readonly direction: 'left' | 'right'; readonly bits: number; readonly from: readonly [number] }
  | { readonly is: 'fold'; readonly op: FoldOp; readonly from: readonly [number] }
); // prettier-ignore

/** Collects values; those that functions are written in. */
export class VectorValues {
  readonly all: Value[] = [];
  readonly #known = new Map<string, number>();

  /** Of an instruction's operands; the same value is made once. */
  vector(op: VectorOp, ...from: readonly number[]): number {
    return this.#add(`${op} ${from.join()}`, { is: 'vector', op, from, ...this.#placeOf(from) });
  }

  shift(direction: 'left' | 'right', x: number, bits: number): number {
    return this.#add(`${direction} ${x} ${bits}`, { is: 'shift', direction, bits, from: [x], ...this.#placeOf([x]) });
  }

  fold(op: FoldOp, x: number): number {
    const level = this.all[x]!.level + 1;
    return this.#add(`${op} ${x}`, { is: 'fold', op, from: [x], column: true, level });
  }

  number(value: number): number {
    const number = Math.fround(value);
    const key = `number ${Object.is(number, -0) ? '-0' : number}`;
    return this.#add(key, { is: 'number', number, whole: false, column: true, level: 0 });
  }

  wholeNumber(number: number): number {
    return this.#add(`whole ${number}`, { is: 'number', number, whole: true, column: true, level: 0 });
  }

  operand(operand: number, column: boolean): number {
    return this.#add(`operand ${operand}`, { is: 'operand', operand, column, level: 0 });
  }

  #placeOf(from: readonly number[]): Pick<Value, 'column' | 'level'> {
    const values = from.map((x) => this.all[x]!);
    return { column: values.every(({ column }) => column), level: Math.max(...values.map(({ level }) => level)) };
  }

  #add(key: string, value: Value): number {
    let index = this.#known.get(key);
    if (index === undefined) {
      index = this.all.push(value) - 1;
      this.#known.set(key, index);
    }
    return index;
  }
}

/** The values of an expression, and which of them each of its own values is. */
export function vectorValues({ operands, instructions }: Expression): {
  readonly values: readonly Value[];
  readonly of: readonly number[];
} {
  const m = new VectorValues();
  const of = operands.map((kind, i) => m.operand(i, kind === 'column' || kind === 'scalar'));
  for (const instruction of instructions) of.push(applied(m, instruction, of));
  return { values: m.all, of };
}

function applied(m: VectorValues, { op, arguments: given }: Instruction, of: readonly number[]): number {
  const operands = given.map((one) => ('number' in one ? m.number(one.number) : of[one.value]!));
  const make = functions[op];
  if (make === undefined) throw new Error(`Kernels have no ${op}.`);
  return make(m, ...(operands as [number, number, number]));
}

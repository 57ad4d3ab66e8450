/**
 * An expression → a WebAssembly module that computes it where tensors lie, four numbers at a time. The whole is looked at as rows: those of
 * the expression's last axes, or all of it as one row where nothing tells rows apart.
 *
 * A row is gone through once, and once more after each fold of it. What a later time needs of an earlier one is read where it was stored
 * as a result, computed again where that is cheap, and else kept: where a result will stand that is not there yet, or in a row of scratch memory
 * that is the same for all rows.
 */
import { Assembler } from './assembler.ts';
import type { Expression, Result } from './expression.ts';
import { type FoldOp, type Value, vectorValues } from './vector-values.ts';

export interface CompiledExpression {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Rows of scratch memory that it wants. */
  readonly scratch: number;
  /** Whether it must be told where rows end. */
  readonly hasRows: boolean;
}

/**
 * Parameters of the function: the number of rows, the length of one, the scratch memory, the operands, the results; memory by its address,
 * lengths in numbers. There must be at least one row.
 */
export function compiled(expression: Expression): CompiledExpression {
  const plan = new Plan(expression);
  const writer = new Writer(expression, plan);
  const hasRows = plan.hasFolds || expression.operands.some((kind) => kind === 'row' || kind === 'column');
  return { bytes: writer.module(), scratch: plan.kept.size, hasRows };
}

/** More instructions than this are not done twice. */
const cheap = 8;

/** What is computed when. */
class Plan {
  readonly values: readonly Value[];
  readonly results: readonly Result[];
  /** What each pass over a row is for: results, folds, and what later passes need. */
  readonly roots: readonly Set<number>[];
  /** Values that have a row of scratch memory, and which. */
  readonly kept = new Map<number, number>();
  /** Values that stand in the place of a result until that is computed, by its number. */
  readonly lent = new Map<number, number>();
  readonly #stored: ReadonlySet<number>;

  constructor(expression: Expression) {
    const { values, of } = vectorValues(expression);
    this.values = values;
    this.results = expression.results.map((result) => ({ ...result, value: of[result.value]! }));
    this.#stored = new Set(this.results.filter(({ form }) => form === 'full').map(({ value }) => value));
    const last = Math.max(...values.map(({ level }) => level));
    this.roots = Array.from({ length: last + 1 }, () => new Set<number>());
    for (const value of this.#stored) this.roots[values[value]!.level]!.add(value);
    for (const value of values) if (value.is === 'fold') this.roots[value.level - 1]!.add(value.from[0]);
    for (let level = last; level > 0; level--) for (const root of this.roots[level]!) this.#need(root, level);
  }

  get hasFolds(): boolean {
    return this.values.some(({ is }) => is === 'fold');
  }

  /** Whether a pass reads the value where an earlier one has put it. */
  isRead(index: number, level: number): boolean {
    const isKept = this.#stored.has(index) || this.kept.has(index) || this.lent.has(index);
    return this.values[index]!.level < level && isKept;
  }

  #need(index: number, level: number): void {
    const value = this.values[index]!;
    if (value.column || value.is === 'operand' || this.isRead(index, level)) return;
    if (value.level < level && this.#cost(index) > cheap) {
      this.#keep(index);
      this.roots[value.level]!.add(index);
    } else for (const x of fromOf(value)) this.#need(x, level);
  }

  /** In the place of a result that is computed in the last pass, and in no earlier one. */
  #keep(index: number): void {
    const last = this.roots.length - 1;
    const taken = new Set(this.lent.values());
    const place = this.results.findIndex(({ value, form }, i) => form === 'full' && this.values[value]!.level === last && !taken.has(i)); // prettier-ignore
    if (place >= 0) this.lent.set(index, place);
    else this.kept.set(index, this.kept.size);
  }

  /** The instructions that computing it takes, each once. */
  #cost(index: number, counted = new Set<number>()): number {
    const value = this.values[index]!;
    if (value.column || value.is === 'operand' || counted.has(index)) return 0;
    counted.add(index);
    const own = value.is === 'vector' && (value.op === 'divide' || value.op === 'sqrt') ? 4 : 1;
    return fromOf(value).reduce((sum, x) => sum + this.#cost(x, counted), own);
  }
}

const fromOf = (value: Value): readonly number[] => ('from' in value ? value.from : []);

const startOf: Readonly<Record<FoldOp, number>> = { sum: 0, max: -Infinity, min: Infinity };
const foldWith = { sum: 'add', max: 'maximum', min: 'minimum' } as const;

class Writer {
  readonly #expression: Expression;
  readonly #plan: Plan;
  readonly #a: Assembler;
  /** Where values are: in locals of their own. */
  readonly #locals: readonly number[];
  readonly #rows = 0;
  readonly #columns = 1;
  /** Locals with the addresses of the rows of scratch memory; the first is the parameter itself. */
  readonly #scratchRows: readonly number[];
  readonly #offset: number;
  readonly #wholeVectors: number;
  readonly #end: number;
  /** A vector between two instructions. */
  readonly #masked: number;

  constructor(expression: Expression, plan: Plan) {
    this.#expression = expression;
    this.#plan = plan;
    const a = new Assembler(3 + expression.operands.length + plan.results.length);
    this.#a = a;
    this.#locals = plan.values.map((value) => {
      if (value.is !== 'number') return a.vector();
      return value.whole ? a.wholeNumber(value.number) : a.number(value.number);
    });
    this.#offset = a.whole();
    this.#wholeVectors = a.whole();
    this.#end = a.whole();
    this.#masked = a.vector();
    this.#scratchRows = Array.from(plan.kept, (_, row) => (row === 0 ? 2 : a.whole()));
  }

  module(): Uint8Array<ArrayBuffer> {
    const a = this.#a;
    const { operands } = this.#expression;
    a.whole_('shift', this.#columns, 2, this.#end);
    a.whole_('and', this.#end, -16, this.#wholeVectors);
    this.#scratchRows.slice(1).forEach((row, i) => {
      a.get(this.#scratchRows[i]!);
      a.set(row);
      a.advance(row, this.#end);
    });
    operands.forEach((kind, i) => kind === 'scalar' && a.load(1, this.#operand(i), undefined, this.#localOfOperand(i)));
    a.times(this.#rows, () => {
      operands.forEach((kind, i) => {
        if (kind !== 'column') return;
        a.load(1, this.#operand(i), undefined, this.#localOfOperand(i));
        a.whole_('add', this.#operand(i), 4, this.#operand(i));
      });
      this.#plan.roots.forEach((roots, level) => {
        this.#columnValues(level);
        if (roots.size > 0) this.#pass(level, roots);
        this.#foldsOf(level, (op, local) => a.fold(foldWith[op], local));
      });
      this.#endOfRow();
    });
    return a.module();
  }

  #operand(i: number): number {
    return 3 + i;
  }

  #result(i: number): number {
    return 3 + this.#expression.operands.length + i;
  }

  #localOfOperand(i: number): number {
    return this.#locals[this.#plan.values.findIndex((value) => value.is === 'operand' && value.operand === i)]!;
  }

  #columnValues(level: number): void {
    this.#plan.values.forEach((value, i) => {
      if (value.column && value.level === level && (value.is === 'vector' || value.is === 'shift')) this.#compute(i);
    });
  }

  /** Folds that the pass of this level makes. */
  #foldsOf(level: number, each: (op: FoldOp, local: number, of: number) => void): void {
    this.#plan.values.forEach((value, i) => {
      if (value.is === 'fold' && value.level === level + 1) each(value.op, this.#locals[i]!, this.#locals[value.from[0]]!);
    });
  } // prettier-ignore

  #pass(level: number, roots: ReadonlySet<number>): void {
    const a = this.#a;
    this.#foldsOf(level, (op, local) => {
      a.get(a.number(startOf[op]));
      a.set(local);
    });
    a.i32(0);
    a.set(this.#offset);
    a.upTo(this.#wholeVectors, this.#offset, 16, () => this.#step(4, level, roots));
    // What is left of the row, one number at a time.
    a.upTo(this.#end, this.#offset, 4, () => this.#step(1, level, roots));
  }

  #step(width: 1 | 4, level: number, roots: ReadonlySet<number>): void {
    const a = this.#a;
    const done = new Set<number>();
    for (const root of roots) this.#make(root, width, level, done);
    this.#plan.results.forEach(({ value, form }, i) => {
      if (form === 'full' && this.#plan.values[value]!.level === level)
        a.store(width, this.#result(i), this.#offset, this.#locals[value]!);
    });
    for (const [value, place] of this.#plan.lent) {
      if (this.#plan.values[value]!.level === level) a.store(width, this.#result(place), this.#offset, this.#locals[value]!);
    }
    for (const [value, row] of this.#plan.kept) {
      if (this.#plan.values[value]!.level === level) a.store(width, this.#scratchRow(row), this.#offset, this.#locals[value]!);
    }
    this.#foldsOf(level, (op, local, of) => {
      // A number that stands four times counts once.
      const once = op === 'sum' && width === 1;
      if (once) a.apply('and', [of, a.first()], this.#masked);
      a.apply(foldWith[op], [local, once ? this.#masked : of], local);
    });
  } // prettier-ignore

  /** Computes a value and what it needs, unless that is done. */
  #make(index: number, width: 1 | 4, level: number, done: Set<number>): void {
    const value = this.#plan.values[index]!;
    if (value.column || done.has(index)) return;
    done.add(index);
    const local = this.#locals[index]!;
    if (value.is === 'operand') this.#a.load(width, this.#operand(value.operand), this.#offset, local);
    else if (this.#plan.isRead(index, level)) this.#a.load(width, this.#placeOf(index), this.#offset, local);
    else {
      for (const x of fromOf(value)) this.#make(x, width, level, done);
      this.#compute(index);
    }
  }

  /** Where an earlier pass has put a value. */
  #placeOf(index: number): number {
    const row = this.#plan.kept.get(index);
    if (row !== undefined) return this.#scratchRow(row);
    const place = this.#plan.lent.get(index);
    if (place !== undefined) return this.#result(place);
    return this.#result(this.#plan.results.findIndex(({ value, form }) => value === index && form === 'full'));
  }

  /** A local with the address of a row of scratch memory. */
  #scratchRow(row: number): number {
    return this.#scratchRows[row]!;
  }

  #compute(index: number): void {
    const value = this.#plan.values[index]!;
    const [a, target] = [this.#a, this.#locals[index]!];
    if (value.is === 'shift') a.shift(value.direction, this.#locals[value.from[0]]!, value.bits, target);
    if (value.is === 'vector') a.apply(value.op, value.from.map((x) => this.#locals[x]!), target); // prettier-ignore
  }

  /** Columns of results are stored, and everything moves on by a row. */
  #endOfRow(): void {
    const a = this.#a;
    this.#expression.operands.forEach((kind, i) => kind === 'full' && a.advance(this.#operand(i), this.#end));
    this.#plan.results.forEach(({ value, form }, i) => {
      if (form === 'full') return a.advance(this.#result(i), this.#end);
      a.store(1, this.#result(i), undefined, this.#locals[value]!);
      a.whole_('add', this.#result(i), 4, this.#result(i));
    });
  }
}

/**
 * An expression → a shader that computes it, one number or four at a time. Where nothing is folded, each thread computes one element (or four) of
 * all results. Where rows are folded, some threads go through a row together, once and once more after each fold; what a later time needs of an
 * earlier one is read where it was stored as a result, and else computed again: that costs a card less than memory does.
 */
import type { Expression, Result } from '../elementwise/expression.ts';
import { helperTexts, numberText, writtenOps } from './elementwise-functions.ts';
import { shaderValues, type FoldOp, type ShaderValue } from './elementwise-values.ts';

/** What of a shader depends on sizes, and on where numbers are. */
export interface ShaderForm {
  /** How many neighbours of a row are computed at once. */
  readonly width: 1 | 4;
  /** How many threads share a row, a power of two; and how many there are in a group. */
  readonly lanes: number;
  readonly threads: number;
  /** Of each operand whether it is a number that is given with the call instead of one in memory. */
  readonly given: readonly boolean[];
}

/** Whether threads go through rows, instead of each computing one element. */
export const goesByRows = ({ instructions, results }: Expression): boolean =>
  instructions.some(({ op }) => rowOps.has(op)) || results.some(({ form }) => form !== 'full');

const rowOps: ReadonlySet<string> = new Set(['sum', 'max', 'min', 'softmax', 'logSoftmax']);

/**
 * Bound to it are, in this order: the first result, the operands in memory, the other results, and numbers: what tfjs gives with each call, the
 * number of rows, the length of one (counted by `width`), and the operands that are given.
 */
export const shaderText = (expression: Expression, form: ShaderForm): string => new Writer(expression, form).text();

const combined: Readonly<Record<FoldOp, (x: string, y: string) => string>> = {
  sum: (x, y) => `${x} + ${y}`,
  max: (x, y) => `greaterOf(${x}, ${y})`,
  min: (x, y) => `lessOf(${x}, ${y})`,
};
const helperOf: Readonly<Record<FoldOp, readonly string[]>> = { sum: [], max: ['greaterOf'], min: ['lessOf'] };
const startOf: Readonly<Record<FoldOp, string>> = { sum: 'T(0)', max: 'T(-u.infinity)', min: 'T(u.infinity)' };

/** Groups of threads, counted over all dimensions that tfjs spreads them over. */
const groupNumber = '((group.z * groups.y + group.y) * groups.x + group.x)';

class Writer {
  readonly #expression: Expression;
  readonly #form: ShaderForm;
  readonly #values: readonly ShaderValue[];
  readonly #results: readonly Result[];
  /** By value, the result that it is stored as, where that is a whole one. */
  readonly #stored = new Map<number, number>();
  readonly #helpers = new Set<string>();
  #lines: string[] = [];

  constructor(expression: Expression, form: ShaderForm) {
    this.#expression = expression;
    this.#form = form;
    const { values, of } = shaderValues(expression);
    this.#values = values;
    this.#results = expression.results.map((result) => ({ ...result, value: of[result.value]! }));
    this.#results.forEach(({ value, form: kind }, i) => kind === 'full' && this.#stored.set(value, i));
  }

  text(): string {
    const body = goesByRows(this.#expression) ? this.#rows() : this.#elements();
    const folds = new Set(this.#values.flatMap((value) => (value.is === 'fold' ? [value.op] : [])));
    for (const op of folds) for (const name of helperOf[op]) this.#helpers.add(name);
    return [
      ...this.#head(),
      ...helperTexts(this.#helpers),
      ...(folds.size > 0 && this.#form.lanes > 1 ? [`var<workgroup> shared_: array<T, ${this.#form.threads}>;`] : []),
      ...[...folds].map((op) => this.#foldText(op)),
      `@compute @workgroup_size(${this.#form.threads})`,
      'fn _start(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) local: u32) {',
      ...body,
      '}',
      '',
    ].join('\n');
  }

  /** Types, and what is bound. */
  #head(): readonly string[] {
    const { width, given } = this.#form;
    const type = (of: string): string => (width === 1 ? of : `vec4<${of}>`);
    const { operands } = this.#expression;
    const inMemory = operands.flatMap((kind, i) => (given[i] ? [] : [{ name: `x${i}`, kind }]));
    const [first, ...others] = this.#results.map(({ form }, i) => `var<storage, read_write> y${i}: array<${form === 'full' ? 'T' : 'f32'}>;`); // prettier-ignore
    const bound = [
      first!,
      ...inMemory.map(({ name, kind }) => `var<storage, read> ${name}: array<${kind === 'full' || kind === 'row' ? 'T' : 'f32'}>;`),
      ...others,
      'var<uniform> u: Given;',
    ];
    // Shapes and strides that tfjs gives of everything in memory, where all is given as one number.
    const unread = Array.from({ length: 2 * (bound.length - 1) }, (_, i) => `p${i}: i32`);
    const numbers = operands.flatMap((_, i) => (given[i] ? [`x${i}: f32`] : []));
    return [
      `alias T = ${type('f32')};`,
      `alias B = ${type('bool')};`,
      `alias U = ${type('u32')};`,
      `struct Given { nan: f32, infinity: f32, ${[...unread, 'rows: u32', 'columns: u32', ...numbers].join(', ')} }`,
      ...bound.map((text, i) => `@group(0) @binding(${i}) ${text}`),
    ];
  } // prettier-ignore

  /** What the threads of a row have folded, each a part, as one; the same for all of them. */
  #foldText(op: FoldOp): string {
    const { lanes, width } = this.#form;
    const join = combined[op];
    const across = width === 1 ? ['return all;'] : [`let pairs = ${join('all', 'all.zwxy')};`, `return ${join('pairs', 'pairs.yxwz')};`];
    const together = lanes === 1 ? ['let all = part;'] : [
      'shared_[local] = part;',
      `for (var half = ${lanes / 2}u; half > 0u; half = half / 2u) {`,
      '  workgroupBarrier();',
      `  if (local % ${lanes}u < half) { shared_[local] = ${join('shared_[local]', 'shared_[local + half]')}; }`,
      '}',
      'workgroupBarrier();',
      `let all = shared_[local - local % ${lanes}u];`,
      'workgroupBarrier();',
    ];
    return [`fn ${op}OfRow(part: T, local: u32) -> T {`, ...[...together, ...across].map((text) => `  ${text}`), '}'].join('\n');
  } // prettier-ignore

  /** Each thread computes what lies at one place. */
  #elements(): readonly string[] {
    const { operands } = this.#expression;
    const places = [`let i = ${groupNumber} * ${this.#form.threads}u + local;`, 'if (i >= u.rows * u.columns) { return; }']; // prettier-ignore
    if (operands.some((kind) => kind === 'row' || kind === 'column')) places.push('let row = i / u.columns;');
    if (operands.includes('row')) places.push('let column = i - row * u.columns;');
    this.#lines = places;
    this.#columnValues(0);
    this.#pass(0);
    return this.#lines.map((text) => `  ${text}`);
  }

  /** Threads go through their row with steps as long as they are many. A row that is not there takes no steps, but its threads wait with the others. */
  #rows(): readonly string[] {
    const { lanes, threads } = this.#form;
    this.#lines = [
      `let row = ${groupNumber} * ${threads / lanes}u + local / ${lanes}u;`,
      `let lane = local % ${lanes}u;`,
      'let start = select(u.columns, lane, row < u.rows);',
    ];
    const last = Math.max(...this.#values.map(({ level }) => level));
    for (let level = 0; level <= last; level++) {
      this.#columnValues(level);
      const folded = this.#values.flatMap((value, i) => (value.is === 'fold' && value.level === level + 1 ? [{ ...value, i }] : [])); // prettier-ignore
      for (const { i, op } of folded) this.#lines.push(`var part${i} = ${startOf[op]};`);
      const outer = this.#lines;
      this.#lines = [];
      this.#pass(level);
      for (const { i, op, from } of folded) this.#lines.push(`part${i} = ${combined[op](`part${i}`, this.#name(from[0]))};`); // prettier-ignore
      const inner = this.#lines.map((text) => `  ${text}`);
      this.#lines = outer;
      if (inner.length > 0)
        this.#lines.push(`for (var column = start; column < u.columns; column = column + ${lanes}u) {`, '  let i = row * u.columns + column;', ...inner, '}'); // prettier-ignore
      for (const { i, op } of folded) this.#lines.push(`let v${i} = ${op}OfRow(part${i}, local);`);
    }
    const columns = this.#results.flatMap(({ value, form }, i) => (form === 'full' ? [] : [`y${i}[row] = ${this.#first(value)};`])); // prettier-ignore
    if (columns.length > 0) this.#lines.push(`if (lane == 0u && row < u.rows) { ${columns.join(' ')} }`);
    return this.#lines.map((text) => `  ${text}`);
  }

  #first(value: number): string {
    return this.#form.width === 1 ? this.#name(value) : `${this.#name(value)}.x`;
  }

  /** Values that are one number for the row, as soon as they can be. */
  #columnValues(level: number): void {
    this.#values.forEach((value, i) => {
      if (!value.column || value.level !== level) return;
      if (value.is === 'operand') this.#lines.push(`let v${i} = T(${this.#columnOperand(value.operand)});`);
      if (value.is === 'call') this.#compute(i);
    });
  }

  #columnOperand(operand: number): string {
    if (this.#form.given[operand]) return `u.x${operand}`;
    return `x${operand}[${this.#expression.operands[operand] === 'scalar' ? '0' : 'row'}]`;
  }

  /** Computes what is stored after so many folds, and what is folded then. */
  #pass(level: number): void {
    const done = new Set<number>();
    for (const [value, result] of this.#stored) {
      if (this.#values[value]!.level !== level) continue;
      this.#make(value, level, done);
      this.#lines.push(`y${result}[i] = ${this.#name(value)};`);
    }
    for (const value of this.#values) if (value.is === 'fold' && value.level === level + 1) this.#make(value.from[0], level, done); // prettier-ignore
  }

  /** Computes a value and what it needs, unless that is done. */
  #make(index: number, level: number, done: Set<number>): void {
    const value = this.#values[index]!;
    if (value.column || done.has(index)) return;
    done.add(index);
    const stored = value.level < level ? this.#stored.get(index) : undefined;
    if (stored !== undefined) this.#lines.push(`let v${index} = y${stored}[i];`);
    else if (value.is === 'operand')
      this.#lines.push(`let v${index} = x${value.operand}[${this.#expression.operands[value.operand] === 'row' ? 'column' : 'i'}];`); // prettier-ignore
    else if (value.is === 'call') {
      for (const x of value.from) this.#make(x, level, done);
      this.#compute(index);
    }
  }

  #compute(index: number): void {
    const value = this.#values[index]!;
    if (value.is !== 'call') return;
    const op = writtenOps[value.op];
    if (op === undefined) throw new Error(`Shaders have no ${value.op}.`);
    for (const name of op.needs) this.#helpers.add(name);
    const [x, y, z] = value.from.map((from) => this.#name(from)) as [string, string, string];
    this.#lines.push(`let v${index} = ${op.write(x, y, z)};`);
  }

  #name(index: number): string {
    const value = this.#values[index]!;
    if (value.is !== 'number') return `v${index}`;
    return value.truth ? `B(${value.number !== 0})` : numberText(value.number);
  }
}

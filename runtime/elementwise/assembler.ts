/** Bytes of a WebAssembly module with one function: just what fused kernels are made of. */

/** Instructions on vectors of four float32 numbers, by their codes after the prefix of SIMD. */
export const vectorCodes = {
  equal: 0x41, notEqual: 0x42, less: 0x43, greater: 0x44, lessEqual: 0x45, greaterEqual: 0x46,
  not: 0x4d, and: 0x4e, andNot: 0x4f, or: 0x50, select: 0x52,
  ceil: 0x67, floor: 0x68, round: 0x6a, abs: 0xe0, negate: 0xe1, sqrt: 0xe3,
  add: 0xe4, subtract: 0xe5, multiply: 0xe6, divide: 0xe7, minimum: 0xe8, maximum: 0xe9,
  // Of two numbers the second if it is smaller, or greater; else the first, also where that is none.
  ifSmaller: 0xea, ifGreater: 0xeb,
  addWhole: 0xae, subtractWhole: 0xb1, toWhole: 0xf8, fromWhole: 0xfa,
} as const; // prettier-ignore
export type VectorOp = keyof typeof vectorCodes;

const [i32, v128] = [0x7f, 0x7b];
const prefix = 0xfd;
const codes = { load: 0x00, loadSplat: 0x09, loadOne: 0x5c, store: 0x0b, storeOne: 0x5a, constant: 0x0c, splat: 0x13, lane: 0x1f, shiftLeft: 0xab, shiftRight: 0xac } as const; // prettier-ignore

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; rest >>= 7) {
    const low = rest & 0x7f;
    if ((rest >> 6 === 0 || rest >> 6 === -1) && (low & 0x40) === (rest & 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** The bits of a float32 number as four bytes, the lowest first. */
const floatBytes = (value: number): readonly number[] => [...new Uint8Array(Float32Array.of(value).buffer)];
const wholeBytes = (value: number): readonly number[] => [...new Uint8Array(Int32Array.of(value).buffer)];

/** Assembles the body of a function. Its parameters are whole numbers; each local is one or a vector. */
export class Assembler {
  readonly #parameters: number;
  readonly #locals: number[] = [];
  readonly #start: number[] = [];
  readonly #constants = new Map<string, number>();
  #code: number[] = [];

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  whole(): number {
    return this.#local(i32);
  }

  vector(): number {
    return this.#local(v128);
  }

  #local(type: number): number {
    this.#locals.push(type);
    return this.#parameters + this.#locals.length - 1;
  }

  /** A local that holds the number four times; set once, when the function begins. */
  number(value: number): number {
    return this.#constant(floatBytes(value));
  }

  /** As `number`, for whole numbers. */
  wholeNumber(value: number): number {
    return this.#constant(wholeBytes(value));
  }

  /** All bits in the first place, none in the others. */
  first(): number {
    return this.#constant([0xff, 0xff, 0xff, 0xff, ...Array<number>(12).fill(0)]);
  }

  #constant(bytes: readonly number[]): number {
    const key = bytes.join();
    let local = this.#constants.get(key);
    if (local === undefined) {
      local = this.vector();
      this.#constants.set(key, local);
      const whole = bytes.length === 16 ? bytes : Array.from({ length: 16 }, (_, i) => bytes[i % 4]!);
      this.#start.push(prefix, codes.constant, ...whole, 0x21, ...unsigned(local));
    }
    return local;
  }

  get(local: number): void {
    this.#code.push(0x20, ...unsigned(local));
  }

  set(local: number): void {
    this.#code.push(0x21, ...unsigned(local));
  }

  /** Applies an instruction to locals and puts what it gives into another. */
  apply(op: VectorOp, operands: readonly number[], target: number): void {
    for (const operand of operands) this.get(operand);
    this.#vector(vectorCodes[op]);
    this.set(target);
  }

  shift(direction: 'left' | 'right', operand: number, bits: number, target: number): void {
    this.get(operand);
    this.i32(bits);
    this.#vector(direction === 'left' ? codes.shiftLeft : codes.shiftRight);
    this.set(target);
  }

  /** Puts into `target` what lies at the sum of two locals: four numbers, or one four times. */
  load(width: 1 | 4, base: number, offset: number | undefined, target: number): void {
    this.#address(base, offset);
    this.#vector(width === 4 ? codes.load : codes.loadSplat, 2, 0);
    this.set(target);
  }

  /** Stores four numbers, or the first. */
  store(width: 1 | 4, base: number, offset: number | undefined, value: number): void {
    this.#address(base, offset);
    this.get(value);
    if (width === 4) this.#vector(codes.store, 2, 0);
    else this.#vector(codes.storeOne, 2, 0, 0);
  }

  #address(base: number, offset: number | undefined): void {
    this.get(base);
    if (offset === undefined) return;
    this.get(offset);
    this.#code.push(0x6a);
  }

  /** The four numbers of a local folded to one, four times. */
  fold(op: 'add' | 'maximum' | 'minimum', operand: number): void {
    const code = { add: 0x92, minimum: 0x96, maximum: 0x97 }[op];
    const lane = (i: number): void => {
      this.get(operand);
      this.#vector(codes.lane, i);
    };
    for (const pair of [0, 2]) {
      lane(pair);
      lane(pair + 1);
      this.#code.push(code);
    }
    this.#code.push(code);
    this.#vector(codes.splat);
    this.set(operand);
  }

  i32(value: number): void {
    this.#code.push(0x41, ...signed(value));
  }

  /** local ← other local with an instruction on whole numbers applied to it and a number. */
  whole_(op: 'add' | 'subtract' | 'and' | 'shift', from: number, value: number, target: number): void {
    this.get(from);
    this.i32(value);
    this.#code.push({ add: 0x6a, subtract: 0x6b, and: 0x71, shift: 0x74 }[op]);
    this.set(target);
  }

  /** target ← target + other. */
  advance(target: number, by: number): void {
    this.get(target);
    this.get(by);
    this.#code.push(0x6a);
    this.set(target);
  }

  /** Runs `body` with `at` = 0, `step`, … as long as it is less than `end`; `at` starts where it stands. */
  upTo(end: number, at: number, step: number, body: () => void): void {
    this.#code.push(0x02, 0x40, 0x03, 0x40);
    this.get(at);
    this.get(end);
    this.#code.push(0x4f, 0x0d, 1);
    body();
    this.whole_('add', at, step, at);
    this.#code.push(0x0c, 0, 0x0b, 0x0b);
  }

  /** Runs `body` `count` times, counting it down; at least once. */
  times(count: number, body: () => void): void {
    this.#code.push(0x03, 0x40);
    body();
    this.whole_('subtract', count, 1, count);
    this.get(count);
    this.#code.push(0x0d, 0, 0x0b);
  }

  #vector(code: number, ...immediates: number[]): void {
    this.#code.push(prefix, ...unsigned(code), ...immediates);
  }

  /** The module: it imports `tfjs.memory` and exports the function as `run`. */
  module(): Uint8Array<ArrayBuffer> {
    const section = (id: number, bytes: readonly number[]): number[] => [id, ...unsigned(bytes.length), ...bytes];
    const name = (text: string): number[] => [text.length, ...Array.from(text, (c) => c.charCodeAt(0))];
    const types = [1, 0x60, ...unsigned(this.#parameters), ...Array<number>(this.#parameters).fill(i32), 0];
    const locals = [...unsigned(this.#locals.length), ...this.#locals.flatMap((type) => [1, type])];
    const code = [...locals, ...this.#start, ...this.#code, 0x0b];
    return Uint8Array.from([
      0x00,
      0x61,
      0x73,
      0x6d,
      0x01,
      0x00,
      0x00,
      0x00, // prettier-ignore
      ...section(1, types),
      ...section(2, [1, ...name('tfjs'), ...name('memory'), 2, 0, 1]),
      ...section(3, [1, 0]),
      ...section(7, [1, ...name('run'), 0, 0]),
      ...section(10, [1, ...unsigned(code.length), ...code]),
    ]);
  }
}

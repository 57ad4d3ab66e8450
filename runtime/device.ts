/**
 * A tfjs backend as emitted code uses it: kernels by name on raw data, without tfjs's engine, tape or tidy.
 * It loads no backend and sets none (`backends.ts` does) and knows nothing of models.
 */
import { type KernelBackend, getKernel } from '@tensorflow/tfjs-core';
import { sizeOf } from './kernels/sizes.ts';
import type { Data, DType } from './program.ts';
import type { Product } from './simd/products.ts';

export type Values = Float32Array | Int32Array | Uint8Array;

/** A kernel's operands by the names that tfjs gives them; `Concat` takes a plain list. */
export type KernelInputs = Readonly<Record<string, Data | undefined>> | readonly Data[];
/** A kernel's attributes by the names that tfjs gives them. */
export type KernelAttributes = Readonly<Record<string, unknown>>;
type KernelFunction = (call: { inputs: KernelInputs; backend: KernelBackend; attrs: KernelAttributes }) => Data;

/** Computes the values of `target` from those of the sources, all of them the memory of the backend itself. */
export type HeapCode = (target: Values, sources: readonly Values[]) => void;

/** With so many rows, packing the right operand costs less than reading it in order saves. */
const worthPacking = 24;

const noAttributes: KernelAttributes = Object.freeze({});

/** Written before a data id in the log of an attempt when that data was given back. */
const freed = Object.freeze({});

/**
 * One tfjs backend. Data is counted by reference: what `run` and `write` return belongs to the caller until `dispose`.
 *
 * Code that can throw half-way runs between `begin` and `commit`; `rollBack` gives back what it made and still holds.
 */
export class Device {
  /** The name under which tfjs knows the backend: `wasm`, `cpu`, `webgl`, `webgpu`. */
  readonly name: string;
  readonly backend: KernelBackend;
  /** Whether values can be had without waiting; not on WebGPU. */
  readonly readsSynchronously: boolean;
  /** Whether reading is looking into memory; a graphics card must finish what it was given first. */
  readonly readsAtOnce: boolean;
  /** Whether it is tfjs's own backend for WebGPU, which runs shaders of ours. */
  readonly runsShaders: boolean;
  /** Products on `wasm` without packing, once something has loaded them. */
  product: Product | undefined = undefined;
  /** The same with packing. */
  packedProduct: Product | undefined = undefined;
  /** Sums of so many rows, on `wasm`, once something has loaded them; of `shape` is each row. */
  declare columnSums: ((d: Device, x: Data, rows: number, shape: readonly number[]) => Data) | undefined;
  /** Transposing likewise; `undefined` for what tfjs does as fast. */
  declare transposed: ((d: Device, x: Data, permutation: readonly number[]) => Data | undefined) | undefined;
  /** Whether what follows from `operands` may be written over one of them, where the device knows better than who holds it. */
  declare mayOverwrite: ((data: Data, operands: readonly Data[]) => boolean) | undefined;
  readonly #kernels = new Map<string, KernelFunction>();
  readonly #log: object[] = [];
  #depth = 0;

  constructor(name: string, backend: KernelBackend) {
    this.name = name;
    this.backend = backend;
    this.readsSynchronously = name !== 'webgpu';
    this.readsAtOnce = name === 'wasm' || name === 'cpu';
    this.runsShaders = 'runWebGPUProgram' in backend;
  }

  /**
   * Calls the kernel and returns its output, which is the caller's.
   * @throws Error if this backend has no such kernel; whatever the kernel throws.
   */
  run(kernel: string, inputs: KernelInputs, attributes: KernelAttributes = noAttributes): Data {
    const call = this.#kernels.get(kernel) ?? this.#findKernel(kernel);
    const output = call({ inputs, backend: this.backend, attrs: attributes });
    if (this.#depth > 0) this.#log.push(output.dataId);
    return output;
  }

  /** The faster product of our own with so many rows, where there is one that can do it. For few columns, rows of the left operand are not read often enough to pack. */
  productWith(_operand: Data, rows: number, columns: number): Product | undefined {
    return rows >= worthPacking && columns > 7 ? this.packedProduct : this.product;
  }

  /** Whether this backend has the kernel. */
  has(kernel: string): boolean {
    return this.#kernels.has(kernel) || getKernel(kernel, this.name) !== undefined;
  }

  /** New data with these values. `cpu` keeps the array itself, so do not change it afterwards. */
  write(values: Values, shape: number[], dtype: DType): Data {
    const data = { dataId: this.backend.write(values, shape, dtype), shape, dtype };
    if (this.#depth > 0) this.#log.push(data.dataId);
    return data;
  }

  /** New data whose values are whatever was in memory: on `wasm` or `cpu` write them with `fillHeap`, on `webgpu` by a shader. */
  allocate(shape: number[], dtype: DType): Data {
    return this.write(this.name === 'cpu' ? zeroValues(shape, dtype) : (null as unknown as Values), shape, dtype);
  }

  /** New data on `wasm` or `cpu`, written by code over its memory. The code may run again later, on other values of the same shapes. */
  inHeap(inputs: readonly Data[], shape: readonly number[], dtype: DType, code: HeapCode): Data {
    const result = this.allocate([...shape], dtype);
    this.fillHeap(result, inputs, code);
    return result;
  }

  /** The memory of data on `wasm` or `cpu` itself; on `wasm` valid until more memory is taken. */
  heapValues(data: Data): Values {
    if (this.name === 'cpu') return this.readSync(data);
    return (this.backend as unknown as { typedArrayFromHeap(data: Data): Values }).typedArrayFromHeap(data);
  }

  /** Writes into data on `wasm` or `cpu` that was made by `allocate`. */
  fillHeap(target: Data, inputs: readonly Data[], code: HeapCode): void {
    // Views are taken when nothing more is allocated, which may move the memory.
    code(
      this.heapValues(target),
      inputs.map((input) => this.heapValues(input)),
    );
  }

  /** The values, in row-major order. On `cpu` they are not a copy. */
  async read(data: Data): Promise<Values> {
    return typed(await this.backend.read(data.dataId), data.dtype);
  }

  /**
   * As `read`, at once.
   * @throws Error on WebGPU, which cannot.
   */
  readSync(data: Data): Values {
    if (!this.readsSynchronously) throw new Error(`The ${this.name} backend reads asynchronously only; use read().`);
    return typed(this.backend.readSync(data.dataId), data.dtype);
  }

  /** Gives up one reference to the data. */
  dispose(data: Data): void {
    this.backend.disposeData(data.dataId);
    if (this.#depth > 0) this.#log.push(freed, data.dataId);
  }

  /** Takes one more reference to the data, to be given back with `dispose`. */
  share(data: Data): Data {
    this.backend.incRef(data.dataId);
    if (this.#depth > 0) this.#log.push(data.dataId);
    return data;
  }

  /** Starts recording what is made. Must be followed, without waiting in between, by `commit` or `rollBack`. */
  begin(): number {
    this.#depth++;
    return this.#log.length;
  }

  /** Where the record stands; `own` looks at what came after. */
  mark(): number {
    return this.#log.length;
  }

  /** Ends recording: everything made stays. */
  commit(): void {
    // An outer attempt still needs the entries of an inner one.
    if (--this.#depth === 0) this.#log.length = 0;
  }

  /** Ends recording and disposes what was made and not disposed since. */
  rollBack(mark: number): void {
    const held = this.#held(mark);
    this.#depth--;
    this.#log.length = mark;
    for (const [dataId, references] of held) {
      for (let i = 0; i < references; i++) this.backend.disposeData(dataId);
    }
  }

  /**
   * Makes each of `results` hold a reference of its own, where a result is an alias of another or of something made before
   * the mark (an argument that was handed through).
   */
  own(mark: number, results: readonly Data[]): void {
    const held = this.#held(mark);
    for (const result of results) {
      const references = held.get(result.dataId) ?? 0;
      if (references > 0) held.set(result.dataId, references - 1);
      else this.share(result);
    }
  }

  /** The number of references made and not given back since the mark, by data id. */
  #held(mark: number): Map<object, number> {
    const held = new Map<object, number>();
    for (let i = mark; i < this.#log.length; i++) {
      const entry = this.#log[i]!;
      const [dataId, change] = entry === freed ? [this.#log[++i]!, -1] : [entry, 1];
      held.set(dataId, (held.get(dataId) ?? 0) + change);
    }
    return held;
  }

  #findKernel(name: string): KernelFunction {
    const config: ReturnType<typeof getKernel> | undefined = getKernel(name, this.name);
    if (config === undefined) {
      throw new Error(
        `The ${this.name} backend has no kernel ${name}. ` +
          `If you register kernels one by one, register this one too; else build the model for another backend.`,
      );
    }
    // tfjs types kernels by their most general form; every kernel used here has exactly one output.
    const call = config.kernelFunc as unknown as KernelFunction;
    this.#kernels.set(name, call);
    return call;
  }
}

/** Runs code that makes data; if it throws, what it made so far is disposed. */
export function attempt<Result>(device: Device, code: () => Result): Result {
  const mark = device.begin();
  let result: Result;
  try {
    result = code();
  } catch (error) {
    device.rollBack(mark);
    throw error;
  }
  device.commit();
  return result;
}

/** Gives back data that is not needed any more. */
export function free(d: Device, ...data: readonly Data[]): void {
  for (const one of data) d.dispose(one);
}

/** An array for data of this shape. */
export function zeroValues(shape: readonly number[], dtype: DType): Values {
  const size = sizeOf(shape);
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/** `cpu` leaves the array of the source type behind a widening cast. */
function typed(values: unknown, dtype: DType): Values {
  if (dtype === 'float32')
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  return values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<number>);
}

/**
 * One run of emitted code on wasm → a plan of it: the calls into tfjs's module that its kernels made, with their arguments, on memory of the
 * plan's own. What runs is the emitted code and tfjs's kernels themselves; this only listens.
 *
 * A kernel that computes in JavaScript over the memory (`Cast`, `Concat`) is called again as a whole each time, on the same memory.
 * What does not depend on the inputs is computed only when weights change.
 */
import { type KernelBackend } from '@tensorflow/tfjs-core';
import { Device, type HeapCode, type KernelAttributes, type KernelInputs, type Values } from '../device.ts';
import type { Data, DType, Program } from '../program.ts';
import { type PlanEntry, PlanMemory, type SharedMemory } from './plan-memory.ts';
import type { Product } from '../simd/products.ts';
import type { PlanWeights } from './plan-weights.ts';
import { valuesIn } from './values-of.ts';
import { exported, listening, wasmBackend, type WasmBackend } from './wasm-module.ts';
import { type RecordedInput, type Step, Unplannable } from './plan.ts';
import { type PlanTensor, WasmPlan } from './wasm-plan.ts';

/** A call of the module as a kernel made it. */
interface Call {
  readonly name: string;
  readonly values: readonly unknown[];
}

/** What a kernel did. */
interface Deed {
  readonly varies: boolean;
  readonly calls: Call[];
  /** Its tensors in the order in which it made them. */
  readonly made: Data[];
  /** Whether it looked at values, or made some, outside of the module. */
  byItself: boolean;
}

/** Operands that wasm packs and keeps by their number. */
const packed: Readonly<Record<string, readonly string[]>> = {
  BatchMatMul: ['b'],
  _FusedMatMul: ['b', 'bias'],
  Conv2D: ['filter'],
  FusedConv2D: ['filter', 'bias'],
  DepthwiseConv2dNative: ['filter'],
  FusedDepthwiseConv2D: ['filter', 'bias'],
  Prelu: ['alpha'],
};

const emptyValues = new Uint8Array(0);

export class WasmRecorder {
  readonly #into: Device;
  readonly #real: KernelBackend;
  readonly #wasm: WasmBackend;
  readonly #memory: PlanMemory;
  readonly #entries = new Map<object, PlanEntry>();
  readonly #steps: Step[] = [];
  /** What depends on nothing but weights. */
  readonly #once: Step[] = [];
  /** The results of that. */
  readonly #constants: PlanEntry[] = [];
  /** Where the bytes of shapes lie, by their text. */
  readonly #bytes = new Map<string, number>();
  readonly #device: Device;
  /** When each entry was last read or written. */
  readonly #used = new Map<PlanEntry, number>();
  #deed: Deed | undefined;
  /** While a kernel is called again: what it made the first time, and how much of that it has asked for. */
  #again: { readonly made: readonly Data[]; at: number } | undefined;

  /** @param into Where data goes that is the caller's. */
  constructor(into: Device) {
    this.#into = into;
    this.#real = into.backend;
    this.#wasm = wasmBackend(this.#real);
    this.#memory = new PlanMemory(this.#wasm);
    this.#device = new RecordingDevice(this.#backend(), this, into);
  }

  /** @param shared What the plan computes in, as soon as it runs. */
  plan(
    infer: Program['infer'],
    weights: PlanWeights,
    shared: SharedMemory,
    inputs: readonly RecordedInput[],
  ): WasmPlan {
    const given = inputs.map(({ name, shape, dtype, values }) => {
      const entry = this.#memory.tensor(shape, dtype, true);
      this.#view(entry).set(values);
      return [name, this.#add(entry)] as const;
    });
    // All inputs are there before the first step.
    for (const [, data] of given) this.#use(this.entry(data), true);
    const held = [...weights.entries].map(([path, entry]) => [path, this.#add(entry)] as const);
    const outputs = listening(
      this.#real,
      (name, result, values) => this.#called(name, result, values),
      () => infer(this.#device, Object.fromEntries(held), Object.fromEntries(given)),
    );
    this.#settle(given.map(([, data]) => data), Object.values(outputs)); // prettier-ignore
    return new WasmPlan({
      backend: this.#wasm,
      shared,
      into: this.#into,
      memory: this.#memory,
      inputs: given.map(([, data]) => this.#tensor(data)),
      outputs: Object.entries(outputs).map(([name, data]) => [name, this.#tensor(data)]),
      once: this.#once,
      constants: this.#constants,
      steps: this.#steps,
    });
  }

  dispose(): void {
    this.#memory.dispose();
  }

  /** Nobody gives inputs back, but after what last reads them they are not needed, unless they are results. */
  #settle(inputs: readonly Data[], outputs: readonly Data[]): void {
    const results = new Set(outputs.map((data) => this.entry(data)));
    const passing = inputs.map((data) => this.entry(data)).filter((entry) => !results.has(entry));
    this.#memory.settle(new Map(passing.map((entry) => [entry, this.#used.get(entry)!])));
  }

  /** @param varies Whether by something that depends on inputs. */
  #use(entry: PlanEntry, varies: boolean): void {
    this.#used.set(entry, this.#memory.now());
    if (varies && !entry.varies) this.#memory.keep(entry);
  }

  entry({ dataId }: Data): PlanEntry {
    const entry = this.#entries.get(dataId);
    if (entry === undefined) throw new Unplannable('Data of another device.');
    return entry;
  }

  /** Calls a kernel and keeps what it does as steps. */
  kernel(name: string, inputs: KernelInputs, call: () => Data): Data {
    const operands = Object.values(inputs).filter((data): data is Data => data !== undefined);
    const varies = operands.some((data) => this.entry(data).varies);
    const deed: Deed = { varies, calls: [], made: [], byItself: false };
    this.#deed = deed;
    let result: Data;
    try {
      result = call();
    } finally {
      this.#deed = undefined;
    }
    for (const operand of operands) this.#use(this.entry(operand), varies);
    if (deed.byItself) this.#keep(varies, this.#callAgain(deed, call));
    else {
      const given = inputs as Readonly<Record<string, Data | undefined>>;
      for (const operand of packed[name] ?? []) if (given[operand] !== undefined) this.#renewed(this.entry(given[operand])); // prettier-ignore
      for (const one of deed.calls) this.#keep(varies, this.#callOf(one));
    }
    return result;
  }

  /** Runs code over memory and keeps it as a step. */
  code(target: Data, inputs: readonly Data[], code: HeapCode): void {
    const operands = inputs.map((input) => this.entry(input));
    const own = this.entry(target);
    const views = (): readonly [Values, readonly Values[]] => [this.#view(own), operands.map((one) => this.#view(one))];
    code(...views());
    for (const operand of operands) this.#use(operand, own.varies);
    let [to, from]: [Values, readonly Values[]] = [emptyValues, []];
    const run = (): void => {
      // They are elsewhere when the memory has grown, and when plans share more of it than before.
      if (to.buffer !== this.#wasm.wasm.HEAPU8.buffer || to.byteOffset !== own.memoryOffset) [to, from] = views();
      code(to, from);
    };
    // The weights that it reads lie elsewhere when they change.
    const reads = operands.some((one) => !one.isOwn);
    this.#keep(own.varies, reads ? () => code(...views()) : run);
  }

  /** Memory for what code over memory writes. */
  allocated(shape: readonly number[], dtype: DType, varies: boolean): Data {
    const entry = this.#memory.tensor(shape, dtype, varies);
    if (!varies) this.#constants.push(entry);
    return this.#add(entry);
  }

  /** Whether what follows from `operands` may be written over one of them. What does not depend on inputs is computed once. */
  mayOverwrite(data: Data, operands: readonly Data[]): boolean {
    const entry = this.entry(data);
    if (!entry.varies || !entry.isOwn || entry.refCount !== 1 || !this.varies(operands)) return false;
    this.#memory.renew(entry);
    return true;
  }

  /** Whether any of these depends on inputs. */
  varies(data: readonly Data[]): boolean {
    return data.some((one) => this.entry(one).varies);
  }

  #keep(varies: boolean, step: Step): void {
    (varies ? this.#steps : this.#once).push(step);
  }

  #renewed(entry: PlanEntry): void {
    if (entry.varies) this.#steps.push(() => this.#memory.renew(entry));
  }

  #called(name: string, result: string | null, values: readonly unknown[]): void {
    if (this.#deed === undefined) return;
    if (result !== null) this.#deed.byItself = true;
    this.#deed.calls.push({ name, values: values.map((one) => (one instanceof Uint8Array ? one.slice() : one)) });
  }

  #callOf({ name, values }: Call): Step {
    const call = exported(this.#wasm.wasm, name);
    const given = values.map((value) => (value instanceof Uint8Array ? this.#lasting(value) : Number(value ?? 0)));
    return () => {
      call.apply(undefined, given);
    };
  }

  /** The bytes of a shape where they stay. */
  #lasting(bytes: Uint8Array): number {
    const key = bytes.join();
    let pointer = this.#bytes.get(key);
    if (pointer === undefined) {
      pointer = this.#memory.raw(Math.max(4, bytes.length));
      this.#wasm.wasm.HEAPU8.set(bytes, pointer);
      this.#bytes.set(key, pointer);
    }
    return pointer;
  }

  #callAgain({ made }: Deed, call: () => Data): Step {
    return () => {
      this.#again = { made, at: 0 };
      try {
        call();
      } finally {
        this.#again = undefined;
      }
    };
  }

  #add(entry: PlanEntry): Data {
    const data = { dataId: {}, shape: [...entry.shape], dtype: entry.dtype };
    this.#entries.set(data.dataId, entry);
    return data;
  }

  #view({ memoryOffset, size, dtype }: PlanEntry): Values {
    return valuesIn(this.#wasm.wasm.HEAPU8.buffer, memoryOffset, size, dtype);
  }

  /** A tensor for a kernel: at first a new one, later that which it had then. */
  #made(shape: readonly number[], dtype: DType, values: Values | null | undefined): Data {
    const again = this.#again;
    const data = again?.made[again.at++] ?? this.#new(shape, dtype, values);
    this.#deed?.made.push(data);
    if (values !== null && values !== undefined) {
      this.#view(this.entry(data)).set(values);
      if (this.#deed !== undefined) this.#deed.byItself = true;
    }
    return again === undefined ? data : { ...data, shape: [...shape] };
  }

  #new(shape: readonly number[], dtype: DType, values: Values | null | undefined): Data {
    if (this.#deed !== undefined) return this.allocated(shape, dtype, this.#deed.varies);
    // Memory for code that fills it piece by piece, or numbers of the program itself.
    const entry = this.#memory.tensor(shape, dtype, values === null);
    if (values !== null) this.#memory.keep(entry);
    return this.#add(entry);
  }

  #tensor(data: Data): PlanTensor {
    return { entry: this.entry(data), shape: data.shape, dtype: data.dtype };
  }

  /** The backend as kernels see it, over the tensors of the plan. */
  #backend(): KernelBackend {
    const lookedAt = (): void => {
      if (this.#deed !== undefined) this.#deed.byItself = true;
    };
    const view = (dataId: object, shape: readonly number[], dtype: DType): Values => {
      lookedAt();
      const { memoryOffset } = this.entry({ dataId, shape: [...shape], dtype });
      return valuesIn(this.#wasm.wasm.HEAPU8.buffer, memoryOffset, shape.reduce((a, b) => a * b, 1), dtype); // prettier-ignore
    };
    const own = {
      dataIdMap: { get: (dataId: object) => this.#entries.get(dataId), has: (dataId: object) => this.#entries.has(dataId) }, // prettier-ignore
      write: (values: Values | null, shape: number[], dtype: DType) => this.#made(shape, dtype, values).dataId,
      makeOutput: (shape: number[], dtype: DType, pointer?: number | null, values?: Values): Data => {
        if (pointer !== undefined && pointer !== null) throw new Unplannable('A kernel took memory of its own.');
        return this.#made(shape, dtype, values);
      },
      typedArrayFromHeap: ({ dataId, shape, dtype }: Data) => view(dataId, shape, dtype),
      readSync: (dataId: object, start?: number, end?: number) => {
        const { shape, dtype } = this.entry({ dataId, shape: [], dtype: 'float32' });
        return view(dataId, shape, dtype).slice(start ?? 0, end);
      },
      incRef: (dataId: object) => void this.#entries.get(dataId)!.refCount++,
      disposeData: (dataId: object) => {
        const entry = this.#entries.get(dataId)!;
        if (this.#again === undefined && --entry.refCount === 0) this.#memory.giveBack(entry);
        return true;
      },
    };
    return Object.assign(Object.create(this.#real) as KernelBackend, own);
  }
}

/** With fewer rows, a product is as long as reading its right operand. */
const fewestRows = 4;

/** The device that emitted code runs on while it is recorded. */
class RecordingDevice extends Device {
  readonly #recorder: WasmRecorder;

  constructor(backend: KernelBackend, recorder: WasmRecorder, { product, packedProduct }: Device) {
    super('wasm', backend);
    this.product = product;
    this.packedProduct = packedProduct;
    this.#recorder = recorder;
  }

  override run(kernel: string, inputs: KernelInputs, attributes?: KernelAttributes): Data {
    return this.#recorder.kernel(kernel, inputs, () => super.run(kernel, inputs, attributes));
  }

  override productWith(operand: Data, rows: number, columns: number): Product | undefined {
    if (this.#recorder.varies([operand])) return super.productWith(operand, rows, columns);
    // What is the same at each run is packed once. For a few rows tfjs's products are as fast.
    return rows >= fewestRows && columns > 7 ? this.packedProduct : undefined;
  }

  override mayOverwrite = (data: Data, operands: readonly Data[]): boolean =>
    this.#recorder.mayOverwrite(data, operands);

  override inHeap(inputs: readonly Data[], shape: readonly number[], dtype: DType, code: HeapCode): Data {
    const target = this.#recorder.allocated(shape, dtype, this.#recorder.varies(inputs));
    this.#recorder.code(target, inputs, code);
    return target;
  }

  override fillHeap(target: Data, inputs: readonly Data[], code: HeapCode): void {
    this.#recorder.code(target, inputs, code);
  }

  override async read(): Promise<Values> {
    throw new Unplannable('It depends on values.');
  }

  override readSync(): Values {
    throw new Unplannable('It depends on values.');
  }
}

/**
 * One run of emitted code on cpu → a plan of it: code over arrays that are made once. Kernels of tfjs's that it needs are called again each
 * time, and what they give is copied. Other than on wasm no memory serves twice; arrays are the garbage collector's.
 */
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { Device, type HeapCode, type KernelAttributes, type KernelInputs, type Values, zeroValues } from '../device.ts';
import type { Data, DataRecord, DType, Program } from '../program.ts';
import { type Plan, type Planner, type RecordedInput, type Step, Unplannable } from './plan.ts';

/** What tfjs's cpu backend holds of a tensor. */
interface CpuEntry {
  values: Values;
  readonly dtype: DType;
  refCount: number;
}

export class CpuPlanner implements Planner {
  readonly #device: Device;
  #weights: DataRecord;

  constructor(device: Device, weights: DataRecord) {
    this.#device = device;
    this.#weights = { ...weights };
  }

  record(infer: Program['infer'], inputs: readonly RecordedInput[]): Plan | undefined {
    const device = new RecordingDevice(this.#device.backend);
    const given = inputs.map(({ name, shape, dtype, values }) => [name, device.given(shape, dtype, values)] as const);
    const held = Object.entries(this.#weights).map(([path, weight]) => {
      const values = this.#device.readSync(weight);
      return [path, device.weight(weight, values)] as const;
    });
    try {
      const outputs = infer(device, Object.fromEntries(held), Object.fromEntries(given));
      const now = (path: string): Values => this.#device.readSync(this.#weights[path]!);
      return new CpuPlan(device, { given, held, outputs: Object.entries(outputs), now, into: this.#device });
    } catch (error) {
      if (error instanceof Unplannable) return undefined;
      throw error;
    }
  }

  follow(weights: DataRecord): void {
    this.#weights = { ...weights };
  }

  dispose(): void {
    this.#weights = {};
  }
}

/** Runs emitted code and keeps what it does, over a store of its own beneath tfjs's backend. */
class RecordingDevice extends Device {
  readonly #store: Map<object, CpuEntry>;
  /** What the plan holds, by data id; the rest is what kernels make and drop. */
  readonly #own = new Map<object, { readonly varies: boolean }>();
  readonly steps: Step[] = [];
  /** What depends on nothing but weights. */
  readonly once: Step[] = [];
  bytes = 0;

  constructor(real: KernelBackend) {
    const store = new Map<object, CpuEntry>();
    super('cpu', Object.create(real, { data: { value: store } }) as KernelBackend);
    this.#store = store;
  }

  /** An input, in memory of the plan. */
  given(shape: readonly number[], dtype: DType, values: Values): Data {
    const data = this.#kept(shape, dtype, true);
    this.valuesOf(data).set(values);
    return data;
  }

  /** A weight, where it lies. */
  weight({ shape, dtype }: Data, values: Values): Data {
    return this.#add(shape, values, dtype, false);
  }

  /** Puts other values in the place of a weight's. */
  replace({ dataId }: Data, values: Values): void {
    this.#store.get(dataId)!.values = values;
  }

  valuesOf({ dataId }: Data): Values {
    const entry = this.#store.get(dataId);
    if (entry === undefined) throw new Unplannable('Data of another device.');
    return entry.values;
  }

  override run(kernel: string, inputs: KernelInputs, attributes?: KernelAttributes): Data {
    const call = (): Data => super.run(kernel, inputs, attributes);
    const first = call();
    // A kernel may hand an operand through.
    if (this.#own.has(first.dataId)) return first;
    const varies = this.#varies(Object.values(inputs).filter((data): data is Data => data !== undefined));
    const result = this.#kept(first.shape, first.dtype, varies);
    const take = (made: Data): void => {
      this.valuesOf(result).set(this.valuesOf(made));
      super.dispose(made);
    };
    take(first);
    this.#keep(varies, () => take(call()));
    return result;
  }

  override write(values: Values, shape: number[], dtype: DType): Data {
    return this.#add(shape, values, dtype, false);
  }

  override allocate(shape: number[], dtype: DType): Data {
    return this.#kept(shape, dtype, true);
  }

  override inHeap(inputs: readonly Data[], shape: readonly number[], dtype: DType, code: HeapCode): Data {
    const target = this.#kept(shape, dtype, this.#varies(inputs));
    this.fillHeap(target, inputs, code);
    return target;
  }

  override fillHeap(target: Data, inputs: readonly Data[], code: HeapCode): void {
    const [to, from] = [this.valuesOf(target), inputs.map((input) => this.#store.get(input.dataId)!)];
    let sources = from.map(({ values }) => values);
    code(to, sources);
    const step = (): void => code(to, sources);
    if (!this.#own.get(target.dataId)!.varies)
      this.once.push(() => { sources = from.map(({ values }) => values); step(); }); // prettier-ignore
    else {
      // The weights that it reads are others when they have changed.
      this.once.push(() => { sources = from.map(({ values }) => values); }); // prettier-ignore
      this.steps.push(step);
    }
  }

  override dispose(data: Data): void {
    // The plan's arrays stay.
    if (!this.#own.has(data.dataId)) super.dispose(data);
  }

  override share(data: Data): Data {
    return data;
  }

  override async read(): Promise<Values> {
    throw new Unplannable('It depends on values.');
  }

  override readSync(): Values {
    throw new Unplannable('It depends on values.');
  }

  #varies(data: readonly Data[]): boolean {
    return data.some(({ dataId }) => this.#own.get(dataId)?.varies === true);
  }

  #kept(shape: readonly number[], dtype: DType, varies: boolean): Data {
    const values = zeroValues(shape, dtype);
    this.bytes += values.byteLength;
    return this.#add(shape, values, dtype, varies);
  }

  #add(shape: readonly number[], values: Values, dtype: DType, varies: boolean): Data {
    const dataId = {};
    this.#own.set(dataId, { varies });
    this.#store.set(dataId, { values, dtype, refCount: 1 });
    return { dataId, shape: [...shape], dtype };
  }

  #keep(varies: boolean, step: Step): void {
    (varies ? this.steps : this.once).push(step);
  }
}

interface CpuParts {
  readonly given: readonly (readonly [string, Data])[];
  readonly held: readonly (readonly [string, Data])[];
  readonly outputs: readonly (readonly [string, Data])[];
  /** The values of a weight as they are. */
  readonly now: (path: string) => Values;
  readonly into: Device;
}

class CpuPlan implements Plan {
  readonly names: readonly string[];
  readonly #recorded: RecordingDevice;
  readonly #parts: CpuParts;
  readonly #inputs: readonly Values[];
  #outputs: readonly Values[];

  constructor(recorded: RecordingDevice, parts: CpuParts) {
    this.#recorded = recorded;
    this.#parts = parts;
    this.names = parts.outputs.map(([name]) => name);
    this.#inputs = parts.given.map(([, data]) => recorded.valuesOf(data));
    this.#outputs = parts.outputs.map(([, data]) => recorded.valuesOf(data));
  }

  get bytes(): number {
    return this.#recorded.bytes;
  }

  follow(): void {
    const { held, outputs, now } = this.#parts;
    for (const [path, data] of held) this.#recorded.replace(data, now(path));
    for (const step of this.#recorded.once) step();
    // An output may be a weight.
    this.#outputs = outputs.map(([, data]) => this.#recorded.valuesOf(data));
  }

  run(values: readonly Values[]): Values[] {
    this.#compute(values);
    return this.#outputs.map((output) => output.slice());
  }

  runOne(values: readonly Values[]): Values {
    this.#compute(values);
    return this.#outputs[0]!.slice();
  }

  runInto(values: readonly Values[]): [string, Data][] {
    const made = this.run(values);
    return this.#parts.outputs.map(([name, { shape, dtype }], i) => [name, this.#parts.into.write(made[i]!, [...shape], dtype)]); // prettier-ignore
  }

  dispose(): void {
    this.#recorded.steps.length = this.#recorded.once.length = 0;
  }

  #compute(values: readonly Values[]): void {
    for (let i = 0; i < values.length; i++) this.#inputs[i]!.set(values[i]!);
    const { steps } = this.#recorded;
    for (let i = 0; i < steps.length; i++) steps[i]!();
  }
}

/**
 * One run of emitted code on cpu → a plan of it: code over arrays that are made once. What code of ours computes lies in one piece of memory, which
 * all plans of a model share. Kernels of tfjs's are called again each time; what they make lasts until nothing needs it.
 */
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { Device, type HeapCode, type KernelAttributes, type KernelInputs, type Values, zeroValues } from '../device.ts';
import type { Data, DataRecord, DType, Program } from '../program.ts';
import { type Layout, layout } from './layout.ts';
import { type Plan, type Planner, type RecordedInput, type Step, Unplannable } from './plan.ts';
import { bytesOf, valuesIn } from './values-of.ts';

/** What tfjs's cpu backend holds of a tensor. */
interface CpuEntry {
  values: Values;
  readonly dtype: DType;
  refCount: number;
}

/** One piece of memory for all plans of a model. */
class SharedArray {
  buffer = new ArrayBuffer(0);

  require(bytes: number): void {
    if (bytes > this.buffer.byteLength) this.buffer = new ArrayBuffer(bytes);
  }
}

export class CpuPlanner implements Planner {
  readonly #device: Device;
  readonly #shared = new SharedArray();
  #weights: DataRecord;

  constructor(device: Device, weights: DataRecord) {
    this.#device = device;
    this.#weights = { ...weights };
  }

  get bytes(): number {
    return this.#shared.buffer.byteLength;
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
      device.settle(Object.values(outputs));
      const now = (path: string): Values => this.#device.readSync(this.#weights[path]!);
      const [shared, into] = [this.#shared, this.#device];
      return new CpuPlan(device, { given, held, outputs: Object.entries(outputs), now, shared, into });
    } catch (error) {
      device.drop();
      if (error instanceof Unplannable) return undefined;
      throw error;
    }
  }

  follow(weights: DataRecord): void {
    this.#weights = { ...weights };
  }

  dispose(): void {
    this.#weights = {};
    this.#shared.buffer = new ArrayBuffer(0);
  }
}

/** What the plan holds of a value. */
interface Own {
  readonly entry: CpuEntry;
  /** Whether it depends on inputs. What does not is computed once for the weights as they are. */
  readonly varies: boolean;
  /** Whether something that depends on inputs reads it. What does not, and is no result, only leads from weights to what lasts. */
  lasts: boolean;
  /** When it is needed, where its memory is shared. */
  readonly life: { readonly from: number; until: number; readonly bytes: number } | undefined;
  /** What a kernel has made of it, where one does. */
  made: Data | undefined;
  /** Those that emitted code holds. Kernels count in the entry, which is never given back. */
  references: number;
}

/** Runs emitted code and keeps what it does, over a store of its own beneath tfjs's backend. */
class RecordingDevice extends Device {
  readonly #store: Map<object, CpuEntry>;
  /** What the plan holds, by data id; the rest is what kernels make and drop. */
  readonly #own = new Map<object, Own>();
  readonly steps: Step[] = [];
  /** What depends on nothing but weights. */
  readonly once: Step[] = [];
  /** What takes the arrays anew that code of ours computes on. */
  readonly #moves: Step[] = [];
  readonly #inputs: Own[] = [];
  #sharing: readonly Own[] = [];
  #layout: Layout = { offsets: [], bytes: 0 };
  #base: ArrayBuffer | undefined;
  /** Counts what is made, read and given back. */
  #time = 0;
  /** Bytes that the plan alone holds. */
  bytes = 0;

  constructor(real: KernelBackend) {
    const store = new Map<object, CpuEntry>();
    super('cpu', Object.create(real, { data: { value: store } }) as KernelBackend);
    this.#store = store;
  }

  get sharedBytes(): number {
    return this.#layout.bytes;
  }

  /** An input, in memory of the plan. */
  given(shape: readonly number[], dtype: DType, values: Values): Data {
    const data = this.#kept(shape, dtype, true);
    this.valuesOf(data).set(values);
    this.#inputs.push(this.#own.get(data.dataId)!);
    // All inputs are there before the first step.
    for (const { life } of this.#inputs) life!.until = this.#time;
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

  /** Ends recording: what inputs need and code of ours makes of them gets places in the shared memory. */
  settle(outputs: readonly Data[]): void {
    for (const { dataId } of outputs) {
      const life = this.#own.get(dataId)?.life;
      if (life !== undefined) life.until = Infinity;
    }
    this.#sharing = [...this.#own.values()].filter(({ life }) => life !== undefined);
    this.#layout = layout(this.#sharing.map(({ life }) => life!));
    for (const { entry } of this.#sharing) entry.values = none;
  }

  /** Takes the arrays in the shared memory, where that is another one than before. */
  follow(shared: SharedArray): boolean {
    shared.require(this.#layout.bytes);
    if (shared.buffer === this.#base) return false;
    this.#base = shared.buffer;
    for (const [i, { entry, life }] of this.#sharing.entries())
      entry.values = valuesIn(shared.buffer, this.#layout.offsets[i]!, life!.bytes / bytesOf[entry.dtype], entry.dtype);
    for (const move of this.#moves) move();
    return true;
  }

  override run(kernel: string, inputs: KernelInputs, attributes?: KernelAttributes): Data {
    const call = (): Data => super.run(kernel, inputs, attributes);
    const first = call();
    // A kernel may hand an operand through.
    const same = this.#own.get(first.dataId);
    if (same !== undefined) {
      same.references++;
      return first;
    }
    const operands = Object.values(inputs).filter((data): data is Data => data !== undefined);
    const varies = this.#varies(operands);
    for (const operand of operands) this.#use(operand, varies);
    const result = this.#add(first.shape, none, first.dtype, varies);
    const own = this.#own.get(result.dataId)!;
    const take = (made: Data): void => {
      this.#give(own);
      own.made = made;
      own.entry.values = this.valuesOf(made);
    };
    take(first);
    this.#keep(varies, () => take(call()));
    return result;
  }

  /** Numbers of the program itself. */
  override write(values: Values, shape: number[], dtype: DType): Data {
    const data = this.#add(shape, values, dtype, false);
    this.#own.get(data.dataId)!.lasts = true;
    return data;
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
    const own = this.#own.get(target.dataId)!;
    const from = inputs.map((input) => this.#store.get(input.dataId)!);
    const takeViews = (): void => {
      to = own.entry.values;
      sources = from.map(({ values }) => values);
    };
    let [to, sources]: [Values, Values[]] = [own.entry.values, from.map(({ values }) => values)];
    code(to, sources);
    for (const input of inputs) this.#use(input, own.varies);
    if (!own.varies) {
      this.once.push(() => {
        if (own.entry.values.length === 0) own.entry.values = zeroValues(target.shape, target.dtype);
        takeViews();
        code(to, sources);
      });
      return;
    }
    // The weights that it reads are others when they have changed.
    this.once.push(takeViews);
    this.#moves.push(takeViews);
    const readsKernels = inputs.some(({ dataId }) => this.#own.get(dataId)?.made !== undefined);
    this.steps.push(() => {
      // A kernel makes another array each time.
      if (readsKernels) takeViews();
      code(to, sources);
    });
  }

  override dispose(data: Data): void {
    const own = this.#own.get(data.dataId);
    if (own === undefined) return super.dispose(data);
    if (--own.references > 0 || own.lasts) return;
    if (own.life !== undefined) own.life.until = this.#time++;
    if (own.life !== undefined && own.varies) return;
    if (own.made === undefined) this.bytes -= own.entry.values.byteLength;
    const give = (): void => {
      this.#give(own);
      own.entry.values = none;
    };
    give();
    this.#keep(own.varies, give);
  }

  override share(data: Data): Data {
    this.#own.get(data.dataId)!.references++;
    return data;
  }

  override async read(): Promise<Values> {
    throw new Unplannable('It depends on values.');
  }

  override readSync(): Values {
    throw new Unplannable('It depends on values.');
  }

  /** Gives up what kernels have made. */
  drop(): void {
    for (const own of this.#own.values()) this.#give(own);
    this.#own.clear();
    this.steps.length = this.once.length = this.#moves.length = 0;
  }

  /** Gives up what a kernel has made of a value. */
  #give(own: Own): void {
    if (own.made !== undefined) super.dispose(own.made);
    own.made = undefined;
  }

  /**
   * An input is needed until now.
   * @param varies Whether by something that depends on inputs.
   */
  #use({ dataId }: Data, varies: boolean): void {
    const own = this.#own.get(dataId);
    if (own === undefined) return;
    if (varies && !own.varies) own.lasts = true;
    if (this.#inputs.includes(own)) own.life!.until = this.#time++;
  }

  #varies(data: readonly Data[]): boolean {
    return data.some(({ dataId }) => this.#own.get(dataId)?.varies === true);
  }

  /** Memory that the plan keeps. */
  #kept(shape: readonly number[], dtype: DType, varies: boolean): Data {
    const bytes = shape.reduce((product, axis) => product * axis, bytesOf[dtype]);
    if (!varies) this.bytes += bytes;
    const life = varies ? { from: this.#time++, until: Infinity, bytes } : undefined;
    return this.#add(shape, valuesIn(new ArrayBuffer(bytes), 0, bytes / bytesOf[dtype], dtype), dtype, varies, life);
  }

  #add(shape: readonly number[], values: Values, dtype: DType, varies: boolean, life?: Own['life']): Data {
    const dataId = {};
    const entry = { values, dtype, refCount: Infinity };
    this.#own.set(dataId, { entry, varies, life, lasts: false, made: undefined, references: 1 });
    this.#store.set(dataId, entry);
    return { dataId, shape: [...shape], dtype };
  }

  #keep(varies: boolean, step: Step): void {
    (varies ? this.steps : this.once).push(step);
  }
}

const none = new Uint8Array(0);

interface CpuParts {
  readonly given: readonly (readonly [string, Data])[];
  readonly held: readonly (readonly [string, Data])[];
  readonly outputs: readonly (readonly [string, Data])[];
  /** The values of a weight as they are. */
  readonly now: (path: string) => Values;
  /** Where values are computed, by one plan after the other. */
  readonly shared: SharedArray;
  readonly into: Device;
}

class CpuPlan implements Plan {
  readonly names: readonly string[];
  readonly #recorded: RecordingDevice;
  readonly #parts: CpuParts;
  #inputs: readonly Values[] = [];

  constructor(recorded: RecordingDevice, parts: CpuParts) {
    this.#recorded = recorded;
    this.#parts = parts;
    this.names = parts.outputs.map(([name]) => name);
  }

  get bytes(): number {
    return this.#recorded.bytes;
  }

  get sharedBytes(): number {
    return this.#recorded.sharedBytes;
  }

  settle(): void {
    const { shared, given } = this.#parts;
    if (this.#recorded.follow(shared)) this.#inputs = given.map(([, data]) => this.#recorded.valuesOf(data));
  }

  follow(): void {
    const { held, now } = this.#parts;
    for (const [path, data] of held) this.#recorded.replace(data, now(path));
    for (const step of this.#recorded.once) step();
  }

  run(values: readonly Values[]): Values[] {
    this.#compute(values);
    return this.#parts.outputs.map(([, data]) => this.#recorded.valuesOf(data).slice());
  }

  runOne(values: readonly Values[]): Values {
    this.#compute(values);
    return this.#recorded.valuesOf(this.#parts.outputs[0]![1]).slice();
  }

  runInto(values: readonly Values[]): [string, Data][] {
    const made = this.run(values);
    return this.#parts.outputs.map(([name, { shape, dtype }], i) => [name, this.#parts.into.write(made[i]!, [...shape], dtype)]); // prettier-ignore
  }

  dispose(): void {
    this.#recorded.drop();
  }

  #compute(values: readonly Values[]): void {
    this.settle();
    for (let i = 0; i < values.length; i++) this.#inputs[i]!.set(values[i]!);
    const { steps } = this.#recorded;
    for (let i = 0; i < steps.length; i++) steps[i]!();
  }
}

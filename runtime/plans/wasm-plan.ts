/**
 * A plan for wasm: what a model computes for inputs of certain shapes, as calls into tfjs's module on memory that is taken once. From arrays
 * to arrays nothing is allocated but the results. It is made by `wasm-recorder.ts`.
 */
import type { Device, Values } from '../device.ts';
import type { Data, DType } from '../program.ts';
import type { Plan, Step } from './plan.ts';
import type { PlanEntry, PlanMemory, SharedMemory } from './plan-memory.ts';
import { bytesOf, valuesIn } from './values-of.ts';
import type { WasmBackend } from './wasm-module.ts';

/** A tensor of the plan, in the shape that the emitted code gives it. */
export interface PlanTensor {
  readonly entry: PlanEntry;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export interface PlanParts {
  readonly backend: WasmBackend;
  /** Where data goes that is the caller's. */
  readonly into: Device;
  readonly memory: PlanMemory;
  /** Where values are computed, by one plan after the other. */
  readonly shared: SharedMemory;
  /** In the order in which values are given. */
  readonly inputs: readonly PlanTensor[];
  readonly outputs: readonly (readonly [string, PlanTensor])[];
  /** What to do when weights have changed. */
  readonly once: readonly Step[];
  /** What that makes. */
  readonly constants: readonly PlanEntry[];
  readonly steps: readonly Step[];
}

export class WasmPlan implements Plan {
  readonly names: readonly string[];
  readonly #parts: PlanParts;
  readonly #steps: readonly Step[];
  #buffer: ArrayBufferLike | undefined;
  #inputs: readonly Values[] = [];
  #outputs: readonly Values[] = [];

  constructor(parts: PlanParts) {
    this.#parts = parts;
    this.#steps = parts.steps;
    this.names = parts.outputs.map(([name]) => name);
  }

  get bytes(): number {
    return this.#parts.memory.bytes;
  }

  get sharedBytes(): number {
    return this.#parts.memory.shared;
  }

  settle(): void {
    const { memory, shared } = this.#parts;
    if (memory.follow(shared)) this.#buffer = undefined;
  }

  follow(): void {
    this.settle();
    const { memory, constants, once } = this.#parts;
    for (const entry of constants) memory.renew(entry);
    for (const step of once) step();
    // An output may be a weight.
    this.#buffer = undefined;
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
    this.#compute(values);
    const { backend, into, outputs } = this.#parts;
    return outputs.map(([name, { entry, shape, dtype }]) => {
      const data = into.allocate([...shape], dtype);
      const to = backend.dataIdMap.get(data.dataId).memoryOffset;
      // After the allocation, which may move the memory.
      backend.wasm.HEAPU8.copyWithin(to, entry.memoryOffset, entry.memoryOffset + entry.size * bytesOf[dtype]);
      return [name, data];
    });
  }

  dispose(): void {
    this.#parts.memory.dispose();
  }

  #compute(values: readonly Values[]): void {
    this.settle();
    if (this.#parts.backend.wasm.HEAPU8.buffer !== this.#buffer) this.#takeViews();
    for (let i = 0; i < values.length; i++) this.#inputs[i]!.set(values[i]!);
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) steps[i]!();
    // A kernel may take memory while it runs.
    if (this.#parts.backend.wasm.HEAPU8.buffer !== this.#buffer) this.#takeViews();
  }

  #takeViews(): void {
    const { backend, inputs, outputs } = this.#parts;
    this.#buffer = backend.wasm.HEAPU8.buffer;
    const view = ({ entry }: PlanTensor): Values => valuesIn(this.#buffer!, entry.memoryOffset, entry.size, entry.dtype); // prettier-ignore
    this.#inputs = inputs.map(view);
    this.#outputs = outputs.map(([, output]) => view(output));
  }
}

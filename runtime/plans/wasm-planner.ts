/** Plans for models on wasm, all over the same weights. */
import type { Device } from '../device.ts';
import type { DataRecord, Program } from '../program.ts';
import { equipWithProducts } from '../simd/products.ts';
import { type Plan, type Planner, type RecordedInput, Unplannable } from './plan.ts';
import { SharedMemory } from './plan-memory.ts';
import { PlanWeights } from './plan-weights.ts';
import { wasmBackend } from './wasm-module.ts';
import { WasmRecorder } from './wasm-recorder.ts';

export class WasmPlanner implements Planner {
  readonly #device: Device;
  readonly #weights: PlanWeights;
  readonly #shared: SharedMemory;

  constructor(device: Device, weights: DataRecord) {
    equipWithProducts(device);
    this.#device = device;
    this.#weights = new PlanWeights(device.backend, weights);
    this.#shared = new SharedMemory(wasmBackend(device.backend));
  }

  get bytes(): number {
    return this.#shared.bytes;
  }

  record(infer: Program['infer'], inputs: readonly RecordedInput[]): Plan | undefined {
    const recorder = new WasmRecorder(this.#device);
    try {
      return recorder.plan(infer, this.#weights, this.#shared, inputs);
    } catch (error) {
      recorder.dispose();
      if (error instanceof Unplannable) return undefined;
      throw error;
    }
  }

  follow(weights: DataRecord): void {
    this.#weights.follow(weights);
  }

  dispose(): void {
    this.#shared.dispose();
    this.#weights.dispose();
  }
}

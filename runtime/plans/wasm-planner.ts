/** Plans for models on wasm, all over the same weights. */
import type { Device } from '../device.ts';
import type { DataRecord, Program } from '../program.ts';
import { equipWithProducts } from '../simd/products.ts';
import { type Plan, type Planner, type RecordedInput, Unplannable } from './plan.ts';
import { PlanWeights } from './plan-weights.ts';
import { WasmRecorder } from './wasm-recorder.ts';

export class WasmPlanner implements Planner {
  readonly #device: Device;
  readonly #weights: PlanWeights;

  constructor(device: Device, weights: DataRecord) {
    equipWithProducts(device);
    this.#device = device;
    this.#weights = new PlanWeights(device.backend, weights);
  }

  record(infer: Program['infer'], inputs: readonly RecordedInput[]): Plan | undefined {
    const recorder = new WasmRecorder(this.#device);
    try {
      return recorder.plan(infer, this.#weights, inputs);
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
    this.#weights.dispose();
  }
}

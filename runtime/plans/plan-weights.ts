/**
 * The weights of a live model as its plans know them: tensors that keep their numbers while the model's own data is replaced, so that plans
 * need not be made anew, and that all plans share, so that wasm packs each weight once.
 */
import type { KernelBackend } from '@tensorflow/tfjs-core';
import type { DataRecord } from '../program.ts';
import { type PlanEntry, PlanMemory } from './plan-memory.ts';
import { type WasmBackend, wasmBackend } from './wasm-module.ts';

export class PlanWeights {
  readonly entries: ReadonlyMap<string, PlanEntry>;
  readonly #backend: WasmBackend;
  readonly #memory: PlanMemory;
  /** What the entries stand for. New data may lie where the old did. */
  readonly #followed = new Map<string, object>();

  constructor(backend: KernelBackend, weights: DataRecord) {
    this.#backend = wasmBackend(backend);
    this.#memory = new PlanMemory(this.#backend);
    this.entries = new Map(
      Object.entries(weights).map(([path, { dataId, shape, dtype }]) => {
        const own = this.#backend.dataIdMap.get(dataId);
        const { tfjs } = this.#backend.wasm;
        // What plain kernels have packed of it is not needed twice.
        tfjs.disposeData(own.id);
        tfjs.registerTensor(own.id, shape.reduce((product, axis) => product * axis, 1), own.memoryOffset); // prettier-ignore
        this.#followed.set(path, dataId);
        return [path, this.#memory.alias(shape, dtype, own.memoryOffset)];
      }),
    );
  }

  /** Takes the data as it is now. The old may be gone. */
  follow(weights: DataRecord): void {
    for (const [path, entry] of this.entries) {
      const { dataId } = weights[path]!;
      if (this.#followed.get(path) === dataId) continue;
      this.#followed.set(path, dataId);
      entry.memoryOffset = this.#backend.dataIdMap.get(dataId).memoryOffset;
      this.#memory.renew(entry);
    }
  }

  dispose(): void {
    this.#memory.dispose();
  }
}

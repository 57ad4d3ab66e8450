/**
 * The plans of a live model, whose code is loaded when it first predicts: in browsers a script of its own, which no prediction waits for. In Node it
 * is at hand from the beginning.
 */
import type { BoundaryRules } from '../boundary.ts';
import type { Program } from '../program.ts';
import type { ModelPlans, Planned, ProgramPlans } from './plans.ts';
import { quickInputs } from './quick-inputs.ts';

/** Backends whose predictions can be planned. */
const plannable: readonly string[] = ['wasm', 'cpu'];

export class LazyPlans {
  readonly #model: Planned;
  #plans: ModelPlans | undefined;
  #loading: Promise<void> | undefined;
  #disposed = false;
  /** Whether plain kernels run all the same: to compare. */
  paused = false;

  constructor(model: Planned) {
    this.#model = model;
  }

  /** The plans of one of its programs; `undefined` where the device has none, and until they are loaded. */
  of(infer: Program['infer'], rules: BoundaryRules): ProgramPlans | undefined {
    if (this.paused) return undefined;
    if (this.#plans !== undefined) return this.#plans.of(infer, rules);
    // Where the script cannot be had, predictions go on without plans, which only make them faster.
    if (plannable.includes(this.#model.device.name)) this.load().catch(() => {});
    return undefined;
  }

  load(): Promise<void> {
    this.#loading ??= import('./plans.ts').then((loaded) => {
      if (!this.#disposed) this.#plans ??= new loaded.ModelPlans(this.#model, quickInputs);
    });
    return this.#loading;
  }

  /** The memory that all plans hold. */
  get bytes(): number {
    return this.#plans?.bytes ?? 0;
  }

  dispose(): void {
    this.#disposed = true;
    this.#plans?.dispose();
    this.#plans = undefined;
  }
}

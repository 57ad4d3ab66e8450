/**
 * Which plans a live model has: one for each program and sizes of its inputs, made when the same sizes come a second time, bounded in number
 * and memory. Models on graphics cards have none.
 */
import type { BoundaryRules, Checked, CheckedBatch } from '../boundary.ts';
import type { Device, Values } from '../device.ts';
import type { Data, DataRecord, Program } from '../program.ts';
import { CpuPlanner } from './cpu-planner.ts';
import type { Plan, Planner } from './plan.ts';
import type { QuickInputs, quickInputs } from './quick-inputs.ts';
import { WasmPlanner } from './wasm-planner.ts';

/** The most plans of one program, and the most memory that those of one model hold. */
const mostPlans = 8;
const mostBytes = 384 * 2 ** 20;

/** By the name of the backend. */
const planners = { wasm: WasmPlanner, cpu: CpuPlanner } as const;

/** What plans are made for. */
export interface Planned {
  readonly device: Device;
  readonly weights: DataRecord;
  /** Another number whenever a weight is replaced. */
  readonly version: number;
}

/** All plans of a model. */
export class ModelPlans {
  readonly #model: Planned;
  readonly #programs = new Map<Program['infer'], ProgramPlans>();
  #planner: Planner | undefined;
  #version = 0;

  /** Given by who is there before plans are loaded, and needs it too. */
  readonly quickInputs: typeof quickInputs;

  constructor(model: Planned, quick: typeof quickInputs) {
    this.#model = model;
    this.quickInputs = quick;
  }

  /** The plans of one of its programs; `undefined` where the device has none. */
  of(infer: Program['infer'], rules: BoundaryRules): ProgramPlans | undefined {
    if (!(this.#model.device.name in planners)) return undefined;
    let plans = this.#programs.get(infer);
    if (plans === undefined) {
      plans = new ProgramPlans(this.#model, this, infer, rules);
      this.#programs.set(infer, plans);
    }
    return plans;
  }

  /** Makes plans; knows the weights of now. */
  planner(): Planner {
    const { device, weights, version } = this.#model;
    this.#planner ??= new planners[device.name as keyof typeof planners](device, weights);
    if (this.#version !== version) this.#planner.follow(weights);
    this.#version = version;
    return this.#planner;
  }

  /** The memory that all plans hold. */
  get bytes(): number {
    return [...this.#programs.values()].reduce((sum, { bytes }) => sum + bytes, this.#planner?.bytes ?? 0);
  }

  dispose(): void {
    for (const plans of this.#programs.values()) plans.dispose();
    this.#programs.clear();
    this.#planner?.dispose();
    this.#planner = undefined;
  }
}

interface Kept {
  readonly key: string;
  readonly plan: Plan;
  /** The number of examples, where that is all that is open. */
  readonly size: number;
  /** That of the weights that it has followed. */
  version: number;
}

/** The plans of one program by the sizes of its inputs, those used last at the end. */
export class ProgramPlans {
  readonly #model: Planned;
  readonly #all: ModelPlans;
  readonly #infer: Program['infer'];
  readonly #rules: BoundaryRules;
  readonly #quick: QuickInputs | undefined;
  readonly #kept = new Map<string, Kept>();
  /** Sizes that came once. */
  readonly #seen = new Set<string>();
  /** Sizes that there is no plan for. */
  readonly #without = new Set<string>();
  #last: Kept | undefined;

  constructor(model: Planned, all: ModelPlans, infer: Program['infer'], rules: BoundaryRules) {
    this.#model = model;
    this.#all = all;
    this.#infer = infer;
    this.#rules = rules;
    this.#quick = all.quickInputs(rules);
  }

  get bytes(): number {
    return [...this.#kept.values()].reduce((sum, { plan }) => sum + plan.bytes, 0);
  }

  /** The outputs for typed arrays that need no checking but of their length, of sizes as last time; else `undefined`. */
  quickly(inputs: unknown): Values | Record<string, Values> | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    const given = this.#quick?.(inputs, last.size);
    if (given === undefined) return undefined;
    const plan = this.#followed(last);
    if (given.alone && plan.names.length === 1) return plan.runOne(given.values);
    return named(plan.names, plan.run(given.values));
  }

  /** The outputs as arrays, by name; `undefined` where there is no plan, or none yet. */
  run(batch: CheckedBatch): Record<string, Values> | undefined {
    const [plan, values] = this.#planned(batch) ?? [];
    return plan === undefined ? undefined : named(plan.names, plan.run(values!));
  }

  /** The outputs as data of the caller's. */
  predict(batch: CheckedBatch): [string, Data][] | undefined {
    const [plan, values] = this.#planned(batch) ?? [];
    return plan?.runInto(values!);
  }

  dispose(): void {
    for (const { plan } of this.#kept.values()) plan.dispose();
    this.#kept.clear();
    this.#last = undefined;
  }

  #planned(batch: CheckedBatch): readonly [Plan, readonly Values[]] | undefined {
    const inputs = this.#rules.tensors.map(({ name }) => batch.inputs.find((input) => input.name === name)!);
    const key = inputs.map(({ shape }) => shape.join()).join(';');
    const kept = this.#kept.get(key);
    if (kept === undefined && !this.#isDue(key)) return undefined;
    if (!inputs.every((input) => this.#isPlain(input))) return undefined;
    const used = kept ?? this.#recorded(key, batch.size, inputs);
    if (used === undefined) return undefined;
    if (used !== this.#last) {
      this.#kept.delete(key);
      this.#kept.set(key, used);
      this.#last = used;
    }
    const plan = this.#followed(used);
    // What takes memory may move it, and views of tensors with it.
    plan.settle();
    return [plan, inputs.map((input) => this.#valuesOf(input))];
  }

  /** Whether sizes are to get a plan now. */
  #isDue(key: string): boolean {
    if (this.#without.has(key)) return false;
    if (this.#seen.delete(key)) return true;
    if (this.#seen.size >= 1000) this.#seen.clear();
    this.#seen.add(key);
    return false;
  }

  /** Whether an input is used as it is: a tensor may have to be looked at or cast. */
  #isPlain({ name, spec, tensor }: Checked): boolean {
    if (tensor === undefined) return true;
    return tensor.dtype === spec.dtype && !this.#rules.valueRequirements.some((range) => range.tensor === name);
  }

  /** The values of an input; those of a tensor where they lie. */
  #valuesOf({ spec, shape, tensor, values }: Checked): Values {
    return values ?? this.#model.device.heapValues({ dataId: tensor!.dataId, shape, dtype: spec.dtype });
  }

  #recorded(key: string, size: number, inputs: readonly Checked[]): Kept | undefined {
    const given = inputs.map((input) => {
      const values = this.#valuesOf(input);
      return { name: input.name, shape: input.shape, dtype: input.spec.dtype, values: input.tensor ? values.slice() : values };
    }); // prettier-ignore
    const plan = this.#all.planner().record(this.#infer, given);
    if (plan === undefined || plan.bytes + plan.sharedBytes > mostBytes) {
      plan?.dispose();
      if (this.#without.size >= 1000) this.#without.clear();
      this.#without.add(key);
      return undefined;
    }
    const kept = { key, plan, size, version: this.#model.version };
    this.#kept.set(key, kept);
    for (const [other, { plan: old }] of this.#kept) {
      if (other === key || (this.#kept.size <= mostPlans && this.#all.bytes <= mostBytes)) break;
      this.#kept.delete(other);
      old.dispose();
    }
    return kept;
  }

  #followed(kept: Kept): Plan {
    const { version } = this.#model;
    if (kept.version !== version) {
      this.#all.planner();
      kept.plan.follow();
      kept.version = version;
    }
    return kept.plan;
  }
}

function named(names: readonly string[], values: readonly Values[]): Record<string, Values> {
  const record: Record<string, Values> = {};
  for (let i = 0; i < names.length; i++) record[names[i]!] = values[i]!;
  return record;
}

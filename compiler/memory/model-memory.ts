/**
 * A model with a number for every size → the bytes of tensors that it holds: weights, optimiser state, and at most at once while it predicts and while it
 * takes a training step. It follows the emitted code, statement by statement, and the runtime around it.
 */
import { programsOf } from '../emit/emit-module.ts';
import type { EmitOptions } from '../emit/emitted.ts';
import { inferenceBody, isUndivided, leavesOf } from '../emit/inference-function.ts';
import { ModuleScope } from '../emit/module-scope.ts';
import { prepare, type PreparedProgram, type PrepareOptions } from '../emit/prepare.ts';
import { gradientParts, gradientsBody, type PreparedTraining } from '../emit/training-functions.ts';
import { wholeOf } from '../emit/spec-code.ts';
import { shared, updateBody, updateParts } from '../emit/update-function.ts';
import type { TensorType } from '../definitions/types.ts';
import { completeSizes } from '../definitions/axes.ts';
import type { DType, TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import { lowerModel } from '../lower/lower-model.ts';
import type { LoweredModel, LoweredTraining } from '../lower/lowered.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { evaluate, variable, type Dim } from '../shapes/index.ts';
import { bytesOfType, heldBy, type PlannedBackend } from './held.ts';

export interface MemoryRequest {
  readonly backend: PlannedBackend;
  /** What the code is emitted for. */
  readonly backends: EmitOptions['backends'];
  /** Examples in one prediction, and in one training step. */
  readonly batch: { readonly predict: number; readonly train: number };
  /** The other sizes that the model leaves open, by their variables' ids. */
  readonly sizes: ReadonlyMap<number, number>;
}

/** Bytes held at most at once, and what they are of at that time. */
export interface PeakMemory {
  readonly batch: number;
  readonly total: number;
  readonly weights: number;
  /** Inputs, targets, results and everything between. */
  readonly activations: number;
}
export interface PredictMemory extends PeakMemory {
  /** What plans compute from weights once, such as kernels with the batch normalisation in them. */
  readonly prepared: number;
}
export interface TrainingMemory extends PeakMemory {
  /** Slots, such as adam's means. */
  readonly optimizer: number;
  readonly gradients: number;
  /** New values of weights and slots, and what they are computed from, where the most is held while weights are updated. */
  readonly update: number;
}
export interface ModelMemory {
  readonly predict: PredictMemory;
  readonly train: TrainingMemory | undefined;
}

/** As in the runtime (`updates.ts`): weights of so many bytes are updated by themselves, smaller ones together. */
const worthOwnUpdate = 32 * 1024;
/** As in the runtime (`parts.ts`): predictions with so many bytes of inputs go by parts of so many examples at least, and of so many bytes. */
const fewestExamples = 32;
const fewestBytes = { part: 64 * 1024, all: 512 * 1024 };

export function modelMemory(model: ModelGraph, request: MemoryRequest): ModelMemory {
  const memory = new MemoryOf(lowerModel(model), request);
  return { predict: memory.predict(), train: memory.train() };
}

class MemoryOf {
  readonly #lowered: LoweredModel;
  readonly #request: MemoryRequest;
  readonly #weights: number;
  readonly #context: Pick<Parameters<typeof inferenceBody>[0], 'model' | 'leaves' | 'batch' | 'scope'>;

  constructor(lowered: LoweredModel, request: MemoryRequest) {
    const { model, batch, inference } = lowered;
    this.#lowered = lowered;
    this.#request = request;
    const leaves = leavesOf(model, variable(batch), [inference, ...programsOf(lowered)]);
    this.#context = { model, leaves, batch: variable(batch), scope: new ModuleScope() };
    const size = this.#sizes(1);
    this.#weights = model.weights.reduce((sum, { shape, dtype }) => sum + bytesOf(shape, dtype ?? 'float32', size), 0);
  }

  predict(): PredictMemory {
    const batch = this.#request.batch.predict;
    const program = this.#ready(this.#lowered.inference, { weightsStay: true });
    const part = isUndivided(program, this.#context.batch) ? batch : this.#part(batch);
    const size = this.#sizes(part);
    const { parts } = inferenceBody({ ...this.#context, program });
    const request = { parts, size, backend: this.#request.backend };
    const inputs = this.#inputs(size);
    // Kernels first, then they are recorded; plans give the memory of inputs to what comes later.
    const { recorded } = heldBy({ ...request, isPlanned: true });
    const passing = topological(program.outputs.values()).filter(({ op }) => op === 'input');
    const planned = heldBy({ ...request, isPlanned: true, passing, results: program.outputs.values() });
    const most = [
      { prepared: planned.prepared, activations: planned.peak },
      { prepared: recorded.prepared, activations: inputs + recorded.peak - recorded.prepared },
      { prepared: 0, activations: inputs + heldBy(request).peak },
    ].reduce((a, b) => (b.prepared + b.activations > a.prepared + a.activations ? b : a));
    const total = this.#weights + most.prepared + most.activations;
    return { batch, total, weights: this.#weights, ...most };
  }

  /** As in the runtime (`parts.ts`): how many of so many examples are computed at once. */
  #part(batch: number): number {
    const bytes = this.#inputs(this.#sizes(1));
    const most = Math.max(fewestExamples, Math.ceil(fewestBytes.part / Math.max(1, bytes)));
    if (batch < 2 * most || batch * bytes < fewestBytes.all) return batch;
    const fewest = Math.ceil(batch / most);
    for (let count = fewest; count <= 1.5 * fewest; count++) if (batch % count === 0) return batch / count;
    return Math.ceil(batch / fewest);
  }

  train(): TrainingMemory | undefined {
    const { training, model } = this.#lowered;
    if (training === undefined || model.training === undefined) return undefined;
    const batch = this.#request.batch.train;
    const size = this.#sizes(batch);
    const accumulates = this.#accumulates();
    const gradients = this.#ready(training.gradients, { parts: (program) => gradientParts(model, program) });
    const paths = [...gradients.outputs].filter(([name]) => name.startsWith('gradient:'));
    const sums = accumulates ? paths.reduce((sum, [, node]) => sum + bytesOf(node.shape, 'float32', size), 0) : 0;
    const slots = training.slots.reduce((sum, { sizes }) => sum + sizes.reduce((a, b) => a * b, 4), 0);
    const lasting = { batch, weights: this.#weights, optimizer: slots + sums };
    const { parts } = gradientsBody({ ...this.#context, training: this.#prepared(training, gradients) }, gradients);
    const held = heldBy({ parts, size, backend: this.#request.backend, skipped: (part) => part === 'inputs', results: paths.map(([, node]) => node) });
    const backward = { activations: this.#batch(training, size) + held.peak - held.ofResults, gradients: held.ofResults, update: 0 };
    const update = this.#update(training, gradients, held.left, size);
    const most = [backward, update].reduce((a, b) => (sumOf(b) > sumOf(a) ? b : a));
    return { ...lasting, ...most, total: lasting.weights + lasting.optimizer + sumOf(most) };
  } // prettier-ignore

  /** While weights are updated: report, new statistics and gradients are there, and the new values of some weights. */
  #update(training: LoweredTraining, gradients: PreparedProgram, left: number, size: SizeOf): Passing {
    const byPath = [...gradients.outputs].filter(([name]) => name.startsWith('gradient:'));
    const waiting = new Map(byPath.map(([name, { shape }]) => [name.slice('gradient:'.length), bytesOf(shape, 'float32', size)])); // prettier-ignore
    let gradient = [...waiting.values()].reduce((sum, bytes) => sum + bytes, 0);
    const activations = Math.max(0, left - gradient);
    const { parts } = updateBody({ ...this.#context, training: this.#prepared(training, gradients) });
    let most: Passing = { activations, gradients: gradient, update: 0 };
    for (const paths of this.#groups(waiting)) {
      const { peak } = heldBy({ parts, size, backend: this.#request.backend, skipped: (part) => part !== shared && !paths.includes(part) }); // prettier-ignore
      const group = paths.reduce((sum, path) => sum + waiting.get(path)!, 0);
      // Means of sums of gradients stand in their places.
      const update = this.#accumulates() ? Math.max(2 * group, group + peak) : peak;
      if (activations + gradient + update > sumOf(most)) most = { activations, gradients: gradient, update };
      gradient -= group;
    }
    return most;
  }

  /** Whether gradients of several steps are summed before weights change. */
  #accumulates(): boolean {
    const { parameters } = this.#lowered.model.training!.optimizer;
    return (wholeOf(parameters['gradientAccumulationSteps']) ?? 1) > 1;
  }

  /** The groups of weights that are updated together. */
  #groups(bytes: ReadonlyMap<string, number>): readonly (readonly string[])[] {
    if (this.#lowered.model.training!.globalClipNorm !== undefined) return [[...bytes.keys()]];
    const groups: string[][] = [];
    let open = 0;
    for (const [path, own] of [...bytes].sort(([, a], [, b]) => a - b)) {
      if (open === 0) groups.push([]);
      groups.at(-1)!.push(path);
      open = open + own < worthOwnUpdate ? open + own : 0;
    }
    return groups;
  }

  #inputs(size: SizeOf): number {
    return this.#lowered.model.inputs.reduce((sum, { node }) => sum + this.#perExample(node.outputs[0]!, size), 0);
  }

  /** Inputs, targets, and what examples count. */
  #batch({ gradients }: LoweredTraining, size: SizeOf): number {
    const { targets } = this.#lowered.model.training!;
    const ofTargets = targets.reduce((sum, { node }) => sum + this.#perExample(node.outputs[0]!, size), 0);
    const leaves = topological(gradients.values()).filter(({ op }) => op === 'input');
    const named = (prefix: string): readonly TensorNode[] =>
      leaves.filter(({ attributes }) => String(attributes['name']).startsWith(prefix));
    // "Frozen" and "not frozen", a byte each, for all layers that keep statistics.
    const flags = named('frozen:').length > 0 ? 2 : 0;
    return this.#inputs(size) + ofTargets + flags + named('sampleWeight').reduce((sum, { shape }) => sum + bytesOf(shape, 'float32', size), 0);
  } // prettier-ignore

  #perExample({ shape, dtype }: TensorType, size: SizeOf): number {
    return bytesOf([this.#context.batch, ...completeSizes(shape)], dtype, size);
  }

  #ready(outputs: ReadonlyMap<string, TensorNode>, rest: Omit<PrepareOptions, 'backends'>): PreparedProgram {
    return prepare(outputs, this.#lowered.builder, { backends: this.#request.backends, ...rest });
  }

  #prepared(lowered: LoweredTraining, gradients: PreparedProgram): PreparedTraining {
    return {
      lowered,
      gradients,
      update: this.#ready(lowered.update, { parts: (program) => updateParts(program.outputs) }),
      evaluate: gradients,
    };
  }

  #sizes(batch: number): SizeOf {
    const { sizes } = this.#request;
    return (size) => evaluate(size, new Map([...sizes, [this.#lowered.batch.id, batch]]));
  }
}

type SizeOf = (size: Dim) => number;
type Passing = Pick<TrainingMemory, 'activations' | 'gradients' | 'update'>;

const sumOf = ({ activations, gradients, update }: Passing): number => activations + gradients + update;

const bytesOf = (shape: readonly Dim[], dtype: DType, size: SizeOf): number =>
  shape.reduce((product, axis) => product * size(axis), bytesOfType(dtype));

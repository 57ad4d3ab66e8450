/** Numbers for the sizes that a model leaves open → the bytes that it holds at most, or the names of the sizes that are missing. */
import type { ModelGraph } from '../graph/model-graph.ts';
import type { PlannedBackend } from '../memory/held.ts';
import { modelMemory } from '../memory/model-memory.ts';
import { evaluateCondition, variablesOfCondition } from '../shapes/index.ts';
import { asInteger, displayCondition } from '../shapes/index.ts';
import { UserError } from '../project/user-error.ts';
import type { ModelSummary } from './summarize.ts';

export interface MemorySettings {
  /** Examples in a prediction and in a training step; default 1, and that of the `train` block. */
  readonly batchSize?: number;
  /** Sizes by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  readonly backend: PlannedBackend;
}

/** Undefined for a model that stands for many: one of its parameters is open, and with it the sizes of its weights. */
export function summaryMemory(graph: ModelGraph, settings: MemorySettings): ModelSummary['memory'] {
  if (!graph.weights.every(({ shape }) => shape.every((size) => asInteger(size) !== undefined))) return undefined;
  const given = settings.sizes ?? {};
  const open = graph.sizes.filter(({ name }) => given[name] === undefined).map(({ name }) => name);
  if (open.length > 0) return { open };
  const sizes = new Map(graph.sizes.map(({ id, name }) => [id, given[name]!]));
  requireFit(graph, sizes);
  return modelMemory(graph, {
    backend: settings.backend,
    backends: ['wasm', 'cpu'],
    batch: { predict: settings.batchSize ?? 1, train: settings.batchSize ?? graph.training?.batchSize ?? 1 },
    sizes,
  });
}

/** Numbers that the model cannot be run with have no memory either. */
function requireFit(graph: ModelGraph, sizes: ReadonlyMap<number, number>): void {
  const broken = [...graph.requirements, ...(graph.training?.requirements ?? [])].find(
    ({ condition }) => variablesOfCondition(condition).length > 0 && !evaluateCondition(condition, sizes),
  );
  if (broken === undefined) return;
  const named = graph.sizes.map(({ id, name }) => `${name} = ${sizes.get(id)}`).join(', ');
  throw new UserError(
    `${graph.name} cannot have ${named}: it requires ${displayCondition(broken.condition)}`,
    'Choose other numbers for --size.',
  );
}

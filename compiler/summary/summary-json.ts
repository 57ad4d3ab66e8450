/**
 * A summary → the JSON of `nn summary --json`: a shape is an array of numbers and strings without the batch.
 */
import { asInteger, display, isSpread, type Dim, type Shape } from '../shapes/index.ts';
import type { ModelMemory } from '../memory/model-memory.ts';
import { isTrainable, type ModelSummary, type SummaryTensor } from './summarize.ts';

export type JsonSize = number | string;
export interface JsonTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly JsonSize[];
}
export interface JsonModelSummary {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string>>;
  readonly inputs: readonly JsonTensor[];
  readonly outputs: readonly JsonTensor[];
  readonly parameters: { readonly total: JsonSize; readonly trainable: JsonSize };
  /** Per example, multiply-add counting 2; an expression where sizes are open. */
  readonly flops: JsonSize;
  /** Bytes held at most at once; null where sizes are open. */
  readonly memory: {
    readonly predict: ModelMemory['predict'];
    readonly train: NonNullable<ModelMemory['train']> | null;
  } | null;
  readonly requirements: readonly string[];
  readonly layers: readonly {
    readonly path: string;
    readonly type: string;
    readonly outputShape: readonly JsonSize[];
    readonly parameters: JsonSize;
    readonly flops: JsonSize;
    readonly activationBytes: JsonSize | null;
  }[];
  readonly weights: readonly (JsonTensor & { readonly trainable: boolean })[];
}

export const summaryJson = (models: readonly ModelSummary[]): { readonly models: readonly JsonModelSummary[] } => ({
  models: models.map(modelJson),
});

function modelJson(model: ModelSummary): JsonModelSummary {
  return {
    name: model.name,
    arguments: model.arguments,
    inputs: model.inputs.map(tensorJson),
    outputs: model.outputs.map(tensorJson),
    parameters: { total: sizeJson(model.parameters.total), trainable: sizeJson(model.parameters.trainable) },
    flops: sizeJson(model.flops),
    memory:
      model.memory === undefined || 'open' in model.memory
        ? null
        : { predict: model.memory.predict, train: model.memory.train ?? null },
    requirements: model.requirements,
    layers: model.rows.map((row) => ({
      path: row.path,
      type: row.type,
      outputShape: shapeJson(row.outputShape),
      parameters: sizeJson(row.parameters),
      flops: sizeJson(row.flops),
      activationBytes: row.activationBytes ? sizeJson(row.activationBytes) : null,
    })),
    weights: model.weights.map((weight) => ({
      name: weight.path,
      dtype: weight.dtype ?? 'float32',
      shape: shapeJson(weight.shape),
      trainable: isTrainable(weight),
    })),
  };
}

const tensorJson = ({ name, dtype, shape }: SummaryTensor): JsonTensor => ({ name, dtype, shape: shapeJson(shape) });
const sizeJson = (size: Dim): JsonSize => asInteger(size) ?? display(size);
const shapeJson = (shape: Shape): readonly JsonSize[] =>
  shape.map((axis) => (isSpread(axis) ? `...${axis.name}` : sizeJson(axis)));

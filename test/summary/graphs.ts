/** Model graphs made by hand, for tests of what reads them. */
import { SourceFile } from '../../grammar/source.ts';
import type { LayerDefinition } from '../../compiler/definitions/define-layer.ts';
import type { FunctionDefinition } from '../../compiler/definitions/define-function.ts';
import type { TensorType } from '../../compiler/definitions/types.ts';
import type { ApplyNode, GraphNode, GraphValue, InputNode, ModelGraph, ModelWeight } from '../../compiler/graph/model-graph.ts'; // prettier-ignore
import { dim, multiply, variable, type Dim, type SizeVariable } from '../../compiler/shapes/index.ts';

export const file = new SourceFile('/work/digits.nn', 'model Digits {}\n');
export const origin = { file, span: { start: 0, end: 5 } };

export const size = (axis: number | SizeVariable): Dim => (typeof axis === 'number' ? dim(axis) : variable(axis));
export const type = (
  shape: readonly (number | SizeVariable)[],
  dtype: TensorType['dtype'] = 'float32',
): TensorType => ({
  dtype,
  shape: shape.map(size),
  batched: true,
});

export const input = (id: number, name: string, of: TensorType, kind: 'input' | 'target' = 'input'): InputNode => ({
  kind,
  id,
  name,
  outputs: [of],
  origin,
  label: name,
});

export const valueOf = (node: GraphNode): GraphValue => ({ node, output: 0, type: node.outputs[0]! });

interface Applied {
  readonly id: number;
  readonly definition: LayerDefinition | FunctionDefinition;
  readonly inputs: readonly GraphNode[];
  readonly output: TensorType;
  readonly path?: string;
  readonly weights?: Readonly<Record<string, string>>;
}
export const apply = ({ id, definition, inputs, output, path = '', weights = {} }: Applied): ApplyNode => ({
  kind: 'apply',
  id,
  definition,
  parameters: {},
  inputs: inputs.map(valueOf),
  outputs: [output],
  weights,
  path,
  origin,
  label: definition.name,
});

export const weight = (path: string, sizes: readonly number[], trainable = true): ModelWeight => ({
  path,
  sizes,
  shape: sizes.map(dim),
  initializer: { name: 'glorotUniform', arguments: {} },
  trainable,
  origin,
});

/** A dense layer that counts its multiplications as the real one does. */
export const dense = {
  kind: 'layer',
  name: 'Dense',
  parameters: {},
  tensors: ['x'],
  flow: 'linear',
  flops: ({ inputs, output }: { inputs: readonly TensorType[]; output: TensorType }) =>
    multiply(dim(2), multiply(inputs[0]!.shape.at(-1) as Dim, output.shape.reduce<Dim>((p, a) => multiply(p, a as Dim), dim(1)))), // prettier-ignore
} as unknown as LayerDefinition;
export const plainLayer = (name: string): LayerDefinition =>
  ({ kind: 'layer', name, parameters: {}, tensors: ['x'], flow: 'other' }) as unknown as LayerDefinition;
export const matMul = {
  kind: 'function',
  name: 'matMul',
  parameters: {},
  tensors: ['a', 'b'],
  flow: 'other',
  flops: () => dim(100),
} as unknown as FunctionDefinition;
export const relu = {
  kind: 'function',
  name: 'relu',
  parameters: {},
  tensors: ['x'],
  flow: 'bends',
} as unknown as FunctionDefinition;

export const model = (more: Partial<ModelGraph> & Pick<ModelGraph, 'nodes' | 'outputs' | 'inputs'>): ModelGraph => ({
  name: 'Digits',
  origin,
  arguments: {},
  sizes: [],
  weights: [],
  auxiliaryLosses: [],
  requirements: [],
  valueRequirements: [],
  ...more,
});

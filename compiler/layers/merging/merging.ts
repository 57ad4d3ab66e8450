/** Layers that join tensors element by element. */
import { elementwiseFlops } from '../../definitions/axes.ts';
import { defineLayer, type LayerDefinition } from '../../definitions/define-layer.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';

interface Merging {
  readonly formula: string;
  readonly name: string;
  readonly summary: string;
  readonly prefer?: string;
  readonly binary?: boolean;
  readonly lower: (op: Ops, xs: readonly TensorNode[]) => TensorNode;
}

const merge = (name: 'add' | 'subtract' | 'multiply' | 'maximum' | 'minimum') => (op: Ops, xs: readonly TensorNode[]) =>
  xs.reduce((a, b) => op[name](a, b));

const mergings: readonly Merging[] = [
  { name: 'Add', formula: 'x_1 + x_2 + …', summary: 'Sum of tensors.', prefer: 'add', lower: merge('add') },
  { name: 'Subtract', formula: 'x_1 - x_2', summary: 'Difference of two tensors.', prefer: 'subtract', binary: true, lower: merge('subtract') },
  { name: 'Multiply', formula: 'x_1 x_2 …', summary: 'Product of tensors, element by element.', prefer: 'multiply', lower: merge('multiply') },
  { name: 'Average', formula: '\\frac{1}{n} (x_1 + … + x_n)', summary: 'Mean of tensors, element by element.', lower: (op, xs) => op.multiply(merge('add')(op, xs), 1 / xs.length) },
  { name: 'Maximum', formula: '\\max(x_1, x_2, …)', summary: 'Largest of tensors, element by element.', prefer: 'maximum', lower: merge('maximum') },
  { name: 'Minimum', formula: '\\min(x_1, x_2, …)', summary: 'Smallest of tensors, element by element.', prefer: 'minimum', lower: merge('minimum') },
]; // prettier-ignore

const mergingLayer = (merging: Merging): LayerDefinition =>
  defineLayer({
    name: merging.name,
    summary: merging.summary,
    doc: `$${merging.formula}$, with broadcasting. [Keras](https://keras.io/api/layers/merging_layers/${merging.name.toLowerCase()}/)`,
    tensors: merging.binary ? ['x1', 'x2'] : ['...xs'],
    broadcasts: true,
    ...(merging.prefer === undefined ? {} : { prefer: merging.prefer }),
    parameters: {},
    shape: ({ inputs, need }) =>
      inputs.every((input) => need.dtype(input, ['float32'])) ? need.broadcast(inputs) : undefined,
    lower: ({ inputs, op }) => merging.lower(op, inputs),
    flops: ({ inputs, output }) => elementwiseFlops(output, Math.max(1, inputs.length - 1)),
    examples: [{ source: `(x, y) -> ${merging.name}`, input: ['n', 3], tensors: { y: ['n', 3] }, output: ['n', 3] }],
  });

export const mergingLayers: readonly LayerDefinition[] = mergings.map(mergingLayer);

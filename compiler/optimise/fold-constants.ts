/**
 * Ops of small constants become constants, by the reference evaluation. Large results stay computed: they would only
 * make the emitted code long.
 */
import { countOf, type NdArray } from '../graph/nd-array.ts';
import { evaluateNode, evaluationContext } from '../graph/evaluate.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { ops } from '../ops/index.ts';
import { asNumber } from '../shapes/index.ts';
import { ndArray } from '../graph/nd-array.ts';
import type { Rule } from './rewrite.ts';

const largestResult = 16;

function constantValue(node: TensorNode): NdArray | undefined {
  if (node.op !== 'constant') return undefined;
  const shape = node.shape.map(asNumber) as readonly number[];
  return ndArray(shape, node.attributes['values'] as readonly number[], node.dtype);
}

export const foldConstants: Rule = {
  name: 'f(constants) → constant',
  apply: (node, op) => {
    if (node.inputs.length === 0 || ops[node.op].traits.impure) return undefined;
    const shape = node.shape.map(asNumber);
    if (!shape.every((size) => size !== undefined) || countOf(shape) > largestResult) return undefined;
    const values = node.inputs.map(constantValue);
    if (!values.every((value) => value !== undefined)) return undefined;
    const result = evaluateNode(node, values, evaluationContext({}));
    return op.constant([...result.data], shape, node.dtype);
  },
};

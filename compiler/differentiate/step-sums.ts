/**
 * A gradient that is summed over the steps of a loop, as terms. Σ aₜᵀ bₜ is one product of all steps' rows, a sum over
 * axes is one over the time as well, and a convolution's filter gradient is linear in its batch; so these are computed
 * once, after the loop, from what the loop stacks. Anything else is added up step by step.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { booleanOf, numbersOf, readConvolution } from '../ops/attributes.ts';
import { product, sameShape } from '../ops/shape-rules.ts';

export type StepSum =
  | {
      readonly kind: 'after';
      /** Values at a step. */
      readonly parts: readonly TensorNode[];
      /** The sum, from their stacks. */
      readonly finish: (op: GraphBuilder, stacks: readonly TensorNode[]) => TensorNode;
    }
  | { readonly kind: 'carried'; readonly node: TensorNode };

/** `differs`: whether a value is another one at each step. */
export function stepSums(gradient: TensorNode, differs: (node: TensorNode) => boolean): readonly StepSum[] {
  if (gradient.op === 'add' && gradient.inputs.every((x) => sameShape(x.shape, gradient.shape)))
    return gradient.inputs.flatMap((x) => stepSums(x, differs));
  const sum = afterwards(gradient);
  return [sum?.kind === 'after' && sum.parts.every(differs) ? sum : { kind: 'carried', node: gradient }];
}

/** Time and batch as one axis. */
const asBatch = (op: GraphBuilder, x: TensorNode): TensorNode =>
  op.reshape(x, [product(x.shape.slice(0, 2)), ...x.shape.slice(2)]);

function afterwards(node: TensorNode): StepSum | undefined {
  const { inputs, attributes, shape } = node;
  switch (node.op) {
    case 'reshape': {
      const inner = afterwards(inputs[0]!);
      if (inner?.kind !== 'after') return undefined;
      return { ...inner, finish: (op, stacks) => op.reshape(inner.finish(op, stacks), shape) };
    }
    case 'matMul': {
      const plain = inputs.every((x) => x.shape.length === 2) && !booleanOf(attributes, 'transposeB');
      if (!plain || !booleanOf(attributes, 'transposeA')) return undefined;
      const finish = (op: GraphBuilder, stacks: readonly TensorNode[]): TensorNode => {
        const [a, b] = stacks.map((x) => asBatch(op, x));
        return op.matMul(a!, b!, { transposeA: true });
      };
      return { kind: 'after', parts: inputs, finish };
    }
    case 'sum': {
      const axes = [0, ...numbersOf(attributes, 'axes').map((axis) => axis + 1)];
      return {
        kind: 'after',
        parts: inputs,
        finish: (op, [x]) => op.reshape(op.sum(x!, axes), shape),
      };
    }
    case 'conv2dFilterGradient': {
      const finish = (op: GraphBuilder, stacks: readonly TensorNode[]): TensorNode => {
        const [x, dy] = stacks.map((stack) => asBatch(op, stack));
        return op.conv2dFilterGradient(x!, dy!, { ...readConvolution(attributes), filterShape: shape });
      };
      return { kind: 'after', parts: inputs, finish };
    }
    default:
      return undefined;
  }
}

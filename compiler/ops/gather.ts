/**
 * Rows by index: gather, its adjoint scatterAdd, and oneHot. Indices are in range: the boundary checks them.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { build, countOf, reader } from '../graph/nd-array.ts';
import { sizeOf } from './attributes.ts';
import { defineOp, type TensorType } from './define-op.ts';

function needIndices(indices: TensorType): void {
  if (indices.dtype !== 'int32') bug(`indices of dtype ${indices.dtype}`);
}

export const gather = defineOp('gather', {
  type: ([table, indices]) => {
    needIndices(indices!);
    return { dtype: table!.dtype, shape: [...indices!.shape, ...table!.shape.slice(1)] };
  },
  evaluate: ([table, indices]) => {
    const rank = indices!.shape.length;
    const [row, at] = [reader(indices!), reader(table!)];
    return build(table!.dtype, [...indices!.shape, ...table!.shape.slice(1)], (index) =>
      at([row(index.slice(0, rank)), ...index.slice(rank)]),
    );
  },
  gradient: ({ node, dy, op }) => [() => op.scatterAdd(node.inputs[1]!, dy, node.inputs[0]!.shape[0]!), undefined],
});

export const scatterAdd = defineOp('scatterAdd', {
  type: ([indices, updates], attributes) => {
    needIndices(indices!);
    return {
      dtype: updates!.dtype,
      shape: [sizeOf(attributes, 'rows'), ...updates!.shape.slice(indices!.shape.length)],
    };
  },
  evaluate: ([indices, updates], attributes, context) => {
    const rest = updates!.shape.slice(indices!.shape.length);
    const width = countOf(rest);
    const result = build(updates!.dtype, [context.size(sizeOf(attributes, 'rows')), ...rest], () => 0);
    indices!.data.forEach((row, i) => {
      for (let k = 0; k < width; k++) result.data[row * width + k]! += updates!.data[i * width + k]!;
    });
    return result;
  },
  gradient: ({ node, dy, op }) => [undefined, () => op.gather(dy, node.inputs[0]!)],
});

export const oneHot = defineOp('oneHot', {
  type: ([indices], attributes) => {
    needIndices(indices!);
    return { dtype: 'float32', shape: [...indices!.shape, sizeOf(attributes, 'depth')] };
  },
  evaluate: ([indices], attributes, context) => {
    const depth = context.size(sizeOf(attributes, 'depth'));
    const row = reader(indices!);
    return build('float32', [...indices!.shape, depth], (index) =>
      row(index.slice(0, -1)) === index[index.length - 1] ? 1 : 0,
    );
  },
  gradient: 'none',
});

/**
 * Which operands of a fused kernel its results may be written over: nothing reads them afterwards, and a kernel that goes over memory once has read a number
 * before it writes the one in its place. Where folds want further ways over a row, operands are read again, so there are none.
 */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import { bodyOf, sizesOf } from '../ops/attributes.ts';
import { sameShape } from '../ops/shape-rules.ts';
import { bufferOf } from './buffers.ts';

const folds: ReadonlySet<string> = new Set(['sum', 'max', 'min', 'softmax', 'logSoftmax']);

/**
 * The places among its operands, as many as results at most.
 * @param spent The buffers that nothing needs after the kernel.
 */
export function overwritten(kernel: TensorNode, spent: readonly TensorNode[]): readonly number[] {
  if (kernel.op !== 'elementwise' || spent.length === 0) return [];
  const { outputs } = bodyOf(kernel.attributes);
  if (topological(outputs).some(({ op }) => folds.has(op))) return [];
  const whole = sizesOf(kernel.attributes, 'whole');
  const buffers = kernel.inputs.map(bufferOf);
  const fitting = kernel.inputs.flatMap((x, i) => {
    const alone = buffers.indexOf(buffers[i]!) === buffers.lastIndexOf(buffers[i]!);
    return alone && spent.includes(buffers[i]!) && x.dtype === 'float32' && sameShape(x.shape, whole) ? [i] : [];
  });
  return fitting.slice(0, outputs.length);
}

/** Makes the bodies of loops, and of fused kernels, as attributes hold them. */
import type { OpName } from '../ops/op-names.ts';
import type { LoopBody, TensorNode } from './tensor-graph.ts';

export const loopBody = (outputs: readonly TensorNode[]): LoopBody =>
  Object.freeze({ loop: 'body', outputs: Object.freeze([...outputs]) });

/** Whether nodes of the op compute what a body says. */
export const hasBody = (op: OpName): boolean => op === 'scan' || op === 'elementwise';

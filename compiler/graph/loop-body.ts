/** Makes the bodies of loops as attributes hold them. */
import type { LoopBody, TensorNode } from './tensor-graph.ts';

export const loopBody = (outputs: readonly TensorNode[]): LoopBody =>
  Object.freeze({ loop: 'body', outputs: Object.freeze([...outputs]) });

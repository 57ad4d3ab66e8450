/**
 * What of the `.nn` a statement stands for: its place and text for comments and source maps, and the name from which
 * variables get theirs.
 */
import type { Place } from '../diagnostics/diagnostic.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';

export interface Stage {
  readonly place: Place;
  /** On one line: `Conv2D(32, 3, activation: relu)`. */
  readonly label: string;
  /** The layer's path or the function's name. */
  readonly name: string;
  /** Its place in the order of the text. */
  readonly order: number;
  /** Part of a loss or a metric. */
  readonly isLoss: boolean;
}
export type StageOf = (node: TensorNode) => Stage | undefined;

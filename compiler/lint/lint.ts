/**
 * What a lint is. Lints read finished graphs of programs that have no errors, and the text where it matters how
 * something was written; they report what is allowed and most likely not meant.
 */
import type { Place, Problem, RelatedPlace } from '../diagnostics/diagnostic.ts';
import type { ApplyNode, GraphNode, ModelGraph } from '../graph/model-graph.ts';
import type { ProgramText } from './program-text.ts';

/** A body that has been checked: a model with its numbers, or a block on its own, over all sizes. */
export interface Subject {
  readonly nodes: readonly GraphNode[];
  /** Absent for a block on its own. */
  readonly graph?: ModelGraph;
  /** The file that is checked. Only what stands in it is reported. */
  readonly text: ProgramText;
}

export interface Finding {
  /** Tells questions at one place apart: the layer that comes before one in a loop, by its place. */
  readonly key?: Place;
  readonly problem: Problem;
  readonly place: Place;
  readonly related?: readonly RelatedPlace[];
}

/**
 * `fine` where the question arises and nothing is wrong. One stage in a block or a loop stands for many nodes; it is
 * reported only where none of them is fine, since the text serves them all.
 */
export type Verdict = Finding | 'fine' | { readonly fine: Place } | undefined;

/** Looks at one application of a layer or function. */
export type NodeLint = (node: ApplyNode, subject: Subject) => Verdict;

/** Looks at a whole model or block. */
export type SubjectLint = (subject: Subject) => readonly Finding[];

/**
 * The passes that every program goes through first. Common subexpressions and dead code need none: equal structures are
 * one node, and what no output reaches is not in the program.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorProgram } from '../graph/tensor-graph.ts';
import { rebuildProgram } from '../graph/traverse.ts';
import { algebra } from './algebra.ts';
import { foldConstants } from './fold-constants.ts';
import { mergeLoops } from './loops.ts';
import { runPasses, type Pass } from './pass.ts';
import { rewriting } from './rewrite.ts';

export const simplifying: readonly Pass[] = [
  mergeLoops,
  rewriting('fold-constants', 'computes what depends on numbers alone', [foldConstants]),
  rewriting('simplify', 'leaves out arithmetic that changes nothing and moves that undo each other', [
    foldConstants,
    ...algebra,
  ]),
];

/** Before or after differentiation. `source` knows the origins if the program is of another builder. */
export function optimise(
  program: TensorProgram,
  builder: GraphBuilder,
  source: Pick<GraphBuilder, 'originOf'> = builder,
): TensorProgram {
  const own = source === builder ? program : rebuildProgram(program, builder, undefined, source);
  return runPasses(simplifying, own, builder).program;
}

/**
 * The optimisation passes in their order. Dead code needs none: what no output reaches is not in the program.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorProgram } from '../graph/tensor-graph.ts';
import { rebuildProgram } from '../graph/traverse.ts';
import { algebra } from './algebra.ts';
import { foldConstants } from './fold-constants.ts';
import { tidyLoops } from './loops.ts';
import { rewriteProgram, type Rule } from './rewrite.ts';

export interface Pass {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export const passes: readonly Pass[] = [
  { name: 'fold constants', rules: [foldConstants] },
  { name: 'simplify', rules: [foldConstants, ...algebra] },
];

/** Before or after differentiation. `source` knows the origins if the program is of another builder. */
export function optimise(
  program: TensorProgram,
  builder: GraphBuilder,
  source: Pick<GraphBuilder, 'originOf'> = builder,
): TensorProgram {
  let result = tidyLoops(rebuildProgram(program, builder, undefined, source), builder);
  let knows: Pick<GraphBuilder, 'originOf'> = builder;
  for (const { rules } of passes) {
    result = rewriteProgram(result, builder, rules, knows);
    knows = builder;
  }
  return result;
}

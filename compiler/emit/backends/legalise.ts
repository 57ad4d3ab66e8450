/**
 * A program for any backend → a program right and fast on all the given ones: the rewrites of every target, and what
 * they leave to simplify.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { TensorProgram } from '../../graph/tensor-graph.ts';
import { algebra } from '../../optimise/algebra.ts';
import { foldConstants } from '../../optimise/fold-constants.ts';
import { rewriteProgram, type Rule } from '../../optimise/rewrite.ts';
import { backendTables, type BackendName } from './backend-table.ts';
import { withOwnRightOperands } from './right-operands.ts';

/** After differentiation and `optimise`, before `fuse`. `source` knows the origins if the program is of another builder. */
export function legalise(
  program: TensorProgram,
  builder: GraphBuilder,
  targets: readonly BackendName[],
  source: Pick<GraphBuilder, 'originOf'> = builder,
): TensorProgram {
  const rules = new Set<Rule>([
    foldConstants,
    ...algebra,
    ...targets.flatMap((target) => backendTables[target].rewrites),
  ]);
  const rewritten = rewriteProgram(program, builder, [...rules], source);
  return targets.includes('wasm') ? withOwnRightOperands(rewritten, builder) : rewritten;
}

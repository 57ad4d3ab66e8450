/**
 * A program for any backend → a program right and fast on all the given ones: the rewrites of every target, and what
 * they leave to simplify.
 */
import type { GraphBuilder } from '../../graph/builder.ts';
import type { TensorProgram } from '../../graph/tensor-graph.ts';
import { algebra } from '../../optimise/algebra.ts';
import { foldConstants } from '../../optimise/fold-constants.ts';
import type { Pass } from '../../optimise/pass.ts';
import { rewriting } from '../../optimise/rewrite.ts';
import type { BackendName } from './backend-names.ts';
import { rewritesFor } from './backend-table.ts';
import { withOwnRightOperands } from './right-operands.ts';

/** After differentiation and `simplifying`, before `fusion`. */
export function legalising(targets: readonly BackendName[], weightsStay = false): Pass {
  const rewrites = rewriting('backends', `takes the forms that are right and fast on ${targets.join(' and ')}`, [
    foldConstants,
    ...algebra,
    ...rewritesFor(targets, weightsStay),
  ]);
  if (!targets.includes('wasm')) return rewrites;
  return {
    ...rewrites,
    run: (program, builder, source) => {
      const { program: rewritten, steps } = rewrites.run(program, builder, source);
      return { program: withOwnRightOperands(rewritten, builder), steps };
    },
  };
}

/** `source` knows the origins if the program is of another builder. */
export const legalise = (
  program: TensorProgram,
  builder: GraphBuilder,
  targets: readonly BackendName[],
  source: Pick<GraphBuilder, 'originOf'> = builder,
): TensorProgram => legalising(targets).run(program, builder, source).program;

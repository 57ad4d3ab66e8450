/**
 * A random case as a program that gives its result and its gradients by all operands.
 */
import { differentiate } from '../../compiler/differentiate/index.ts';
import type { TensorProgram } from '../../compiler/graph/index.ts';
import { applyCase, programOf, type Applied } from './apply-case.ts';
import type { Case } from './cases.ts';

export function withGradients(given: Case): { program: TensorProgram; applied: Applied } {
  const applied = applyCase(given);
  const { op, operands, result } = applied;
  if (result.dtype !== 'float32') return { program: programOf({ result }), applied };
  const probe = op.randomNormal(result.shape, { use: 0 });
  const gradients = differentiate(op, op.sum(op.multiply(result, probe)), operands);
  const named = gradients.flatMap((g, i) => (g ? [[`gradient${i}`, g] as const] : []));
  return { program: programOf({ result, ...Object.fromEntries(named) }), applied };
}

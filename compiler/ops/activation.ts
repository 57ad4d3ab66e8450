/**
 * What the activations of fused kernels compute.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { Attributes } from '../graph/tensor-graph.ts';
import { numberOf, stringOf } from './attributes.ts';
import { fusedActivations, type FusedActivation } from './compiler-ops.ts';

const functions: { readonly [Name in FusedActivation]: (x: number, alpha: number) => number } = {
  linear: (x) => x,
  relu: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  elu: (x) => (x >= 0 ? x : Math.expm1(x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  leakyrelu: (x, alpha) => (x > 0 ? x : alpha * x),
};

/** By a fused op's attributes `activation` and, for `leakyrelu`, `alpha`. */
export function activationOf(attributes: Attributes): (x: number) => number {
  const name = stringOf(attributes, 'activation');
  const known = fusedActivations.find((activation) => activation === name);
  if (!known) return bug(`no fused activation '${name}'`);
  const alpha = known === 'leakyrelu' ? numberOf(attributes, 'alpha') : 0;
  return (x) => functions[known](x, alpha);
}

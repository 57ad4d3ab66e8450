/**
 * What the activations of fused kernels compute.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { fusedActivations, type FusedActivation } from './compiler-ops.ts';

const functions: { readonly [Name in FusedActivation]: (x: number) => number } = {
  linear: (x) => x,
  relu: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  elu: (x) => (x >= 0 ? x : Math.expm1(x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

export function applyActivation(name: string, x: number): number {
  const known = fusedActivations.find((activation) => activation === name);
  return known ? functions[known](x) : bug(`no fused activation '${name}'`);
}

/**
 * Backends that share their code for training. The gradients of convolutions, transposed products and sums have other fast forms on each graphics
 * card's backend than over memory, so that each has a module of its own, loaded where it runs; `cpu`, where `wasm` does not start, takes what is
 * made for both. Predictions, which the first script holds, are one code for all targets.
 */
import type { BackendName } from './backend-names.ts';

export interface Family {
  /** Behind the names of its modules: `digits.train.webgpu`. None for the first of several families, or the only one. */
  readonly suffix: '' | `.${BackendName}`;
  readonly backends: readonly BackendName[];
}

const families: readonly (readonly [BackendName, ...BackendName[]])[] = [['wasm', 'cpu'], ['webgl'], ['webgpu']];

/** The suffixes that there are. */
export const familySuffixes: readonly Family['suffix'][] = [
  '',
  ...families.slice(1).map(([name]) => `.${name}` as const),
];

/** Those of the targets, in an order that does not depend on theirs. */
export function familiesOf(targets: readonly BackendName[]): readonly Family[] {
  const present = families
    .map((names) => names.filter((name) => targets.includes(name)))
    .filter((names) => names.length > 0);
  return present.map((backends, i) => ({ suffix: i === 0 ? '' : `.${backends[0]!}`, backends }));
}

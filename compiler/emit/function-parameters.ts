/**
 * What the parameters of emitted functions are called. Sizes and inputs keep the names that the user gave them, so where
 * one of them is called `w` or `d`, the parameter gives way.
 */
import type { Scope } from './identifiers.ts';

export interface ParameterNames {
  readonly device: string;
  readonly weights: string;
  readonly slots: string;
  readonly learningRate: string;
  /** Not `step`, which is a kernel function. */
  readonly step: string;
  readonly seed: string;
  readonly gradients: string;
  readonly saved: string;
  readonly frozen: string;
  readonly inputGradients: string;
  readonly sampleWeight: string;
  readonly sampleWeights: string;
}
export type ParameterRole = keyof ParameterNames;

const wanted: readonly (readonly [ParameterRole, short: string, long: string])[] = [
  ['device', 'd', 'device'],
  ['weights', 'w', 'weights'],
  ['slots', 's', 'slots'],
  ['learningRate', 'learningRate', 'learningRate'],
  ['step', 'stepCount', 'stepCount'],
  ['seed', 'seed', 'seed'],
  ['gradients', 'g', 'gradients'],
  ['saved', 'saved', 'savedValues'],
  ['frozen', 'frozen', 'frozenLayers'],
  ['inputGradients', 'inputGradients', 'inputGradients'],
  ['sampleWeight', 'sampleWeight', 'sampleWeight'],
  ['sampleWeights', 'sampleWeights', 'sampleWeights'],
];

/** Leaves that are no tensors of the user's: `gradient:dense.kernel` is `g['dense.kernel']`. */
type LeafRole = 'gradients' | 'saved' | 'frozen' | 'sampleWeight' | 'sampleWeights';
const roles: Readonly<Record<string, LeafRole>> = {
  gradient: 'gradients',
  saved: 'saved',
  frozen: 'frozen',
  sampleWeight: 'sampleWeight',
  sampleWeights: 'sampleWeights',
};

/** The parameter that holds a leaf, and its key there, '' where it is the parameter itself; undefined for inputs and targets. */
export function specialLeaf(name: string): { readonly role: LeafRole; readonly key: string } | undefined {
  const end = name.indexOf(':');
  const role = end < 0 ? undefined : roles[name.slice(0, end)];
  return role && { role, key: name.slice(end + 1) };
}

/** Asked for after the user's names are taken. */
export function parameterNames(scope: Scope): ParameterNames {
  const entries = wanted.map(([role, short, long]) => [role, scope.freshNear(scope.has(short) ? long : short)]);
  return Object.fromEntries(entries) as Record<ParameterRole, string>;
}

/**
 * What each backend lacks, computes wrongly or slowly, as rewrites into what it does right and fast. The only place
 * that knows; each defect is described with the rule.
 */
import type { Rule } from '../../optimise/rewrite.ts';
import {
  explicitSame,
  explicitSameDepthwise,
  filterGradient,
  inputGradient,
  pointwiseByProduct,
} from './convolution.ts';
import { comparisonByStep, maximumIsRelu, minimumIsRelu, noStopGradient, wholeChoices } from './elementwise.ts';
import { averagePoolGradient, maxPoolGradient } from './pooling.ts';
import { broadcastByProduct, flatMatMul, outerProduct, plainMatMul, plainSlice, sumByPooling } from './products.ts';
import { withFewerAxes } from './ranks.ts';
import { forwardSums, sumsInThree } from './running-sums.ts';
import { exactSines } from './trigonometry.ts';

export const backendNames = ['wasm', 'cpu', 'webgl', 'webgpu'] as const;
export type BackendName = (typeof backendNames)[number];

export interface BackendTable {
  readonly name: BackendName;
  readonly rewrites: readonly Rule[];
}

/**
 * `stopGradient` has no kernel; tfjs gives the gradient of an average pool wrongly at padded edges; the gradients of
 * convolutions by the filter take 15 s on cpu, 95 % of a training step on webgpu, and do not exist for dilations.
 */
const everywhere: readonly Rule[] = [
  noStopGradient,
  filterGradient,
  inputGradient,
  averagePoolGradient,
  outerProduct,
  flatMatMul,
];

/** What webgl and webgpu have in common. */
const graphics: readonly Rule[] = [...withFewerAxes, sumsInThree, ...exactSines];

export const backendTables: { readonly [Name in BackendName]: BackendTable & { readonly name: Name } } = {
  wasm: {
    name: 'wasm',
    rewrites: [
      ...everywhere,
      maxPoolGradient,
      explicitSame,
      explicitSameDepthwise,
      plainMatMul,
      plainSlice,
      sumByPooling,
      broadcastByProduct,
      maximumIsRelu,
      minimumIsRelu,
      comparisonByStep,
      wholeChoices,
    ],
  },
  cpu: { name: 'cpu', rewrites: everywhere },
  webgl: { name: 'webgl', rewrites: [...everywhere, ...graphics] },
  webgpu: { name: 'webgpu', rewrites: [...everywhere, ...graphics, forwardSums] },
};

/** A form that some backends are faster in, taken where no target is slower in it. */
export interface Preference {
  readonly rule: Rule;
  /** Weights that stay are packed once; in training they are new at every step. */
  readonly weightsStay: boolean;
  readonly fasterOn: readonly BackendName[];
  readonly asFastOn: readonly BackendName[];
}

const preferences: readonly Preference[] = [
  { rule: pointwiseByProduct, weightsStay: true, fasterOn: ['cpu'], asFastOn: ['wasm'] },
  { rule: pointwiseByProduct, weightsStay: false, fasterOn: ['cpu', 'wasm'], asFastOn: [] },
];

/** What all targets together call for. */
export function rewritesFor(targets: readonly BackendName[], weightsStay: boolean): readonly Rule[] {
  const wanted = preferences.filter(
    ({ fasterOn, asFastOn, ...when }) =>
      when.weightsStay === weightsStay &&
      targets.some((target) => fasterOn.includes(target)) &&
      targets.every((target) => fasterOn.includes(target) || asFastOn.includes(target)),
  );
  const needed = targets.flatMap((target) => backendTables[target].rewrites);
  return [...new Set([...needed, ...wanted.map(({ rule }) => rule)])];
}

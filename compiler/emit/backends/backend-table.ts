/**
 * What each backend lacks, computes wrongly or slowly, as rewrites into what it does right and fast. The only place
 * that knows; each defect is described with the rule.
 */
import type { Rule } from '../../optimise/rewrite.ts';
import { explicitSame, explicitSameDepthwise, filterGradient, inputGradient } from './convolution.ts';
import { comparisonByStep, maximumIsRelu, minimumIsRelu, noStopGradient, wholeChoices } from './elementwise.ts';
import { averagePoolGradient, maxPoolGradient } from './pooling.ts';
import {
  activationsBeforeReshape,
  biasBeforeReshape,
  broadcastByProduct,
  flatMatMul,
  outerProduct,
  plainMatMul,
  plainSlice,
  sumByPooling,
} from './products.ts';
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
  biasBeforeReshape,
  ...activationsBeforeReshape,
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

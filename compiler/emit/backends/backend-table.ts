/**
 * What each backend lacks, computes wrongly or slowly, as rewrites into what it does right and fast. The only place
 * that knows; each defect is described with the rule.
 */
import { because, type Rule } from '../../optimise/rewrite.ts';
import type { BackendName } from './backend-names.ts';
import {
  explicitSame,
  explicitSameDepthwise,
  filterGradient,
  inputGradient,
  pointwiseByProduct,
} from './convolution.ts';
import { comparisonByStep, maximumIsRelu, minimumIsRelu, noStopGradient, wholeChoices } from './elementwise.ts';
import { averagePoolGradient } from './pooling.ts';
import { broadcastByProduct, flatMatMul, outerProduct, plainInLoops, plainMatMul, plainSlice, plainVectors, sumByPooling } from './products.ts'; // prettier-ignore
import { withFewerAxes } from './ranks.ts';
import { forwardSums, sumsInThree } from './running-sums.ts';
import { exactSines } from './trigonometry.ts';

export interface BackendTable {
  readonly name: BackendName;
  readonly rewrites: readonly Rule[];
}

/** `stopGradient` has no kernel; tfjs gives the gradient of an average pool wrongly at padded edges. */
const everywhere: readonly Rule[] = [
  noStopGradient,
  because('wasm has a kernel that takes nine times as long', inputGradient),
  because("tfjs's kernel is wrong where windows reach over the edge", averagePoolGradient),
  because('nothing moves', plainVectors),
  because('nothing is summed', outerProduct),
  because('one product of all rows is faster than one for each example', flatMatMul),
];

/** Nor does any kernel know dilations. On webgpu the runtime has a shader for it. */
const byFilter = because(
  'wasm has no kernel for it, cpu takes a thousand times as long, webgl eight times',
  filterGradient,
);

/** What webgl and webgpu have in common. */
const graphics: readonly Rule[] = [
  ...withFewerAxes.map((rule) => because('shaders for more than four axes are wrong or missing', rule)),
  because('shaders know four axes at most', sumsInThree),
  ...exactSines.map((rule) => because('sines of graphics cards are off far from zero', rule)),
];

export const backendTables: { readonly [Name in BackendName]: BackendTable & { readonly name: Name } } = {
  wasm: {
    name: 'wasm',
    rewrites: [
      ...everywhere,
      byFilter,
      because('wasm pads wrongly where a window is shorter than its stride', explicitSame),
      because('wasm pads wrongly where a window is shorter than its stride', explicitSameDepthwise),
      because('wasm takes 40 times as long for strides, and forgets the type', plainSlice),
      because('wasm sums over axes before the last 15 times as fast by pooling', sumByPooling),
      because('wasm repeats 100 times as fast by multiplying', broadcastByProduct),
      because('wasm takes 80 times as long for a maximum of two', maximumIsRelu),
      because('wasm takes 10 times as long for a minimum of two', minimumIsRelu),
      because('wasm takes 20 times as long for comparisons', comparisonByStep),
      because('wasm repeats no number there', wholeChoices),
    ],
  },
  cpu: { name: 'cpu', rewrites: [...everywhere, byFilter] },
  webgl: { name: 'webgl', rewrites: [...everywhere, byFilter, ...graphics] },
  webgpu: {
    name: 'webgpu',
    rewrites: [...everywhere, ...graphics, because("webgpu's shader for sums from the end is wrong", forwardSums)],
  },
};

/** A form that some backends are faster in, taken where no target is slower in it. */
export interface Preference {
  readonly rule: Rule;
  /** Whether it is meant for weights that stay, or for those of training, which wasm does not pack. */
  readonly weightsStay: boolean;
  readonly fasterOn: readonly BackendName[];
  readonly asFastOn: readonly BackendName[];
}

const product = because('cpu multiplies matrices 2 to 4.6 times as fast as it convolves', pointwiseByProduct);

/** In training wasm multiplies by code of ours, which takes transposed operands as they lie. Predictions that are not planned yet are tfjs's. */
const plain = because('tfjs takes 12 to 18 times as long on wasm for transposed operands', plainMatMul);
const outside = because('it is transposed once, outside of the loop', plainInLoops);
const others: readonly BackendName[] = ['cpu', 'webgl', 'webgpu'];

const preferences: readonly Preference[] = [
  { rule: plain, weightsStay: true, fasterOn: ['wasm'], asFastOn: others },
  { rule: outside, weightsStay: false, fasterOn: ['wasm'], asFastOn: others },
  { rule: product, weightsStay: true, fasterOn: ['cpu'], asFastOn: ['wasm'] },
  { rule: product, weightsStay: false, fasterOn: ['cpu'], asFastOn: [] },
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

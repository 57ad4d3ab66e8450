/** Every layer by area, in the order of the documentation. */
import type { LayerDefinition } from '../definitions/define-layer.ts';
import { activationLayer, eluLayer, leakyReLU, reluLayer, softmaxLayer } from './activation/activation.ts';
import { additiveAttention, attention } from './attention/attention.ts';
import { einsumDense } from './attention/einsum-dense.ts';
import { groupQueryAttention } from './attention/group-query-attention.ts';
import { multiHeadAttention } from './attention/multi-head-attention.ts';
import { prelu } from './activation/prelu.ts';
import { convolutions } from './convolution/convolution.ts';
import { depthwiseConvolutions } from './convolution/depthwise.ts';
import { separableConvolutions } from './convolution/separable.ts';
import { transposedConvolutions } from './convolution/transposed.ts';
import { dense } from './core/dense.ts';
import { embedding } from './core/embedding.ts';
import { identityLayer } from './core/identity.ts';
import { categoryEncoding } from './features/category-encoding.ts';
import { discretization } from './features/discretization.ts';
import { imageLayers } from './image/index.ts';
import { concatenate } from './merging/concatenate.ts';
import { dotLayer } from './merging/dot.ts';
import { mergingLayers } from './merging/merging.ts';
import { batchNormalization } from './normalization/batch-normalization.ts';
import { groupNormalization } from './normalization/group-normalization.ts';
import { layerNormalization } from './normalization/layer-normalization.ts';
import { normalization } from './normalization/normalization.ts';
import { spectralNormalization } from './normalization/spectral-normalization.ts';
import { rmsNormalization, unitNormalization } from './normalization/unit-normalization.ts';
import { adaptivePoolingLayers } from './pooling/adaptive-pooling.ts';
import { globalPoolingLayers } from './pooling/global-pooling.ts';
import { poolingLayers } from './pooling/pooling.ts';
import { recurrentLayers } from './recurrent/index.ts';
import { activityRegularization } from './regularization/activity-regularization.ts';
import { dropout } from './regularization/dropout.ts';
import { alphaDropout, gaussianDropout, gaussianNoise, spatialDropouts } from './regularization/noise.ts';
import { croppings } from './reshaping/cropping.ts';
import { flattenLayer } from './reshaping/flatten.ts';
import { permute, repeatVector, rescaling } from './reshaping/rearranging.ts';
import { reshapeLayer } from './reshaping/reshape.ts';
import { upSamplings } from './reshaping/up-sampling.ts';
import { zeroPaddings } from './reshaping/zero-padding.ts';

export const layerAreas = {
  core: [dense, einsumDense, embedding, identityLayer],
  convolution: [...convolutions, ...transposedConvolutions, ...depthwiseConvolutions, ...separableConvolutions],
  pooling: [...poolingLayers, ...globalPoolingLayers, ...adaptivePoolingLayers],
  recurrent: recurrentLayers,
  attention: [multiHeadAttention, groupQueryAttention, attention, additiveAttention],
  normalization: [
    batchNormalization,
    layerNormalization,
    groupNormalization,
    rmsNormalization,
    unitNormalization,
    spectralNormalization,
    normalization,
  ],
  regularization: [dropout, ...spatialDropouts, gaussianNoise, gaussianDropout, alphaDropout, activityRegularization],
  reshaping: [flattenLayer, reshapeLayer, repeatVector, permute, ...croppings, ...upSamplings, ...zeroPaddings],
  merging: [...mergingLayers, concatenate, dotLayer],
  activation: [activationLayer, reluLayer, leakyReLU, eluLayer, prelu, softmaxLayer],
  preprocessing: [rescaling, categoryEncoding, discretization],
  images: imageLayers,
} as const satisfies Readonly<Record<string, readonly LayerDefinition[]>>;

export const layers: readonly LayerDefinition[] = Object.values(layerAreas).flat();

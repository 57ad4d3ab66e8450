/**
 * Kernel functions with windows that slide over images [n, h, w, c]: convolutions, pooling, their gradients. Filters are [h, w, in, out],
 * depthwise filters [h, w, in, multiplier]. Each returns new data.
 */
import { convolutionOnWebgpu, filterGradientOnWebgpu } from './convolutions-on-webgpu.ts';
import { type Activation, activationAttributes, asMadeWithThisShape } from './fused.ts';
import { kernelPadding, type Padding, type PoolAttributes, pooling } from './padding.ts';
import type { Device } from '../device.ts';
import type { Data } from '../program.ts';
import { convolutionInMemory } from '../simd/convolutions.ts';

export type { Padding, PoolAttributes } from './padding.ts';

export interface ConvolutionAttributes {
  /** [height, width]. */
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  /** [height, width]; default [1, 1]. */
  readonly dilations?: readonly [number, number];
}
export interface FusedConvolutionAttributes extends ConvolutionAttributes {
  readonly activation?: Activation;
  /** The slope of `leakyrelu` below 0. */
  readonly alpha?: number;
}
/** [n, h, w, in] ∗ [fh, fw, in, out] → [n, oh, ow, out]. */
export function conv2d(d: Device, x: Data, filter: Data, attributes: ConvolutionAttributes): Data {
  const own = ownConvolution(d, x, filter, undefined, attributes);
  return own ?? d.run('Conv2D', { x, filter }, convolution(attributes));
}

/** activation(x ∗ filter + bias), bias [out]. */
export function fusedConv2d(
  d: Device,
  x: Data,
  filter: Data,
  bias: Data | undefined,
  attributes: FusedConvolutionAttributes,
): Data {
  const own = ownConvolution(d, x, filter, bias, attributes);
  if (own !== undefined) return own;
  return d.run(
    'FusedConv2D',
    { x, filter, bias: asMadeWithThisShape(d, bias) },
    { ...convolution(attributes), ...activationAttributes(attributes.activation, attributes.alpha) },
  );
}

/** Each channel by its own filters: [n, h, w, in] ∗ [fh, fw, in, multiplier] → [n, oh, ow, in · multiplier]. */
export function depthwiseConv2d(d: Device, x: Data, filter: Data, attributes: ConvolutionAttributes): Data {
  return d.run('DepthwiseConv2dNative', { x, filter }, convolution(attributes));
}

/** activation(depthwise convolution + bias), bias [in · multiplier]. */
export function fusedDepthwiseConv2d(
  d: Device,
  x: Data,
  filter: Data,
  bias: Data | undefined,
  attributes: FusedConvolutionAttributes,
): Data {
  return d.run(
    'FusedDepthwiseConv2D',
    { x, filter, bias: asMadeWithThisShape(d, bias) },
    { ...convolution(attributes), ...activationAttributes(attributes.activation, attributes.alpha) },
  );
}

/** The greatest value of each window and channel. */
export function maxPool(d: Device, x: Data, attributes: PoolAttributes): Data {
  return d.run('MaxPool', { x }, pooling(attributes));
}

/** The mean of each window and channel; padding is not counted. */
export function averagePool(d: Device, x: Data, attributes: PoolAttributes): Data {
  return d.run('AvgPool', { x }, pooling(attributes));
}

/** The gradient of `averagePool` by its operand of shape `xShape`. */
export function averagePoolGradient(d: Device, dy: Data, xShape: readonly number[], attributes: PoolAttributes): Data {
  // The kernels look at nothing of the operand but its shape and dtype.
  const input: Data = { dataId: dy.dataId, shape: [...xShape], dtype: dy.dtype };
  return d.run('AvgPoolGrad', { dy, input }, pooling(attributes));
}

/** The gradient of `conv2d` (without dilations) by its operand of shape `inputShape`. */
export function conv2dInputGradient(
  d: Device,
  dy: Data,
  filter: Data,
  attributes: ConvolutionAttributes & { readonly inputShape: readonly number[] },
): Data {
  return d.run(
    'Conv2DBackpropInput',
    { dy, filter },
    { ...convolution(attributes), inputShape: attributes.inputShape },
  );
}

/** The gradient of `conv2d` (without dilations) by its filter of shape `filterShape`. wasm has no kernel for it. */
export function conv2dFilterGradient(
  d: Device,
  x: Data,
  dy: Data,
  attributes: ConvolutionAttributes & { readonly filterShape: readonly number[] },
): Data {
  const own = d.runsShaders ? filterGradientOnWebgpu(d, x, dy, attributes) : undefined;
  return (
    own ?? d.run('Conv2DBackpropFilter', { x, dy }, { ...convolution(attributes), filterShape: attributes.filterShape })
  );
}

/** By code of ours, where there is some and it can do it. */
const ownConvolution: typeof convolutionOnWebgpu = (d, ...call) =>
  d.runsShaders ? convolutionOnWebgpu(d, ...call) : convolutionInMemory(d, ...call);

const unit = [1, 1] as const;

function convolution({ strides, padding, dilations = unit }: ConvolutionAttributes): Readonly<Record<string, unknown>> {
  return { strides, pad: kernelPadding(padding), dilations, dataFormat: 'NHWC' };
}

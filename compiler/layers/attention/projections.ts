/** What the multi-head layers share: their parameters, their projections into heads, and the masks of a call. */
import { product, sizeAt } from '../../definitions/axes.ts';
import type { LayerWeight } from '../../definitions/define-layer.ts';
import type { Need } from '../../definitions/need.ts';
import {
  bool,
  constraint,
  initializer,
  named,
  optionalInt,
  regularizer,
  type ValuesOf,
} from '../../definitions/parameters.ts';
import type { TensorType } from '../../definitions/types.ts';
import { matMulLastAxis } from '../../functions/mat-mul-last-axis.ts';
import { causalMask, joinMasks } from '../../functions/attend.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { ONE, type Dim } from '../../shapes/index.ts';

export const attentionTensors = ['query', 'value', 'key?', 'queryMask?', 'valueMask?', 'keyMask?', 'attentionMask?'] as const; // prettier-ignore

/** In Keras's order. */
export const projectionParameters = {
  kernelInitializer: initializer({ doc: 'Start values of the kernels.', default: named('glorotUniform') }),
  biasInitializer: initializer({ doc: 'Start values of the biases.', default: named('zeros') }),
  kernelRegularizer: regularizer({ doc: 'Penalty on the kernels, added to the loss.' }),
  biasRegularizer: regularizer({ doc: 'Penalty on the biases, added to the loss.' }),
  activityRegularizer: regularizer({ doc: 'Penalty on what each projection gives, a mean per example, added to the loss.' }),
  kernelConstraint: constraint({ doc: 'Applied to the kernels after each update.' }),
  biasConstraint: constraint({ doc: 'Applied to the biases after each update.' }),
  useGate: bool({ doc: 'Multiply what each head gives by the sigmoid of a projection of the query, `gate`.', default: false }),
}; // prettier-ignore

export const slidingWindow = {
  slidingWindow: optionalInt({ doc: 'Look only at positions less than this far away.', min: 1, named: true }),
};

export const callParameters = {
  useCausalMask: bool({ doc: 'Look at earlier positions and the own one only.', default: false }),
  returnAttentionScores: bool({ doc: 'Give the weights of the keys as a second result, `attentionScores`.', default: false }),
}; // prettier-ignore

type Projection = ValuesOf<typeof projectionParameters> & { readonly useBias: boolean };

/** `query.kernel` and `query.bias`. */
export const projection = (p: Projection, name: string, kernel: readonly Dim[], bias: readonly Dim[]): Record<string, LayerWeight | false> => ({
  [`${name}.kernel`]: { shape: kernel, initializer: p.kernelInitializer, regularizer: p.kernelRegularizer, constraint: p.kernelConstraint },
  [`${name}.bias`]: p.useBias && { shape: bias, initializer: p.biasInitializer, regularizer: p.biasRegularizer, constraint: p.biasConstraint },
}); // prettier-ignore

export const sizesOfSequence = ({ shape }: TensorType): { readonly positions: Dim | undefined; readonly features: Dim | undefined } => ({
  positions: sizeAt(shape, 0),
  features: sizeAt(shape, 1),
}); // prettier-ignore

export interface Sequences {
  readonly queries: Dim;
  readonly keys: Dim;
  readonly queryFeatures: Dim;
  readonly valueFeatures: Dim;
  readonly keyFeatures: Dim;
}

/** Query, value and key as sequences that fit; each `[positions, features]`. */
export function needSequences(inputs: Readonly<Record<string, TensorType>>, need: Need): Sequences | undefined {
  const [query, value] = [inputs['query'], inputs['value']];
  if (!query || !value) return undefined;
  const key = inputs['key'] ?? value;
  for (const input of [query, value, key])
    if (!need.rank(input, 2, '[positions, features]') || !need.dtype(input, ['float32'])) return undefined;
  const [q, v, k] = [query, value, key].map(sizesOfSequence) as [ReturnType<typeof sizesOfSequence>, ReturnType<typeof sizesOfSequence>, ReturnType<typeof sizesOfSequence>]; // prettier-ignore
  if (!q.positions || !q.features || !v.positions || !v.features || !k.positions || !k.features) return undefined;
  const context = { what: 'positions of key and value', left: { input: key, axis: 0 }, right: { input: value, axis: 0 } }; // prettier-ignore
  if (!need.equal(k.positions, v.positions, context)) return undefined;
  return { queries: q.positions, keys: v.positions, queryFeatures: q.features, valueFeatures: v.features, keyFeatures: k.features }; // prettier-ignore
}

/** Masks are bool: `queryMask [query]`, `keyMask` and `valueMask [key]`, `attentionMask [query, key]`. */
export function needMasks(inputs: Readonly<Record<string, TensorType>>, { queries, keys }: Sequences, need: Need): boolean {
  const wanted: Readonly<Record<string, readonly Dim[]>> = { queryMask: [queries], valueMask: [keys], keyMask: [keys], attentionMask: [queries, keys] };
  for (const [name, shape] of Object.entries(wanted)) {
    const mask = inputs[name];
    if (!mask) continue;
    if (!need.dtype(mask, ['bool']) || !need.rank(mask, shape.length, `${shape.length === 1 ? '[positions]' : '[query, key]'} for \`${name}\``)) return false;
    for (const [axis, size] of shape.entries()) {
      const own = sizeAt(mask.shape, axis);
      if (!own || !need.equal(own, size, { what: `positions of \`${name}\` and what it masks`, left: { input: mask, axis } })) return false;
    }
  }
  return true;
} // prettier-ignore

/** x `[n, s, d]` times kernel `[d, heads, size]`: `[n, s, heads, size]`. */
export function intoHeads(op: Ops, x: TensorNode, kernel: TensorNode, bias: TensorNode | undefined): TensorNode {
  const [features, heads, size] = kernel.shape as readonly [Dim, Dim, Dim];
  const width = product([heads, size]);
  const flat = matMulLastAxis(op, x, op.reshape(kernel, [features, width]));
  const shifted = bias ? op.add(flat, op.reshape(bias, [width])) : flat;
  return op.reshape(shifted, [...x.shape.slice(0, -1), heads, size]);
}

/** x `[n, s, heads, size]` times kernel `[heads, size, d]`: `[n, s, d]`. */
export function outOfHeads(op: Ops, x: TensorNode, kernel: TensorNode, bias: TensorNode | undefined): TensorNode {
  const [heads, size, features] = kernel.shape as readonly [Dim, Dim, Dim];
  const width = product([heads, size]);
  const flat = op.reshape(x, [...x.shape.slice(0, -2), width]);
  const y = matMulLastAxis(op, flat, op.reshape(kernel, [width, features]));
  return bias ? op.add(y, bias) : y;
}

/** bool `[1, 1, queries, keys]`: places less than `window` apart. */
function windowMask(op: Ops, queries: Dim, keys: Dim, window: Dim): TensorNode {
  const apart = op.subtract(op.reshape(op.arange(queries), [ONE, ONE, queries, ONE]), op.reshape(op.arange(keys), [ONE, ONE, ONE, keys]));
  return op.less(op.abs(op.cast(apart, 'float32')), op.dimension(window));
} // prettier-ignore

/** What a call looks at, besides its tensors. */
interface Looking {
  readonly useCausalMask: boolean;
  readonly slidingWindow: Dim | undefined;
}

/** All masks of a call as one, `[n or 1, 1, query, key]`. */
export function maskOfCall(op: Ops, inputs: Readonly<Record<string, TensorNode>>, p: Looking): TensorNode | undefined {
  const [queries, keys] = [inputs['query']!.shape[1]!, inputs['value']!.shape[1]!];
  const column = (mask: TensorNode | undefined) => mask && op.reshape(mask, [mask.shape[0]!, ONE, queries, ONE]);
  const row = (mask: TensorNode | undefined) => mask && op.reshape(mask, [mask.shape[0]!, ONE, ONE, keys]);
  const whole = inputs['attentionMask'];
  return joinMasks(op, [
    column(inputs['queryMask']),
    row(inputs['valueMask']),
    row(inputs['keyMask']),
    p.useCausalMask ? causalMask(op, 4, queries, keys) : undefined,
    p.slidingWindow ? windowMask(op, queries, keys, p.slidingWindow) : undefined,
    whole && op.reshape(whole, [whole.shape[0]!, ONE, queries, keys]),
  ]);
} // prettier-ignore

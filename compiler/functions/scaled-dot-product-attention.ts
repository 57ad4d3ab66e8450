/** `scaledDotProductAttention`: attention as a function of queries, keys and values. */
import { product, sizeAt, sizesOf } from '../definitions/axes.ts';
import { defineFunction } from '../definitions/define-function.ts';
import type { Need } from '../definitions/need.ts';
import { bool, optionalFloat } from '../definitions/parameters.ts';
import { convert } from '../definitions/promotion.ts';
import type { TensorType } from '../definitions/types.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { add, asNumber, dim, multiply, type Dim, type Shape } from '../shapes/index.ts';
import { attentionWeights, causalMask, joinMasks, swapped } from './attend.ts';

interface Sizes {
  readonly queries: Dim;
  readonly keys: Dim;
  readonly features: Dim;
  readonly values: Dim;
}

/** The sizes of the last two axes of all three, which must fit. */
function attentionSizes(query: TensorType, key: TensorType, value: TensorType, need: Need): Sizes | undefined {
  const all = [query, key, value] as const;
  if (!all.every((x) => need.rankAtLeast(x, 2, '[…, positions, features]') && need.dtype(x, ['float32']))) return undefined; // prettier-ignore
  const last = (x: TensorType, fromEnd: number): Dim | undefined => sizeAt(x.shape, x.shape.length - fromEnd);
  const [queries, features, keys, keyFeatures, values, valueFeatures] = [last(query, 2), last(query, 1), last(key, 2), last(key, 1), last(value, 2), last(value, 1)]; // prettier-ignore
  if (!queries || !features || !keys || !keyFeatures || !values || !valueFeatures) return undefined;
  const side = (input: TensorType, fromEnd: number) => ({ input, axis: input.shape.length - fromEnd });
  if (!need.equal(features, keyFeatures, { what: 'features of query and key', left: side(query, 1), right: side(key, 1) })) return undefined; // prettier-ignore
  if (!need.equal(keys, values, { what: 'positions of key and value', left: side(key, 2), right: side(value, 2) })) return undefined; // prettier-ignore
  return { queries, keys, features, values: valueFeatures };
}

const withoutLastTwo = (x: TensorType): TensorType => ({ ...x, shape: x.shape.slice(0, -2) });

/** `mask` and `bias` stretch to `[…, queries, keys]`. */
function fitsScores(extra: TensorType | undefined, scores: Shape, need: Need): boolean {
  if (!extra) return true;
  const shape = need.broadcast([{ dtype: 'float32', batched: true, shape: scores }, extra]);
  return shape !== undefined && need.rankAtLeast({ ...extra, shape: scores }, extra.shape.length);
}

export const scaledDotProductAttention = defineFunction({
  name: 'scaledDotProductAttention',
  summary: 'Mixes values by how well their keys fit each query.',
  doc: '$\\mathrm{softmax}(Q K^T / \\sqrt d) V$ over the last two axes, positions and features; axes before them, such as heads, are treated alike (Vaswani et al. 2017). Where `mask` is false a key is not looked at; `bias` is added to the scores. [Keras](https://keras.io/api/ops/nn/#dot_product_attention-function)',
  tensors: ['query', 'key', 'value', 'mask?', 'bias?'],
  flow: 'bends',
  broadcasts: true,
  parameters: {
    isCausal: bool({ doc: 'Look at earlier positions and the own one only.', default: false }),
    scale: optionalFloat({ doc: 'Factor of the scores; one over the root of the features unless given.' }),
  },
  shape: ({ named, need }) => {
    const [query, key, value] = [named['query'], named['key'], named['value']];
    if (!query || !key || !value) return undefined;
    const sizes = attentionSizes(query, key, value, need);
    const leading = sizes && need.broadcast([query, key, value].map(withoutLastTwo));
    if (!leading) return undefined;
    const scores = [...leading, sizes.queries, sizes.keys];
    if (named['mask'] && !need.dtype(named['mask'], ['bool'])) return undefined;
    if (![named['mask'], named['bias']].every((extra) => fitsScores(extra, scores, need))) return undefined;
    return [...leading, sizes.queries, sizes.values];
  },
  lower: ({ named, parameters: p, op }) => {
    const [query, key, value] = [named['query']!, named['key']!, named['value']!];
    const features = asNumber(query.shape.at(-1)!);
    const scale = p.scale ?? (features === undefined ? op.rsqrt(op.dimension(query.shape.at(-1)!)) : 1 / Math.sqrt(features)); // prettier-ignore
    const [queries, keys] = [query.shape.at(-2)!, key.shape.at(-2)!];
    const raw = op.matMul(op.multiply(query, scale), swapped(op, key));
    const scores = named['bias'] ? op.add(raw, convert(op, named['bias'], 'float32')) : raw;
    const causal = p.isCausal ? causalMask(op, scores.shape.length, queries, keys) : undefined;
    const mask: TensorNode | undefined = joinMasks(op, [named['mask'], causal]);
    return op.matMul(attentionWeights(op, scores, mask), value);
  },
  flops: ({ inputs, output }) => {
    const key = sizesOf(inputs[1]!.shape) ?? [];
    const keys = key.at(-2) ?? dim(0);
    const rows = product((sizesOf(output.shape) ?? []).slice(0, -1));
    const perScore = multiply(
      dim(2),
      add(key.at(-1) ?? dim(0), sizeAt(output.shape, output.shape.length - 1) ?? dim(0)),
    );
    return multiply(multiply(rows, keys), perScore);
  },
  examples: [
    { source: '(x, k, v) -> scaledDotProductAttention', input: [2, 'n', 4], tensors: { k: [2, 3, 4], v: [2, 3, 5] }, output: [2, 'n', 5] },
    { source: '(x, k, k) -> scaledDotProductAttention(mask: m, isCausal: true)', input: [5, 4], tensors: { k: [3, 4], m: { dtype: 'bool', shape: [5, 3] } }, output: [5, 4] },
  ], // prettier-ignore
});

/** `Attention` and `AdditiveAttention`: attention without projections, scored by products or by sums. */
import { product, sizeAt } from '../../definitions/axes.ts';
import { defineLayer, type LowerContext } from '../../definitions/define-layer.ts';
import type { Need } from '../../definitions/need.ts';
import { bool, float, named, option } from '../../definitions/parameters.ts';
import type { TensorType } from '../../definitions/types.ts';
import { attentionWeights, causalMask, droppedScores, joinMasks, swapped } from '../../functions/attend.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { dim, ONE, type Dim } from '../../shapes/index.ts';
import { callParameters, needMasks, needSequences } from './projections.ts';

const tensors = ['query', 'value', 'key?', 'queryMask?', 'valueMask?'] as const;
const dropout = float({ doc: 'The part of attention scores that is dropped while training.', default: 0, min: 0, max: 1, exclusiveMax: true }); // prettier-ignore

interface CallOptions {
  readonly useCausalMask: boolean;
  readonly returnAttentionScores: boolean;
}
interface Options extends CallOptions {
  readonly dropout: number;
}

function attendedShape(inputs: Readonly<Record<string, TensorType>>, { returnAttentionScores }: CallOptions, need: Need) {
  const s = needSequences(inputs, need);
  if (!s || !needMasks(inputs, s, need)) return undefined;
  const [query, key] = [inputs['query']!, inputs['key'] ?? inputs['value']!];
  const context = { what: 'features of query and key', left: { input: query, axis: 1 }, right: { input: key, axis: 1 } };
  if (!need.equal(s.queryFeatures, s.keyFeatures, context)) return undefined;
  const shape = [s.queries, s.valueFeatures];
  if (!returnAttentionScores) return shape;
  const scores = { name: 'attentionScores', dtype: 'float32' as const, shape: [s.queries, s.keys] };
  return [{ name: 'output', dtype: 'float32' as const, shape }, scores];
} // prettier-ignore

/** Softmax, dropout, values; rows of masked queries become 0. */
function attended({ named: inputs, op, training, random }: Omit<LowerContext<unknown>, 'parameters'>, scores: TensorNode, p: Options) {
  const [query, value] = [inputs['query']!, inputs['value']!];
  const [queries, keys] = [query.shape[1]!, value.shape[1]!];
  const valueMask = inputs['valueMask'];
  const row = valueMask && op.reshape(valueMask, [valueMask.shape[0]!, ONE, keys]);
  const causal = p.useCausalMask ? causalMask(op, 3, queries, keys) : undefined;
  const weights = attentionWeights(op, scores, joinMasks(op, [row, causal]));
  const mixed = op.matMul(droppedScores(op, weights, p.dropout, training ? random : undefined), value);
  const queryMask = inputs['queryMask'];
  const output = queryMask ? op.multiply(mixed, op.cast(op.reshape(queryMask, [queryMask.shape[0]!, queries, ONE]), 'float32')) : mixed;
  return p.returnAttentionScores ? [output, weights] : output;
} // prettier-ignore

/** Query and key of every pair of positions, added: `[n, queries, keys, features]`. */
function pairSums(op: Ops, query: TensorNode, key: TensorNode): TensorNode {
  const [batch, queries, features] = query.shape as readonly [Dim, Dim, Dim];
  const column = op.reshape(query, [batch, queries, ONE, features]);
  return op.add(column, op.reshape(key, [key.shape[0]!, ONE, key.shape[1]!, features]));
}

const scoreFlops = (inputs: readonly TensorType[]): Dim => {
  const sizes = [sizeAt(inputs[0]!.shape, 0), sizeAt(inputs[0]!.shape, 1), sizeAt(inputs[1]!.shape, 0)];
  return product([dim(4), ...sizes.filter((size) => size !== undefined)]);
};

export const attention = defineLayer({
  name: 'Attention',
  summary: 'Lets every position of the query look at all positions of the value, by how alike it and their keys are.',
  doc: '$\\mathrm{softmax}(Q K^T) V$ (Luong et al. 2015), or with `scoreMode: concat` scores $w \\sum \\tanh(s (q + k))$. Called as `(query, value)` or `(query, value, key)`. [Keras](https://keras.io/api/layers/attention_layers/attention/)',
  tensors,
  flow: 'bends',
  parameters: {
    useScale: bool({ doc: 'Multiply scores by a learned number.', default: false }),
    scoreMode: option(['dot', 'concat'], { doc: 'How query and key are compared.', default: 'dot' }),
    dropout,
  },
  callParameters,
  weights: ({ parameters: p }) => ({
    scale: p.useScale && { shape: [], initializer: named('ones') },
    concatScoreWeight: p.scoreMode === 'concat' && { shape: [], initializer: named('ones') },
  }),
  shape: ({ named: inputs, parameters, need }) => attendedShape(inputs, parameters as unknown as CallOptions, need),
  lower: (context) => {
    const { named: inputs, weights: w, parameters: p, op } = context;
    const [query, key] = [inputs['query']!, inputs['key'] ?? inputs['value']!];
    const scaled = (x: TensorNode): TensorNode => (w['scale'] ? op.multiply(x, w['scale']) : x);
    const concat = w['concatScoreWeight'];
    const scores = concat
      ? op.multiply(op.sum(op.tanh(scaled(pairSums(op, query, key))), [-1]), concat)
      : scaled(op.matMul(query, swapped(op, key)));
    return attended(context, scores, p as unknown as Options);
  },
  flops: ({ inputs }) => scoreFlops(inputs),
  examples: [
    { source: '(x, m) -> Attention', input: ['seq', 8], tensors: { m: ['n', 8] }, output: ['seq', 8] },
    { source: '(x, x) -> Attention(useScale: true, scoreMode: concat)', input: [6, 4], output: [6, 4] },
  ],
});

export const additiveAttention = defineLayer({
  name: 'AdditiveAttention',
  summary: 'Lets every position of the query look at all positions of the value, scored by sums.',
  doc: '$\\mathrm{softmax}(\\sum_d s_d \\tanh(q_d + k_d)) V$ (Bahdanau et al. 2015). Called as `(query, value)` or `(query, value, key)`. [Keras](https://keras.io/api/layers/attention_layers/additive_attention/)',
  tensors,
  flow: 'bends',
  parameters: { useScale: bool({ doc: 'Multiply each feature by a learned number.', default: true }), dropout },
  callParameters,
  weights: ({ named: inputs, parameters: p }) => ({
    scale: p.useScale && { shape: [sizeAt(inputs['query']!.shape, 1)!], initializer: named('glorotUniform') },
  }),
  shape: ({ named: inputs, parameters: p, need }) => {
    const shape = attendedShape(inputs, p as unknown as CallOptions, need);
    const features = shape && sizeAt(inputs['query']!.shape, 1);
    return features && (!p.useScale || need.known(features, { what: 'features' })) ? shape : undefined;
  },
  lower: (context) => {
    const { named: inputs, weights: w, parameters: p, op } = context;
    const sums = op.tanh(pairSums(op, inputs['query']!, inputs['key'] ?? inputs['value']!));
    const scores = op.sum(w['scale'] ? op.multiply(sums, w['scale']) : sums, [-1]);
    return attended(context, scores, p as unknown as Options);
  },
  flops: ({ inputs }) => scoreFlops(inputs),
  examples: [
    { source: '(x, m) -> AdditiveAttention', input: ['seq', 8], tensors: { m: ['n', 8] }, output: ['seq', 8] },
  ],
});

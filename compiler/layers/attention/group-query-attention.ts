/** `GroupQueryAttention`: multi-head attention in which groups of query heads share their keys and values. */
import { product, sizeAt } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { bool, float, int, type ValuesOf } from '../../definitions/parameters.ts';
import { attentionWeights, droppedScores } from '../../functions/attend.ts';
import { add, asNumber, dim, divide, multiply, type Dim } from '../../shapes/index.ts';
import { attentionTensors, callParameters, intoHeads, maskOfCall, needMasks, needSequences, outOfHeads, projection, projectionParameters, slidingWindow } from './projections.ts'; // prettier-ignore

const parameters = {
  headDim: int({ doc: 'Size of each head.', min: 1 }),
  numQueryHeads: int({ doc: 'Number of heads of the query.', min: 1 }),
  numKeyValueHeads: int({ doc: 'Number of heads of key and value; it divides that of the query.', min: 1 }),
  dropout: float({ doc: 'The part of attention scores that is dropped while training.', default: 0, min: 0, max: 1, exclusiveMax: true }), // prettier-ignore
  useBias: bool({ doc: 'Add learned offsets to the projections.', default: true }),
  ...slidingWindow,
  ...projectionParameters,
};
type All = ValuesOf<typeof parameters> & ValuesOf<typeof callParameters>;

export const groupQueryAttention = defineLayer({
  name: 'GroupQueryAttention',
  summary: 'Multi-head attention with fewer heads of keys and values than of queries.',
  doc: '$\\mathrm{softmax}(Q K^T / \\sqrt d) V$; query head $i$ uses key and value head $\\lfloor i / g \\rfloor$ with $g$ query heads in a group (Ainslie et al. 2023). Called and masked as `MultiHeadAttention`. [Keras](https://keras.io/api/layers/attention_layers/group_query_attention/)',
  tensors: attentionTensors,
  flow: 'bends',
  parameters,
  callParameters,
  regularizesItself: true,
  weights: ({ named: inputs, parameters: p }) => {
    const value = inputs['value']!;
    const features = (name: string): Dim => sizeAt((inputs[name] ?? value).shape, 1)!;
    const [own, shared] = [[p.numQueryHeads, p.headDim], [p.numKeyValueHeads, p.headDim]]; // prettier-ignore
    const out = features('query');
    return {
      ...projection(p, 'query', [out, ...own!], own!),
      ...projection(p, 'key', [features('key'), ...shared!], shared!),
      ...(p.useGate ? projection(p, 'gate', [out, ...own!], own!) : {}),
      ...projection(p, 'value', [features('value'), ...shared!], shared!),
      ...projection(p, 'attentionOutput', [...own!, out], [out]),
    };
  },
  shape: ({ named: inputs, parameters, need }) => {
    const p = parameters as All;
    const s = needSequences(inputs, need);
    if (!s || !needMasks(inputs, s, need)) return undefined;
    if (!need.divisible(p.numQueryHeads, p.numKeyValueHeads, { argument: 'numKeyValueHeads', what: 'query heads' })) return undefined; // prettier-ignore
    if (![s.queryFeatures, s.valueFeatures, s.keyFeatures].every((size) => need.known(size, { what: 'features' }))) return undefined; // prettier-ignore
    const shape = [s.queries, s.queryFeatures];
    if (!p.returnAttentionScores) return shape;
    return [
      { name: 'output', dtype: 'float32', shape },
      { name: 'attentionScores', dtype: 'float32', shape: [p.numQueryHeads, s.queries, s.keys] },
    ];
  },
  lower: ({ named: inputs, weights: w, parameters, op, training, random, regularize }) => {
    const p = parameters as All;
    const [query, value] = [inputs['query']!, inputs['value']!];
    const project = (name: string, of = inputs[name] ?? value) => {
      const heads = intoHeads(op, of, w[`${name}.kernel`]!, w[`${name}.bias`]);
      regularize(p.activityRegularizer, heads);
      return heads;
    };
    const [batch, queries, keys] = [query.shape[0]!, query.shape[1]!, value.shape[1]!];
    const group = divide(p.numQueryHeads, p.numKeyValueHeads);
    // The heads of a group are rows of one product with their common keys.
    const rows = [batch, p.numKeyValueHeads, multiply(group, queries)];
    const scaled = op.multiply(project('query'), 1 / Math.sqrt(asNumber(p.headDim)!));
    const q = op.reshape(op.transpose(scaled, [0, 2, 1, 3]), [...rows, p.headDim]);
    const k = op.transpose(project('key'), [0, 2, 3, 1]);
    const v = op.transpose(project('value'), [0, 2, 1, 3]);
    const raw = op.reshape(op.matMul(q, k), [batch, p.numQueryHeads, queries, keys]);
    const scores = attentionWeights(op, raw, maskOfCall(op, inputs, p));
    const dropped = droppedScores(op, scores, p.dropout, training ? random : undefined);
    const mixed = op.matMul(op.reshape(dropped, [...rows, keys]), v);
    const heads = op.transpose(op.reshape(mixed, [batch, p.numQueryHeads, queries, p.headDim]), [0, 2, 1, 3]);
    const gated = p.useGate ? op.multiply(heads, op.sigmoid(project('gate', query))) : heads;
    const output = outOfHeads(op, gated, w['attentionOutput.kernel']!, w['attentionOutput.bias']);
    regularize(p.activityRegularizer, output);
    return p.returnAttentionScores ? [output, scores] : output;
  },
  flops: ({ inputs, parameters: p }) => {
    const [queries, features] = [sizeAt(inputs[0]!.shape, 0)!, sizeAt(inputs[0]!.shape, 1)!];
    const [keys, valueFeatures] = [sizeAt(inputs[1]!.shape, 0)!, sizeAt(inputs[1]!.shape, 1)!];
    const ofQueries = product([dim(4), queries, p.numQueryHeads, p.headDim, add(features, keys)]);
    return add(ofQueries, product([dim(4), keys, p.numKeyValueHeads, p.headDim, valueFeatures]));
  },
  examples: [
    { source: '(x, x) -> GroupQueryAttention(4, 4, 2)', input: [6, 8], output: [6, 8] },
    { source: '(x, m) -> GroupQueryAttention(3, 2, 1, useBias: false)', input: ['seq', 8], tensors: { m: ['n', 6] }, output: ['seq', 8] },
  ], // prettier-ignore
});

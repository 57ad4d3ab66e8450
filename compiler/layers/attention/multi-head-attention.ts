/** `MultiHeadAttention`: several attentions side by side, each with learned projections. */
import { product, sizeAt } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { bool, float, int, optionalInt, type ValuesOf } from '../../definitions/parameters.ts';
import { attentionWeights, droppedScores } from '../../functions/attend.ts';
import { add, asNumber, dim, multiply, type Dim } from '../../shapes/index.ts';
import { attentionTensors, callParameters, intoHeads, maskOfCall, needMasks, needSequences, outOfHeads, projection, projectionParameters, slidingWindow } from './projections.ts'; // prettier-ignore

const parameters = {
  numHeads: int({ doc: 'Number of attentions side by side.', min: 1 }),
  keyDim: int({ doc: 'Size of each head for queries and keys.', min: 1 }),
  valueDim: optionalInt({ doc: 'Size of each head for values; `keyDim` unless given.', min: 1 }),
  dropout: float({ doc: 'The part of attention scores that is dropped while training.', default: 0, min: 0, max: 1, exclusiveMax: true }), // prettier-ignore
  useBias: bool({ doc: 'Add learned offsets to the projections.', default: true }),
  outputShape: optionalInt({ doc: 'Features of the result; those of the query unless given.', min: 1 }),
  ...slidingWindow,
  ...projectionParameters,
};
type All = ValuesOf<typeof parameters> & ValuesOf<typeof callParameters>;

export const multiHeadAttention = defineLayer({
  name: 'MultiHeadAttention',
  summary: 'Lets every position of the query look at all positions of the value, in several ways at once.',
  doc: '$\\mathrm{softmax}(Q K^T / \\sqrt{d}) V$ for each head, of learned projections of query, key and value; the heads together are projected once more (Vaswani et al. 2017). Called as `(query, value)` or `(query, value, key)`; masks are bool: `attentionMask: [query, key]`, `keyMask: [key]`, `queryMask`, `valueMask`. [Keras](https://keras.io/api/layers/attention_layers/multi_head_attention/)',
  tensors: attentionTensors,
  flow: 'bends',
  parameters,
  callParameters,
  regularizesItself: true,
  weights: ({ named: inputs, parameters: p }) => {
    const [query, value] = [inputs['query']!, inputs['value']!];
    const features = (name: string): Dim => sizeAt((inputs[name] ?? value).shape, 1)!;
    const valueDim = p.valueDim ?? p.keyDim;
    const [keys, values] = [[p.numHeads, p.keyDim], [p.numHeads, valueDim]]; // prettier-ignore
    const out = p.outputShape ?? sizeAt(query.shape, 1)!;
    return {
      ...projection(p, 'query', [features('query'), ...keys!], keys!),
      ...projection(p, 'key', [features('key'), ...keys!], keys!),
      ...(p.useGate ? projection(p, 'gate', [features('query'), ...values!], values!) : {}),
      ...projection(p, 'value', [features('value'), ...values!], values!),
      ...projection(p, 'attentionOutput', [...values!, out], [out]),
    };
  },
  shape: ({ named: inputs, parameters, need }) => {
    const p = parameters as All;
    const s = needSequences(inputs, need);
    if (!s || !needMasks(inputs, s, need)) return undefined;
    if (![s.queryFeatures, s.valueFeatures, s.keyFeatures].every((size) => need.known(size, { what: 'features' }))) return undefined; // prettier-ignore
    const shape = [s.queries, p.outputShape ?? s.queryFeatures];
    if (!p.returnAttentionScores) return shape;
    return [
      { name: 'output', dtype: 'float32', shape },
      { name: 'attentionScores', dtype: 'float32', shape: [p.numHeads, s.queries, s.keys] },
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
    const scale = 1 / Math.sqrt(asNumber(p.keyDim)!);
    const q = op.transpose(op.multiply(project('query'), scale), [0, 2, 1, 3]);
    const k = op.transpose(project('key'), [0, 2, 3, 1]);
    const v = op.transpose(project('value'), [0, 2, 1, 3]);
    const mask = maskOfCall(op, { ...inputs, query }, p);
    const scores = attentionWeights(op, op.matMul(q, k), mask);
    const mixed = op.matMul(droppedScores(op, scores, p.dropout, training ? random : undefined), v);
    const heads = op.transpose(mixed, [0, 2, 1, 3]);
    const gated = p.useGate ? op.multiply(heads, op.sigmoid(project('gate', query))) : heads;
    const output = outOfHeads(op, gated, w['attentionOutput.kernel']!, w['attentionOutput.bias']); // prettier-ignore
    regularize(p.activityRegularizer, output);
    return p.returnAttentionScores ? [output, scores] : output;
  },
  flops: ({ inputs, output, parameters: p }) => {
    const [queries, features] = [sizeAt(inputs[0]!.shape, 0)!, sizeAt(inputs[0]!.shape, 1)!];
    const [keys, valueFeatures] = [sizeAt(inputs[1]!.shape, 0)!, sizeAt(inputs[1]!.shape, 1)!];
    const widths = add(p.keyDim, p.valueDim ?? p.keyDim);
    const projections = [product([queries, features, p.keyDim]), product([keys, valueFeatures, widths]), product([queries, sizeAt(output.shape, 1) ?? features, p.valueDim ?? p.keyDim])]; // prettier-ignore
    const perHead = [...projections, product([queries, keys, widths])].reduce(add);
    return multiply(multiply(dim(2), p.numHeads), perHead);
  },
  examples: [
    { source: '(x, x) -> MultiHeadAttention(2, 4)', input: [6, 8], output: [6, 8] },
    { source: '(x, m) -> MultiHeadAttention(2, 4, valueDim: 3, outputShape: 5)', input: ['seq', 8], tensors: { m: ['n', 6] }, output: ['seq', 5] },
  ], // prettier-ignore
});

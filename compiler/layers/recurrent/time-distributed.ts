/**
 * `TimeDistributed`: one layer on every entry along the first axis, with the same weights. What is here is for a built-in
 * layer; the checker applies anything else to the steps by itself (`check/steps.ts`).
 */
import { sizeAt } from '../../definitions/axes.ts';
import { defineLayer } from '../../definitions/define-layer.ts';
import { layer } from '../../definitions/parameters.ts';
import { dim, multiply } from '../../shapes/index.ts';
import { innerRule, innerWeights, lowerInner, typesOf } from '../wrapped.ts';

const perStep = <T extends { readonly shape: readonly unknown[] }>(x: T): T => ({ ...x, shape: x.shape.slice(1) });

export const timeDistributed = defineLayer({
  name: 'TimeDistributed',
  summary: 'Applies a layer to every step of a sequence, with the same weights.',
  doc: '$y_t = f(x_t)$ along the first axis. Steps are examples to the layer, so statistics of the batch are over the steps as well. It wraps any layer: also a block, a model, a pipeline (`TimeDistributed(Conv2D(8, 3) -> relu -> Flatten)`) or a made layer (`layer f = …`), whose weights are then those of `f`. Of several inputs each is a sequence, of several results each becomes one; what a pipeline reads of the body around it is the same at each step. `layer.kernel`, or `layer.conv2D.kernel` of a pipeline, … are its weights. [Keras](https://keras.io/api/layers/recurrent_layers/time_distributed/)',
  parameters: {
    layer: layer({ doc: 'A layer, block, model or pipeline of layers; a made layer is shared.', bodies: true }),
  },
  weights: ({ input, parameters: p }) => innerWeights(p.layer, 'layer', perStep(input)),
  shape: ({ input, parameters: p, need }) => {
    if (!need.rankAtLeast(input, 1, '[time, …]')) return undefined;
    const time = sizeAt(input.shape, 0);
    const types = typesOf(innerRule(p.layer, { need }, { x: perStep(input) }));
    const [only] = types;
    if (!time || !only) return undefined;
    if (!need.argument(types.length === 1, 'layer', 'have one result')) return undefined;
    return { dtype: only.dtype, shape: [time, ...only.shape] };
  },
  lower: (context) => {
    const { op, x, output, parameters: p } = context;
    const [n, time] = [x.shape[0]!, x.shape[1]!];
    const batch = multiply(n, time);
    const each = op.reshape(x, [batch, ...x.shape.slice(2)]);
    const inner = { prefix: 'layer', named: { x: each }, outputs: [perStep(output)], batch };
    const [y] = lowerInner(context, p.layer, inner);
    return op.reshape(y!, [n, time, ...y!.shape.slice(1)]);
  },
  flops: ({ inputs, output, parameters: p }) => {
    const { definition, parameters } = p.layer;
    const own = definition.flops?.({ inputs: inputs.map(perStep), output: perStep(output), parameters });
    return own ? multiply(sizeAt(inputs[0]!.shape, 0)!, own) : dim(0);
  },
  examples: [
    { source: 'TimeDistributed(Dense(8))', input: ['seq', 4], output: ['seq', 8] },
    { source: 'TimeDistributed(Flatten)', input: [3, 4, 2], output: [3, 8] },
  ],
});

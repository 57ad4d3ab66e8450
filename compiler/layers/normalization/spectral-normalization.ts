/** `SpectralNormalization`: a layer whose kernel is divided by its largest singular value. */
import { defineLayer, type LayerWeight } from '../../definitions/define-layer.ts';
import { int, layer, named, type LayerUse } from '../../definitions/parameters.ts';
import type { TensorType } from '../../definitions/types.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import type { Ops } from '../../ops/ops.ts';
import { dim, ONE, type Dim } from '../../shapes/index.ts';
import { product } from '../../definitions/axes.ts';
import { numbers } from '../windows.ts';
import { innerRule, innerWeights, lowerInner } from '../wrapped.ts';

/** The weights that may be normalised, by the names that Keras looks for. */
const targets = ['layer.kernel', 'layer.embeddings'] as const;

const weightsOf = (use: LayerUse, input: TensorType): Readonly<Record<string, LayerWeight | false | undefined>> =>
  innerWeights(use, 'layer', input);

const targetOf = (weights: Readonly<Record<string, unknown>>): string | undefined =>
  targets.find((name) => weights[name] !== undefined);

/** A row scaled to length 1. */
const unit = (op: Ops, row: TensorNode): TensorNode =>
  op.divide(row, op.sqrt(op.maximum(op.sum(op.square(row), [1], true), 1e-14)));

/** The largest singular value of a matrix by power iteration, `[1, 1]`, and the vector that the next step starts from. */
function largest(op: Ops, matrix: TensorNode, start: TensorNode, iterations: number): { readonly sigma: TensorNode; readonly u: TensorNode } {
  let u = start;
  let v = start;
  for (let i = 0; i < iterations; i++) {
    v = unit(op, op.matMul(u, matrix, { transposeB: true }));
    u = unit(op, op.matMul(v, matrix));
  }
  // Both vectors count as constants: the gradient of σ by the matrix is v uᵀ.
  const [left, right] = [op.stopGradient(v), op.stopGradient(u)];
  const sigma = op.sum(op.multiply(op.matMul(left, matrix), right), [1], true);
  return { sigma: op.maximum(sigma, 1e-7), u: right };
} // prettier-ignore

export const spectralNormalization = defineLayer({
  name: 'SpectralNormalization',
  summary:
    'Divides the kernel of a layer by its largest singular value, which bounds how strongly the layer stretches.',
  doc: '$W / \\sigma(W)$ with $\\sigma = v W u^\\top$ by power iteration: $v = u W^\\top / \\lVert u W^\\top \\rVert$, $u = v W / \\lVert v W \\rVert$, where $W$ has a row for each input and a column for each unit. Training keeps $u$, as `vectorU`, for the next step. As in the paper, the kernel itself is kept and its normalised form used in training and prediction alike (Miyato et al. 2018); Keras overwrites the kernel at each training step. [Keras](https://keras.io/api/layers/normalization_layers/spectral_normalization/)',
  parameters: {
    layer: layer({ doc: 'A layer with a `kernel` or `embeddings`.' }),
    powerIterations: int({ doc: 'Steps of the iteration at each use.', default: ONE, min: 1 }),
  },
  weights: ({ input, parameters: p }) => {
    const inner = weightsOf(p.layer, input);
    const name = targetOf(inner) ?? '';
    const { [name]: target, ...others } = inner;
    const units = target ? target.shape.at(-1)! : ONE;
    const initializer = named('truncatedNormal', { mean: 0, stddev: 0.02 });
    const vectorU: LayerWeight = { shape: [ONE, units], initializer, trainable: false };
    return { ...(target ? { [name]: target } : {}), vectorU, ...others };
  },
  shape: ({ input, parameters: p, need }) => {
    const result = innerRule(p.layer, { need }, { x: input });
    if (result === undefined) return undefined;
    const has = targetOf(weightsOf(p.layer, input)) !== undefined;
    return need.argument(has, 'layer', 'have a `kernel` or `embeddings`') ? result : undefined;
  },
  lower: (context) => {
    const { op, x, outputs, weights: w, parameters: p, batch, training, frozen, update } = context;
    const target = targetOf(w)!;
    const kernel = w[target]!;
    const rows: Dim = product(kernel.shape.slice(0, -1));
    const start = w['vectorU']!;
    const matrix = op.reshape(kernel, [rows, kernel.shape.at(-1)!]);
    const { sigma, u } = largest(op, matrix, start, numbers([p.powerIterations])[0]!);
    // A layer that is frozen at run time keeps its vector.
    if (training) update('vectorU', frozen ? op.select(frozen, start, u) : u);
    const normalised = op.reshape(op.divide(matrix, sigma), kernel.shape);
    const inner = { prefix: 'layer', named: { x }, outputs, batch };
    return lowerInner({ ...context, weights: { ...w, [target]: normalised } }, p.layer, inner);
  },
  flops: ({ inputs, output, parameters: p }) =>
    p.layer.definition.flops?.({ inputs, output, parameters: p.layer.parameters }) ?? dim(0),
  examples: [
    { source: 'SpectralNormalization(Dense(8))', input: ['n', 4], output: ['n', 8] },
    { source: 'SpectralNormalization(Conv2D(8, 3), powerIterations: 2)', input: [6, 6, 3], output: [4, 4, 8] },
  ],
});

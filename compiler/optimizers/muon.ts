/** `muon`: momentum whose matrix is made orthogonal; `adam` for everything that is no matrix. */
import { commonParameters, defineOptimizer, host, type UpdateContext, type WeightFacts } from '../definitions/define-optimizer.ts'; // prettier-ignore
import { bool, float, int, strings, type ValuesOf } from '../definitions/parameters.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import type { Ops } from '../ops/ops.ts';
import { asNumber, dim } from '../shapes/index.ts';
import { rate } from './adam.ts';
import { oneMinus, powerOfStep, runningMean } from './moments.ts';

const decay = (doc: string) => float({ doc, default: 0.004, min: 0 });

const parameters = {
  learningRate: rate,
  adamBeta1: float({ doc: "Decay of the gradient's running mean, where `adam` is used.", default: 0.9, min: 0, max: 1 }),
  adamBeta2: float({ doc: "Decay of the running mean of the gradient's square, where `adam` is used.", default: 0.999, min: 0, max: 1 }),
  adamWeightDecay: decay('Weight decay where `adam` is used.'),
  epsilon: float({ doc: 'Keeps the divisor away from 0, where `adam` is used.', default: 1e-7, min: 0 }),
  ...commonParameters,
  weightDecay: decay('Part of each matrix taken away per step, times the learning rate.'),
  excludeLayers: strings({ doc: 'Weights whose path contains one of these use `adam`: the last layer, for one.', default: [] }),
  excludeEmbeddings: bool({ doc: 'Whether embeddings use `adam`.', default: true }),
  muonA: float({ doc: 'Factor of $X$ in the iteration.', default: 3.4445 }),
  muonB: float({ doc: 'Factor of $X X^T X$.', default: -4.775 }),
  muonC: float({ doc: 'Factor of $(X X^T)^2 X$.', default: 2.0315 }),
  adamLrRatio: float({ doc: 'Factor of the learning rate where `adam` is used.', default: 1, min: 0 }),
  momentum: float({ doc: 'How much of the momentum is kept.', default: 0.95, min: 0, max: 1 }),
  nsSteps: int({ doc: 'Newton–Schulz iterations.', default: dim(5), min: 0, max: 100 }),
  nesterov: bool({ doc: "Nesterov's momentum.", default: true }),
  rmsRate: float({ doc: 'Root mean square of a step: with it, rates and decays of `adam` fit (Liu et al. 2025). 0 for Keras\'s `None`: steps as they are.', default: 0.2, min: 0 }),
}; // prettier-ignore
type Values = ValuesOf<typeof parameters>;

const usesAdam = (p: Values, { path, sizes }: WeightFacts): boolean =>
  sizes.length !== 2 ||
  (p.excludeEmbeddings && path.toLowerCase().includes('embedding')) ||
  p.excludeLayers.some((text) => path.includes(text));

/** Nearly U Vᵀ of the singular value decomposition of x. */
function orthogonal(op: Ops, x: TensorNode, sizes: readonly number[], p: Values): TensorNode {
  const isTall = sizes[0]! > sizes[1]!;
  const wide = isTall ? op.transpose(x, [1, 0]) : x;
  let result = op.divide(wide, op.add(op.sqrt(op.sum(op.square(wide))), 1e-7));
  for (let i = 0; i < asNumber(p.nsSteps)!; i++) {
    const a = op.matMul(result, result, { transposeB: true });
    const b = op.add(op.multiply(a, p.muonB), op.multiply(op.matMul(a, a), p.muonC));
    result = op.add(op.multiply(result, p.muonA), op.matMul(b, result));
  }
  return isTall ? op.transpose(result, [1, 0]) : result;
}

function adamStep({ weight, gradient, slots, parameters: p, op }: UpdateContext<Values>) {
  const m = runningMean(op, slots['momentum']!, gradient, p.adamBeta1);
  const v = runningMean(op, slots['velocity']!, op.square(gradient), p.adamBeta2);
  const learningRate = host.multiply(host.learningRate, host.number(p.adamLrRatio));
  const root = host.sqrt(oneMinus(powerOfStep(p.adamBeta2)));
  const alpha = host.divide(host.multiply(learningRate, root), oneMinus(powerOfStep(p.adamBeta1)));
  const step = op.divide(op.multiply(m, op.hostScalar(alpha)), op.add(op.sqrt(v), p.epsilon));
  return { weight: op.subtract(weight, step), slots: { momentum: m, velocity: v } };
}

function update(context: UpdateContext<Values>) {
  const { weight, gradient, slots, parameters: p, op, sizes } = context;
  if (usesAdam(p, context)) return adamStep(context);
  const momentum = op.add(op.multiply(slots['momentum']!, p.momentum), gradient);
  const direction = p.nesterov ? op.add(gradient, op.multiply(momentum, p.momentum)) : momentum;
  const scale = p.rmsRate === 0 ? 1 : Math.sqrt(Math.max(...sizes)) * p.rmsRate;
  const learningRate = op.hostScalar(host.multiply(host.learningRate, host.number(scale)));
  const step = op.multiply(orthogonal(op, direction, sizes, p), learningRate);
  return { weight: op.subtract(weight, step), slots: { momentum } };
}

export const muon = defineOptimizer({
  name: 'muon',
  summary: 'Momentum made orthogonal, for the matrices of hidden layers (Jordan et al. 2024); `adam` for the rest.',
  doc: '$m \\leftarrow \\mu m + g$, $w \\leftarrow w - \\eta\\, \\rho \\sqrt{\\max(r, c)}\\, \\mathrm{NS}(g + \\mu m)$, where NS iterates $X \\leftarrow a X + (b A + c A^2) X$ with $A = X X^T$. Exclude the last layer: `excludeLayers: ["logits"]`. [Keras](https://keras.io/api/optimizers/muon/)',
  parameters,
  slots: (p, weight) => (usesAdam(p, weight) ? { momentum: {}, velocity: {} } : { momentum: {} }),
  weightDecay: (p, weight) => (usesAdam(p, weight) ? p.adamWeightDecay : p.weightDecay),
  update,
});

/** Metrics that are no means, compiled and folded over batches by the runtime. */
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import { checkText } from '../check/checking.ts';
import { compiled } from '../training/compiled.ts';

const text = `model Yes {
  input x: [2]
  output p = x * [1.0, 0.0] -> Dense(1, kernelInitializer: ones, activation: sigmoid)
  output r = x -> Dense(2, kernelInitializer: identity)
}
train Yes {
  target t: [1]
  target u: [2]
  loss: binaryCrossentropy(t, p) + meanSquaredError(u, r)
  metrics: [precision(t, p), recall(t, p, thresholds: 0.3), auc(t, p), binaryIoU(t, p), f1Score(t, p, threshold: 0.5), r2Score(u, r), rootMeanSquaredError(u, r), hinge(t, p)]
  optimizer: sgd(learningRate: 0.0)
}
`;

const x = [[2, 1], [-1, 0], [0.5, 3], [-2, 1], [1, -1]]; // prettier-ignore
const t = [[1], [1], [0], [0], [1]];
const u = [[2, 2], [-1, 0], [1, 3], [-2, 0], [1, -1]]; // prettier-ignore

/** p is above 0.5 at examples 0, 2 and 4; 0.27 at 1, 0.12 at 3. */
const expected = {
  precision: 2 / 3,
  recall: 2 / 3,
  // Of 6 pairs of a true and a false one, (1, 2) is the wrong way round.
  auc: 5 / 6,
  binaryIoU: (1 / 3 + 2 / 4) / 2,
  f1Score: 2 / 3,
  rootMeanSquaredError: Math.sqrt((1 + 0.25 + 1) / 10),
};

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it('evaluates over all batches', async () => {
    await useBackend(backend);
    const { Yes } = await compiled<'Yes'>(text, { backends: [backend] });
    const net = await Yes.create({ seed: 1 });
    const batch = (from: number, to: number) => ({ x: x.slice(from, to), t: t.slice(from, to), u: u.slice(from, to) });
    const whole = (await net.evaluate(batch(0, 5) as never)) as Record<string, number>;
    const parts = (await net.evaluate([batch(0, 2), batch(2, 5)] as never)) as Record<string, number>;
    for (const [name, value] of Object.entries(expected)) {
      expect(whole[name], name).toBeCloseTo(value, 4);
      expect(parts[name], name).toBeCloseTo(value, 4);
    }
    const ofColumn = (k: number) => {
      const mean = u.reduce((a, row) => a + row[k]!, 0) / 5;
      const residual = u.reduce((a, row, i) => a + (row[k]! - x[i]![k]!) ** 2, 0);
      return 1 - residual / u.reduce((a, row) => a + (row[k]! - mean) ** 2, 0);
    };
    expect(parts['r2Score']).toBeCloseTo((ofColumn(0) + ofColumn(1)) / 2, 4);
    const history = await net.fit(batch(0, 5) as never, { epochs: 1, batchSize: 2 });
    expect((history as unknown as Record<string, number[]>)['auc']![0]).toBeCloseTo(expected.auc, 4);
    net.dispose();
  });
});

it('what does not fit is reported as for losses', () => {
  const { diagnostics } = checkText(text.replace('auc(t, p)', 'auc(u, p)'));
  expect(diagnostics.filter((d) => d.severity === 'error').map((d) => `${d.code} ${d.file.textOf(d.span)}`)).toEqual(['train/target auc(u, p)']); // prettier-ignore
});

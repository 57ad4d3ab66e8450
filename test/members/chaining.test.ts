/** Two models chained by hand, forward and backward, have the gradients of one model that is made of both. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type Member, type TrainableModel, useBackend } from '../../runtime/index.ts';
import { compiled } from '../training/compiled.ts';

const text = `
model Painter {
  input noise: [3]
  output image: [4, 4, 1] = noise
    -> Dense(8) -> BatchNormalization -> reshape(2, 2, 2)
    -> Conv2DTranspose(3, 3, strides: 2, padding: same, activation: tanh) -> Conv2D(1, 3, padding: same, activation: sigmoid)
}
model Judge {
  input image: [4, 4, 1]
  output real: [1] = image -> Conv2D(2, 3, activation: tanh) -> Flatten -> Dense(1, activation: sigmoid)
}
model Both {
  input noise: [3]
  layer painter = Painter
  layer judge = Judge
  output real = noise -> painter -> judge
}
train Both {
  target label: [1]
  loss: binaryCrossentropy(label, real)
  optimizer: sgd(learningRate: 0.5)
}`;

type Weights = Readonly<Record<string, { data(): Promise<Float32Array> }>>;

/** The weights of a part of a model, under the names that they have in the part alone. */
async function weightsOf(net: TrainableModel, part: string): Promise<Record<string, Float32Array>> {
  const own = Object.entries(net.weights as Weights).filter(([path]) => path.startsWith(`${part}.`));
  return Object.fromEntries(
    await Promise.all(own.map(async ([path, view]) => [path.slice(part.length + 1), await view.data()] as const)),
  );
}

it.each(['cpu', 'wasm'] as const)('on %s', async (backend) => {
  await useBackend(backend);
  const { Both, Painter, Judge } = await compiled<'Both' | 'Painter' | 'Judge'>(text);
  const both = (await Both.create({ seed: 3 })) as TrainableModel & {
    readonly painter: Member;
    readonly judge: Member;
  };
  const [painter, judge] = [await Painter.create(), await Judge.create()];
  painter.setWeights(await weightsOf(both, 'painter'));
  judge.setWeights(await weightsOf(both, 'judge'));
  const noise = Float32Array.from({ length: 12 }, (_, i) => Math.sin(3 * i));
  const label = Float32Array.of(1, 0, 1, 1);
  expect(await both.painter.run({ noise })).toEqual(await painter.run({ noise }));

  const whole = await both.gradients({ noise, label });
  const painted = await painter.forward({ noise }, { training: true });
  const verdict = await judge.forward({ image: painted.outputs['image']! }, { training: true });
  const real = await verdict.outputs['real']!.data<'float32'>();
  // d/dp of the mean of -y log p - (1 - y) log(1 - p).
  const outward = Float32Array.from(label, (y, i) => (y === 1 ? -1 / real[i]! : 1 / (1 - real[i]!)) / 4);
  const byJudge = verdict.backward(outward);
  const byPainter = painted.backward(byJudge.inputs['image']!);
  const chained = { painter: byPainter.weights, judge: byJudge.weights } as const;
  for (const [part, gradients] of Object.entries(chained))
    for (const [path, gradient] of Object.entries(gradients)) {
      const expected = await whole.weights[`${part}.${path}`]!.data();
      const found = await gradient.data();
      // What is added before a batch normalisation is taken away by it.
      const isLost = part === 'painter' && path === 'dense.bias';
      expect(
        expected.some((value) => Math.abs(value) > 1e-5),
        path,
      ).toBe(!isLost);
      for (const [i, value] of found.entries()) expect(value, `${part}.${path}`).toBeCloseTo(expected[i]!, 5);
    }
  const ofNoise = await byPainter.inputs['noise']!.data();
  for (const [i, value] of (await whole.inputs['noise']!.data()).entries()) expect(ofNoise[i]).toBeCloseTo(value, 5);

  // The painter alone learns to be believed.
  const before = real.reduce((a, b) => a + b);
  for (let i = 0; i < 5; i++) {
    const pass = await painter.forward({ noise }, { training: true });
    const seen = await judge.forward({ image: pass.outputs['image']! });
    const belief = await seen.outputs['real']!.data<'float32'>();
    const wanted = seen.backward(Float32Array.from(belief, (p) => -1 / p / 4));
    const { weights, inputs } = pass.backward(wanted.inputs['image']!);
    await painter.applyGradients(weights, { optimizer: { name: 'sgd', learningRate: 1 } });
    if (i === 4) expect(belief.reduce((a, b) => a + b)).toBeGreaterThan(before);
    tf.dispose([pass.outputs, seen.outputs, wanted, { weights, inputs }]);
  }
  tf.dispose([painted.outputs, verdict.outputs, byJudge, byPainter, { ...whole.weights }, { ...whole.inputs }]);
  for (const net of [both, painter, judge]) net.dispose();
});

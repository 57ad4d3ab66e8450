/** What only the loss needs is asked for by `fit`, with the line of the loss, and not by `run`. */
import { describe, expect, it } from 'vitest';
import { useBackend } from '../../runtime/index.ts';
import { compiled } from './compiled.ts';

const program = `model Shifted {
  input ids: int32[seq]
  output y = (ids - 1) -> Embedding(6, 4) -> Dense(4, activation: softmax)
}
train Shifted {
  loss: mean(square(reshape(y, seq / 3, 12))) + mean(sparseCategoricalCrossentropy(ids, y))
  optimizer: sgd
}`;

const ids = (...values: number[]) => ({ ids: { data: Int32Array.from(values), shape: [1, values.length] } });

describe('requirements of training at run time', () => {
  it('are those of the model and those of the loss', async () => {
    await useBackend('cpu');
    const net = await (await compiled<'Shifted'>(program)).Shifted.create({ seed: 1 });
    const run = (values: number[]) => net.run(ids(...values) as never);
    await expect(run([1, 2, 6, 5])).resolves.toBeDefined();
    await expect(run([0, 1])).rejects.toThrow(
      /its values must lie in \[1, 7\) and that at \[0, 0\] is 0 \(\w+\.nn:3\)/,
    );
    await expect(net.trainStep(ids(1, 2, 3, 1) as never)).rejects.toThrow(/seq % 3 == 0 is needed \(\w+\.nn:6\), but seq is 4/); // prettier-ignore
    await expect(net.trainStep(ids(1, 2, 6) as never)).rejects.toThrow(/its values must lie in \[1, 4\) and that at \[0, 2\] is 6 \(\w+\.nn:6\)/); // prettier-ignore
    await expect(net.trainStep(ids(1, 2, 3) as never)).resolves.toBeDefined();
    net.dispose();
  });
});

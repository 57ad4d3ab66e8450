/** What only the loss or a metric needs is asked for in training, and not of who predicts. */
import { describe, expect, it } from 'vitest';
import type { ModelGraph } from '../../compiler/graph/model-graph.ts';
import { displayCondition } from '../../compiler/shapes/index.ts';
import { checkText, summaryOf } from './checking.ts';

function modelOf(text: string): ModelGraph {
  const { diagnostics, models } = checkText(text);
  expect(diagnostics.filter((d) => d.severity !== 'hint').map(summaryOf)).toEqual([]);
  return models[0]!;
}

const texts = ({ requirements }: Pick<ModelGraph, 'requirements'>): readonly string[] =>
  requirements.map(({ condition }) => displayCondition(condition));

describe('requirements of training', () => {
  it('on sizes: those of the loss that the model does not have', () => {
    const model = modelOf(`model Halves {
  input x: [h, 8]
  output y = x -> MaxPooling1D(2) -> Dense(8)
}

train Halves {
  loss: meanSquaredError(reshape(x, h / 4, 32), reshape(concat(y, y), h / 4, -1))
  optimizer: sgd
}
`);
    expect(texts(model)).toEqual(['h >= 2']);
    expect(texts(model.training!)).toEqual(['h % 4 == 0']);
  });

  it('on values: of a target, and of an input that is its own answer', () => {
    const model = modelOf(`model Next {
  input tokens: int32[seq]
  output next = tokens -> Embedding(100, 8) -> Dense(60, activation: softmax)
}

train Next {
  target other: int32[seq]
  loss: sparseCategoricalCrossentropy(tokens, next) + sparseCategoricalCrossentropy(other, next)
  optimizer: adam
}
`);
    expect(model.valueRequirements).toMatchObject([{ tensor: 'tokens', below: 100 }]);
    expect(model.training!.valueRequirements).toMatchObject([
      { tensor: 'tokens', below: 60 },
      { tensor: 'other', below: 60 },
    ]);
    expect(texts(model.training!)).toEqual([]);
  });
});

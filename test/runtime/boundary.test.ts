/** What is refused at a model's boundary, and the words of it. */
import { describe, expect, it } from 'vitest';
import { type BoundaryRules, checkBatch } from '../../runtime/boundary.ts';
import { InputError, type TensorSpec } from '../../runtime/index.ts';
import { nearestName } from '../../runtime/nearest-name.ts';
import { evaluateSize } from '../../runtime/size-expressions.ts';

function rules(inputs: Readonly<Record<string, TensorSpec>>, more: Partial<BoundaryRules> = {}): BoundaryRules {
  const tensors = Object.entries(inputs).map(([name, spec]) => ({ name, role: 'input' as const, spec }));
  return { model: 'Digits', source: 'digits.nn', tensors, requirements: [], valueRequirements: [], ...more };
}
const image = { image: { dtype: 'float32', shape: [28, 28, 1], line: 3 } } as const;
const sized = {
  left: { dtype: 'float32', shape: ['h', 'w', 3] },
  right: { dtype: 'float32', shape: ['2 * h', 'w', 1] },
} as const;

function refusal(of: BoundaryRules, given: Record<string, unknown>, batched = true): string {
  try {
    checkBatch(of, given, batched);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  return expect.fail('was accepted');
}
const shaped = (...shape: number[]): object => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)), shape });

describe('shapes', () => {
  it.each([
    [
      shaped(28, 28, 1),
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is [28, 28, 1]. That is one example without the batch axis: use predictOne, or pass it as [1, 28, 28, 1].',
    ],
    [
      shaped(5, 28, 27, 1),
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is [5, 28, 27, 1]: axis 2 is 27, not 28.',
    ],
    [shaped(5, 28, 28), 'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is [5, 28, 28].'],
    [shaped(0, 28, 28, 1), 'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but has no examples.'],
    [
      new Float32Array(1000),
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is an array of 1000 values, which is not a multiple of 784.',
    ],
    [
      { data: [1, 2], shape: [3] },
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is an array of 2 values with shape [3], which has 3.',
    ],
    [
      'cat.png',
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is a string; pass a tensor, a typed array, nested arrays of numbers, or { data, shape }.',
    ],
    [
      null,
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is null; pass a tensor, a typed array, nested arrays of numbers, or { data, shape }.',
    ],
    [
      [[1, 2], [3]],
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is an array whose parts have unequal lengths, 2 and 1, at axis 1.',
    ],
    [
      [1, [2]],
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is an array of unequal depth at axis 1.',
    ],
    [
      ['1'],
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is an array with a string among the numbers.',
    ],
    [
      [new Float32Array(784), new Float32Array(783)],
      'Digits: input "image" must be [n, 28, 28, 1] (digits.nn:3), but is an array whose example 0 has 784 values and example 1 has 783.',
    ],
  ])('%#', (value, message) => {
    expect(refusal(rules(image), { image: value })).toBe(message);
  });

  it('of one example', () => {
    expect(refusal(rules(image), { image: shaped(4, 28, 28, 1) }, false)).toBe(
      'Digits: input "image" must be [28, 28, 1] (digits.nn:3), but is [4, 28, 28, 1]. predictOne takes one example without a batch axis; use predict for a batch.',
    );
    expect(refusal(rules(image), { image: new Float32Array(785) }, false)).toBe(
      'Digits: input "image" must be [28, 28, 1] (digits.nn:3), but is an array of 785 values, 784 are needed.',
    );
    expect(checkBatch(rules(image), { image: new Float32Array(784) }, false).inputs[0]!.shape).toEqual([1, 28, 28, 1]);
    expect(checkBatch(rules({ x: { dtype: 'float32', shape: [] } }), { x: 3 }, false).inputs[0]).toMatchObject({
      shape: [1],
      values: Float32Array.of(3),
    });
  });

  it('names', () => {
    expect(refusal(rules(image), { imgae: shaped(1, 28, 28, 1) })).toBe(
      'Digits: there is no input "imgae". Did you mean "image"? It takes "image".',
    );
    expect(refusal(rules(image), { image: shaped(1, 28, 28, 1), label: [1] })).toBe(
      'Digits: there is no input "label". It takes "image".',
    );
    expect(refusal(rules(sized), { left: shaped(1, 2, 2, 3) })).toBe(
      'Digits: input "right" [n, 2 * h, w, 1] is missing. It takes "left", "right".',
    );
  });

  it('sizes bound by name', () => {
    const { inputs, size } = checkBatch(rules(sized), { left: shaped(2, 3, 4, 3), right: new Float32Array(2 * 6 * 4) });
    expect(inputs.map((input) => input.shape)).toEqual([
      [2, 3, 4, 3],
      [2, 6, 4, 1],
    ]);
    expect(size).toBe(2);
    expect(refusal(rules(sized), { left: shaped(1, 3, 4, 3), right: shaped(1, 6, 5, 1) })).toBe(
      'Digits: input "right" must be [n, 2 * h, w, 1], but is [1, 6, 5, 1]: axis 2 is 5, but w is 4 in input "left".',
    );
    expect(refusal(rules(sized), { left: shaped(1, 3, 4, 3), right: shaped(1, 7, 4, 1) })).toBe(
      'Digits: input "right" must be [n, 2 * h, w, 1], but is [1, 7, 4, 1]: 2 * h is 6, not 7.',
    );
    // A model's own n is not the number of examples.
    const points = rules({ points: { dtype: 'float32', shape: ['n', 3] } });
    expect(refusal(points, { points: shaped(4, 3) })).toContain('must be [batch, n, 3], but is [4, 3].');
    const square = rules({ x: { dtype: 'float32', shape: ['h', 'h'] } });
    expect(refusal(square, { x: shaped(1, 2, 3) })).toBe(
      'Digits: input "x" must be [n, h, h], but is [1, 2, 3]: axis 2 is 3, but h is 2 on another axis.',
    );
    expect(refusal(rules(sized), { left: new Float32Array(36), right: new Float32Array(24) })).toContain(
      'from whose length its sizes do not follow. Pass { data, shape }',
    );
  });

  it('inputs that may be left out', () => {
    const of = rules({
      x: { dtype: 'float32', shape: ['h'] },
      scale: { dtype: 'float32', shape: [], default: 0.5 },
      mask: { dtype: 'int32', shape: ['h'], default: 1 },
      shift: { dtype: 'float32', shape: [2], default: [3, 4] },
    });
    const { inputs } = checkBatch(of, { x: shaped(2, 3), shift: undefined });
    expect(inputs.map(({ name, shape, values }) => [name, shape, [...values!]])).toEqual([
      ['x', [2, 3], [0, 0, 0, 0, 0, 0]],
      ['scale', [2], [0.5, 0.5]],
      ['mask', [2, 3], [1, 1, 1, 1, 1, 1]],
      ['shift', [2, 2], [3, 4, 3, 4]],
    ]);
  });

  it('a spread stands for any number of axes', () => {
    const of = rules({ x: { dtype: 'float32', shape: ['...rest', 3] } });
    for (const shape of [
      [2, 3],
      [2, 5, 3],
      [2, 5, 6, 3],
    ])
      expect(checkBatch(of, { x: shaped(...shape) }).inputs[0]!.shape).toEqual(shape);
    expect(refusal(of, { x: shaped(2, 4) })).toBe(
      'Digits: input "x" must be [n, ...rest, 3], but is [2, 4]: axis 1 is 4, not 3.',
    );
    expect(refusal(of, { x: shaped(2) })).toBe('Digits: input "x" must be [n, ...rest, 3], but is [2].');
  });

  it('batches of unequal size', () => {
    expect(refusal(rules(sized), { left: shaped(2, 3, 4, 3), right: shaped(3, 6, 4, 1) })).toBe(
      'Digits: input "left" has 2 examples, but input "right" has 3.',
    );
  });

  it('requirements', () => {
    const requirements = [
      { text: 'h % 16 == 0', line: 12, holds: ({ h }: Readonly<Record<string, number>>) => h! % 16 === 0 },
    ];
    const of = rules({ x: { dtype: 'float32', shape: ['h', 'w'] } }, { requirements });
    expect(refusal(of, { x: shaped(1, 20, 7) })).toBe('Digits: h % 16 == 0 is needed (digits.nn:12), but h is 20.');
    expect(checkBatch(of, { x: shaped(1, 32, 7) }).size).toBe(1);
  });
});

describe('values', () => {
  const tokens = rules(
    { tokens: { dtype: 'int32', shape: [3] } },
    { valueRequirements: [{ tensor: 'tokens', below: 10, line: 4 }] },
  );

  it('int32 wants whole numbers', () => {
    expect(refusal(tokens, { tokens: [[1, 2, 0.5]] })).toBe(
      'Digits: input "tokens" must be [n, 3], but takes int32, and the value at index 2 is 0.5.',
    );
    expect(refusal(tokens, { tokens: Float32Array.of(1, NaN, 2) })).toContain('the value at index 1 is NaN');
    expect(checkBatch(tokens, { tokens: Uint8Array.of(1, 2, 3) }).inputs[0]!.values).toEqual(Int32Array.of(1, 2, 3));
    const same = Int32Array.of(1, 2, 3);
    expect(checkBatch(tokens, { tokens: same }).inputs[0]!.values).toBe(same);
  });

  it('indices have a range', () => {
    expect(
      refusal(tokens, {
        tokens: [
          [1, 2, 3],
          [4, 10, 6],
        ],
      }),
    ).toBe(
      'Digits: input "tokens" must be [n, 3], but its values must lie in [0, 10) and that at [1, 1] is 10 (digits.nn:4).',
    );
    expect(refusal(tokens, { tokens: [[1, -1, 3]] })).toContain('that at [0, 1] is -1');
  });

  it('bool wants 0 and 1', () => {
    const flags = rules({ flags: { dtype: 'bool', shape: [2] } });
    expect(checkBatch(flags, { flags: [[true, false]] }).inputs[0]!.values).toEqual(Uint8Array.of(1, 0));
    expect(refusal(flags, { flags: [[0, 2]] })).toContain('takes bool (0 or 1), and the value at index 1 is 2');
  });
});

it('nearest names', () => {
  expect(nearestName('imgae', ['image', 'label'])).toBe('image');
  expect(nearestName('x', ['image', 'y'])).toBe('y');
  expect(nearestName('banana', ['image', 'label'])).toBeUndefined();
});

it('sizes are evaluated', () => {
  const sizes = { h: 7, w: 4 };
  for (const [text, value] of [
    ['2 * h', 14],
    ['floor(h / 2) + 1', 4],
    ['(h - w) * 2', 6],
    ['max(h, w) % 4', 3],
    ['ceil(h / 2)', 4],
    ['h + q', undefined],
    ['h ^ 2', undefined],
    ['floor(h', undefined],
  ] as const) {
    expect(evaluateSize(text, sizes), text).toBe(value);
  }
});

/** Colours stand behind names as `name‹type modifiers›`. */
import { describe, expect, it } from 'vitest';
import { semanticTokens } from '../../compiler/language-service/index.ts';
import { projectWith } from './marked.ts';

const withoutMarks = (marked: string): string => marked.replaceAll(/‹[^›]*›/g, '');

function expectTokens(marked: string, others: Readonly<Record<string, string>> = {}): void {
  const text = withoutMarks(marked);
  const tokens = semanticTokens(projectWith({ '/a.nn': text, ...others }), '/a.nn');
  const shown = [...tokens].reverse().reduce((result, { span, type, modifiers }) => {
    const mark = `‹${[type, ...modifiers].join(' ')}›`;
    return result.slice(0, span.end) + mark + result.slice(span.end);
  }, text);
  expect(shown).toBe(marked);
}

describe('semantic tokens', () => {
  it('tells layers, blocks, functions, tensors, parameters and options apart', () => {
    expectTokens(`
block Down‹class declaration›(wide‹parameter declaration›: int‹type defaultLibrary› = 2, Norm‹class declaration› = BatchNormalization‹class defaultLibrary›, padding‹parameter declaration›: same‹enumMember› | valid‹enumMember› = same‹enumMember›) {
  input x‹variable declaration›: float32‹type defaultLibrary›[h‹typeParameter declaration›, w‹typeParameter declaration›, 3]
  output y‹variable declaration› = x‹variable› -> Conv2D‹class defaultLibrary›(wide‹parameter›, 3, padding‹parameter›:, activation‹property›: relu‹function defaultLibrary›, kernelInitializer‹property›: heNormal‹enumMember defaultLibrary›) -> Norm‹class›
}
`);
  });

  it('marks made layers, loops, members, constants and imports', () => {
    expectTokens(
      `
import { Down‹class›, N‹variable readonly›, twice‹function› as two‹function declaration› } from "./b.nn"

model M‹class declaration› {
  input ids‹variable declaration›: int32‹type defaultLibrary›[n‹typeParameter declaration›]
  layer embed‹function declaration› = Embedding‹class defaultLibrary›(N‹variable readonly›, two‹function›(4))
  let h‹variable declaration› = ids‹variable› -> embed‹function› -> repeat 2 as i‹variable declaration readonly› { Dense‹class defaultLibrary›(8 + i‹variable readonly›) }
  output y‹variable declaration› = h‹variable› @ transpose‹function defaultLibrary›(embed‹function›.embeddings‹property›)
}
`,
      { '/b.nn': 'const N = 3\nconst twice(v = 1) = 2 * v\nblock Down {\n  input x: [n]\n  output y = x\n}\n' },
    );
  });

  it('colours fields of `train`, words in messages, and nothing that is unknown', () => {
    expectTokens(`
model M‹class declaration› {
  input x‹variable declaration›: [n‹typeParameter declaration›]
  require n‹typeParameter› > 2, "only {n‹typeParameter›} n"
  output y‹variable declaration› = x‹variable› -> Dens(3) -> oops
}
train M‹class› {
  target t‹variable declaration›: [3]
  loss‹property›: meanSquaredError‹function defaultLibrary›(t‹variable›, y‹variable›)
  optimizer‹property›: adam‹enumMember defaultLibrary›
}
`);
  });

  it('gives those of a part alone', () => {
    const text = 'const A = 1\nconst B = A\nconst C = B\n';
    const tokens = semanticTokens(projectWith({ '/a.nn': text }), '/a.nn', { start: 12, end: 20 });
    expect(tokens.map(({ span }) => text.slice(span.start, span.end))).toEqual(['B']);
  });
});

/** Inlay hints stand in the text as `‹…›`. */
import { describe, expect, it } from 'vitest';
import { inlayHints, type InlayHintOptions } from '../../compiler/language-service/index.ts';
import { projectWith } from './marked.ts';

const withoutHints = (marked: string): string => marked.replaceAll(/ ‹[^›]*[^:›]›|‹[^›]*›/g, '');

function hinted(text: string, options?: InlayHintOptions, others: Readonly<Record<string, string>> = {}): string {
  const project = projectWith({ '/a.nn': text, ...others });
  const hints = inlayHints(project, '/a.nn', { start: 0, end: text.length }, options);
  return [...hints].reverse().reduce((shown, hint) => {
    const mark = hint.padding === 'left' ? ` ‹${hint.text}›` : `‹${hint.text}›`;
    return shown.slice(0, hint.offset) + mark + shown.slice(hint.offset);
  }, text);
}

function expectHints(marked: string, options?: InlayHintOptions, others?: Readonly<Record<string, string>>): void {
  expect(hinted(withoutHints(marked), options, others)).toBe(marked);
}

describe('inlay hints', () => {
  it('shows the shape behind every stage and name', () => {
    expectHints(`
model Digits(classes = 10) {
  input image: [28, 28, 1]
  let features ‹: [13, 13, 32]› = image -> Conv2D(filters: 32, kernelSize: 3) ‹[26, 26, 32]› -> MaxPooling2D(poolSize: 2) ‹[13, 13, 32]›
  output digit: [classes] = features -> Flatten ‹[5408]› -> Dense(classes) ‹[10]›
}
`);
  });

  it('shows symbols in blocks, and cases under their conditions', () => {
    expectHints(`
block Down(padding: same | valid) {
  input x: [h, w, c]
  output y ‹: [ceil(h / 2), ceil(w / 2), 8] if padding == same, else [floor((h - 1) / 2), floor((w - 1) / 2), 8]› = x
    -> Conv2D(filters: 8, kernelSize: 3, strides: 2, padding:) ‹[ceil(h / 2), ceil(w / 2), 8] if padding == same, else [floor((h - 1) / 2), floor((w - 1) / 2), 8]›
}
`);
  });

  it('shows the first and the last round of a loop, and how many there are', () => {
    expectHints(`
model M(depth = 3) {
  input x: [64, 1]
  output y ‹: [8, 1]› = x -> repeat depth ‹= 3 ×› { MaxPooling1D(poolSize: 2) ‹[32, 1] … [8, 1]› }
}
`);
  });

  it('shows tuples by name, numbers, dtypes, and what layers give that are made elsewhere', () => {
    expectHints(`
import { Pair } from "./b.nn"

model M {
  input ids: int32[n]
  layer embed = Embedding(inputDim: 100, outputDim: 8)
  let width ‹= 16› = 2 * 8
  let (a ‹: [n, 8]›, b ‹: int32[n]›) = ids -> Pair ‹(left: [n, 8], right: int32[n])›
  output y ‹: [n, 16]› = embed(ids) -> Dense(units: width) ‹[n, 16]›
  output z ‹: [n, 8]› = a -> relu ‹[n, 8]›
  output k ‹: int32[n]› = b
}
`, undefined, { '/b.nn': 'block Pair {\n  input x: int32[n]\n  output left = x -> Embedding(100, 8)\n  output right = x\n}\n' }); // prettier-ignore
  });

  it('is silent about what has an error, and goes on behind it', () => {
    expectHints(`
model M {
  input x: [8]
  let a = x -> Dens(units: 3) -> relu
  output y ‹: [2]› = x -> Dense(units: 2) ‹[2]›
}
`);
  });

  it('can be turned off, each kind by itself', () => {
    const text = 'model M(n = 2) {\n  input x: [8]\n  output y = x -> repeat n { relu }\n}\n';
    expect(hinted(text, { shapes: false, parameterNames: 'none', rounds: false })).toBe(text);
  });

  it('names positional arguments that do not say what they are', () => {
    expectHints(`
const half(v: float, by = 2) = v / by
block Cross(heads: int, rate: float, causal: bool) {
  input x: [n, d]
  input memory: [n, d]
  output y = x + memory
}
model M {
  input x: [8, 8, 3]
  let filters = half(‹v:›8, ‹by:›4)
  let a = x -> Conv2D(‹filters:›32, ‹kernelSize:›(3, 3), activation: relu) -> Conv2D(filters, ‹kernelSize:›3)
  let b = x -> clip(‹xMin:›-1, ‹xMax:›1) -> reshape(8, -1)
  let c = b -> Cross(‹heads:›2, ‹rate:›0.1, ‹causal:›true)(b)
  output y = concat(b, c, axis: 0) -> rearrange("n d -> d n") -> Dropout(0.5) -> Dense(10)
}
`, { shapes: false, rounds: false, parameterNames: 'literals' }); // prettier-ignore
  });

  it('names all positional arguments where that is asked for, but for tensors and what has the name already', () => {
    expectHints(`
model M(units = 4, numFilters = 3) {
  input x: [8, 8, 3]
  let a = x -> Conv2D(‹filters:›units, ‹kernelSize:›1 + 2) -> Dropout(‹rate:›0.5)
  output y = add(a, a) -> Dense(units, ‹activation:›relu)
}
`, { shapes: false, rounds: false, parameterNames: 'all' }); // prettier-ignore
  });
});

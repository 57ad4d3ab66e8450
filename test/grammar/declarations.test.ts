import { describe, expect, test } from 'vitest';
import { astOf, parseText, statementsOf } from './helpers.ts';

describe('files', () => {
  test('an empty file is fine', () => {
    expect(astOf('')).toBe('');
    expect(astOf(' \n// only a comment\n')).toBe('');
  });

  test('imports', () => {
    expect(astOf('import { A } from "./a.nn"')).toBe('(import A "./a.nn")');
    expect(astOf('import { A as B, c, } from "pkg"')).toBe('(import A→B c "pkg")');
  });

  test('constants and compile-time functions', () => {
    expect(astOf('const N = 3')).toBe('(const N 3)');
    expect(astOf('const N: int = 3')).toBe('(const N :int 3)');
    expect(astOf('const f(v: float, by = 8): int = floor(v / by)')).toBe(
      '(const f [(param v :float) (param by =8)] :int (call floor (/ v by)))',
    );
    expect(astOf('const f() = 3')).toBe('(const f [] 3)');
  });

  test('blocks, models and aliases', () => {
    expect(astOf('block B { }')).toBe('(block B)');
    expect(astOf('model M() { }')).toBe('(model M)');
    expect(astOf('model M(a = 1, b: int,) { output y = x }')).toBe(
      '(model M [(param a =1) (param b :int)])\n  (output y x)',
    );
    expect(astOf('model Big = GPT(depth: 24)')).toBe('(alias Big (call GPT depth:24))');
  });

  test('parameter types', () => {
    const types: readonly (readonly [string, string])[] = [
      ['int', 'int'],
      ['layer', 'layer'],
      ['same | valid', '(| same valid)'],
      ['int | (int, int)', '(| int (tuple int int))'],
      ['int[][]', 'int[][]'],
      ['(int)', 'int'],
      ['(int | float)[]', '(| int float)[]'],
      ['(int, (int, int),)[]', '(tuple int (tuple int int))[]'],
      ['layer[]', 'layer[]'],
    ];
    for (const [source, ast] of types) expect(astOf(`block B(p: ${source}) { }`)).toBe(`(block B [(param p :${ast})])`);
  });

  test('train', () => {
    const text = `train M {
      target label: int32
      target mask: bool[h, w]
      loss: f(label, y)
      metrics: [g(label, y)]
      import: 3
      target: 4
      freeze: [encoder.layer]
    }`;
    expect(astOf(text)).toBe(
      [
        '(train M)',
        '  (target label int32)',
        '  (target mask bool[h w])',
        '  (field loss (call f label y))',
        '  (field metrics [(call g label y)])',
        '  (field import 3)',
        '  (field target 4)',
        '  (field freeze [encoder.layer])',
      ].join('\n'),
    );
  });
});

describe('statements', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['input x: [h, w, 3]', '(input x [h w 3])'],
    ['input x: int32[seq]', '(input x int32[seq])'],
    ['input x: int32', '(input x int32)'],
    ['input x: []', '(input x [])'],
    ['input x: [...lead, _, 2 * d,]', '(input x [...lead _ (* 2 d)])'],
    ['input mask: bool[seq] = true', '(input mask bool[seq] =true)'],
    ['output y = x -> relu', '(output y (-> x relu))'],
    ['output y: [seq, h / 2] = x', '(output y [seq (/ h 2)] x)'],
    ['let y = x', '(let y x)'],
    ['let y: [3] = x', '(let y [3] x)'],
    ['let (a, _, b,) = f(x)', '(let (tuple a _ b) (call f x))'],
    ['let (a) = x', '(let a x)'],
    ['layer f = Dense(3) -> relu', '(layer f (-> (call Dense 3) relu))'],
    ['layer t = repeat 3 { Dense(8) } -> relu', '(layer t (-> (repeat 3 { (Dense (8)) }) relu))'],
    ['weight w: [d]', '(weight w [d])'],
    ['weight w: [d] = zeros', '(weight w [d] =zeros)'],
    ['require d % 2 == 0', '(require (== (% d 2) 0))'],
    ['require d > 2, "{d} is too small, {{sorry}}"', '(require (> d 2) "{d} is too small, {{sorry}}")'],
    ['loss kl = -sum(x)', '(loss kl (- (call sum x)))'],
    ['let a = b let c = d', '(let a b)\n(let c d)'],
  ];
  test.each(cases)('%s', (source, ast) => {
    expect(statementsOf(source)).toBe(ast);
  });
});

describe('comments', () => {
  test('a run of /// lines documents what follows, and only the last run does', () => {
    const text = `/// Not this one.

/// A model
///  of digits.
// nn-ignore lint/x: between
model M(
  /// How many.
  classes = 10,
) {
  /// The image.
  input x: [3]
  //// no doc
  let y = x
}
train M {
  /// An answer.
  target t: int32
  /** no doc */
  /// What to lower.
  loss: f(t)
}`;
    expect(astOf(text)).toBe(
      [
        '(model ///"A model\\n of digits." M [(param ///"How many." classes =10)])',
        '  (input ///"The image." x [3])',
        '  (let y x)',
        '(train M)',
        '  (target ///"An answer." t int32)',
        '  (field ///"What to lower." loss (call f t))',
      ].join('\n'),
    );
  });

  test('all comments are in the file, in order', () => {
    const { comments } = parseText('/// a\n//// b\n// c\n/* d\n*/ const /* e */ N = 3 // f').file;
    expect(comments.map(({ style, text }) => [style, text])).toEqual([
      ['doc', '/// a'],
      ['line', '//// b'],
      ['line', '// c'],
      ['block', '/* d\n*/'],
      ['block', '/* e */'],
      ['line', '// f'],
    ]);
  });

  test('the span of a declaration starts at its keyword', () => {
    const text = '/// doc\nconst N = 3';
    const [declaration] = parseText(text).file.declarations;
    expect(declaration!.span).toEqual({ start: 8, end: text.length });
    expect(declaration!.doc!.span).toEqual({ start: 0, end: 7 });
  });
});

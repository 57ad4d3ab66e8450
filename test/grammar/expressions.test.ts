import { describe, expect, test } from 'vitest';
import { expressionOf } from './helpers.ts';

const cases: Readonly<Record<string, readonly (readonly [source: string, ast: string])[]>> = {
  literals: [
    ['42', '42'],
    ['10_000', '10000'],
    ['0.5', '0.5'],
    ['1e-3', '1e-3'],
    ['2.5E+10', '2.5E+10'],
    ['true', 'true'],
    ['false', 'false'],
    ['"h w -> (h w)"', '"h w -> (h w)"'],
    ['"a\\n\\t\\"\\\\\\u{1F600}"', '"a\\n\\t\\"\\\\😀"'],
    ['"// no comment /* none */ # none"', '"// no comment /* none */ # none"'],
  ],
  operators: [
    ['a + b * c', '(+ a (* b c))'],
    ['a - b - c', '(- (- a b) c)'],
    ['a / b % c @ d', '(@ (% (/ a b) c) d)'],
    ['a < b + 1', '(< a (+ b 1))'],
    ['a == b && c != d || e <= f && g >= h', '(|| (&& (== a b) (!= c d)) (&& (<= e f) (>= g h)))'],
    ['a || b || c', '(|| (|| a b) c)'],
    ['a > b', '(> a b)'],
  ],
  'unary operators and powers': [
    ['-2 ** 2', '(- (** 2 2))'],
    ['2 ** -1', '(** 2 (- 1))'],
    ['2 ** 3 ** 2', '(** 2 (** 3 2))'],
    ['2 ** -3 ** 2', '(** 2 (- (** 3 2)))'],
    ['!a && !b', '(&& (! a) (! b))'],
    ['!a == b', '(== (! a) b)'],
    ['--a', '(- (- a))'],
    ['-a.b[0]', '(- (at a.b 0))'],
    ['-a * b', '(* (- a) b)'],
    ['a * b ** 2 * c', '(* (* a (** b 2)) c)'],
    ['a + -b', '(+ a (- b))'],
  ],
  'grouping, tuples and lists': [
    ['(x)', 'x'],
    ['((x))', 'x'],
    ['(x,)', '(tuple x)'],
    ['(x, y)', '(tuple x y)'],
    ['(x, y,)', '(tuple x y)'],
    ['(a + b) * c', '(* (+ a b) c)'],
    ['[]', '[]'],
    ['[1, 2,]', '[1 2]'],
    ['[[0, 1], [1, 0]]', '[[0 1] [1 0]]'],
    ['(q, k) -> dot', '(-> (tuple q k) dot)'],
  ],
  calls: [
    ['f()', '(call f)'],
    ['f(a, b)', '(call f a b)'],
    ['f(a, b,)', '(call f a b)'],
    ['Dense(64)(x)', '(call (call Dense 64) x)'],
    ['Conv2D(8, 3, strides: 2)', '(call Conv2D 8 3 strides:2)'],
    ['Conv2D(8, strides:)', '(call Conv2D 8 strides:)'],
    ['Conv2D(8, strides:, padding: same,)', '(call Conv2D 8 strides: padding:same)'],
    ['f(loss: a, in: b, true: c, if: d)', '(call f loss:a in:b true:c if:d)'],
    ['f(x: if a { b } else { c })', '(call f x:(if a b c))'],
    ['f(x -> relu, y: z -> Dense(2))', '(call f (-> x relu) y:(-> z (Dense (2))))'],
    ['f(g: repeat 2 { relu })', '(call f g:(repeat 2 { relu }))'],
  ],
  members: [
    ['e.embeddings', 'e.embeddings'],
    ['a.b.c', 'a.b.c'],
    ['(x -> Pair).left', '(-> x Pair).left'],
    ['a.loss.input', 'a.loss.input'],
    ['f(x).y(z)', '(call (call f x).y z)'],
  ],
  indices: [
    ['x[0]', '(at x 0)'],
    ['x[:, -1]', '(at x (slice _ _) (- 1))'],
    ['x[..., 0:3]', '(at x ... (slice 0 3))'],
    ['x[::2]', '(at x (slice _ _ 2))'],
    ['x[1::2]', '(at x (slice 1 _ 2))'],
    ['x[:n:2, a:]', '(at x (slice _ n 2) (slice a _))'],
    ['x[0,]', '(at x 0)'],
    ['x[0][1]', '(at (at x 0) 1)'],
  ],
  conditions: [
    ['if a { b } else { c }', '(if a b c)'],
    ['if a == 1 { b } else if !d { e } else { f }', '(if (== a 1) b (if (! d) e f))'],
    ['1 + if a { 2 } else { 3 } * 4', '(+ 1 (* (if a 2 3) 4))'],
    ['if c { x -> relu } else { repeat 3 { Dense(4) } }', '(if c (-> x relu) (repeat 3 { (Dense (4)) }))'],
    ['if a { b } else { c } -> relu', '(-> (if a b c) relu)'],
  ],
  pipelines: [
    ['x -> relu', '(-> x relu)'],
    ['x + y -> relu', '(-> (+ x y) relu)'],
    ['x + (y -> relu)', '(+ x (-> y relu))'],
    ['x -> Dense(2) -> Flatten', '(-> x (Dense (2)) Flatten)'],
    ['x -> Cross(8)(memory)', '(-> x (Cross (8) (memory)))'],
    ['x -> a.b.c(1)', '(-> x (a.b.c (1)))'],
    ['Conv2D(8, 3) -> relu -> Flatten', '(-> (call Conv2D 8 3) relu Flatten)'],
    ['x -> a.weight', '(-> x a.weight)'],
  ],
  loops: [
    ['repeat 3 { Dense(8) }', '(repeat 3 { (Dense (8)) })'],
    ['repeat 3 { Dense(8) } -> relu', '(-> (repeat 3 { (Dense (8)) }) relu)'],
    ['x -> repeat n + 1 as i { Dense(8) -> relu }', '(-> x (repeat (+ n 1) as:i { (Dense (8)) relu }))'],
    ['x -> for n in [8, 16] { Dense(n) }', '(-> x (for n [8 16] { (Dense (n)) }))'],
    ['x -> for (a, _, c) in xs { f(a) }', '(-> x (for (tuple a _ c) xs { (f (a)) }))'],
    ['x -> repeat 2 { for f in fs { relu } }', '(-> x (repeat 2 { (for f fs { relu }) }))'],
    ['(repeat 2 { relu })(x)', '(call (repeat 2 { relu }) x)'],
    ['x -> repeat n { relu }', '(-> x (repeat n { relu }))'],
  ],
  'conditional stages': [
    ['x -> if a { relu }', '(-> x (if a { relu }))'],
    ['x -> if a { relu } else { gelu -> tanh }', '(-> x (if a { relu } else { gelu tanh }))'],
    ['x -> if a { f } else if b { g } else { h } -> i', '(-> x (if a { f } else { (if b { g } else { h }) }) i)'],
    ['x -> if a.b(c) == 2 && d { relu }', '(-> x (if (&& (== (call a.b c) 2) d) { relu }))'],
  ],
};

for (const [title, examples] of Object.entries(cases)) {
  describe(title, () => {
    test.each(examples)('%s', (source, ast) => {
      expect(expressionOf(source)).toBe(ast);
    });
  });
}

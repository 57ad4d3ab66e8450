import { describe, expect, test } from 'vitest';
import { brokenAstOf, problemsOf } from './helpers.ts';

/** Where the problems are: `line:column`. */
function placesOf(text: string): string {
  return problemsOf(text).map((problem) => problem.split(' ')[0]).join(' '); // prettier-ignore
}

describe('one broken statement does not hide the others', () => {
  test('in a body', () => {
    const text = `model M {
  input x: [3
  let a = f(1 2
  let b = x -> Dense(3 -> relu
  let c = [1, (2
  layer d Dense(3)
  let (e = x
  require > 3
  weight w [3]
  output y = x -> relu
}
block B { input z: [3] }`;
    expect(brokenAstOf(text)).toBe(
      [
        '(model M)',
        '  (input x [3])',
        '  (let a (call f 1 2))',
        '  (let b (-> x (Dense ((-> 3 relu)))))',
        '  (let c [1 2])',
        '  (layer d (call Dense 3))',
        '  (let e x)',
        '  (require ?)',
        '  (weight w [3])',
        '  (output y (-> x relu))',
        '(block B)',
        '  (input z [3])',
      ].join('\n'),
    );
    expect(problemsOf(text)).toHaveLength(8);
  });

  test('in a train', () => {
    const text = `train M {
  target label int32
  loss: f(a, b
  metrics: [g(a
  batchSize = 3
  optimizer adam
  epochs: 5
}
const N = 3`;
    expect(brokenAstOf(text)).toBe(
      [
        '(train M)',
        '  (target label int32)',
        '  (field loss (call f a b))',
        '  (field metrics [(call g a)])',
        '  (field batchSize 3)',
        '  (field optimizer adam)',
        '  (field epochs 5)',
        '(const N 3)',
      ].join('\n'),
    );
    expect(placesOf(text)).toBe('2:16 3:14 4:15 5:13 6:13');
  });

  test('in parameters and imports', () => {
    const text = 'import { A, , B } from "x"\nmodel M(a: = 3, b = , c: int | , d 4) { output y = a }';
    expect(brokenAstOf(text)).toContain('(output y a)');
    expect(brokenAstOf(text)).toContain('(import A B "x")');
  });
});

describe('brackets', () => {
  test('a missing `}` ends at the next declaration', () => {
    const text = 'model A {\n  input x: [3]\nblock B {\n  let y = 3\n}';
    expect(brokenAstOf(text)).toBe('(model A)\n  (input x [3])\n(block B)\n  (let y 3)');
    expect(placesOf(text)).toBe('2:14');
  });

  test('a missing `}` of a loop ends at the next statement', () => {
    const text = 'model A {\n  let a = x -> repeat 3 { Dense(8)\n  let b = 3\n}\nconst N = 3';
    expect(brokenAstOf(text)).toBe('(model A)\n  (let a (-> x (repeat 3 { (Dense (8)) })))\n  (let b 3)\n(const N 3)');
    expect(placesOf(text)).toBe('2:34');
  });

  test('an extra `}` is reported once, and what follows still belongs to the body', () => {
    const text = 'model A {\n  let a = x }\n  let b = 3\n  output c = b\n}\nconst N = 3';
    expect(brokenAstOf(text)).toBe('(model A)\n  (let a x)\n  (let b 3)\n  (output c b)\n(const N 3)');
    expect(placesOf(text)).toBe('3:3');
  });

  test('a body without braces is read all the same', () => {
    const text = 'model A\n  input x: [3]\n  output y = x\ntrain A\n  loss: f(y)\nblock B { let a = 3 }';
    expect(brokenAstOf(text)).toBe(
      '(model A)\n  (input x [3])\n  (output y x)\n(train A)\n  (field loss (call f y))\n(block B)\n  (let a 3)',
    );
    expect(placesOf(text)).toBe('1:7 4:7');
  });
});

describe('pipelines', () => {
  test('a broken stage leaves the others', () => {
    expect(brokenAstOf('model M { let a = x -> (f) -> g -> 3 -> h }')).toBe('(model M)\n  (let a (-> x ? g ? h))');
  });

  test('a missing arrow', () => {
    const text = 'model M {\n  output y = x\n    -> Dense(3)\n    relu\n    -> Flatten\n  let z = 3\n}';
    expect(brokenAstOf(text)).toBe('(model M)\n  (output y (-> x (Dense (3)) relu Flatten))\n  (let z 3)');
    expect(placesOf(text)).toBe('4:5');
  });

  test('an operator after a stage', () => {
    expect(brokenAstOf('model M { let a = x -> f + 1 -> g let b = 3 }')).toBe(
      '(model M)\n  (let a (-> x f g))\n  (let b 3)',
    );
  });
});

describe('declarations', () => {
  test('in a body are found all the same', () => {
    const text = 'model A {\n  input x: [3]\n  block B {\n    input z: [3]\n  }\n  output y = x -> B\n}';
    expect(brokenAstOf(text)).toBe('(model A)\n  (input x [3])\n  (output y (-> x B))\n(block B)\n  (input z [3])');
    expect(placesOf(text)).toBe('3:3');
  });

  test('a `const` in a body becomes a `let`, and one after a missing `}` does not', () => {
    expect(brokenAstOf('model A {\n  const N = 3\n  output y = N\n}')).toBe('(model A)\n  (let N 3)\n  (output y N)');
    expect(brokenAstOf('model A {\n  output y = x\nconst N = 3\n')).toBe('(model A)\n  (output y x)\n(const N 3)');
  });

  test('junk between declarations', () => {
    const text = 'const A = 3\n) ] foo bar [ {\nmodel M { let y = 3 }\nreturn 4\nconst B = 4';
    expect(brokenAstOf(text)).toBe('(const A 3)\n(model M)\n  (let y 3)\n(const B 4)');
  });
});

describe('one problem for one mistake', () => {
  test.each([
    'model M { let y = f("abc, [1, (2 }\n }',
    'model M { let y = f(((( }',
    'model M { let y = 3 4 5 6 ) ] ( 7 }',
    'model M {\n  let y = \n}',
    'model M { let y = x[1:2:3:4] }',
    'model M { let y = { a: 3 } }',
    'model M { let y = lambda x: x }',
    'model M { let y = [x for x in y] }',
    'model M { let y += 3 }',
    'model = 3',
    'block',
    'train',
    'import',
    'model M(',
    'model M {',
    'model M { input',
    'model M { input x: [',
    '/* model M {',
  ])('%s', (text) => {
    expect(problemsOf(text)).toHaveLength(1);
  });
});

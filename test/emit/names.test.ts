/** Names, numbers, sizes and data as they are written into emitted code. */
import { describe, expect, it } from 'vitest';
import { toCode, type Code } from '../../compiler/emit/code.ts';
import { camelCase, member, propertyKey, quoted, Scope } from '../../compiler/emit/identifiers.ts';
import { inline, valueLines, type Value } from '../../compiler/emit/literal.ts';
import { numberName, numbersText, numberText } from '../../compiler/emit/numbers.ts';
import { relativePath } from '../../compiler/emit/source-names.ts';
import { conditionText, sizeText, solutionOf } from '../../compiler/emit/size-code.ts';
import {
  add,
  and,
  ceilDivide,
  dim,
  divisible,
  equal,
  floorDivide,
  lessThan,
  multiply,
  not,
  subtract,
  variable,
} from '../../compiler/shapes/index.ts';

const text = (code: Code): string => code.map((piece) => piece.text).join('');
const [hv, wv] = [
  { name: 'h', id: 1 },
  { name: 'w', id: 2 },
];
const [h, w] = [variable(hv), variable(wv)];
const name = (v: { readonly name: string }): string => v.name;

describe('identifiers', () => {
  it.each([
    ['conv2D', 'conv2D'],
    ['stage_1.bottleneck.2.conv2D', 'stage_1Bottleneck2Conv2D'],
    ['0.dense', '_0Dense'],
    ['encoder.layers.11.attention.multiHeadAttention.query', 'layers11AttentionMultiHeadAttentionQuery'],
  ])('%s → %s', (path, expected) => expect(camelCase(path)).toBe(expected));

  it('hands out each name once and no reserved one', () => {
    const scope = new Scope(['conv2d']);
    expect([scope.fresh('dense'), scope.fresh('dense'), scope.fresh('dense_1')]).toEqual([
      'dense',
      'dense_1',
      'dense_1_1',
    ]);
    expect([scope.freshNear('class'), scope.fresh('conv2d'), scope.freshNear('default')]).toEqual([
      'class_',
      'conv2d_1',
      'default_',
    ]);
    expect([scope.fresh('3'), scope.fresh('…')]).toEqual(['_3', '_']);
  });

  it('quotes keys where it must', () => {
    expect([propertyKey('kernel'), propertyKey('a.b'), propertyKey('class'), propertyKey('__proto__')]).toEqual([
      'kernel',
      "'a.b'",
      'class',
      "['__proto__']",
    ]);
    expect([member('w', 'bias'), member('w', "it's")]).toEqual(['w.bias', String.raw`w['it\'s']`]);
    expect(quoted('a"b\\c\n\u2028')).toBe(String.raw`'a"b\\c\n\u2028'`);
  });
});

describe('numbers', () => {
  it.each([
    [0.1, '0.1'],
    [Math.fround(0.1), '0.1'],
    [1e-7, '1e-7'],
    [-0, '-0'],
    [1 / 3, '0.33333333'],
    [16777216, '16777216'],
    [Infinity, 'Infinity'],
    [NaN, 'NaN'],
  ])('%d is written %s', (value, expected) => expect(numberText(value)).toBe(expected));

  it('reads back as the same float32', () => {
    for (let i = 1; i < 2000; i++) {
      const value = Math.fround(Math.sin(i) * 10 ** ((i % 60) - 30));
      expect(Math.fround(Number(numberText(value)))).toBe(value);
    }
  });

  it('names constants by their value', () => {
    expect([0.5, 1, -1, 0.001, 1e-7, -2.5, 3, NaN, 1e21].map(numberName)).toEqual([
      'half',
      'one',
      'minusOne',
      'c0_001',
      'c1e_7',
      'minus2_5',
      'c3',
      'notANumber',
      'c1e21',
    ]);
  });

  it('shortens long lists of one value', () => {
    expect(
      numbersText(
        Array.from({ length: 20 }, () => 0),
        'float32',
      ),
    ).toBe('Array.from({ length: 20 }, () => 0)');
    expect(numbersText([1, 2], 'int32')).toBe('[1, 2]');
  });
});

describe('sizes', () => {
  it.each([
    [add(multiply(dim(2), h), dim(1)), '2 * h + 1'],
    [floorDivide(h, dim(2)), 'Math.floor(h / 2)'],
    [ceilDivide(add(h, w), dim(3)), 'Math.ceil((h + w) / 3)'],
    [subtract(multiply(h, w), dim(4)), 'h * w - 4'],
  ])('size %#', (size, expected) => expect(sizeText(size, name)).toBe(expected));

  it.each([
    [divisible(h, dim(16)), 'h % 16 === 0'],
    [divisible(add(h, dim(1)), dim(2)), '(h + 1) % 2 === 0'],
    [not(divisible(h, dim(2))), '!(h % 2 === 0)'],
    [and(equal(h, w), lessThan(h, dim(9))), 'h === w && h < 9'],
  ])('condition %#', (condition, expected) => expect(conditionText(condition, name)).toBe(expected));

  it('solves for a size that no axis shows bare', () => {
    const source = { text: 'x.shape[1]', size: add(multiply(dim(2), h), dim(3)) };
    expect(text(solutionOf(hv, [source]).text(toCode('axis')))).toBe('(axis - 3) / 2');
    expect(text(solutionOf(hv, [source, { text: 'y', size: h }]).text(toCode('axis')))).toBe('axis');
    expect(text(solutionOf(wv, [{ text: 'x', size: subtract(w, dim(1)) }]).text(toCode('axis')))).toBe('axis + 1');
  });
});

describe('data', () => {
  const value: Value = { shape: [1, 'h'], nested: { flag: true, none: undefined } };
  it('is written as a literal and as its type', () => {
    expect(text(inline(value))).toBe("{ shape: [1, 'h'], nested: { flag: true } }");
    expect(text(inline(value, 'type'))).toBe(
      "{ readonly shape: readonly [1, 'h']; readonly nested: { readonly flag: true } }",
    );
  });
  it('takes several lines where it is long', () => {
    const long = { a: 'x'.repeat(80), b: 'y'.repeat(80) };
    expect(
      valueLines(long, toCode('const v = '), toCode(';')).map((l) => '  '.repeat(l.indent) + text(l.code)),
    ).toEqual(['const v = {', `  a: '${long.a}',`, `  b: '${long.b}',`, '};']);
  });
});

it('names sources from the folder of the output', () => {
  expect(relativePath('models/digits.nn', 'models/digits.nn')).toBe('digits.nn');
  expect(relativePath('models/digits.nn', 'models/blocks/residual.nn')).toBe('blocks/residual.nn');
  expect(relativePath('/a/models/digits.nn', '/a/shared/x.nn')).toBe('../shared/x.nn');
  expect(relativePath(String.raw`C:\m\digits.nn`, String.raw`C:\m\digits.nn`)).toBe('digits.nn');
});

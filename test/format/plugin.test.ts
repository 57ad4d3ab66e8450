/** The style in pairs, what Prettier itself does with the plugin, and mistakes. */
import { readFileSync } from 'node:fs';
import * as prettier from 'prettier';
import { describe, expect, test } from 'vitest';
import * as plugin from '../../compiler/format/index.ts';

const format = (text: string, options: prettier.Options = {}): Promise<string> =>
  prettier.format(text, { filepath: 'a.nn', plugins: [plugin], ...options });

/** A statement as it stands in a body. */
const statement = async (text: string, printWidth = 40): Promise<string> =>
  (await format(`block A {\n${text}\n}`, { printWidth }))
    .replace(/^block A \{\n|\}\n$/g, '')
    .replaceAll(/^ {2}/gm, '')
    .trimEnd();

test('everything at once', async () => {
  const read = (name: string): string => readFileSync(new URL(`pairs/${name}.nn`, import.meta.url), 'utf8');
  expect(await format(read('everything.in'))).toBe(read('everything.out'));
});

describe('pipelines', () => {
  test('stay on their line where they fit', async () => {
    expect(await statement('let a=x->Flatten->relu')).toBe('let a = x -> Flatten -> relu');
  });
  test('break before every arrow where they do not', async () => {
    expect(await statement('let a = x -> Flatten -> Dense(100) -> relu')).toBe(
      'let a = x\n  -> Flatten\n  -> Dense(100)\n  -> relu',
    );
  });
  test('stay broken where the writer broke before the first arrow, and only there', async () => {
    expect(await statement('let a = x\n-> Flatten -> relu')).toBe('let a = x\n  -> Flatten\n  -> relu');
    expect(await statement('let a = x -> Flatten\n-> relu')).toBe('let a = x -> Flatten -> relu');
  });
  test('in loops are as wide as they need', async () => {
    expect(await statement('let a = x -> repeat 3 {Dense(3)}')).toBe('let a = x -> repeat 3 { Dense(3) }');
    expect(await statement('let a = x -> repeat 3 { Dense(16) -> relu -> Dropout(0.25) } -> relu')).toBe(
      'let a = x\n  -> repeat 3 {\n    Dense(16) -> relu -> Dropout(0.25)\n  }\n  -> relu',
    );
  });
});

describe('arguments', () => {
  test('break to one per line, but a list that is the only one breaks by itself', async () => {
    expect(await statement('let a = f(first, second: 3, third: fourth)')).toBe(
      'let a = f(\n  first,\n  second: 3,\n  third: fourth,\n)',
    );
    expect(await statement('let a = x -> Stack([Dense(100), relu, f])')).toBe(
      'let a = x\n  -> Stack([Dense(100), relu, f])',
    );
    expect(await statement('let a = Stack([Dense(100), relu, Dense(10)])')).toBe(
      'let a = Stack([\n  Dense(100),\n  relu,\n  Dense(10),\n])',
    );
  });
});

describe('parentheses', () => {
  test.each([
    ['(a + b)', 'a + b'],
    ['f((a), (b))', 'f(a, b)'],
    ['(a * b) + c', '(a * b) + c'],
    ['((a + b)) * c', '(a + b) * c'],
    ['(a) * (f(b))', 'a * f(b)'],
    ['-(-a)', '-(-a)'],
    ['(-a) ** 2', '(-a) ** 2'],
    ['(a -> relu) + b', '(a -> relu) + b'],
    ['(a,)', '(a,)'],
    ['(a + b)[0].c', '(a + b)[0].c'],
    ['if (a) { (b) } else { c }', 'if a { b } else { c }'],
    ['x -> repeat (n + 1) { relu }', 'x -> repeat n + 1 { relu }'],
  ])('%s', async (given, expected) => {
    expect(await statement(`let v = ${given}`, 80)).toBe(`let v = ${expected}`);
  });
});

describe('comments', () => {
  test('stay where they are', async () => {
    const text = '// a\n\nblock A {\n  // b\n  let x = f(\n    a, // c\n    /* d */ b,\n    // e\n  ) // f\n}\n// g\n';
    expect(await format(text)).toBe(text);
  });
  test('never meet on one line', async () => {
    expect(await statement('let c = a + // one\n b // two')).toBe('let c = a\n  + // one\n  b // two');
    expect(await statement('let c = a // one\n + b // two')).toBe('let c = a // one\n  + b // two');
    expect(await statement('let a // one\n = 3 // two')).toBe('let a = // one\n3 // two');
  });
  test('that document stand before what they document', async () => {
    expect(await statement('let a = 3 /// of b\nlet b = 4')).toBe('let a = 3\n/// of b\nlet b = 4');
  });
  test('ask for an exception', async () => {
    expect(await statement('// prettier-ignore\nlet  a=[1,0,\n 0,1]\nlet  b=3')).toBe(
      '// prettier-ignore\nlet  a=[1,0,\n 0,1]\nlet b = 3',
    );
  });
});

test('lines end as Prettier wants them, and an empty file stays empty', async () => {
  expect(await format('block A {\r\n}\r\n', { endOfLine: 'crlf' })).toBe('block A {}\r\n');
  expect(await format('\n\n')).toBe('');
  expect(await format('// nothing\n\n\n// more')).toBe('// nothing\n// more\n');
});

test('a syntax error has its place', async () => {
  await expect(format('block A {\n  let a = \n}')).rejects.toMatchObject({
    name: 'SyntaxError',
    loc: { start: { line: 2, column: 9 } },
  });
});

test('code in Markdown', async () => {
  const markdown = '# A\n\n```nn\nblock A {let a=3}\n```\n\n```nn\nbroken\n```\n';
  expect(await format(markdown, { filepath: 'a.md' })).toBe(
    '# A\n\n```nn\nblock A {\n  let a = 3\n}\n```\n\n```nn\nbroken\n```\n',
  );
});

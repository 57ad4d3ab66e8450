import { describe, expect, test } from 'vitest';
import { nodeAt, visit } from '../../grammar/index.ts';
import { parseText } from './helpers.ts';

/** The kinds on the way to the `|` in a text. */
function pathAt(marked: string): string {
  const offset = marked.indexOf('|');
  const { file } = parseText(marked.replace('|', ''));
  return nodeAt(file, offset).map((node) => node.kind).join(' '); // prettier-ignore
}

describe('nodeAt', () => {
  test('finds the innermost node', () => {
    expect(pathAt('model M { let y = x -> De|nse(3) }')).toBe('File Model Body Let Pipeline CallStage Name');
    expect(pathAt('model M { let y = x -> Dense(3|) }')).toMatch(/ArgumentList Argument NumberLiteral$/);
  });

  test('counts the end of a word as in the word', () => {
    expect(pathAt('model M { let y = f|(x) }')).toBe('File Model Body Let Call Name');
    expect(pathAt('model M { let y = a|+b }')).toBe('File Model Body Let Binary Name');
    expect(pathAt('model M { let y|: [3] = a }')).toBe('File Model Body Let NamePattern Identifier');
  });

  test('finds what is missing', () => {
    expect(pathAt('model M { let y = x ->| }')).toMatch(/CallStage Missing$/);
    expect(pathAt('model M { let y = x.| }')).toMatch(/Member Identifier$/);
  });

  test('is the file where there is nothing', () => {
    expect(pathAt('|')).toBe('File');
    expect(pathAt('const N = 3   |')).toBe('File');
  });
});

describe('visit', () => {
  test('goes depth first and leaves out what it is told to', () => {
    const { file } = parseText('const A = f(1) const B = g(2)');
    const kinds: string[] = [];
    visit(file, (node) => {
      kinds.push(node.kind);
      return node.kind !== 'ArgumentList';
    });
    expect(kinds.join(' ')).toBe(
      'File Const Identifier Call Name ArgumentList Const Identifier Call Name ArgumentList',
    );
  });
});

describe('spans', () => {
  test('parentheses belong to what is around them', () => {
    const text = 'const N = (a + b) * (c)';
    const { file } = parseText(text);
    const texts: string[] = [];
    visit(file, (node) => {
      if (node.kind === 'Binary' || node.kind === 'Name') texts.push(text.slice(node.span.start, node.span.end));
    });
    expect(texts).toEqual(['(a + b) * (c)', 'a + b', 'a', 'b', 'c']);
  });

  test('operators and strings know their places', () => {
    const text = 'const N = a >= f("xy")';
    const value = parseText(text).file.declarations[0];
    if (value?.kind !== 'Const' || value.value.kind !== 'Binary') throw new Error('wanted a comparison');
    expect(value.value.operatorSpan).toEqual({ start: 12, end: 14 });
    visit(value, (node) => {
      if (node.kind === 'StringLiteral') expect(text.slice(node.span.start + 1 + 1, node.span.end - 1)).toBe('y');
    });
  });
});

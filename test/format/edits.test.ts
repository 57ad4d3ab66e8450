/** What an editor is told to change. Applied, the edits give the formatted text; none touches a line that was right. */
import { describe, expect, test } from 'vitest';
import type { TextEdit } from '../../compiler/diagnostics/diagnostic.ts';
import { fileEdits, rangeEdits, typingEdits } from '../../compiler/format/format-edits.ts';

function applied(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((result, { span, newText }) => result.slice(0, span.start) + newText + result.slice(span.end), text);
}

/** `|` is the cursor. */
function atCursor(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('|');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

const rough = `// what it is\nmodel A {\n  input x: [4]\n  output y = x->Dense( 3 )\n}\n\n\n\nmodel B {\n input x: [4]\n  output y = x -> relu\n}\n`;

describe('a file', () => {
  test('changes only the lines that differ', async () => {
    const edits = await fileEdits(rough);
    expect(applied(rough, edits)).toBe(
      '// what it is\nmodel A {\n  input x: [4]\n  output y = x -> Dense(3)\n}\n\nmodel B {\n  input x: [4]\n  output y = x -> relu\n}\n',
    );
    expect(edits.map(({ span }) => rough.slice(span.start, span.end))).toEqual([
      '  output y = x->Dense( 3 )\n',
      '\n\n',
      ' input x: [4]\n',
    ]);
  });
  test('that is formatted has no edits', async () => {
    expect(await fileEdits('model A {\n  input x: [4]\n  output y = x -> relu\n}\n')).toEqual([]);
  });
  test('with a syntax error has no edits', async () => {
    expect(await fileEdits('model A {\n  input x: [4\n  output   y = x\n}\n')).toEqual([]);
  });
  test('keeps its line ends', async () => {
    const text = 'model A {\r\n  input x: [4]\r\n  output y = x->relu\r\n}\r\n';
    const edits = await fileEdits(text);
    expect(edits.map(({ span }) => text.slice(span.start, span.end))).toEqual(['  output y = x->relu\r\n']);
    expect(applied(text, edits)).toBe('model A {\r\n  input x: [4]\r\n  output y = x -> relu\r\n}\r\n');
  });
});

describe('a range', () => {
  test('is the declarations that it touches, with the comments above', async () => {
    const at = rough.indexOf('B {');
    expect(applied(rough, await rangeEdits(rough, { start: at, end: at + 1 }))).toBe(
      rough.replace('\n input x', '\n  input x'),
    );
    const kept = rough.replace('// what it is', '// prettier-ignore');
    expect(await rangeEdits(kept, { start: 20, end: 20 })).toEqual([]);
  });
  test('can be formatted though another declaration is broken', async () => {
    const text =
      'model A {\n  input x: [4\n  output   y = x\n}\n\nmodel B {\n input x: [4]\n  output y = x -> relu\n}\n';
    const at = text.indexOf('B {');
    expect(applied(text, await rangeEdits(text, { start: at, end: at }))).toBe(text.replace('\n input', '\n  input'));
    expect(await rangeEdits(text, { start: 3, end: 3 })).toEqual([]);
  });
});

describe('typing', () => {
  test('a closing brace lays out the declaration that it ends', async () => {
    const { text, offset } = atCursor('model A {\n input x: [4]\n output y=x\n}|\n');
    expect(applied(text, await typingEdits(text, offset, '}'))).toBe('model A {\n  input x: [4]\n  output y = x\n}\n');
  });
  test('a new line after a stage lays out what stands before it, and stays', async () => {
    const { text, offset } = atCursor(
      'model A {\n  input x: [4]\n  output y = x\n    ->Dense( 3 )\n    |\n    ->   relu\n}\n',
    );
    expect(applied(text, await typingEdits(text, offset, '\n'))).toBe(
      'model A {\n  input x: [4]\n  output y = x\n    -> Dense(3)\n    \n    ->   relu\n}\n',
    );
  });
  test('in a declaration that is not complete changes nothing', async () => {
    const { text, offset } = atCursor('model A {\n  input x:[4]\n  output y = x\n    ->Dense( 3 )->\n    |\n}\n');
    expect(await typingEdits(text, offset, '\n')).toEqual([]);
  });
});

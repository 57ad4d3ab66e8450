/** Formatting as an editor asks for it: of a file, of a part, and while people type. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { glob } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { formattedText } from '../../compiler/format/format-text.ts';
import {
  edited, editsBetween, formattingEdits, onTypeFormattingEdits, rangeFormattingEdits,
} from '../../compiler/language-service/index.ts'; // prettier-ignore
import { parse, SourceFile } from '../../grammar/index.ts';
import { atCursor, projectWith, unmarked } from './marked.ts';

const formatted = async (text: string): Promise<string> =>
  edited(text, await formattingEdits(projectWith({ '/a.nn': text }), '/a.nn'));

async function rangeFormatted(marked: string): Promise<string> {
  const { text, spans } = unmarked(marked);
  return edited(text, await rangeFormattingEdits(projectWith({ '/a.nn': text }), '/a.nn', spans[0]!));
}

async function typed(marked: string, letter: '}' | '\n'): Promise<string> {
  const { project, path, offset, text } = atCursor(marked);
  const edits = await onTypeFormattingEdits(project, path, offset, letter);
  return edited(`${text.slice(0, offset)}¦${text.slice(offset)}`, edits.map(({ span, newText }) => ({ newText, span: { start: span.start + Number(span.start > offset), end: span.end + Number(span.end > offset) } }))); // prettier-ignore
}

describe('formatting of a file', () => {
  it('changes what is out of shape and nothing else', async () => {
    const text = 'block A {\n  input x: [n]\n  let a = f(1,2)\n  let b = (x)\n}\nblock B {\n  output y = x\n}\n';
    const edits = await formattingEdits(projectWith({ '/a.nn': text }), '/a.nn');
    expect(edits.map(({ span, newText }) => [text.slice(span.start, span.end), newText])).toEqual([
      ['', ' '],
      ['(', ''],
      [')', ''],
      ['', '\n'],
    ]);
  });

  it('leaves a declaration with a syntax error alone and formats the others', async () => {
    expect(await formatted('block A{\n input x:[n]\n}\nblock B{\n  let = \n}\nblock C{\n input x:[n]\n}\n')).toBe(
      'block A {\n  input x: [n]\n}\nblock B{\n  let = \n}\nblock C {\n  input x: [n]\n}\n',
    );
  });

  it('keeps line ends as they are', async () => {
    expect(await formatted('block A{\r\n input x:[n]\r\n}\r\n')).toBe('block A {\r\n  input x: [n]\r\n}\r\n');
  });

  it('gives what the formatter gives, for every program there is', async () => {
    const paths = await glob(['test/cases/{architectures,zoo}/**/*.nn']);
    const texts = paths.map((path) => readFileSync(path, 'utf8')).filter((text) => parse(new SourceFile('', text)).problems.length === 0); // prettier-ignore
    expect(texts.length).toBeGreaterThan(15);
    for (const text of texts) {
      const messy = text.replaceAll(/\n {2}/g, '\n').replaceAll(', ', ',');
      expect(await formatted(messy)).toBe(await formattedText(messy));
    }
  });

  it('needs few edits for a large file', async () => {
    const block = (i: number): string => `block B${i} {\n  input x: [n]\n  output y = x -> Dense(${i}) -> relu\n}\n`;
    const text = Array.from({ length: 250 }, (_, i) => block(i)).join('\n').replace('Dense(100)', 'Dense( 100 )'); // prettier-ignore
    expect(await formattingEdits(projectWith({ '/a.nn': text }), '/a.nn')).toHaveLength(2);
  });
});

describe('edits between texts', () => {
  it('make the one of the other, whatever they are', () => {
    const words = fc.array(fc.constantFrom('a', 'b', ',', '(', ')', ' ', '\n', '  ', '->', '// c\n'), {
      maxLength: 30,
    });
    const text = words.map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(edited(before, editsBetween(before, after))).toBe(after);
      }),
      { numRuns: 500 },
    );
  });
});

describe('formatting of a part', () => {
  it('formats the declarations that the range touches', async () => {
    expect(
      await rangeFormatted('block A{\n input x:[n]\n}\n\n// kept\n  block B{\n input ⟦x⟧:[n]\n}\nblock C{\n}\n'),
    ).toBe('block A{\n input x:[n]\n}\n\n// kept\nblock B {\n  input x: [n]\n}\nblock C{\n}\n');
  });

  it('heeds a comment that asks for an exception', async () => {
    const text = 'const a = 1\n// prettier-ignore\nconst b   =  2\nconst c   =  3\n';
    expect(await rangeFormatted(text.replace('b', '⟦b⟧'))).toBe(text);
    expect(await rangeFormatted(text.replace('c   =', 'c ⟦ ⟧ ='))).toBe(text.replace('c   =  ', 'c = '));
  });
});

describe('formatting while typing', () => {
  it('lays out what a brace ends: a declaration or a statement', async () => {
    expect(await typed('block A{\n input x:[n]\n}¦\nblock B{\n}\n', '}')).toBe(
      'block A {\n  input x: [n]\n}¦\nblock B{\n}\n',
    );
    expect(await typed('block A{\n input x:[n]\n output y=x->repeat 3{Dense(3)}¦\n', '}')).toBe(
      'block A{\n input x:[n]\n  output y = x -> repeat 3 { Dense(3) }¦\n',
    );
  });

  it('tidies the line before and indents the new one', async () => {
    expect(await typed('block A {\n  input x: [n]\n  output y=x\n  ->Dense( 3 )\n¦\n}\n', '\n')).toBe(
      'block A {\n  input x: [n]\n  output y=x\n    -> Dense(3)\n    ¦\n}\n',
    );
    expect(await typed('block A {\n¦\n}\n', '\n')).toBe('block A {\n  ¦\n}\n');
    expect(await typed('block A {\n  let a = f(\n¦\n}\n', '\n')).toBe('block A {\n  let a = f(\n    ¦\n}\n');
    expect(await typed('block A {\n  let a = f(\n    x,\n  ¦)\n}\n', '\n')).toBe(
      'block A {\n  let a = f(\n    x,\n  ¦)\n}\n',
    );
    expect(await typed('block A {\n  let a = x\n    -> f(\n      x,\n    )\n¦\n}\n', '\n')).toBe(
      'block A {\n  let a = x\n    -> f(\n      x,\n    )\n    ¦\n}\n',
    );
    expect(await typed('block A {\n  let a = x\n    -> f\n\n¦\n}\n', '\n')).toBe(
      'block A {\n  let a = x\n    -> f\n\n  ¦\n}\n',
    );
    expect(await typed('block A {\n  let a = x\n    -> repeat 3 {\n¦}\n}\n', '\n')).toBe(
      'block A {\n  let a = x\n    -> repeat 3 {\n    ¦}\n}\n',
    );
    expect(await typed('block A {\n  let a = x\n¦-> relu\n}\n', '\n')).toBe(
      'block A {\n  let a = x\n    ¦-> relu\n}\n',
    );
  });

  it('moves no line, even where the statement would be laid out on another number of lines', async () => {
    const text = 'block A {\n  let a = x -> relu\n    -> tanh\n    ¦\n}\n';
    expect(await typed(text, '\n')).toBe(text);
  });

  it('does nothing in comments', async () => {
    const text = 'block A {\n/* one\n¦\n*/\n}\n';
    expect(await typed(text, '\n')).toBe(text);
  });
});

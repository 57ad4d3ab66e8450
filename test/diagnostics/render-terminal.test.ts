import { describe, expect, test } from 'vitest';
import { SourceFile } from '../../grammar/source.ts';
import type { Diagnostic, RelatedPlace } from '../../compiler/diagnostics/diagnostic.ts';
import { renderDiagnostic, renderDiagnostics, renderTotals } from '../../compiler/diagnostics/render-terminal.ts';

const plain = { colors: false };

/** A diagnostic over the first `needle` of the file. */
function problem(file: SourceFile, needle: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const start = file.text.indexOf(needle);
  return {
    code: 'shape/mismatch',
    severity: 'error',
    message: 'These two sizes must be equal, but one is 3 and the other is 4.',
    file,
    span: { start, end: start + needle.length },
    related: [],
    fixes: [],
    ...more,
  };
}
function related(file: SourceFile, needle: string, message: string): RelatedPlace {
  const start = file.text.indexOf(needle);
  return { file, span: { start, end: start + needle.length }, message };
}

const digits = new SourceFile(
  'digits.nn',
  'model Digits {\n  input x: [3]\n  let h = x -> Dense(4)\n\n  output y = x + h\n}\n',
);

describe('one diagnostic', () => {
  test('header, message, source, help', () => {
    const help = 'Make both layers the same size.';
    expect(`\n${renderDiagnostic(problem(digits, 'x + h', { help }), plain)}\n`).toBe(`
error[shape/mismatch] digits.nn:5:14
  These two sizes must be equal, but one is 3 and the other is 4.

  5 |   output y = x + h
    |              ^^^^^

  help: Make both layers the same size.
`);
  });

  test('related places of the same file share the excerpt, in the order of the text', () => {
    const places = [related(digits, '[3]', 'this is [3]'), related(digits, 'Dense(4)', 'this is [4]')];
    expect(`\n${renderDiagnostic(problem(digits, 'x + h', { related: places }), plain)}\n`).toBe(`
error[shape/mismatch] digits.nn:5:14
  These two sizes must be equal, but one is 3 and the other is 4.

  2 |   input x: [3]
    |            --- this is [3]
  3 |   let h = x -> Dense(4)
    |                -------- this is [4]
    …
  5 |   output y = x + h
    |              ^^^^^
`);
  });

  test('related places of other files have an excerpt of their own', () => {
    const blocks = new SourceFile('lib/blocks.nn', '\n\nblock Residual(n) {\n');
    const places = [related(blocks, 'Residual(n)', 'in Residual(4)')];
    expect(`\n${renderDiagnostic(problem(digits, 'x + h', { related: places }), plain)}\n`).toBe(`
error[shape/mismatch] digits.nn:5:14
  These two sizes must be equal, but one is 3 and the other is 4.

  5 |   output y = x + h
    |              ^^^^^

  lib/blocks.nn:3:7 in Residual(4)
  3 | block Residual(n) {
    |       -----------
`);
  });

  test('a span over several lines marks each of them', () => {
    const file = new SourceFile('a.nn', 'let a = x\n  -> Dense(3)\n  -> Dense(4)\nlet b = a\n');
    const span = { start: 8, end: file.text.indexOf('let b') };
    expect(`\n${renderDiagnostic(problem(file, 'x', { span }), plain)}\n`).toBe(`
error[shape/mismatch] a.nn:1:9
  These two sizes must be equal, but one is 3 and the other is 4.

  1 |>let a = x
  2 |>  -> Dense(3)
  3 |>  -> Dense(4)
`);
  });

  test('a long span shows its beginning and its end', () => {
    const file = new SourceFile('a.nn', Array.from({ length: 12 }, (_, i) => `line ${i + 1}`).join('\n'));
    const span = { start: 0, end: file.text.length };
    expect(`\n${renderDiagnostic(problem(file, 'line', { span }), plain)}\n`).toBe(`
error[shape/mismatch] a.nn:1:1
  These two sizes must be equal, but one is 3 and the other is 4.

   1 |>line 1
   2 |>line 2
   3 |>line 3
     …
  11 |>line 11
  12 |>line 12
`);
  });

  test('tabs, wide characters and emoji keep the underline in place', () => {
    const file = new SourceFile('a.nn', '\tlet a = x // 日本 👩‍👩‍👧 é here\n');
    expect(`\n${renderDiagnostic(problem(file, 'here'), plain)}\n`).toBe(`
error[shape/mismatch] a.nn:1:29
  These two sizes must be equal, but one is 3 and the other is 4.

  1 |     let a = x // 日本 👩‍👩‍👧 é here
    |                            ^^^^
`);
    expect(renderDiagnostic(problem(file, '日本'), plain)).toContain(`\n    |                  ^^^^`);
  });

  test('an empty span at the end of the file still shows a caret', () => {
    const file = new SourceFile('a.nn', 'model M {\n');
    const end = file.text.length;
    expect(`\n${renderDiagnostic(problem(file, '', { span: { start: end, end } }), plain)}\n`).toBe(`
error[shape/mismatch] a.nn:2:1
  These two sizes must be equal, but one is 3 and the other is 4.

  2 |
    | ^
`);
  });

  test('line ends of Windows are not shown', () => {
    const file = new SourceFile('a.nn', 'model M {\r\n  input x: [3]\r\n}\r\n');
    const text = renderDiagnostic(problem(file, '[3]'), plain);
    expect(text).toContain('  2 |   input x: [3]\n    |            ^^^');
    expect(text).not.toContain('\r');
  });

  test('a very long line is cut around the place', () => {
    const file = new SourceFile('a.nn', `let a = [${'1, '.repeat(300)}oops, ${'2, '.repeat(300)}]\n`);
    const lines = renderDiagnostic(problem(file, 'oops'), plain).split('\n').slice(3);
    expect(lines[0]!.length).toBeLessThan(175);
    expect(lines[0]!.slice(lines[1]!.indexOf('^')).slice(0, 4)).toBe('oops');
    expect(lines[1]!.trim()).toBe('| ' + ' '.repeat(lines[1]!.indexOf('^') - 6) + '^^^^');
  });

  test('control characters of a file never reach the terminal', () => {
    const file = new SourceFile('a.nn', 'let a = "\u001b[31mred\u202e"\n');
    const text = renderDiagnostic(problem(file, 'red', { message: 'There is \u001b[2J here.' }), plain);
    expect(text).toContain('  1 | let a = "␛[31mred�"');
    expect(text).toContain('There is ␛[2J here.');
  });

  test('prose is wrapped at the width of the terminal, the source is not', () => {
    const text = renderDiagnostic(problem(digits, 'x + h'), { colors: false, width: 42 });
    expect(text).toContain('  These two sizes must be equal, but one\n  is 3 and the other is 4.\n');
  });

  test('the titles of fixes stand in for a missing help', () => {
    const fixes = [{ title: 'Replace with `Dense`', safe: false, edits: [] }];
    expect(renderDiagnostic(problem(digits, 'Dense', { fixes }), plain)).toContain('\n  help: Replace with `Dense`.');
  });

  test('colours follow the severity', () => {
    const text = renderDiagnostic(problem(digits, 'x + h', { severity: 'warning' }), { colors: true });
    expect(text).toContain('\u001b[33m^^^^^\u001b[39m');
    expect(renderDiagnostic(problem(digits, 'x + h'), plain)).not.toContain('\u001b');
  });
});

describe('several', () => {
  test('are ordered by file and place', () => {
    const other = new SourceFile('b.nn', 'model B {}\n');
    const text = renderDiagnostics([problem(digits, 'x + h'), problem(other, 'B'), problem(digits, 'Dense')], plain);
    expect([...text.matchAll(/^error\S+ (\S+)$/gm)].map((m) => m[1])).toEqual(['digits.nn:3:16', 'digits.nn:5:14', 'b.nn:1:7']); // prettier-ignore
    expect(text.endsWith('^\n\n')).toBe(true);
  });

  test('are counted', () => {
    const other = new SourceFile('b.nn', 'model B {}\n');
    const list = [problem(digits, 'x'), problem(other, 'B'), problem(digits, 'h', { severity: 'warning' })];
    expect(renderTotals(list, plain)).toBe('2 errors, 1 warning in 2 files');
    expect(renderTotals(list.slice(0, 1), plain)).toBe('1 error in 1 file');
    expect(renderTotals([], plain)).toBeUndefined();
  });
});

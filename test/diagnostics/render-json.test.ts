import { expect, test } from 'vitest';
import { SourceFile } from '../../grammar/source.ts';
import { jsonReport } from '../../compiler/diagnostics/render-json.ts';

test('positions count from 1 in UTF-16 units, and ends are exclusive', () => {
  const file = new SourceFile('/home/me/a.nn', 'model M {\n  // 👩 here\n}\n');
  const start = file.text.indexOf('here');
  const report = jsonReport(
    [
      {
        code: 'name/unknown',
        severity: 'error',
        message: 'There is no `here` here.',
        help: 'Declare it.',
        file,
        span: { start, end: start + 4 },
        related: [{ file, span: { start: 0, end: 5 }, message: 'in this model' }],
        fixes: [{ title: 'Remove it', safe: true, edits: [{ span: { start, end: start + 4 }, newText: '' }] }],
      },
      { code: 'name/unused', severity: 'warning', message: 'Unused.', file, span: { start: 6, end: 7 }, related: [], fixes: [] },
      { code: 'lint/no-effect', severity: 'hint', message: 'Idle.', file, span: { start: 8, end: 9 }, related: [], fixes: [] },
    ],
    (path) => path.replace('/home/me/', ''),
  ); // prettier-ignore
  expect(report.errors).toBe(1);
  expect(report.warnings).toBe(1);
  expect(report.diagnostics.map((d) => d.code)).toEqual(['name/unused', 'lint/no-effect', 'name/unknown']);
  expect(report.diagnostics[2]).toEqual({
    file: 'a.nn',
    code: 'name/unknown',
    severity: 'error',
    message: 'There is no `here` here.',
    help: 'Declare it.',
    range: { start: { line: 2, column: 9 }, end: { line: 2, column: 13 } },
    related: [
      {
        file: 'a.nn',
        range: { start: { line: 1, column: 1 }, end: { line: 1, column: 6 } },
        message: 'in this model',
      },
    ],
    fixes: [{ title: 'Remove it', safe: true }],
  });
  expect(report.diagnostics[0]).not.toHaveProperty('help');
});

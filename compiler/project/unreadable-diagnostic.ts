/**
 * A file that is there but cannot be read → a diagnostic, so that it is shown like every other problem and does not stop
 * the other files.
 */
import { SourceFile } from '../../grammar/source.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { UnreadableFile, UnreadableReason } from './host.ts';

const help: { readonly [Reason in UnreadableReason]?: string } = {
  encoding:
    'Save it as UTF-8. In VS Code: click on the encoding in the status bar, then "Save with Encoding", then "UTF-8".',
  'too-large': 'Is it a model at all? If so, split it into files that import from each other.',
};

export function unreadableDiagnostic(problem: UnreadableFile): Diagnostic {
  const text = problem.replacedText ?? '';
  const bad = Math.max(0, text.indexOf('\uFFFD'));
  return {
    code: problem.reason === 'encoding' ? 'file/encoding' : 'file/unreadable',
    severity: 'error',
    message: `This file cannot be read: ${problem.message}.`,
    help: help[problem.reason] ?? 'Check the path and the permissions of the file.',
    file: new SourceFile(problem.path, text),
    span: { start: bad, end: Math.min(bad + 1, text.length) },
    related: [],
    fixes: [],
  };
}

/** What the grammar has found wrong in a text → diagnostics. */
import type { SyntaxProblem } from '../../grammar/problems.ts';
import type { SourceFile } from '../../grammar/source.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

export const syntaxDiagnostics = (file: SourceFile, problems: readonly SyntaxProblem[]): Diagnostic[] =>
  problems.map((problem) => ({
    code: problem.code,
    severity: 'error',
    message: problem.message,
    ...(problem.help === undefined ? {} : { help: problem.help }),
    file,
    span: problem.span,
    related: problem.related.map((related) => ({ ...related, file })),
    fixes: problem.fixes ?? [],
  }));

/**
 * Diagnostics → the JSON of `nn check --json`: lines and columns from 1, columns in UTF-16 units, `end` exclusive.
 */
import type { SourceFile, Span } from '../../grammar/source.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';
import { sortDiagnostics } from './sort-diagnostics.ts';

export interface JsonPosition {
  readonly line: number;
  readonly column: number;
}
export interface JsonRange {
  readonly start: JsonPosition;
  readonly end: JsonPosition;
}
export interface JsonDiagnostic {
  readonly file: string;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
  readonly range: JsonRange;
  readonly related: readonly { readonly file: string; readonly range: JsonRange; readonly message: string }[];
  readonly fixes: readonly { readonly title: string; readonly safe: boolean }[];
}
export interface JsonReport {
  readonly diagnostics: readonly JsonDiagnostic[];
  readonly errors: number;
  readonly warnings: number;
}

export function jsonReport(
  diagnostics: readonly Diagnostic[],
  displayPath: (path: string) => string = (path) => path,
): JsonReport {
  return {
    diagnostics: sortDiagnostics(diagnostics).map((d) => ({
      file: displayPath(d.file.path),
      code: d.code,
      severity: d.severity,
      message: d.message,
      ...(d.help === undefined ? {} : { help: d.help }),
      range: rangeOf(d.file, d.span),
      related: d.related.map((place) => ({
        file: displayPath(place.file.path),
        range: rangeOf(place.file, place.span),
        message: place.message,
      })),
      fixes: d.fixes.map(({ title, safe }) => ({ title, safe })),
    })),
    errors: diagnostics.filter((d) => d.severity === 'error').length,
    warnings: diagnostics.filter((d) => d.severity === 'warning').length,
  };
}

const rangeOf = (file: SourceFile, { start, end }: Span): JsonRange => ({
  start: file.positionAt(start),
  end: file.positionAt(end),
});

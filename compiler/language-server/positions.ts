/** Spans of the compiler ↔ ranges of the protocol. Both count UTF-16 units; the protocol counts lines from 0. */
import { TextEdit, type Position, type Range } from 'vscode-languageserver';
import type { SourceFile, Span } from '../../grammar/source.ts';
import type { Edit } from '../language-service/index.ts';

export function positionOf(file: SourceFile, offset: number): Position {
  const { line, column } = file.positionAt(offset);
  return { line: line - 1, character: column - 1 };
}

export const rangeOf = (file: SourceFile, { start, end }: Span): Range => ({
  start: positionOf(file, start),
  end: positionOf(file, end),
});

/** Positions past the end of a line or of the text mean that end, as the protocol asks. */
export const offsetOf = (file: SourceFile, { line, character }: Position): number =>
  line >= file.lineCount ? file.text.length : file.offsetAt({ line: line + 1, column: character + 1 });

export const spanOf = (file: SourceFile, { start, end }: Range): Span => ({
  start: offsetOf(file, start),
  end: offsetOf(file, end),
});

export const protocolEdits = (file: SourceFile, edits: readonly Edit[]): TextEdit[] =>
  edits.map(({ span, newText }) => TextEdit.replace(rangeOf(file, span), newText));

/** Formatting of a file, of a range and while typing, as `nn format` does it. */
import { TextEdit } from 'vscode-languageserver';
import type { Options } from 'prettier';
import type { SourceFile } from '../../grammar/source.ts';
import type { TextEdit as Edit } from '../diagnostics/diagnostic.ts';
import { fileEdits, rangeEdits, typingEdits } from '../format/format-edits.ts';
import { answering } from './answer.ts';
import type { ServerContext } from './context.ts';
import { offsetOf, rangeOf } from './positions.ts';

type Edits = (file: SourceFile, options: Options) => Promise<readonly Edit[]>;

export const protocolEdits = (file: SourceFile, edits: readonly Edit[]): TextEdit[] =>
  edits.map(({ span, newText }) => TextEdit.replace(rangeOf(file, span), newText));

export function answerFormatting(context: ServerContext): void {
  const { connection, workspace } = context;
  const edited = async (uri: string, edits: Edits): Promise<TextEdit[]> => {
    const path = workspace.uris.pathOf(uri);
    const file = workspace.source(path);
    if (!file) return [];
    return protocolEdits(file, await edits(file, await workspace.environment.formatOptions(path, context.isTrusted)));
  };
  connection.onDocumentFormatting(
    answering(context, 'formatting', ({ textDocument }) => edited(textDocument.uri, (file, options) => fileEdits(file.text, options)), []),
  ); // prettier-ignore
  connection.onDocumentRangeFormatting(
    answering(context, 'range formatting', ({ textDocument, range }) => edited(textDocument.uri, (file, options) =>
      rangeEdits(file.text, { start: offsetOf(file, range.start), end: offsetOf(file, range.end) }, options)), []),
  ); // prettier-ignore
  connection.onDocumentOnTypeFormatting(
    answering(context, 'formatting on type', ({ textDocument, position, ch }) => edited(textDocument.uri, (file, options) =>
      typingEdits(file.text, offsetOf(file, position), ch, options)), []),
  ); // prettier-ignore
}

/** Formatting of a file, of a range and while typing, as `nn format` does it. */
import {
  formattingEdits, onTypeFormattingEdits, rangeFormattingEdits, type Edit, type FormattingOptions,
} from '../language-service/index.ts'; // prettier-ignore
import { answering } from './answer.ts';
import type { ServerContext } from './context.ts';
import { offsetOf, protocolEdits } from './positions.ts';
import type { TextEdit } from 'vscode-languageserver';
import type { SourceFile } from '../../grammar/source.ts';

type Edits = (path: string, file: SourceFile, options: FormattingOptions) => Promise<readonly Edit[]>;

export async function formattingOptions(
  { workspace, isTrusted }: ServerContext,
  path: string,
): Promise<FormattingOptions> {
  const { printWidth } = await workspace.environment.formatOptions(path, isTrusted);
  return printWidth === undefined ? {} : { printWidth };
}

export function answerFormatting(context: ServerContext): void {
  const { connection, workspace } = context;
  const { project } = workspace;
  const edited = async (uri: string, edits: Edits): Promise<TextEdit[]> => {
    const path = workspace.uris.pathOf(uri);
    const file = workspace.source(path);
    if (!file) return [];
    return protocolEdits(file, await edits(path, file, await formattingOptions(context, path)));
  };
  connection.onDocumentFormatting(
    answering(context, 'formatting', ({ textDocument }) => edited(textDocument.uri, (path, _, options) => formattingEdits(project, path, options)), []),
  ); // prettier-ignore
  connection.onDocumentRangeFormatting(
    answering(context, 'range formatting', ({ textDocument, range }) => edited(textDocument.uri, (path, file, options) =>
      rangeFormattingEdits(project, path, { start: offsetOf(file, range.start), end: offsetOf(file, range.end) }, options)), []),
  ); // prettier-ignore
  connection.onDocumentOnTypeFormatting(
    answering(context, 'formatting on type', ({ textDocument, position, ch }) => edited(textDocument.uri, (path, file, options) =>
      onTypeFormattingEdits(project, path, offsetOf(file, position), ch, options)), []),
  ); // prettier-ignore
}

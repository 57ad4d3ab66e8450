/** What models cost and where blocks are used, above them. A lens is worked out when it comes into view. */
import type { CodeLens as ProtocolLens, Command } from 'vscode-languageserver';
import { codeLenses, resolveCodeLens, type CodeLens, type ResolvedCodeLens } from '../language-service/index.ts';
import { answering } from './answer.ts';
import type { ServerContext } from './context.ts';
import { rangeOf } from './positions.ts';

export function answerCodeLens(context: ServerContext): void {
  const { connection, workspace } = context;
  connection.onCodeLens(
    answering(context, 'code lens', ({ textDocument }): ProtocolLens[] => {
      const path = workspace.uris.pathOf(textDocument.uri);
      const file = workspace.source(path);
      if (!file || !context.settings().codeLens) return [];
      return codeLenses(workspace.project, path)
        .filter(({ kind }) => kind !== 'graph' || context.hasOwnCommands)
        .map((lens) => ({ range: rangeOf(file, lens.span), data: lens }));
    }, []),
  ); // prettier-ignore
  connection.onCodeLensResolve(
    answering(context, 'code lens', async (lens: ProtocolLens): Promise<ProtocolLens> => {
      const resolved = resolveCodeLens(workspace.project, lens.data as CodeLens, await workspace.files());
      return { ...lens, command: commandOf(context, resolved) };
    }, { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }),
  ); // prettier-ignore
}

/** Commands are those of the extension; other clients are shown the title alone. */
function commandOf(
  { workspace, hasOwnCommands }: ServerContext,
  { title, command, path, span }: ResolvedCodeLens,
): Command {
  if (!command || !hasOwnCommands) return { title, command: '' };
  const uri = workspace.uris.uriOf(path);
  if (command.id === 'nnlang.showGraph') return { title, command: command.id, arguments: [uri, command.model] };
  const locations = command.places.flatMap((place) => {
    const file = workspace.source(place.path);
    return file ? [{ uri: workspace.uris.uriOf(place.path), range: rangeOf(file, place.span) }] : [];
  });
  const file = workspace.source(path);
  return file
    ? { title, command: 'nnlang.showReferences', arguments: [uri, rangeOf(file, span).start, locations] }
    : { title, command: '' };
}

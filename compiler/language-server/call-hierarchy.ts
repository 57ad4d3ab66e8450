/** Which blocks and models a block is used by, and which it uses. */
import { SymbolKind, type CallHierarchyItem } from 'vscode-languageserver';
import { hierarchyItemAt, incomingCalls, outgoingCalls, type HierarchyItem } from '../language-service/index.ts';
import { answering, answeringAt } from './answer.ts';
import type { ServerContext } from './context.ts';
import { rangeOf } from './positions.ts';

export function answerCallHierarchy(context: ServerContext): void {
  const { connection, workspace } = context;
  const { project } = workspace;
  /** The item where it is now: the text may have moved since it was given. */
  const again = ({ uri, selectionRange: { start } }: CallHierarchyItem): HierarchyItem | undefined => {
    const path = workspace.uris.pathOf(uri);
    const file = workspace.source(path);
    return file && hierarchyItemAt(project, path, file.offsetAt({ line: start.line + 1, column: start.character + 1 }));
  };
  connection.languages.callHierarchy.onPrepare(
    answeringAt(context, 'call hierarchy', ({ path, offset }) => {
      const item = hierarchyItemAt(project, path, offset);
      return item ? protocolItems(context, item) : null;
    }, null),
  ); // prettier-ignore
  connection.languages.callHierarchy.onIncomingCalls(
    answering(context, 'incoming calls', async ({ item }, token) => {
      const known = again(item);
      if (!known) return [];
      const calls = incomingCalls(project, known, await workspace.files(), () => token.isCancellationRequested);
      return calls.flatMap((call) => {
        const file = workspace.source(call.item.path);
        return file ? protocolItems(context, call.item).map((from) => ({ from, fromRanges: call.spans.map((span) => rangeOf(file, span)) })) : [];
      });
    }, []),
  ); // prettier-ignore
  connection.languages.callHierarchy.onOutgoingCalls(
    answering(context, 'outgoing calls', ({ item }) => {
      const known = again(item);
      const file = known && workspace.source(known.path);
      if (!known || !file) return [];
      return outgoingCalls(project, known).flatMap((call) =>
        protocolItems(context, call.item).map((to) => ({ to, fromRanges: call.spans.map((span) => rangeOf(file, span)) })),
      );
    }, []),
  ); // prettier-ignore
}

/** One, or none where its file is gone. */
function protocolItems(
  { workspace }: ServerContext,
  { name, kind, path, span, selection }: HierarchyItem,
): CallHierarchyItem[] {
  const file = workspace.source(path);
  if (!file) return [];
  return [
    {
      name,
      kind: kind === 'function' ? SymbolKind.Function : SymbolKind.Class,
      detail: kind,
      uri: workspace.uris.uriOf(path),
      range: rangeOf(file, span),
      selectionRange: rangeOf(file, selection),
    },
  ];
}

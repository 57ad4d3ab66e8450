/**
 * Fixes, refactorings and work on the whole file. What an action changes is worked out when it is chosen, where the client
 * can ask for that; the texts must then still be those that it was offered for.
 */
import {
  LSPErrorCodes, ResponseError, TextDocumentEdit, type CodeAction as ProtocolAction, type CodeActionParams, type WorkspaceEdit,
} from 'vscode-languageserver'; // prettier-ignore
import { codeActions, edited, type CodeAction, type CodeChange, type ProjectEdit } from '../language-service/index.ts';
import { answering } from './answer.ts';
import type { ServerContext } from './context.ts';
import { protocolDiagnostic } from './diagnostics.ts';
import { formattingOptions } from './formatting.ts';
import { positionOf, protocolEdits, spanOf } from './positions.ts';
import { SourceFile } from '../../grammar/source.ts';

/** What finds an action again. */
interface ActionData {
  readonly uri: string;
  readonly version: number | undefined;
  readonly range: CodeActionParams['range'];
  readonly index: number;
  readonly title: string;
}

export function answerCodeActions(context: ServerContext): void {
  const { connection, workspace, client } = context;
  const isResolved = client.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') ?? false;
  const found = async (uri: string, range: CodeActionParams['range'], only: readonly string[] | undefined) => {
    const path = workspace.uris.pathOf(uri);
    const file = workspace.source(path);
    if (!file) return [];
    const options = { only, paths: await workspace.files(), ...(await formattingOptions(context, path)) };
    return codeActions(workspace.project, path, spanOf(file, range), options);
  };
  connection.onCodeAction(
    answering(context, 'code actions', async ({ textDocument: { uri }, range, context: { only } }): Promise<ProtocolAction[]> => {
      const version = workspace.documents.get(uri)?.version;
      const actions = await found(uri, range, only);
      return Promise.all(actions.map(async (action, index) => ({
        ...described(context, action),
        ...(isResolved || action.disabled !== undefined
          ? { data: { uri, version, range, index, title: action.title, only } }
          : applied(context, await action.change())),
      })));
    }, []),
  ); // prettier-ignore
  connection.onCodeActionResolve(
    answering(context, 'code action', async (action: ProtocolAction): Promise<ProtocolAction> => {
      const { uri, version, range, index, title, only } = action.data as ActionData & { readonly only?: readonly string[] };
      if (workspace.documents.get(uri)?.version !== version)
        throw new ResponseError(LSPErrorCodes.ContentModified, 'The document has been edited since.');
      const chosen = (await found(uri, range, only))[index];
      if (chosen?.title !== title) throw new ResponseError(LSPErrorCodes.ContentModified, 'This action is not there any more.');
      return { ...action, ...applied(context, await chosen.change()) };
    }, { title: '' }),
  ); // prettier-ignore
}

function described(
  context: ServerContext,
  { title, kind, diagnostics, isPreferred, disabled }: CodeAction,
): ProtocolAction {
  return {
    title,
    kind,
    diagnostics: diagnostics.map((one) => protocolDiagnostic(context, one)),
    ...(isPreferred ? { isPreferred } : {}),
    ...(disabled === undefined ? {} : { disabled: { reason: disabled } }),
  };
}

/** A name that its writer will want to choose is renamed right away, where the client is VS Code with our extension. */
function applied(context: ServerContext, change: CodeChange): Pick<ProtocolAction, 'edit' | 'command'> {
  const edit = workspaceEdit(context, change.edit);
  const [first] = change.edit;
  if (change.renameAt === undefined || first === undefined || !context.hasOwnCommands) return { edit };
  const [path, edits] = first;
  const after = new SourceFile(path, edited(context.workspace.source(path)?.text ?? '', edits));
  const place = [context.workspace.uris.uriOf(path), positionOf(after, change.renameAt)];
  return { edit, command: { title: 'Rename', command: 'nnlang.renameAt', arguments: place } };
}

/** With versions, where the client takes them, so that what has been edited meanwhile is not overwritten. */
export function workspaceEdit({ workspace, client }: ServerContext, edit: ProjectEdit): WorkspaceEdit {
  const files = [...edit].flatMap(([path, edits]) => {
    const file = workspace.source(path);
    return file ? [{ path, uri: workspace.uris.uriOf(path), edits: protocolEdits(file, edits) }] : [];
  });
  if (!client.workspace?.workspaceEdit?.documentChanges)
    return { changes: Object.fromEntries(files.map(({ uri, edits }) => [uri, edits])) };
  const documentChanges = files.map(({ path, uri, edits }) => TextDocumentEdit.create({ uri, version: workspace.version(path) ?? null }, edits)); // prettier-ignore
  return { documentChanges };
}

/** A new name for what stands at a place, in all files; why not, where it cannot be. */
import { LSPErrorCodes, ResponseError, type Range } from 'vscode-languageserver';
import { prepareRename, rename } from '../language-service/index.ts';
import { answeringAt } from './answer.ts';
import { workspaceEdit } from './code-actions.ts';
import type { ServerContext } from './context.ts';
import { rangeOf } from './positions.ts';

export function answerRenaming(context: ServerContext): void {
  const { connection, workspace } = context;
  connection.onPrepareRename(
    answeringAt(context, 'rename', ({ path, file, offset }): { readonly range: Range; readonly placeholder: string } => {
      const prepared = prepareRename(workspace.project, path, offset);
      return prepared.kind === 'ready' ? { range: rangeOf(file, prepared.span), placeholder: prepared.name } : refuse(prepared.message);
    }, null),
  ); // prettier-ignore
  connection.onRenameRequest(
    answeringAt(context, 'rename', async ({ path, offset }, { newName }) => {
      const renaming = rename(workspace.project, path, offset, newName, await workspace.files());
      return renaming.kind === 'edits' ? workspaceEdit(context, renaming.edits) : refuse(renaming.message);
    }, null),
  ); // prettier-ignore
}

/** Editors show the message beside the name. */
function refuse(message: string): never {
  throw new ResponseError(LSPErrorCodes.RequestFailed, message);
}

/** Files and folders that are about to be moved → the imports that follow them. */
import { FileOperationPatternKind, type FileOperationRegistrationOptions } from 'vscode-languageserver';
import { editsForMoves } from '../language-service/index.ts';
import { answering } from './answer.ts';
import { workspaceEdit } from './code-actions.ts';
import type { ServerContext } from './context.ts';

export const movedFiles: FileOperationRegistrationOptions = {
  filters: [
    { pattern: { glob: '**/*.nn', matches: FileOperationPatternKind.file } },
    { pattern: { glob: '**', matches: FileOperationPatternKind.folder } },
  ],
};

export function answerFileRenames(context: ServerContext): void {
  const { connection, workspace } = context;
  connection.workspace.onWillRenameFiles(
    answering(context, 'moved files', async ({ files }) => {
      const moves = files.map(({ oldUri, newUri }) => ({ from: workspace.uris.pathOf(oldUri), to: workspace.uris.pathOf(newUri) }));
      return workspaceEdit(context, editsForMoves(workspace.project, moves, await workspace.files()));
    }, null),
  ); // prettier-ignore
}

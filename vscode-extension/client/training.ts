/** Runs `nn train` in a terminal, after asking for the data. */
import * as vscode from 'vscode';

export function registerTraining(): readonly vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('nnlang.train', async (given?: vscode.Uri) => {
      const file = given ?? vscode.window.activeTextEditor?.document.uri;
      if (file?.scheme !== 'file') {
        void vscode.window.showInformationMessage('Open the .nn file of the model that is to be trained, and save it.');
        return;
      }
      if (!vscode.workspace.isTrusted) {
        void vscode.window.showWarningMessage('Training runs code of this folder. Trust the folder first.');
        return;
      }
      const [data] = (await chooseData(file)) ?? [];
      if (data) train(file, data);
    }),
  ];
}

const chooseData = (file: vscode.Uri): Thenable<vscode.Uri[] | undefined> =>
  vscode.window.showOpenDialog({
    title: 'Data to train on: CSV, JSON, an MNIST pair, or a folder of pictures',
    openLabel: 'Train',
    canSelectFiles: true,
    canSelectFolders: true,
    defaultUri: vscode.Uri.joinPath(file, '..'),
  });

function train(file: vscode.Uri, data: vscode.Uri): void {
  const folder = vscode.workspace.getWorkspaceFolder(file)?.uri;
  const terminal = vscode.window.createTerminal({ name: 'nn train', ...(folder ? { cwd: folder } : {}) });
  terminal.show();
  terminal.sendText(`npx nn train ${quoted(file.fsPath)} --data ${quoted(data.fsPath)}`);
}

/** For the shells that people have: single quotes, but double ones on Windows. */
function quoted(path: string): string {
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

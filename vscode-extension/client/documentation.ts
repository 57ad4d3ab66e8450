/** Pages of the documentation, which the server writes, shown as Markdown. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { messages, type NamedDocumentation } from '../../compiler/language-server/messages.ts';

export function registerDocumentation(client: BaseLanguageClient): readonly vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('nnlang.showDocumentation', async (name?: string) => {
      const chosen = name ?? (await chooseName(client));
      if (chosen === undefined) return;
      const uri = vscode.Uri.from({ scheme: 'nnlang-doc', path: `/${chosen}.md` });
      await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    }),
  ];
}

async function chooseName(client: BaseLanguageClient): Promise<string | undefined> {
  const names = client.sendRequest<readonly NamedDocumentation[]>(messages.names, {});
  const items = names.then((all) => all.map(({ name, kind, summary }) => ({ label: name, description: kind, detail: summary }))); // prettier-ignore
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: 'A layer, function, loss … or a diagnostic such as shape/rank',
    matchOnDetail: true,
  });
  return chosen?.label;
}

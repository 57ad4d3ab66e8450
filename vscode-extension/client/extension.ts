/** The extension: starts the language server and registers what the server cannot do. The same on a computer and in a browser. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { createClient, isDesktop } from './client.ts';
import { registerDocumentation } from './documentation.ts';
import { registerEmittedView } from './emitted-view.ts';
import { ServerStatus } from './server-status.ts';
import { registerTasks } from './tasks.ts';
import { registerTraining } from './training.ts';

let running: BaseLanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const client = await createClient(context);
  running = client;
  const status = new ServerStatus(client, String(context.extension.packageJSON.version));
  context.subscriptions.push(
    status,
    vscode.commands.registerCommand('nnlang.restartServer', () => status.restarting(restarted(client))),
    vscode.commands.registerCommand('nnlang.renameAt', renameAt),
    vscode.commands.registerCommand('nnlang.suggest', () =>
      vscode.commands.executeCommand('editor.action.triggerSuggest'),
    ),
    vscode.commands.registerCommand('nnlang.showOutput', () => client.outputChannel.show()),
    ...registerDocumentation(client),
    ...registerEmittedView(client),
    ...(isDesktop ? [...registerTasks(), ...registerTraining()] : []),
  );
  await status.restarting(client.start());
}

async function restarted(client: BaseLanguageClient): Promise<void> {
  if (client.isRunning()) await client.stop();
  await client.start();
}

/** Sent by the server behind a code action that has made a name. */
async function renameAt(uri: string, { line, character }: vscode.Position): Promise<void> {
  const place = [vscode.Uri.parse(uri), new vscode.Position(line, character)];
  await vscode.commands.executeCommand('editor.action.rename', place);
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

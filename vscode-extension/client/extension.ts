/** The extension: starts the language server and registers what the server cannot do. The same on a computer and in a browser. */
import * as vscode from 'vscode';
import type { BaseLanguageClient, Location, Position } from 'vscode-languageclient';
import { createClient, isDesktop } from './client.ts';
import { registerDocumentation } from './documentation.ts';
import { registerEmittedView } from './emitted-view.ts';
import { registerGraphView } from './graph-view.ts';
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
    vscode.commands.registerCommand('nnlang.showReferences', showReferences),
    vscode.commands.registerCommand('nnlang.suggest', () =>
      vscode.commands.executeCommand('editor.action.triggerSuggest'),
    ),
    vscode.commands.registerCommand('nnlang.showOutput', () => client.outputChannel.show()),
    ...registerDocumentation(client),
    ...registerEmittedView(client),
    ...registerGraphView(client, context.extensionUri),
    ...(isDesktop ? [...registerTasks(), ...registerTraining()] : []),
  );
  await status.restarting(client.start());
}

async function restarted(client: BaseLanguageClient): Promise<void> {
  if (client.isRunning()) await client.stop();
  await client.start();
}

/** Behind the lens of a block: where it is used. The server's places are data; the editor's command wants objects of its own. */
async function showReferences(uri: string, { line, character }: Position, places: readonly Location[]): Promise<void> {
  const found = places.map(({ uri: other, range: { start, end } }) => new vscode.Location(vscode.Uri.parse(other), new vscode.Range(start.line, start.character, end.line, end.character))); // prettier-ignore
  const at = new vscode.Position(line, character);
  await vscode.commands.executeCommand('editor.action.showReferences', vscode.Uri.parse(uri), at, found);
}

/** Sent by the server behind a code action that has made a name. */
async function renameAt(uri: string, { line, character }: Position): Promise<void> {
  const place = [vscode.Uri.parse(uri), new vscode.Position(line, character)];
  await vscode.commands.executeCommand('editor.action.rename', place);
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}

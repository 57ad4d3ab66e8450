/**
 * Starts the language server and talks to it: a forked process on a computer; in a browser a worker, which cannot read
 * files and is sent them.
 */
import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions, MessageTransports, Middleware } from 'vscode-languageclient';
import { messages, type ClientOptions, type SavedFile } from '../../compiler/language-server/messages.ts';

/** Node runs the extension, or a browser's worker does. */
export const isDesktop = vscode.env.uiKind === vscode.UIKind.Desktop || typeof process === 'object';

const clientId = 'nnlang';

export async function createClient(context: vscode.ExtensionContext): Promise<BaseLanguageClient> {
  return isDesktop ? createNodeClient(context) : createWorkerClient(context);
}

/** Links of diagnostics lead to pages that are shown as pages, not as their text. */
const middleware: Middleware = {
  provideDiagnostics: async (document, previous, token, next) => {
    const report = await next(document, previous, token);
    if (report && 'items' in report) for (const one of report.items) linkToCommand(one);
    return report;
  },
};

function linkToCommand({ code }: vscode.Diagnostic): void {
  if (typeof code !== 'object' || code.target.scheme !== 'nnlang-doc') return;
  const name = encodeURIComponent(JSON.stringify([code.value]));
  code.target = vscode.Uri.parse(`command:nnlang.showDocumentation?${name}`);
}

function optionsFor(schemes: readonly string[] | undefined): LanguageClientOptions {
  const initializationOptions: ClientOptions = { isTrusted: vscode.workspace.isTrusted, hasOwnCommands: true };
  return {
    documentSelector: schemes ? schemes.map((scheme) => ({ language: 'nn', scheme })) : [{ language: 'nn' }],
    initializationOptions,
    middleware,
    diagnosticCollectionName: 'nn',
    diagnosticPullOptions: { onChange: true, onTabs: false },
    markdown: { isTrusted: { enabledCommands: ['nnlang.showDocumentation', 'nnlang.showGraph'] } },
  };
}

async function createNodeClient(context: vscode.ExtensionContext): Promise<BaseLanguageClient> {
  const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
  const run = { module: context.asAbsolutePath('server.js'), transport: TransportKind.ipc };
  const debug = { ...run, options: { execArgv: ['--nolazy', '--inspect=6019'] } };
  return new LanguageClient(clientId, 'nnlang', { run, debug }, optionsFor(['file', 'untitled', 'vscode-vfs']));
}

async function createWorkerClient(context: vscode.ExtensionContext): Promise<BaseLanguageClient> {
  const { BrowserMessageReader, BrowserMessageWriter, LanguageClient } = await import('vscode-languageclient/browser');
  // A worker may not be started from the address of a remote extension; from a blob it may.
  const code = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(context.extensionUri, 'server.js'));
  const address = URL.createObjectURL(new Blob([code as BlobPart], { type: 'text/javascript' }));
  let worker: Worker | undefined;
  const start = (): Promise<MessageTransports> => {
    worker?.terminate();
    worker = new Worker(address);
    return Promise.resolve({ reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) });
  };
  const client = new LanguageClient(clientId, 'nnlang', start, optionsFor(undefined));
  context.subscriptions.push(...sendFiles(client), {
    dispose: () => {
      worker?.terminate();
      URL.revokeObjectURL(address);
    },
  });
  return client;
}

/** Now, and whenever one changes. */
function sendFiles(client: BaseLanguageClient): readonly vscode.Disposable[] {
  const send = async (uris: readonly vscode.Uri[]): Promise<void> => {
    const files = await Promise.all(uris.map(async (uri): Promise<SavedFile> => ({ uri: uri.toString(), ...(await textOf(uri)) }))); // prettier-ignore
    await client.sendNotification(messages.files, files);
  };
  const watchers = ['**/*.nn', configuring].map((glob) => vscode.workspace.createFileSystemWatcher(glob));
  const folders = vscode.workspace.onDidChangeWorkspaceFolders(async () => send(await allFiles()));
  const started = client.onDidChangeState(async ({ newState }) => {
    // 2: running.
    if (newState === 2) await send(await allFiles());
  });
  for (const event of watchers.flatMap((watcher) => [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]))
    event((uri) => client.isRunning() && void send([uri]));
  return [...watchers, folders, started];
}

/** In a folder of the workspace itself. */
const configuring = '{nn.config.*,package.json}';

/** Those of packages too. */
async function allFiles(): Promise<readonly vscode.Uri[]> {
  const found = [vscode.workspace.findFiles('**/*.nn', null, 5000), vscode.workspace.findFiles(configuring, null)];
  return (await Promise.all(found)).flat();
}

async function textOf(uri: vscode.Uri): Promise<{ readonly text?: string }> {
  try {
    return { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) };
  } catch {
    // It has been removed, or cannot be read: to the server it is not there.
    return {};
  }
}

/**
 * The model graph beside the text, one panel for each file: sent anew after every edit, following the cursor, and showing in
 * the text what is chosen in it. The page is `webview/`; the server makes its views.
 */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { messages, type GraphAnswer } from '../../compiler/language-server/messages.ts';
import type { FromPage, RevealMessage, ToPage } from '../webview/messages.ts';

/** After the last edit. */
const pause = 150;

export function registerGraphView(client: BaseLanguageClient, extensionUri: vscode.Uri): readonly vscode.Disposable[] {
  const panels = new Map<string, GraphPanel>();
  const all = (use: (panel: GraphPanel) => void): void => {
    for (const panel of panels.values()) use(panel);
  };
  const show = (given?: vscode.Uri | string, model?: string): void => {
    const source = typeof given === 'string' ? vscode.Uri.parse(given) : (given ?? vscode.window.activeTextEditor?.document.uri); // prettier-ignore
    if (!source) return;
    const key = source.toString();
    const known = panels.get(key);
    if (known) known.reveal(model);
    else panels.set(key, new GraphPanel(client, extensionUri, source, model, () => panels.delete(key)));
  };
  return [
    vscode.commands.registerCommand('nnlang.showGraph', show),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => all((panel) => panel.follow(textEditor))),
    // What a file imports may be what has changed.
    vscode.workspace.onDidChangeTextDocument(({ document }) => document.languageId === 'nn' && all((panel) => panel.soon())), // prettier-ignore
    { dispose: () => all((panel) => panel.dispose()) },
  ];
}

class GraphPanel {
  readonly #client: BaseLanguageClient;
  readonly #source: vscode.Uri;
  readonly #panel: vscode.WebviewPanel;
  /** The model to show next; then the reader's choice stays. */
  #model: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    client: BaseLanguageClient,
    extensionUri: vscode.Uri,
    source: vscode.Uri,
    model: string | undefined,
    closed: () => void,
  ) {
    this.#client = client;
    this.#source = source;
    this.#model = model;
    const page = vscode.Uri.joinPath(extensionUri, 'webview');
    const name = source.path.slice(source.path.lastIndexOf('/') + 1);
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.#panel = vscode.window.createWebviewPanel('nnlang.graph', `Graph: ${name}`, place, { enableScripts: true, localResourceRoots: [page] }); // prettier-ignore
    this.#panel.iconPath = vscode.Uri.joinPath(extensionUri, 'icons/nnlang.svg');
    this.#panel.webview.onDidReceiveMessage((message: FromPage) => this.#receive(message));
    this.#panel.onDidDispose(() => {
      clearTimeout(this.#timer);
      closed();
    });
    this.#panel.webview.html = pageText(this.#panel.webview, page);
  }

  reveal(model: string | undefined): void {
    this.#model = model;
    this.#panel.reveal(undefined, true);
    void this.#send();
  }

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), pause);
  }

  follow({ document, selection }: vscode.TextEditor): void {
    if (document.languageId !== 'nn') return;
    this.#post({ type: 'select', file: document.uri.toString(), offset: document.offsetAt(selection.active) });
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #send(): Promise<void> {
    const answer = await this.#client.sendRequest<GraphAnswer>(messages.graph, { uri: this.#source.toString() });
    if (answer.problem !== undefined) return this.#post({ type: 'message', text: answer.problem });
    this.#post({ type: 'graph', view: answer.views, ...(this.#model === undefined ? {} : { show: this.#model }) }); // prettier-ignore
    this.#model = undefined;
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === this.#source.toString()); // prettier-ignore
    if (editor) this.follow(editor);
  }

  #receive(message: FromPage): void {
    if (message.type === 'ready') void this.#send();
    else void this.#show(message);
  }

  /** Shows the place and leaves the focus where it is, so that the arrow keys go on in the graph. */
  async #show({ file, start, end }: RevealMessage): Promise<void> {
    const uri = vscode.Uri.parse(file);
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
    const column = shown?.viewColumn ?? vscode.ViewColumn.One;
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { viewColumn: column, preserveFocus: true });
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    editor.selection = new vscode.Selection(range.start, range.end);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  #post(message: ToPage): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's takes none
    void this.#panel.webview.postMessage(message);
  }
}

function pageText(webview: vscode.Webview, page: vscode.Uri): string {
  const address = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(page, name)).toString();
  const { cspSource } = webview;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${cspSource}; script-src ${cspSource}">
<link rel="stylesheet" href="${address('graph.css')}">
</head>
<body><script src="${address('graph.js')}"></script></body>
</html>`;
}

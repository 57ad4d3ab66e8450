/**
 * The TypeScript that a file becomes, beside it and up to date while it is edited. Where the cursor is in one, the other
 * shows and marks the same place, by the source map.
 */
import { eachMapping, originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { messages, type EmittedCode } from '../../compiler/language-server/messages.ts';

const scheme = 'nn-emitted';
/** After the last edit. */
const pause = 300;

export function registerEmittedView(client: BaseLanguageClient): readonly vscode.Disposable[] {
  const view = new EmittedView(client);
  return [
    view,
    vscode.workspace.registerTextDocumentContentProvider(scheme, view),
    vscode.commands.registerCommand('nnlang.showTypeScript', async (given?: vscode.Uri) => {
      const source = given ?? vscode.window.activeTextEditor?.document.uri;
      if (source) await view.show(source);
    }),
  ];
}

class EmittedView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #client: BaseLanguageClient;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  /** By the address of the source. */
  readonly #maps = new Map<string, TraceMap>();
  readonly #mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.rangeHighlightForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  });
  readonly #listeners: readonly vscode.Disposable[];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: BaseLanguageClient) {
    this.#client = client;
    this.#listeners = [
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#follow(textEditor)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#edited(document.uri)),
      client.onNotification(messages.refreshed, () => this.#soonAgain()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) this.#maps.delete(sourceOf(uri).toString());
      }),
    ];
  }

  async show(source: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(emittedOf(source));
    await vscode.languages.setTextDocumentLanguage(document, 'typescript');
    const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true };
    await vscode.window.showTextDocument(document, options);
    const editor = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === source.toString());
    if (editor) this.#follow(editor);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const source = sourceOf(uri).toString();
    const emitted = await this.#client.sendRequest<EmittedCode>(messages.emitted, { uri: source });
    if (emitted.problem !== undefined) {
      this.#maps.delete(source);
      return `${emitted.problem.replaceAll(/^/gm, '// ')}\n`;
    }
    this.#maps.set(source, new TraceMap(emitted.map));
    return emitted.code;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#mark.dispose();
    this.#changed.dispose();
    for (const listener of this.#listeners) listener.dispose();
  }

  /** A file that is imported changes the code too, so all that are shown are asked for again. */
  #edited(uri: vscode.Uri): void {
    if (uri.path.endsWith('.nn')) this.#soonAgain();
  }

  #soonAgain(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const { uri: shown } of vscode.workspace.textDocuments)
        if (shown.scheme === scheme) this.#changed.fire(shown);
    }, pause);
  }

  #follow(editor: vscode.TextEditor): void {
    const { uri } = editor.document;
    const isEmitted = uri.scheme === scheme;
    const other = (isEmitted ? sourceOf(uri) : emittedOf(uri)).toString();
    const shown = vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === other);
    const map = this.#maps.get((isEmitted ? sourceOf(uri) : uri).toString());
    if (!shown || !map) return;
    // Code may come from imported files too; this view is of one.
    const file = baseName(isEmitted ? sourceOf(uri) : uri);
    const { active } = editor.selection;
    const lines = isEmitted ? originalLines(map, file, active) : generatedLines(map, file, active);
    editor.setDecorations(this.#mark, []);
    shown.setDecorations(this.#mark, lines.map((line) => new vscode.Range(line, 0, line, 0))); // prettier-ignore
    const [first] = lines;
    if (first !== undefined)
      shown.revealRange(new vscode.Range(first, 0, lines.at(-1)!, 0), vscode.TextEditorRevealType.InCenterIfOutsideViewport); // prettier-ignore
  }
}

const emittedOf = (source: vscode.Uri): vscode.Uri =>
  vscode.Uri.from({ scheme, path: source.path.replace(/\.nn$/, '.ts'), query: source.toString() });

const sourceOf = (emitted: vscode.Uri): vscode.Uri => vscode.Uri.parse(emitted.query);

const baseName = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1);

function originalLines(map: TraceMap, file: string, { line, character }: vscode.Position): readonly number[] {
  const found = originalPositionFor(map, { line: line + 1, column: character });
  return found.line === null || found.source !== file ? [] : [found.line - 1];
}

/** The lines that came from the stage or statement where the cursor is; from the whole line where it is before any. */
function generatedLines(map: TraceMap, file: string, { line, character }: vscode.Position): readonly number[] {
  const found: { readonly column: number; readonly line: number }[] = [];
  eachMapping(map, ({ source, originalLine, originalColumn, generatedLine }) => {
    if (source === file && originalLine === line + 1) found.push({ column: originalColumn, line: generatedLine - 1 });
  });
  const columns = found.map(({ column }) => column).filter((column) => column <= character);
  const nearest = columns.length === 0 ? undefined : Math.max(...columns);
  const chosen = found.filter(({ column }) => nearest === undefined || column === nearest);
  return [...new Set(chosen.map((one) => one.line))].sort((a, b) => a - b);
}

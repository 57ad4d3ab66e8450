/**
 * What a client opens, edits, closes and saves → a project of the language service that is always up to date, and which
 * files belong to the workspace.
 */
import { TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SourceFile } from '../../grammar/source.ts';
import { UnreadableFile } from '../project/host.ts';
import { Project } from '../language-service/index.ts';
import type { Environment } from './environment.ts';
import { Uris } from './uris.ts';

export class Workspace {
  readonly documents = new TextDocuments(TextDocument);
  readonly uris = new Uris();
  readonly project: Project;
  readonly environment: Environment;
  #sources = new Map<string, SourceFile>();
  #folders: readonly string[] = [];
  #files: Promise<readonly string[]> | undefined;

  constructor(environment: Environment) {
    this.environment = environment;
    this.project = new Project(environment.host);
    // Told of both opening and editing.
    this.documents.onDidChangeContent(({ document }) => {
      const path = this.uris.pathOf(document.uri);
      this.#sources.delete(path);
      this.project.setText(path, document.getText());
    });
    this.documents.onDidClose(({ document }) => {
      const path = this.uris.pathOf(document.uri);
      this.#sources.delete(path);
      this.project.close(path);
    });
  }

  set folders(uris: readonly string[]) {
    this.#folders = uris.map((uri) => this.uris.pathOf(uri));
    this.#files = undefined;
  }

  /** Every `.nn` file of the workspace and every open one. */
  async files(): Promise<readonly string[]> {
    this.#files ??= this.environment.findFiles(this.#folders);
    return [...new Set([...(await this.#files), ...this.project.openPaths])];
  }

  /** Saved files have been made, changed or removed; without paths, any of them may have. */
  changed(paths?: readonly string[]): void {
    this.#files = undefined;
    this.#sources.clear();
    if (paths === undefined) this.project.changed();
    else for (const path of paths) this.project.changed(path);
  }

  /** An open document by its version; undefined for a file that is not open. */
  version(path: string): number | undefined {
    return this.documents.get(this.uris.uriOf(path))?.version;
  }

  /** The text of a file, open or saved, with its lines; undefined where there is none that can be read. */
  source(path: string): SourceFile | undefined {
    const known = this.#sources.get(path);
    if (known) return known;
    const text = this.documents.get(this.uris.uriOf(path))?.getText() ?? this.#savedText(path);
    if (text === undefined) return undefined;
    const source = new SourceFile(path, text);
    this.#sources.set(path, source);
    return source;
  }

  #savedText(path: string): string | undefined {
    try {
      return this.environment.host.readFile(path);
    } catch (error) {
      if (error instanceof UnreadableFile) return undefined;
      throw error;
    }
  }
}

/**
 * What a client opens, edits, closes and saves → a project of the language service that is always up to date, and which
 * files belong to the workspace.
 */
import { TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SourceFile } from '../../grammar/source.ts';
import { UnreadableFile } from '../project/host.ts';
import { Project } from '../language-service/index.ts';
import { UserError } from '../project/user-error.ts';
import type { Configured, Environment } from './environment.ts';
import { Uris } from './uris.ts';

export class Workspace {
  readonly documents = new TextDocuments(TextDocument);
  readonly uris = new Uris();
  readonly project: Project;
  readonly environment: Environment;
  /** Whether code of the project may be run. */
  isTrusted = false;
  /** Where to tell what is wrong beside the `.nn` files. */
  tell: (problem: UserError) => void = () => undefined;
  /** By folder, what was told of its configuration last. */
  readonly #told = new Map<string, string>();
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
    this.#files ??= this.#findFiles();
    return [...new Set([...(await this.#files), ...this.project.openPaths])];
  }

  async #findFiles(): Promise<readonly string[]> {
    const perFolder = this.#folders.map(async (folder) => {
      const [files, configured] = await Promise.all([this.environment.findFiles([folder]), this.configured(folder)]);
      return configured ? files.filter((path) => !configured.isExcluded(path)) : files;
    });
    return (await Promise.all(perFolder)).flat();
  }

  /** What is configured for a folder, without one for the first of the workspace; undefined where nothing is, or it is wrong. */
  async configured(folder = this.#folders[0]): Promise<Configured | undefined> {
    if (folder === undefined) return undefined;
    try {
      const configured = await this.environment.configured(folder, this.isTrusted);
      this.#told.delete(folder);
      return configured;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#tellOnce(folder, error);
      return undefined;
    }
  }

  /** It is asked for again with every file that comes or goes. */
  #tellOnce(folder: string, problem: UserError): void {
    if (this.#told.get(folder) === problem.message) return;
    this.#told.set(folder, problem.message);
    this.tell(problem);
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

/** A client of the language server as a process of its own: speaks the protocol over its stdin and stdout, as editors do. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  ConfigurationRequest, createProtocolConnection, DidChangeTextDocumentNotification, DidOpenTextDocumentNotification, ExitNotification, InitializedNotification, InitializeRequest, LogMessageNotification, PublishDiagnosticsNotification, RegistrationRequest, ResponseError, ShutdownRequest, type ClientCapabilities, type Diagnostic, type InitializeResult, type Position, type ProtocolConnection, type PublishDiagnosticsParams, type Range,
} from 'vscode-languageserver-protocol/node'; // prettier-ignore

import { builtCommandLine } from './built-server.ts';

/** A client that is sent diagnostics. */
export const plainCapabilities: ClientCapabilities = {
  textDocument: { publishDiagnostics: { relatedInformation: true, versionSupport: true } },
};

/** One that asks for them, and can do everything else that editors can. */
export const modernCapabilities: ClientCapabilities = {
  workspace: {
    workspaceFolders: true,
    configuration: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename', 'delete'] },
    textDocumentContent: {},
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, tagSupport: { valueSet: [1] } },
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true, tagSupport: { valueSet: [1] } },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    completion: {
      completionItem: {
        snippetSupport: true,
        documentationFormat: ['markdown'],
        resolveSupport: { properties: ['documentation', 'detail', 'additionalTextEdits'] },
      },
    },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'refactor', 'source.fixAll'] } },
      resolveSupport: { properties: ['edit'] },
    },
    rename: { prepareSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
};

export interface StartOptions {
  readonly capabilities?: ClientCapabilities;
  /** By name, in a folder of its own. */
  readonly files?: Readonly<Record<string, string>>;
  /** The section `nnlang`. */
  readonly settings?: unknown;
  /** Says that it can register, and refuses when it is asked to; as Eglot does. */
  readonly refusesRegistration?: boolean;
}

export class TestClient {
  readonly folder: string;
  readonly connection: ProtocolConnection;
  readonly log: string[] = [];
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #published = new Map<string, PublishDiagnosticsParams>();
  readonly #waiting = new Set<() => void>();
  readonly #texts = new Map<string, { text: string; version: number }>();
  initialized: InitializeResult | undefined;
  stderr = '';

  private constructor(commandLine: string, files: Readonly<Record<string, string>>) {
    this.folder = mkdtempSync(join(tmpdir(), 'nn-lsp-'));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    this.#process = spawn(process.execPath, [commandLine, 'lsp'], { cwd: resolve('.') });
    this.#process.stderr.on('data', (chunk) => (this.stderr += String(chunk)));
    this.connection = createProtocolConnection(this.#process.stdout, this.#process.stdin);
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.#published.set(params.uri, params);
      for (const wake of this.#waiting) wake();
    });
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => void this.log.push(message));
    this.connection.onRequest(RegistrationRequest.type, () => {});
  }

  static async start({
    capabilities = modernCapabilities,
    files = {},
    settings,
    refusesRegistration = false,
  }: StartOptions = {}): Promise<TestClient> {
    const client = new TestClient(await builtCommandLine(), files);
    if (refusesRegistration)
      client.connection.onRequest(RegistrationRequest.type, () => new ResponseError(-32603, 'Internal error'));
    client.connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => settings ?? null));
    client.connection.listen();
    client.initialized = await client.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders: [{ uri: client.uri(''), name: 'test' }],
    });
    await client.connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href.replace(/\/$/, '');
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  async open(name: string, text: string): Promise<void> {
    this.#texts.set(name, { text, version: 1 });
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), languageId: 'nn', version: 1, text },
    });
  }

  /** The document as the protocol names it. */
  document(name: string): { readonly textDocument: { readonly uri: string } } {
    return { textDocument: { uri: this.uri(name) } };
  }

  /** Replaces the first `before` in an open text. */
  async edit(name: string, before: string, after: string): Promise<void> {
    const known = this.#texts.get(name)!;
    const range = this.rangeOf(name, before);
    known.version += 1;
    known.text = known.text.replace(before, () => after);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), version: known.version },
      contentChanges: [{ range, text: after }],
    });
  }

  rangeOf(name: string, part: string): Range {
    const { text } = this.#texts.get(name)!;
    const start = text.indexOf(part);
    if (start < 0) throw new Error(`no ${JSON.stringify(part)} in ${name}`);
    return { start: positionAt(text, start), end: positionAt(text, start + part.length) };
  }

  /** The place before the first `part`, or that many characters behind it. */
  position(name: string, part: string, behind = 0): Position {
    const { start } = this.rangeOf(name, part);
    return { line: start.line, character: start.character + behind };
  }

  /** The diagnostics sent for a document, as soon as they are those wanted: a version, or what must be among them. */
  async published(
    name: string,
    wanted: number | ((all: readonly Diagnostic[]) => boolean),
  ): Promise<readonly Diagnostic[]> {
    const uri = this.uri(name);
    for (;;) {
      const found = this.#published.get(uri);
      if (found && (typeof wanted === 'number' ? found.version === wanted : wanted(found.diagnostics)))
        return found.diagnostics;
      await new Promise<void>((wake) => {
        const once = (): void => {
          this.#waiting.delete(once);
          wake();
        };
        this.#waiting.add(once);
      });
    }
  }

  /** Shuts the server down as editors do; gives its exit code. */
  async stop(): Promise<number | null> {
    await this.connection.sendRequest(ShutdownRequest.type);
    return this.exit();
  }

  /** Without the shutdown that should come before. */
  async exit(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#process.once('exit', resolve));
    await this.connection.sendNotification(ExitNotification.type);
    return this.#ended(ended);
  }

  /** The editor goes away without a word. */
  async hangUp(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin.end();
    return this.#ended(ended);
  }

  async #ended(exit: Promise<number | null>): Promise<number | null> {
    const code = await exit;
    this.connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
}

function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)!.length };
}

/** The text after edits that a server gave. */
export function applied(text: string, edits: readonly { readonly range: Range; readonly newText: string }[]): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: Position): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (all, { range, newText }) => all.slice(0, offset(range.start)) + newText + all.slice(offset(range.end)),
      text,
    );
}

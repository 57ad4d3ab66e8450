/**
 * Diagnostics of open documents for the client: given when it asks, where it can ask, and otherwise sent a moment after the last
 * edit. An edit may change what there is to say of any document that imports it, so all open ones are looked at; what has
 * not changed is neither computed nor sent again.
 */
import {
  DiagnosticSeverity, DiagnosticTag, DocumentDiagnosticReportKind, type Diagnostic as ProtocolDiagnostic, type DocumentDiagnosticReport,
} from 'vscode-languageserver'; // prettier-ignore
import type { Diagnostic, Severity } from '../diagnostics/diagnostic.ts';
import { diagnosticsOf, documentationUri } from '../language-service/index.ts';
import { UnreadableFile } from '../project/host.ts';
import { unreadableDiagnostic } from '../project/unreadable-diagnostic.ts';
import { answering, described } from './answer.ts';
import type { ServerContext } from './context.ts';
import { rangeOf } from './positions.ts';

/** Long enough for fast typing to cost nothing, short enough not to be noticed. */
const pause = 80;

/** What is grey in the editor because nothing uses it. */
const unnecessary: ReadonlySet<string> = new Set(['name/unused', 'model/unused-input', 'model/unused-layer', 'train/unused-target']); // prettier-ignore

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
};

export const canPull = ({ client }: ServerContext): boolean => client.textDocument?.diagnostic !== undefined;

/** Those of the file's own text, in the order of the text. */
export function fileDiagnostics({ workspace }: ServerContext, path: string): readonly Diagnostic[] {
  try {
    return workspace.source(path) ? diagnosticsOf(workspace.project, path) : [];
  } catch (error) {
    if (error instanceof UnreadableFile) return [unreadableDiagnostic(error)];
    throw error;
  }
}

export function protocolDiagnostic(context: ServerContext, diagnostic: Diagnostic): ProtocolDiagnostic {
  const { code, severity, file, span, message, help, related } = diagnostic;
  const { client, workspace } = context;
  const { relatedInformation, codeDescriptionSupport } = client.textDocument?.publishDiagnostics ?? {};
  const isLinked = codeDescriptionSupport ?? client.textDocument?.diagnostic?.codeDescriptionSupport;
  return {
    range: rangeOf(file, span),
    severity: severities[severity],
    source: 'nn',
    code,
    message: help === undefined ? message : `${message}\n${help}`,
    ...(isLinked && client.workspace?.textDocumentContent ? { codeDescription: { href: documentationUri(code) } } : {}),
    ...(unnecessary.has(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...((relatedInformation ?? client.textDocument?.diagnostic?.relatedInformation) && related.length > 0
      ? {
          relatedInformation: related.map((place) => ({
            location: { uri: workspace.uris.uriOf(place.file.path), range: rangeOf(place.file, place.span) },
            message: place.message,
          })),
        }
      : {}),
  };
}

/** Answers the client's questions. */
export function answerDiagnostics(context: ServerContext): void {
  const { connection, workspace } = context;
  const nothing: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };
  connection.languages.diagnostics.on(
    answering(context, 'diagnostics', ({ textDocument }) => {
      const path = workspace.uris.pathOf(textDocument.uri);
      const items = fileDiagnostics(context, path).map((one) => protocolDiagnostic(context, one));
      return { kind: DocumentDiagnosticReportKind.Full, items };
    }, nothing), // prettier-ignore
  );
}

/** Sends them unasked. */
export class DiagnosticsSender {
  readonly #context: ServerContext;
  readonly #sent = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: ServerContext) {
    this.#context = context;
    const { documents, uris } = context.workspace;
    documents.onDidChangeContent(() => this.soon());
    documents.onDidClose(({ document }) => {
      this.#sent.delete(uris.pathOf(document.uri));
      void context.connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
      this.soon();
    });
  }

  soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sendAll(), pause);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #sendAll(): void {
    const { connection, workspace } = this.#context;
    for (const path of workspace.project.openPaths) {
      try {
        this.#send(path);
      } catch (error) {
        connection.console.error(`diagnostics of ${path}: ${described(error)}`);
      }
    }
  }

  #send(path: string): void {
    const { connection, workspace } = this.#context;
    const diagnostics = fileDiagnostics(this.#context, path).map((one) => protocolDiagnostic(this.#context, one));
    const version = workspace.version(path);
    const content = JSON.stringify([version, diagnostics]);
    if (this.#sent.get(path) === content) return;
    this.#sent.set(path, content);
    const uri = workspace.uris.uriOf(path);
    void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
  }
}

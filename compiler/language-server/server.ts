/**
 * A connection and an environment → a language server: what it can do, what it watches, and which feature answers what.
 * The features are those of `compiler/language-service/`; here they only change their clothes.
 */
import {
  CodeLensRefreshRequest, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, FileChangeType, TextDocumentSyncKind, type InitializeParams, type InitializeResult,
} from 'vscode-languageserver'; // prettier-ignore
import { UnreadConfig } from '../configuration/unread-config.ts';
import { described } from './answer.ts';
import { answerCallHierarchy } from './call-hierarchy.ts';
import { answerCodeLens } from './code-lens.ts';
import { answerCodeActions } from './code-actions.ts';
import { answerCompletion, completionTriggers } from './completion.ts';
import type { ServerContext } from './context.ts';
import { answerDiagnostics, canPull, DiagnosticsSender } from './diagnostics.ts';
import { answerDocumentation, documentationScheme } from './documentation.ts';
import type { ServerSide } from './environment.ts';
import { answerFileRenames, movedFiles } from './file-renames.ts';
import { answerFormatting } from './formatting.ts';
import { answerHover } from './hover.ts';
import { answerHints } from './hints.ts';
import { messages, type ClientOptions } from './messages.ts';
import { answerMentions, answerNavigation } from './navigation.ts';
import { answerOwnRequests } from './own-requests.ts';
import { answerRenaming } from './renaming.ts';
import { defaultSettings, settingsOf, type ServerSettings } from './settings.ts';
import { answerStructure, semanticTokensLegend } from './structure.ts';
import { Workspace } from './workspace.ts';

export interface ServerInfo {
  readonly version: string;
}

/** Listens from here on. */
export function startServer({ connection, environment }: ServerSide, { version }: ServerInfo): void {
  const workspace = new Workspace(environment);
  connection.onInitialize((params): InitializeResult => {
    const state: { settings: ServerSettings } = { settings: defaultSettings };
    const { isTrusted = true, hasOwnCommands = false } = (params.initializationOptions ?? {}) as Partial<ClientOptions>;
    const context: ServerContext = {
      connection,
      workspace,
      client: params.capabilities,
      isTrusted,
      hasOwnCommands,
      settings: () => state.settings,
    };
    workspace.isTrusted = isTrusted;
    workspace.tell = (problem) => {
      const message = problem.help === undefined ? problem.message : `${problem.message}\n${problem.help}`;
      if (problem instanceof UnreadConfig) connection.console.warn(message);
      else connection.console.error(message);
    };
    workspace.folders = foldersOf(params);
    register(context);
    const sender = canPull(context) ? undefined : new DiagnosticsSender(context);
    const refresh = (): void => {
      sender?.soon();
      refreshClient(context);
    };
    answerOwnRequests(context, version, refresh);
    follow(context, state, refresh);
    connection.onShutdown(() => sender?.stop());
    return { capabilities: capabilitiesFor(context), serverInfo: { name: 'nn', version } };
  });
  workspace.documents.listen(connection);
  connection.listen();
}

/** What the client shows may be old; it asks again for what it asks for. What is sent to it is sent again by itself. */
function refreshClient({ connection, client: { workspace }, hasOwnCommands }: ServerContext): void {
  const asked = [
    workspace?.diagnostics?.refreshSupport && connection.languages.diagnostics.refresh(),
    workspace?.inlayHint?.refreshSupport && connection.languages.inlayHint.refresh(),
    workspace?.semanticTokens?.refreshSupport && connection.languages.semanticTokens.refresh(),
    workspace?.codeLens?.refreshSupport && connection.sendRequest(CodeLensRefreshRequest.type),
    hasOwnCommands && connection.sendNotification(messages.refreshed),
  ];
  for (const one of asked)
    if (one) one.catch((error: unknown) => connection.console.warn(`refresh: ${described(error)}`));
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams & { readonly rootUri?: string | null }): string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => uri);
  return typeof rootUri === 'string' ? [rootUri] : [];
}

function capabilitiesFor(context: ServerContext): InitializeResult['capabilities'] {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    ...(canPull(context)
      ? { diagnosticProvider: { identifier: 'nn', interFileDependencies: true, workspaceDiagnostics: false } }
      : {}),
    hoverProvider: true,
    codeLensProvider: { resolveProvider: true },
    inlayHintProvider: true,
    signatureHelpProvider: { triggerCharacters: ['(', ','], retriggerCharacters: [':', ' '] },
    definitionProvider: true,
    typeDefinitionProvider: true,
    referencesProvider: true,
    renameProvider: { prepareProvider: true },
    completionProvider: { triggerCharacters: completionTriggers, resolveProvider: true },
    documentHighlightProvider: true,
    linkedEditingRangeProvider: true,
    documentLinkProvider: {},
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    semanticTokensProvider: { legend: semanticTokensLegend, full: true, range: true },
    callHierarchyProvider: true,
    codeActionProvider: {
      codeActionKinds: [
        'quickfix',
        'refactor.extract',
        'refactor.inline',
        'refactor.rewrite',
        'source.fixAll',
        'source.organizeImports',
      ],
      resolveProvider: true,
    },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: '}', moreTriggerCharacter: ['\n'] },
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: { willRename: movedFiles },
      ...(context.client.workspace?.textDocumentContent
        ? { textDocumentContent: { schemes: [documentationScheme] } }
        : {}),
    },
  };
}

function register(context: ServerContext): void {
  answerDiagnostics(context);
  answerFormatting(context);
  answerHints(context);
  answerNavigation(context);
  answerMentions(context);
  answerStructure(context);
  answerCompletion(context);
  answerRenaming(context);
  answerFileRenames(context);
  answerHover(context);
  answerCodeLens(context);
  answerCallHierarchy(context);
  answerCodeActions(context);
  answerDocumentation(context);
}

/** Keeps up with folders, saved files and settings; `refresh` says that answers may be others now. */
function follow(context: ServerContext, state: { settings: ServerSettings }, refresh: () => void): void {
  const { connection, workspace, client } = context;
  const loadSettings = async (): Promise<void> => {
    try {
      state.settings = settingsOf(await connection.workspace.getConfiguration('nnlang'));
      refresh();
    } catch (error) {
      connection.console.error(`settings: ${described(error)}`);
    }
  };
  // Clients refuse what they have said that they can do, and then it is done without.
  const refused = (error: unknown): void => connection.console.warn(`registration: ${described(error)}`);
  connection.onInitialized(() => {
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration)
      connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*.nn' }, { globPattern: '**/{nn.config.*,package.json}' }] }).catch(refused); // prettier-ignore
    if (client.workspace?.didChangeConfiguration?.dynamicRegistration)
      connection.client.register(DidChangeConfigurationNotification.type, { section: 'nnlang' }).catch(refused);
    if (client.workspace?.workspaceFolders)
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        const folders = await connection.workspace.getWorkspaceFolders();
        workspace.folders = (folders ?? []).map(({ uri }) => uri);
        refresh();
      });
    if (client.workspace?.configuration) void loadSettings();
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    if (client.workspace?.configuration) return void loadSettings();
    state.settings = settingsOf((settings as { readonly nnlang?: unknown } | undefined)?.nnlang);
    refresh();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const paths = changes.map(({ uri }) => workspace.uris.pathOf(uri));
    for (const { uri, type } of changes)
      if (type === FileChangeType.Deleted) workspace.environment.setFile?.(workspace.uris.pathOf(uri), undefined);
    workspace.changed(paths);
    refresh();
  });
}

/** What every feature of the server works with. */
import type { ClientCapabilities, Connection } from 'vscode-languageserver';
import type { ServerSettings } from './settings.ts';
import type { Workspace } from './workspace.ts';

export interface ServerContext {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly client: ClientCapabilities;
  /** Whether code that lies in the workspace may be run. */
  readonly isTrusted: boolean;
  /** Whether the client has the commands `nnlang.renameAt` and `nnlang.suggest`, and hears of `nn/refreshed`. */
  readonly hasOwnCommands: boolean;
  /** As the client configures them now. */
  settings(): ServerSettings;
}

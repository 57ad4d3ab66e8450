/** What differs between a server on a computer and one in a browser's worker. */
import type { Options } from 'prettier';
import type { BackendName } from '../emit/backends/backend-names.ts';
import type { Connection } from 'vscode-languageserver';
import type { Host } from '../project/host.ts';

export interface Configured {
  /** What emitted code is for, where that is said. */
  readonly backends?: readonly BackendName[];
  isExcluded(path: string): boolean;
}

export interface Environment {
  /** Files as they are saved; open documents are laid over them. */
  readonly host: Host;
  /** The `.nn` files below these folders, `node_modules` left out. Takes paths and gives paths. */
  findFiles(folders: readonly string[]): Promise<readonly string[]>;
  /** How wide lines may be, as Prettier is configured for a file. Code of the project may be run for it only where it is trusted. */
  formatOptions(path: string, isTrusted: boolean): Promise<Options>;
  /** What the project of a folder configures. Code of the project may be run for it only where it is trusted. Throws what is wrong with it. */
  configured(folder: string, isTrusted: boolean): Promise<Configured>;
  /** In a browser the client reads the files and sends them; undefined means that a file is gone. */
  setFile?(path: string, text: string | undefined): void;
}

/** Made apart from the server, which is the same everywhere: what the one side needs does not exist on the other. */
export interface ServerSide {
  readonly connection: Connection;
  readonly environment: Environment;
}

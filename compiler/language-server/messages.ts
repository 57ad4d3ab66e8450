/** What client and server say to each other beyond the protocol. Clients that know none of it lose nothing else. */

import type { GraphView } from '../graph-view/graph-view.ts';

/** Client to server, in a browser: files as they are saved, which the server cannot read. Without text a file is gone. */
export interface SavedFile {
  readonly uri: string;
  readonly text?: string;
}

/** The TypeScript of a file with its source map, or why there is none. */
export type EmittedCode =
  { readonly code: string; readonly map: string; readonly problem?: never } | { readonly problem: string };

/** The graphs of a file's models and their members, or why there are none. Files in them are addresses. */
export type GraphAnswer =
  { readonly views: readonly GraphView[]; readonly problem?: never } | { readonly problem: string };

/** Something that has a page: `nnlang-doc:/NAME.md`. */
export interface NamedDocumentation {
  readonly name: string;
  readonly kind: string;
  readonly summary: string;
}

export const messages = {
  /** Notification of `SavedFile[]`. */
  files: 'nn/files',
  /** `{ uri }` → `EmittedCode`. */
  emitted: 'nn/emitted',
  /** `{ uri }` → `GraphAnswer`. */
  graph: 'nn/graph',
  /** Server to client: what was answered may be another now, for a reason that the client need not know, such as the configuration. */
  refreshed: 'nn/refreshed',
  /** `{}` → `NamedDocumentation[]`. */
  names: 'nn/names',
} as const;

/** What the client of VS Code says about itself when it starts the server. */
export interface ClientOptions {
  /** Whether code that lies in the workspace may be run. */
  readonly isTrusted: boolean;
  /** That it has the commands `nnlang.renameAt`, with an address and a position, and `nnlang.suggest`, and hears of `nn/refreshed`. */
  readonly hasOwnCommands: boolean;
}

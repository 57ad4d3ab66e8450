/** The server's connection and environment on a computer: on stdio for any editor, or on the channel that VS Code forks it with. */
import { createConnection } from 'vscode-languageserver/node';
import { createNodeHost } from '../project/node-host.ts';
import type { Environment, ServerSide } from './environment.ts';
import { findFiles } from './find-files.ts';

/** `stdio` for any editor; `argv`: as the parent process asks with its arguments, which is how VS Code forks a server. */
export type Transport = 'stdio' | 'argv';

/** `formatOptions` tells how Prettier is configured for a file, `configured` how nnlang is for a folder. */
export function nodeSide(transport: Transport, options: Pick<Environment, 'formatOptions' | 'configured'>): ServerSide {
  const connection = transport === 'stdio' ? createConnection(process.stdin, process.stdout) : createConnection();
  return { connection, environment: { host: createNodeHost(), findFiles, ...options } };
}

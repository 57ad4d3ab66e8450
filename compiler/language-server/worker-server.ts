/** The server in a browser's worker, on the worker's own port. It cannot read files; the client sends them. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { createMemoryHost } from '../project/memory-host.ts';
import type { Environment } from './environment.ts';
import { startServer } from './server.ts';

export function startWorkerServer(scope: MessagePort, version: string): void {
  const files: Record<string, string> = {};
  const environment: Environment = {
    host: createMemoryHost(files),
    findFiles: (folders) =>
      Promise.resolve(
        Object.keys(files).filter(
          (path) => !path.includes('/node_modules/') && folders.some((folder) => path.startsWith(`${folder}/`)),
        ),
      ),
    formatOptions: () => Promise.resolve({}),
    setFile: (path, text) => {
      if (text === undefined) delete files[path];
      else files[path] = text;
    },
  };
  const connection = createConnection(new BrowserMessageReader(scope), new BrowserMessageWriter(scope));
  startServer(connection, environment, { version });
}

/** The server's connection and environment in a browser's worker, on the worker's own port. It cannot read files; the client sends them. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { configuredInBrowser } from '../configuration/in-browser.ts';
import { createMemoryHost } from '../project/memory-host.ts';
import type { Environment, ServerSide } from './environment.ts';

export function workerSide(scope: MessagePort): ServerSide {
  const files: Record<string, string> = {};
  const environment: Environment = {
    host: createMemoryHost(files),
    findFiles: (folders) =>
      Promise.resolve(
        Object.keys(files).filter(
          (path) =>
            path.endsWith('.nn') &&
            !path.includes('/node_modules/') &&
            folders.some((folder) => path.startsWith(`${folder}/`)),
        ),
      ),
    formatOptions: () => Promise.resolve({}),
    configured: (folder) => configuredInBrowser(files, folder),
    setFile: (path, text) => {
      if (text === undefined) delete files[path];
      else files[path] = text;
    },
  };
  const connection = createConnection(new BrowserMessageReader(scope), new BrowserMessageWriter(scope));
  return { connection, environment };
}

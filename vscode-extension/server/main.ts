/**
 * The language server as the extension brings it: one file for a forked Node and for a browser's worker. What only one of the two has is imported when
 * it is known which it is, and nothing else is: what may be loaded later is larger in a bundle.
 */
import { startServer } from '../../compiler/language-server/server.ts';
import type { ServerSide } from '../../compiler/language-server/environment.ts';

declare const NN_VERSION: string;

async function nodeSide(): Promise<ServerSide> {
  const [side, { formatOptionsOf }, { configuredBy }] = await Promise.all([
    import('../../compiler/language-server/node-side.ts'),
    import('./workspace-prettier.ts'),
    import('./workspace-configuration.ts'),
  ]);
  return side.nodeSide('argv', { formatOptions: formatOptionsOf, configured: configuredBy });
}

async function workerSide(): Promise<ServerSide> {
  const side = await import('../../compiler/language-server/worker-side.ts');
  return side.workerSide(self as unknown as MessagePort);
}

const isNode = typeof process === 'object' && process.versions?.node !== undefined;
void (isNode ? nodeSide() : workerSide()).then((side) => startServer(side, { version: NN_VERSION }));

/**
 * The language server as the extension brings it: one file for a forked Node and for a browser's worker. What only one of the two has is imported when
 * it is known which it is, and nothing else is: what may be loaded later is larger in a bundle. The plugin of TypeScript's server requires the file, too,
 * for the compiler that is in it; then nothing is started.
 */
import { startServer } from '../../compiler/language-server/server.ts';
import type { ServerSide } from '../../compiler/language-server/environment.ts';
import type * as Configured from '../../compiler/typescript-plugin/configured-tensors.ts';
import type { Parts } from '../../compiler/typescript-plugin/virtual-types.ts';
import { TypesOfFiles } from '../../compiler/typescript-plugin/types-of-files.ts';

declare const NN_VERSION: string;
/** Where there are any: the file is CommonJS. */
declare const require: { readonly main?: unknown; (path: string): unknown } | undefined;
declare const module: unknown;
declare const exports: object;

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

if (typeof require !== 'undefined' && require.main !== module) {
  const configured = require('../../compiler/typescript-plugin/configured-tensors.ts') as typeof Configured;
  Object.assign(exports, { TypesOfFiles, ...configured } satisfies Parts);
} else void (isNode ? nodeSide() : workerSide()).then((side) => startServer(side, { version: NN_VERSION }));

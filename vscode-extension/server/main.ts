/** The language server as the extension brings it: one file for a forked Node and for a browser's worker. */
declare const NN_VERSION: string;

if (typeof process === 'object' && process.versions?.node !== undefined)
  void Promise.all([import('../../compiler/language-server/node-server.ts'), import('./workspace-prettier.ts')]).then(
    ([{ startNodeServer }, { formatOptionsOf }]) => startNodeServer('argv', NN_VERSION, formatOptionsOf),
  );
else
  void import('../../compiler/language-server/worker-server.ts').then(({ startWorkerServer }) =>
    startWorkerServer(self as unknown as MessagePort, NN_VERSION),
  );

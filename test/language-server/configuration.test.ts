/** What a project configures holds in editors: files that are excluded are not looked into, and a mistake is told of. */
import { type FileEvent, FileChangeType, DidChangeWatchedFilesNotification, WorkspaceSymbolRequest } from 'vscode-languageserver-protocol/node'; // prettier-ignore
import { expect, test, vi } from 'vitest';
import { TestClient } from './client.ts';

const block = (name: string): string => `block ${name} {\n  input x: [n]\n  output y = x -> Dense(2)\n}\n`;

test('excluded files are not looked into, until the configuration changes', async () => {
  const client = await TestClient.start({
    files: { 'nn.config.mjs': `export default { exclude: ['old'] };`, 'a.nn': block('Twice'), 'old/b.nn': block('Twin') },
  }); // prettier-ignore
  const names = async (): Promise<readonly string[]> =>
    ((await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'tw' })) ?? []).map(({ name }) => name);
  const configure = async (text: string): Promise<void> => {
    client.write('nn.config.mjs', text);
    const changes: FileEvent[] = [{ uri: client.uri('nn.config.mjs'), type: FileChangeType.Changed }];
    await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
  };
  try {
    expect(await names()).toEqual(['Twice']);
    await configure('export default {};');
    expect([...(await names())].sort()).toEqual(['Twice', 'Twin']);
    await configure(`export default {\n  excludes: ['old'],\n};\n`);
    expect([...(await names())].sort()).toEqual(['Twice', 'Twin']);
    expect(client.log.join('\n')).toContain('nn.config.mjs:2:3\n  There is no option `excludes`.');
  } finally {
    await client.stop();
  }
});

test('a client that refuses to watch files is served all the same', async () => {
  const client = await TestClient.start({ files: { 'a.nn': block('Twice') }, refusesRegistration: true });
  try {
    await vi.waitFor(() => expect(client.log.filter((line) => line.startsWith('registration: '))).toHaveLength(1));
    const symbols = await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'tw' });
    expect(symbols?.map(({ name }) => name)).toEqual(['Twice']);
  } finally {
    await client.stop();
  }
});

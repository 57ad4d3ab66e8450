/** What becomes of a handler that fails, and of settings and snippets that are odd. */
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { CancellationToken, LSPErrorCodes, ResponseError, type Connection } from 'vscode-languageserver';
import { answering } from '../../compiler/language-server/answer.ts';
import { withoutHolders } from '../../compiler/language-server/completion.ts';
import { defaultSettings, settingsOf } from '../../compiler/language-server/settings.ts';
import { Uris } from '../../compiler/language-server/uris.ts';
import { Workspace } from '../../compiler/language-server/workspace.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';

const workspace = new Workspace({
  host: createMemoryHost({}),
  findFiles: () => Promise.resolve([]),
  formatOptions: () => Promise.resolve({}),
  configured: () => Promise.resolve({ isExcluded: () => false }),
});

/** As much of a connection as there is to log to. */
function connectionWith(log: string[]): Connection {
  const console = { error: (message: string) => log.push(message) };
  return Object.assign(new EventEmitter(), { console }) as unknown as Connection;
}

test('a fault is one line in the log, and an empty answer', async () => {
  const log: string[] = [];
  const fail = (): never => {
    throw new Error('nnlang has a bug:\n  of two lines');
  };
  const answer = answering({ connection: connectionWith(log), workspace }, 'hover', fail, null);
  expect(await answer({}, CancellationToken.None)).toBeNull();
  expect(log).toHaveLength(1);
  expect(log[0]).toMatch(/^hover: nnlang has a bug: of two lines \(at .*answer\.test\.ts:\d+:\d+\)+$/);
});

test('what is refused on purpose is told to the client, and is no fault', async () => {
  const log: string[] = [];
  const refuse = (): never => {
    throw new ResponseError(LSPErrorCodes.RequestFailed, 'not a name');
  };
  const answer = answering({ connection: connectionWith(log), workspace }, 'rename', refuse, null);
  await expect(answer({}, CancellationToken.None)).rejects.toThrow('not a name');
  expect(log).toEqual([]);
});

test('a request that is cancelled already does no work', async () => {
  let runs = 0;
  const answer = answering({ connection: connectionWith([]), workspace }, 'hover', () => runs++, 0);
  await expect(answer({}, CancellationToken.Cancelled)).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  expect(runs).toBe(0);
});

test('settings that are missing or of the wrong type are the defaults', () => {
  expect(settingsOf(null)).toEqual(defaultSettings);
  expect(settingsOf({ inlayHints: 3, codeLens: [] })).toEqual(defaultSettings);
  expect(settingsOf({ inlayHints: { shapes: false, parameterNames: 'some' }, codeLens: { enabled: false } })).toEqual({
    inlayHints: { ...defaultSettings.inlayHints, shapes: false },
    codeLens: false,
  });
});

test('addresses become paths and come back as they were written', () => {
  const uris = new Uris();
  const paths = [
    ['file:///home/a%20b/net.nn', '/home/a b/net.nn'],
    ['file:///c%3A/models/net.nn', 'c:/models/net.nn'],
    ['file://server/share/net.nn', '//server/share/net.nn'],
    ['vscode-vfs://github/a/b%20c/net.nn', 'vscode-vfs://github/a/b c/net.nn'],
    ['untitled:Untitled-1', 'untitled:Untitled-1'],
  ] as const;
  for (const [uri, path] of paths) {
    expect(uris.pathOf(uri)).toBe(path);
    expect(uris.uriOf(path)).toBe(uri);
  }
  // Never seen before: imported, or found on disk.
  expect(uris.uriOf('/home/a b/other.nn')).toBe('file:///home/a%20b/other.nn');
  expect(uris.uriOf('vscode-vfs://github/a/other.nn')).toBe('vscode-vfs://github/a/other.nn');
  expect(uris.uriOf('d:/other.nn')).toBe('file:///d%3A/other.nn');
});

test('snippets are plain text for those who know none', () => {
  expect(withoutHolders('Dense(${1:units})')).toBe('Dense(units)');
  expect(withoutHolders('padding: ${1|same,valid|}$0')).toBe('padding: same');
  expect(withoutHolders(String.raw`{\} ${'${2:a\\}b}'}`)).toBe('{} a}b');
});

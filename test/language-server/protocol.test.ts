/** The life of a server: what it says that it can do, texts that come and change, diagnostics sent and asked for, how it ends. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  DocumentDiagnosticRequest, DocumentFormattingRequest, DocumentOnTypeFormattingRequest, DocumentRangeFormattingRequest, LSPErrorCodes, TextDocumentContentRequest, type Diagnostic,
} from 'vscode-languageserver-protocol/node'; // prettier-ignore
import { applied, plainCapabilities, TestClient, type StartOptions } from './client.ts';

let client: TestClient | undefined;
const start = async (options: StartOptions = {}): Promise<TestClient> => (client = await TestClient.start(options));

afterEach(async () => {
  if (client) await client.hangUp();
  client = undefined;
});

const wrong = 'model Digits {\n  input image: [28, 28]\n  output digit = image -> Conv2D(32, 3) -> Flatten\n}\n';
const formatting = { tabSize: 2, insertSpaces: true };

describe('diagnostics', () => {
  test('are sent after opening and after each edit, with the version they are about', async () => {
    const server = await start({ capabilities: plainCapabilities });
    await server.open('a.nn', wrong);
    const [problem, ...others] = await server.published('a.nn', 1);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'shape/rank', severity: 1, source: 'nn', range: server.rangeOf('a.nn', 'Conv2D(32, 3)') });
    expect(problem!.relatedInformation).toMatchObject([{ location: { uri: server.uri('a.nn'), range: server.rangeOf('a.nn', 'input image: [28, 28]') } }]);
    await server.edit('a.nn', '[28, 28]', '[28, 28, 1]');
    expect(await server.published('a.nn', 2)).toEqual([]);
  }); // prettier-ignore

  test('are answered where the client asks, with a link to their page, and grey what is unused', async () => {
    const server = await start();
    expect(server.initialized!.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true });
    await server.open('a.nn', 'model A {\n  input x: [4]\n  let z = x -> relu\n  output y = x\n}\n');
    const report = await server.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: server.uri('a.nn') } }); // prettier-ignore
    const items: readonly Diagnostic[] = 'items' in report ? report.items : [];
    expect(items).toMatchObject([
      { code: 'name/unused', tags: [1], codeDescription: { href: 'nnlang-doc:/name/unused.md' } },
    ]);
    const page = await server.connection.sendRequest(TextDocumentContentRequest.type, { uri: items[0]!.codeDescription!.href }); // prettier-ignore
    expect(page?.text).toMatch(/^## name\/unused\n/);
    expect(page?.text).toContain('What `nn check` says:');
  });

  test('of a file follow what it imports: open, typed, and changed on disk', async () => {
    const server = await start({
      capabilities: plainCapabilities,
      files: { 'part.nn': 'block Part {\n  input x: [n]\n  output y = x -> Dense(3)\n}\n' },
    });
    const whole = 'import { Part } from "./part.nn"\n\nmodel A {\n  input x: [4]\n  output y: [3] = x -> Part\n}\n';
    await server.open('a.nn', whole);
    expect(await server.published('a.nn', 1)).toEqual([]);
    await server.open('part.nn', 'block Part {\n  input x: [n]\n  output y = x -> Dense(3)\n}\n');
    await server.edit('part.nn', 'Dense(3)', 'Dense(5)');
    await server.published('part.nn', 2);
    await server.edit('a.nn', 'input x: [4]', 'input x: [7]');
    expect(await server.published('a.nn', 2)).toMatchObject([{ code: 'shape/annotation' }]);
  });
});

describe('formatting', () => {
  const rough = 'model A {\n  input x: [4]\n  output y = x->Dense( 3 )\n}\n\n\n\nmodel B {\n input x: [4]\n  output y = x\n}\n'; // prettier-ignore
  test('of a file, of a range, and while typing', async () => {
    const server = await start();
    await server.open('a.nn', rough);
    const textDocument = { uri: server.uri('a.nn') };
    const all = await server.connection.sendRequest(DocumentFormattingRequest.type, { textDocument, options: formatting }); // prettier-ignore
    expect(applied(rough, all ?? [])).toBe('model A {\n  input x: [4]\n  output y = x -> Dense(3)\n}\n\nmodel B {\n  input x: [4]\n  output y = x\n}\n'); // prettier-ignore
    const range = server.rangeOf('a.nn', 'B {');
    const some = await server.connection.sendRequest(DocumentRangeFormattingRequest.type, { textDocument, range, options: formatting }); // prettier-ignore
    expect(applied(rough, some ?? [])).toBe(rough.replace('\n input', '\n  input'));
    const position = server.position('a.nn', '\n\n\n\nmodel B');
    const typed = await server.connection.sendRequest(DocumentOnTypeFormattingRequest.type, { textDocument, position, ch: '}', options: formatting }); // prettier-ignore
    expect(applied(rough, typed ?? [])).toBe(rough.replace('x->Dense( 3 )', 'x -> Dense(3)'));
  });
  test('is as wide as Prettier is configured', async () => {
    const server = await start({ files: { '.prettierrc': '{ "printWidth": 40 }' } });
    const text = 'model A {\n  input x: [4]\n  output y = x -> Dense(3) -> relu -> Dense(5)\n}\n';
    await server.open('a.nn', text);
    const edits = await server.connection.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri: server.uri('a.nn') }, options: formatting }); // prettier-ignore
    expect(applied(text, edits ?? [])).toContain('y = x\n    -> Dense(3)\n    -> relu\n    -> Dense(5)\n');
  });
});

describe('a client that misbehaves', () => {
  test('asks about files that are not there, and about places that are not in them', async () => {
    const server = await start();
    await server.open('a.nn', wrong);
    const textDocument = { uri: server.uri('a.nn') };
    const nowhere = { uri: server.uri('missing.nn') };
    const far = { start: { line: 900, character: 7 }, end: { line: 901, character: 9000 } };
    expect(await server.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: nowhere })).toMatchObject({ items: [] }); // prettier-ignore
    expect(await server.connection.sendRequest(DocumentFormattingRequest.type, { textDocument: nowhere, options: formatting })).toEqual([]); // prettier-ignore
    expect(await server.connection.sendRequest(DocumentRangeFormattingRequest.type, { textDocument, range: far, options: formatting })).toEqual([]); // prettier-ignore
    expect(await server.connection.sendRequest(TextDocumentContentRequest.type, { uri: 'nnlang-doc:/no/such.md' })).toEqual({ text: '' }); // prettier-ignore
    expect(await server.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument })).toMatchObject({ items: [{ code: 'shape/rank' }] }); // prettier-ignore
    expect(server.log).toEqual([]);
  });
  test('gets an error for what the server does not know, and the server lives on', async () => {
    const server = await start();
    await expect(server.connection.sendRequest('nn/none', {})).rejects.toMatchObject({ code: -32601 });
    await server.open('a.nn', wrong);
    const report = server.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: server.uri('a.nn') } }); // prettier-ignore
    expect(await report).toMatchObject({ items: [{ code: 'shape/rank' }] });
  });
});

test('a request that has been cancelled or overtaken by an edit is dropped', async () => {
  const server = await start();
  await server.open('a.nn', wrong);
  const ask = (): Promise<unknown> =>
    server.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: server.uri('a.nn') } });
  const overtaken = ask();
  await server.edit('a.nn', '[28, 28]', '[28, 28, 1]');
  await expect(overtaken).rejects.toMatchObject({ code: LSPErrorCodes.ContentModified });
  expect(await ask()).toMatchObject({ items: [] });
});

describe('the end', () => {
  test('is 0 after a shutdown and 1 without', async () => {
    expect(await (await TestClient.start()).stop()).toBe(0);
    expect(await (await TestClient.start()).exit()).toBe(1);
  });
});

/** The life of a server: what it says that it can do, texts that come and change, diagnostics sent and asked for, how it ends. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CancellationTokenSource, DidChangeWatchedFilesNotification, DocumentDiagnosticRequest, DocumentFormattingRequest, DocumentOnTypeFormattingRequest, DocumentRangeFormattingRequest, LSPErrorCodes, TextDocumentContentRequest, type Diagnostic,
} from 'vscode-languageserver-protocol/node'; // prettier-ignore
import { applied, plainCapabilities, TestClient } from './client.ts';

/** One that asks, for tests with files of names of their own; and one that is sent diagnostics. */
let asking: TestClient;
let told: TestClient;

beforeAll(async () => {
  asking = await TestClient.start({ files: { 'narrow/.prettierrc': '{ "printWidth": 40 }' } });
  told = await TestClient.start({
    capabilities: plainCapabilities,
    files: { 'part.nn': part(3), 'saved.nn': part(3) },
  });
});
afterAll(async () => {
  expect([await asking.hangUp(), await told.hangUp()]).toEqual([1, 1]);
});

const part = (units: number): string => `block Part {\n  input x: [n]\n  output y = x -> Dense(${units})\n}\n`;
const wrong = 'model Digits {\n  input image: [28, 28]\n  output digit = image -> Conv2D(32, 3) -> Flatten\n}\n';
const formatting = { tabSize: 2, insertSpaces: true };

describe('diagnostics', () => {
  test('are sent after opening and after each edit, with the version they are about', async () => {
    await told.open('a.nn', wrong);
    const [problem, ...others] = await told.published('a.nn', 1);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'shape/rank', severity: 1, source: 'nn', range: told.rangeOf('a.nn', 'Conv2D(32, 3)') });
    expect(problem!.relatedInformation).toMatchObject([
      { location: { uri: told.uri('a.nn'), range: told.rangeOf('a.nn', 'input image: [28, 28]') } },
    ]);
    await told.edit('a.nn', '[28, 28]', '[28, 28, 1]');
    expect(await told.published('a.nn', 2)).toEqual([]);
  }); // prettier-ignore

  test('are answered where the client asks, with a link to their page, and grey what is unused', async () => {
    expect(asking.initialized!.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true });
    await asking.open('unused.nn', 'model A {\n  input x: [4]\n  let z = x -> relu\n  output y = x\n}\n');
    const report = await asking.connection.sendRequest(DocumentDiagnosticRequest.type, asking.document('unused.nn'));
    const items: readonly Diagnostic[] = 'items' in report ? report.items : [];
    const href = 'nnlang-doc:/name/unused.md';
    expect(items).toMatchObject([{ code: 'name/unused', severity: 4, tags: [1], codeDescription: { href } }]);
    const page = await asking.connection.sendRequest(TextDocumentContentRequest.type, { uri: href });
    expect(page?.text).toMatch(/^# name\/unused\n/);
    expect(page?.text).toContain('What `nn check` says:');
  });

  test('follow what a file imports, while that is typed and when it changes on disk', async () => {
    const using = (file: string): string =>
      `import { Part } from "./${file}"\n\nmodel A {\n  input x: [4]\n  output y: [3] = x -> Part\n}\n`;
    await told.open('typed.nn', using('part.nn'));
    await told.open('watched.nn', using('saved.nn'));
    expect(await told.published('typed.nn', 1)).toEqual([]);
    expect(await told.published('watched.nn', 1)).toEqual([]);

    await told.open('part.nn', part(3));
    await told.edit('part.nn', 'Dense(3)', 'Dense(5)');
    expect(await told.published('typed.nn', (all) => all.length > 0)).toMatchObject([{ code: 'shape/annotation' }]);

    told.write('saved.nn', part(7));
    const changes = [{ uri: told.uri('saved.nn'), type: 2 as const }];
    await told.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
    expect(await told.published('watched.nn', (all) => all.length > 0)).toMatchObject([{ code: 'shape/annotation' }]);
  });
});

describe('formatting', () => {
  const rough = 'model A {\n  input x: [4]\n  output y = x->Dense( 3 )\n}\n\n\n\nmodel B {\n input x: [4]\n  output y = x\n}\n'; // prettier-ignore
  test('of a file, of a range, and while typing', async () => {
    await asking.open('rough.nn', rough);
    const document = { ...asking.document('rough.nn'), options: formatting };
    const all = await asking.connection.sendRequest(DocumentFormattingRequest.type, document);
    expect(applied(rough, all ?? [])).toBe(
      'model A {\n  input x: [4]\n  output y = x -> Dense(3)\n}\n\nmodel B {\n  input x: [4]\n  output y = x\n}\n',
    );
    const range = asking.rangeOf('rough.nn', 'B {');
    const some = await asking.connection.sendRequest(DocumentRangeFormattingRequest.type, { ...document, range });
    expect(applied(rough, some ?? [])).toBe(rough.replace('\n input', '\n  input'));
    const position = asking.position('rough.nn', '\n\n\n\nmodel B');
    const typed = await asking.connection.sendRequest(DocumentOnTypeFormattingRequest.type, { ...document, position, ch: '}' }); // prettier-ignore
    expect(applied(rough, typed ?? [])).toBe(rough.replace('x->Dense( 3 )', 'x -> Dense(3)'));
  });
  test('is as wide as Prettier is configured', async () => {
    const text = 'model A {\n  input x: [4]\n  output y = x -> Dense(3) -> relu -> Dense(5)\n}\n';
    await asking.open('narrow/wide.nn', text);
    const document = { ...asking.document('narrow/wide.nn'), options: formatting };
    const edits = await asking.connection.sendRequest(DocumentFormattingRequest.type, document);
    expect(applied(text, edits ?? [])).toContain('y = x\n    -> Dense(3)\n    -> relu\n    -> Dense(5)\n');
  });
});

describe('a client that misbehaves', () => {
  test('asks about files that are not there, and about places that are not in them', async () => {
    await asking.open('short.nn', wrong);
    const { connection } = asking;
    const [document, nowhere] = [asking.document('short.nn'), asking.document('missing.nn')];
    const far = { start: { line: 900, character: 7 }, end: { line: 901, character: 9000 } };
    expect(await connection.sendRequest(DocumentDiagnosticRequest.type, nowhere)).toMatchObject({ items: [] });
    expect(await connection.sendRequest(DocumentFormattingRequest.type, { ...nowhere, options: formatting })).toEqual([]); // prettier-ignore
    expect(await connection.sendRequest(DocumentRangeFormattingRequest.type, { ...document, range: far, options: formatting })).toEqual([]); // prettier-ignore
    expect(await connection.sendRequest(TextDocumentContentRequest.type, { uri: 'nnlang-doc:/no/such.md' })).toEqual({ text: '' }); // prettier-ignore
    expect(await connection.sendRequest(DocumentDiagnosticRequest.type, document)).toMatchObject({ items: [{ code: 'shape/rank' }] }); // prettier-ignore
    expect(asking.log).toEqual([]);
  });
  test('gets an error for what the server does not know, and the server lives on', async () => {
    await expect(asking.connection.sendRequest('nn/none', {})).rejects.toMatchObject({ code: -32601 });
    await asking.open('after.nn', wrong);
    const report = await asking.connection.sendRequest(DocumentDiagnosticRequest.type, asking.document('after.nn'));
    expect(report).toMatchObject({ items: [{ code: 'shape/rank' }] });
  });
});

test('a request that an edit has overtaken, or that is cancelled, is dropped', async () => {
  await asking.open('late.nn', wrong);
  const ask = (): Promise<unknown> =>
    asking.connection.sendRequest(DocumentDiagnosticRequest.type, asking.document('late.nn'));
  const overtaken = ask();
  const dropped = expect(overtaken).rejects.toMatchObject({ code: LSPErrorCodes.ContentModified });
  await asking.edit('late.nn', '[28, 28]', '[28, 28, 1]');
  await dropped;
  const source = new CancellationTokenSource();
  const cancelled = asking.connection.sendRequest(DocumentDiagnosticRequest.type, asking.document('late.nn'), source.token); // prettier-ignore
  source.cancel();
  await expect(cancelled).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  expect(await ask()).toMatchObject({ items: [] });
});

test('the end is 0 after a shutdown and 1 without', async () => {
  expect(await (await TestClient.start()).stop()).toBe(0);
  expect(await (await TestClient.start()).exit()).toBe(1);
});

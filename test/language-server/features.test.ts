/** Every feature once through the protocol: that the right question is asked of the language service, and its answer arrives whole. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CallHierarchyIncomingCallsRequest, CodeLensRequest, CodeLensResolveRequest, CallHierarchyPrepareRequest, CodeActionRequest, CodeActionResolveRequest, CompletionRequest, CompletionResolveRequest, DefinitionRequest, DocumentHighlightRequest, DocumentLinkRequest, DocumentSymbolRequest, FoldingRangeRequest, HoverRequest, InlayHintRequest, LinkedEditingRangeRequest, PrepareRenameRequest, ReferencesRequest, RenameRequest, SelectionRangeRequest, SemanticTokensRequest, SignatureHelpRequest, TypeDefinitionRequest, WillRenameFilesRequest, WorkspaceSymbolRequest, type CodeAction, type CompletionItem, type CompletionList, type DocumentSymbol, type Location, type MarkupContent, type SemanticTokensLegend, type SymbolInformation, type TextDocumentEdit, type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node'; // prettier-ignore
import {
  messages, type EmittedCode, type GraphAnswer, type NamedDocumentation,
} from '../../compiler/language-server/messages.ts'; // prettier-ignore
import { applied, plainCapabilities, TestClient } from './client.ts';

const blocks = `/// Twice as many.
block Twice(units: int) {
  input x: [n]
  output y = x -> Dense(2 * units)
}
`;
const model = `import { Twice } from "./blocks.nn"

model Net(units = 8) {
  input x: [4]
  let h = x -> Twice(units)
  output y: [3] = h -> Dense(3)
}
`;

let client: TestClient;

beforeAll(async () => {
  client = await TestClient.start({
    files: { 'blocks.nn': blocks, 'net.nn': model },
    settings: { inlayHints: { parameterNames: 'none' } },
  });
  await client.open('net.nn', model);
});
afterAll(async () => {
  expect(client.log).toEqual([]);
  await client.stop();
});

const at = (part: string, behind = 0) => ({ ...client.document('net.nn'), position: client.position('net.nn', part, behind) }); // prettier-ignore

const textOf = (text: string, { start, end }: Location['range']): string => {
  const lines = text.split('\n');
  return start.line === end.line ? lines[start.line]!.slice(start.character, end.character) : '';
};

/** The texts after an edit, by file. */
function textsAfter(edit: WorkspaceEdit | null | undefined): Readonly<Record<string, string>> {
  const texts: Readonly<Record<string, string>> = { 'blocks.nn': blocks, 'net.nn': model };
  const changes = (edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
  return Object.fromEntries(
    changes.map(({ textDocument: { uri }, edits }) => {
      const name = uri.slice(uri.lastIndexOf('/') + 1);
      return [name, applied(texts[name]!, edits as never)];
    }),
  );
}

describe('beside the text', () => {
  test('inlay hints, as the settings want them', async () => {
    const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = await client.connection.sendRequest(InlayHintRequest.type, { ...client.document('net.nn'), range: whole }); // prettier-ignore
    const shown = (hints ?? []).map(({ position, label }) => `${position.line}: ${String(label)}`);
    expect(shown).toContain('4: [16]');
    expect(shown).toContain('5: [3]');
    expect(shown.filter((hint) => hint.includes('units:'))).toEqual([]);
  });
  test('the signature of what is being called', async () => {
    const help = await client.connection.sendRequest(SignatureHelpRequest.type, at('Dense(3)', 6));
    expect(help?.signatures[0]?.label).toMatch(/^x -> Dense\(|^Dense\(units/);
    const [start, end] = help!.signatures[0]!.parameters![help!.signatures[0]!.activeParameter!]!.label as [number, number]; // prettier-ignore
    expect(help!.signatures[0]!.label.slice(start, end)).toMatch(/^units/);
  });
  test('semantic tokens', async () => {
    const { legend } = client.initialized!.capabilities.semanticTokensProvider as { legend: SemanticTokensLegend };
    const tokens = await client.connection.sendRequest(SemanticTokensRequest.type, client.document('net.nn'));
    const words = decoded(tokens!.data, legend, model);
    expect(words).toContain('class Twice');
    expect(words).toContain('parameter units');
  });
});

function decoded(data: readonly number[], { tokenTypes }: SemanticTokensLegend, text: string): readonly string[] {
  const lines = text.split('\n');
  const words: string[] = [];
  let [line, character] = [0, 0];
  for (let i = 0; i < data.length; i += 5) {
    const [lines_, characters, length, type] = data.slice(i, i + 4) as [number, number, number, number];
    line += lines_;
    character = lines_ === 0 ? character + characters : characters;
    words.push(`${tokenTypes[type]} ${lines[line]!.slice(character, character + length)}`);
  }
  return words;
}

describe('looking', () => {
  test('hover tells the shapes of a stage', async () => {
    const hover = await client.connection.sendRequest(HoverRequest.type, at('Dense(3)', 2));
    expect(hover).toMatchObject({ contents: { kind: 'markdown' }, range: { start: client.position('net.nn', 'Dense(3)') } }); // prettier-ignore
    const { value } = hover!.contents as MarkupContent;
    expect(value).toContain('[16] -> [3]');
    expect(value).toContain('Fully connected');
  });
  test('lenses tell what a model costs, once they are looked at', async () => {
    const lenses = (await client.connection.sendRequest(CodeLensRequest.type, client.document('net.nn'))) ?? [];
    expect(lenses.map(({ range, command }) => [range.start.line, command])).toEqual([[2, undefined]]);
    const lens = await client.connection.sendRequest(CodeLensResolveRequest.type, lenses[0]!);
    // (4 + 1) * 16 + (16 + 1) * 3
    expect(lens.command?.title).toMatch(/^131 parameters/);
  });
});

describe('writing', () => {
  test('completion behind an arrow, with documentation when it is looked at', async () => {
    await client.open('half.nn', 'model A {\n  input x: [4]\n  output y = x -> De\n}\n');
    const place = { ...client.document('half.nn'), position: client.position('half.nn', '\n}') };
    const list = (await client.connection.sendRequest(CompletionRequest.type, place)) as CompletionList;
    const item = list.items.find(({ label }) => label === 'Dense')!;
    const textEdit = { range: client.rangeOf('half.nn', 'De'), newText: 'Dense(${1:units})' };
    expect(item).toMatchObject({ insertTextFormat: 2, textEdit });
    expect(item.documentation).toBeUndefined();
    const resolved: CompletionItem = await client.connection.sendRequest(CompletionResolveRequest.type, item);
    expect(JSON.stringify(resolved.documentation)).toContain('Fully connected');
  });
  test('a rename in all files, open or not; and why there can be none', async () => {
    const prepared = await client.connection.sendRequest(PrepareRenameRequest.type, at('Twice(units)'));
    expect(prepared).toEqual({ range: client.rangeOf('net.nn', 'Twice(units)').start && { start: client.position('net.nn', 'Twice(units)'), end: client.position('net.nn', 'Twice(units)', 5) }, placeholder: 'Twice' }); // prettier-ignore
    const edit = await client.connection.sendRequest(RenameRequest.type, { ...at('Twice(units)'), newName: 'Double' });
    expect(textsAfter(edit)).toEqual({
      'blocks.nn': blocks.replace('Twice(', 'Double('),
      'net.nn': model.replaceAll('Twice', 'Double'),
    });
    const refused = client.connection.sendRequest(RenameRequest.type, { ...at('Twice(units)'), newName: 'let' });
    await expect(refused).rejects.toThrow(/let/);
  });
  test('a fix: offered, and worked out when it is chosen', async () => {
    const text = 'model A {\n  input x: [4]\n  output y = x -> Dens(3)\n}\n';
    await client.open('wrong.nn', text);
    const range = client.rangeOf('wrong.nn', 'Dens');
    const params = { ...client.document('wrong.nn'), range, context: { diagnostics: [], only: ['quickfix'] } };
    const actions = (await client.connection.sendRequest(CodeActionRequest.type, params)) as readonly CodeAction[];
    const fix = actions.find(({ title }) => title === 'Replace with `Dense`')!;
    expect(fix).toMatchObject({ kind: 'quickfix', isPreferred: true, diagnostics: [{ code: 'name/unknown-layer' }] });
    const { edit } = await client.connection.sendRequest(CodeActionResolveRequest.type, fix);
    const [change] = edit!.documentChanges as readonly TextDocumentEdit[];
    expect(change!.textDocument).toEqual({ uri: client.uri('wrong.nn'), version: 1 });
    expect(applied(text, change!.edits as never)).toBe(text.replace('Dens(', 'Dense('));
  });
});

test('a file that moves: the imports that lead to it follow', async () => {
  const files = [{ oldUri: client.uri('blocks.nn'), newUri: client.uri('parts/blocks.nn') }];
  const edit = await client.connection.sendRequest(WillRenameFilesRequest.type, { files });
  expect(textsAfter(edit)).toEqual({ 'net.nn': model.replace('./blocks.nn', './parts/blocks.nn') });
});

describe('finding', () => {
  test('definitions in other files, and pages of what is built in', async () => {
    const [definition] = (await client.connection.sendRequest(DefinitionRequest.type, at('Twice(units)'))) as readonly Location[]; // prettier-ignore
    expect(definition!.uri).toBe(client.uri('blocks.nn'));
    expect(textOf(blocks, definition!.range)).toBe('Twice');
    const [page] = (await client.connection.sendRequest(TypeDefinitionRequest.type, at('Dense(3)'))) as readonly Location[]; // prettier-ignore
    expect(page!.uri).toBe('nnlang-doc:/Dense.md');
  });
  test('references, highlights and what is edited together', async () => {
    const references = await client.connection.sendRequest(ReferencesRequest.type, { ...at('Twice(units)'), context: { includeDeclaration: true } }); // prettier-ignore
    expect(references!.map(({ uri, range }) => `${uri.slice(uri.lastIndexOf('/') + 1)}:${range.start.line}`).sort()).toEqual(['blocks.nn:1', 'net.nn:0', 'net.nn:4']); // prettier-ignore
    const highlights = await client.connection.sendRequest(DocumentHighlightRequest.type, at('h = x'));
    expect(highlights!.map(({ range }) => range.start.line)).toEqual([4, 5]);
    const together = await client.connection.sendRequest(LinkedEditingRangeRequest.type, at('h = x'));
    expect(together!.ranges.map(({ start }) => start.line)).toEqual([4, 5]);
  });
  test('outlines, symbols of the workspace, links, folds and selections', async () => {
    const outline = (await client.connection.sendRequest(DocumentSymbolRequest.type, client.document('net.nn'))) as readonly DocumentSymbol[]; // prettier-ignore
    expect(outline.map(({ name, children }) => [name, children!.map((child) => child.name)])).toEqual([['Net', ['units', 'x', 'h', 'y']]]); // prettier-ignore
    const symbols = (await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'twi' })) as readonly SymbolInformation[]; // prettier-ignore
    expect(symbols).toMatchObject([{ name: 'Twice', location: { uri: client.uri('blocks.nn') } }]);
    const [link] = (await client.connection.sendRequest(DocumentLinkRequest.type, client.document('net.nn'))) ?? [];
    expect(link?.target).toBe(client.uri('blocks.nn'));
    const folds = await client.connection.sendRequest(FoldingRangeRequest.type, client.document('net.nn'));
    expect(folds).toContainEqual({ startLine: 2, endLine: 5 });
    const params = { ...client.document('net.nn'), positions: [client.position('net.nn', 'Dense(3)', 2)] };
    const [selection] = (await client.connection.sendRequest(SelectionRangeRequest.type, params)) ?? [];
    expect(textOf(model, selection!.range)).toBe('Dense');
    expect(textOf(model, selection!.parent!.range)).toBe('Dense(3)');
  });
  test('who uses a block', async () => {
    const [item] = (await client.connection.sendRequest(CallHierarchyPrepareRequest.type, at('Twice(units)'))) ?? [];
    expect(item).toMatchObject({ name: 'Twice', uri: client.uri('blocks.nn') });
    const calls = await client.connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item: item! });
    expect(calls).toMatchObject([{ from: { name: 'Net' }, fromRanges: [{ start: { line: 4 } }] }]);
  });
});

describe('beyond the protocol', () => {
  test('the TypeScript of a file with its map, or what keeps it from being made', async () => {
    const asked = { uri: client.uri('net.nn') };
    const emitted = await client.connection.sendRequest<EmittedCode>(messages.emitted, asked);
    expect(emitted.problem).toBeUndefined();
    expect(emitted).toMatchObject({ code: expect.stringContaining('export class Net') });
    expect(JSON.parse('map' in emitted ? emitted.map : '')).toMatchObject({
      version: 3,
      sources: ['net.nn', 'blocks.nn'],
    });
    await client.open('broken.nn', model.replace('[3]', '[7]'));
    expect(await client.connection.sendRequest(messages.emitted, { uri: client.uri('broken.nn') })).toEqual({ problem: 'An error keeps this file from being compiled.' }); // prettier-ignore
    expect(await client.connection.sendRequest(messages.emitted, { uri: client.uri('missing.nn') })).toEqual({ problem: 'There is no such file.' }); // prettier-ignore
  });
  test('graphs, whose places are addresses', async () => {
    const answer = await client.connection.sendRequest<GraphAnswer>(messages.graph, { uri: client.uri('net.nn') });
    const [view] = 'views' in answer ? answer.views : [];
    expect(view).toMatchObject({ name: 'Net', source: { file: client.uri('net.nn') } });
    const inner = view!.nodes.filter(({ source }) => source.file === client.uri('blocks.nn'));
    expect(inner.map(({ label }) => label)).toEqual(['Dense']);
  });
  test('names of all there is documentation of', async () => {
    const names = await client.connection.sendRequest<readonly NamedDocumentation[]>(messages.names, {});
    expect(names).toContainEqual({ name: 'Dense', kind: 'layer', summary: expect.stringContaining('Fully connected') });
    expect(names.filter(({ kind }) => kind === 'diagnostic').map(({ name }) => name)).toContain('shape/rank');
  });
});

test('questions about files that are not there and places outside of them have empty answers', async () => {
  const nowhere = { ...client.document('missing.nn'), position: { line: 3, character: 9 } };
  const outside = { ...client.document('net.nn'), position: { line: 900, character: 9 } };
  const empty = [HoverRequest, SignatureHelpRequest, DefinitionRequest, TypeDefinitionRequest, CompletionRequest, LinkedEditingRangeRequest]; // prettier-ignore
  for (const { type } of empty) expect(await client.connection.sendRequest(type as never, nowhere), type.method).toBeNull(); // prettier-ignore
  for (const { type } of empty)
    if (type.method !== 'textDocument/completion') expect(await client.connection.sendRequest(type as never, outside), type.method).toBeNull(); // prettier-ignore
  expect(await client.connection.sendRequest(DocumentHighlightRequest.type, outside)).toEqual([]);
  await expect(client.connection.sendRequest(RenameRequest.type, { ...outside, newName: 'a' })).rejects.toThrow();
});

test('a client that can little is given what it can take', async () => {
  const plain = await TestClient.start({ capabilities: plainCapabilities, files: { 'blocks.nn': blocks } });
  await plain.open('net.nn', model);
  const place = { ...plain.document('net.nn'), position: plain.position('net.nn', 'Dense(3)', 2) };
  const list = (await plain.connection.sendRequest(CompletionRequest.type, place)) as CompletionList;
  expect(list.items.find(({ label }) => label === 'Dense')).toMatchObject({ insertTextFormat: 1, textEdit: { newText: 'Dense' } }); // prettier-ignore
  const rename = { ...plain.document('net.nn'), position: plain.position('net.nn', 'Twice('), newName: 'Double' };
  const edit = await plain.connection.sendRequest(RenameRequest.type, rename);
  expect(Object.keys(edit!.changes!).sort()).toEqual([plain.uri('blocks.nn'), plain.uri('net.nn')]);
  const symbols = await plain.connection.sendRequest(DocumentSymbolRequest.type, plain.document('net.nn'));
  expect(symbols!.map(({ name }) => name)).toEqual(['Net', 'units', 'x', 'h', 'y']);
  const pages = await plain.connection.sendRequest(TypeDefinitionRequest.type, place);
  expect(pages).toEqual([]);
  await plain.stop();
});

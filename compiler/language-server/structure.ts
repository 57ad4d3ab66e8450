/** What a text is made of: its outline, what folds, what a growing selection takes in, what each name is. */
import {
  FoldingRangeKind, SelectionRange, SemanticTokensBuilder, SymbolKind as ProtocolKind, type DocumentSymbol as ProtocolSymbol, type FoldingRange, type SemanticTokens, type SymbolInformation,
} from 'vscode-languageserver'; // prettier-ignore
import type { SourceFile, Span } from '../../grammar/source.ts';
import {
  documentSymbols, foldingRanges, selectionRangesAt, semanticTokenModifiers, semanticTokens, semanticTokenTypes, workspaceSymbols, type DocumentSymbol, type SymbolKind,
} from '../language-service/index.ts'; // prettier-ignore
import { answering } from './answer.ts';
import type { ServerContext } from './context.ts';
import { offsetOf, positionOf, rangeOf, spanOf } from './positions.ts';

const symbolKinds: Readonly<Record<SymbolKind, ProtocolKind>> = {
  const: ProtocolKind.Constant,
  function: ProtocolKind.Function,
  block: ProtocolKind.Class,
  model: ProtocolKind.Class,
  train: ProtocolKind.Event,
  parameter: ProtocolKind.TypeParameter,
  input: ProtocolKind.Interface,
  let: ProtocolKind.Variable,
  layer: ProtocolKind.Object,
  weight: ProtocolKind.Array,
  output: ProtocolKind.Field,
  loss: ProtocolKind.Number,
  target: ProtocolKind.Interface,
  field: ProtocolKind.Property,
};

const foldingKinds = { imports: FoldingRangeKind.Imports, comment: FoldingRangeKind.Comment, code: undefined } as const;

export const semanticTokensLegend = {
  tokenTypes: [...semanticTokenTypes],
  tokenModifiers: [...semanticTokenModifiers],
};

export function answerStructure(context: ServerContext): void {
  const { connection, workspace } = context;
  const { project } = workspace;
  const fileOf = (uri: string): { readonly path: string; readonly file: SourceFile | undefined } => {
    const path = workspace.uris.pathOf(uri);
    return { path, file: workspace.source(path) };
  };
  connection.onDocumentSymbol(
    answering(context, 'outline', ({ textDocument: { uri } }): ProtocolSymbol[] | SymbolInformation[] => {
      const { path, file } = fileOf(uri);
      if (!file) return [];
      const symbols = documentSymbols(project, path).map((symbol) => protocolSymbol(file, symbol));
      const isTree = context.client.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport;
      return isTree ? symbols : symbols.flatMap((symbol) => listed(uri, symbol));
    }, []),
  ); // prettier-ignore
  connection.onWorkspaceSymbol(
    answering(context, 'workspace symbols', async ({ query }, token): Promise<SymbolInformation[]> => {
      const found = workspaceSymbols(project, query, await workspace.files(), () => token.isCancellationRequested);
      return found.flatMap(({ name, kind, path, selection }) => {
        const file = workspace.source(path);
        return file ? [{ name, kind: symbolKinds[kind], location: { uri: workspace.uris.uriOf(path), range: rangeOf(file, selection) } }] : [];
      });
    }, []),
  ); // prettier-ignore
  connection.onFoldingRanges(
    answering(context, 'folding', ({ textDocument: { uri } }): FoldingRange[] => {
      const { path, file } = fileOf(uri);
      return file ? foldingRanges(project, path).map(({ span, kind }) => folding(file, span, foldingKinds[kind])) : [];
    }, []),
  ); // prettier-ignore
  connection.onSelectionRanges(
    answering(context, 'selection', ({ textDocument: { uri }, positions }): SelectionRange[] => {
      const { path, file } = fileOf(uri);
      return file ? positions.map((position) => nested(file, selectionRangesAt(project, path, offsetOf(file, position)))) : [];
    }, []),
  ); // prettier-ignore
  const tokens = (uri: string, within: ((file: SourceFile) => Span) | undefined, isCancelled: () => boolean): SemanticTokens => {
    const { path, file } = fileOf(uri);
    return file ? encoded(file, semanticTokens(project, path, within?.(file), isCancelled)) : { data: [] };
  }; // prettier-ignore
  connection.languages.semanticTokens.on(
    answering(context, 'semantic tokens', ({ textDocument: { uri } }, token) => tokens(uri, undefined, () => token.isCancellationRequested), { data: [] }),
  ); // prettier-ignore
  connection.languages.semanticTokens.onRange(
    answering(context, 'semantic tokens', ({ textDocument: { uri }, range }, token) =>
      tokens(uri, (file) => spanOf(file, range), () => token.isCancellationRequested), { data: [] }),
  ); // prettier-ignore
}

const protocolSymbol = (file: SourceFile, { name, kind, detail, span, selection, children }: DocumentSymbol): ProtocolSymbol => ({
  name,
  kind: symbolKinds[kind],
  ...(detail === undefined ? {} : { detail }),
  range: rangeOf(file, span),
  selectionRange: rangeOf(file, selection),
  children: children.map((child) => protocolSymbol(file, child)),
}); // prettier-ignore

/** For clients that show no trees. */
const listed = (uri: string, { name, kind, range, children }: ProtocolSymbol): SymbolInformation[] => [
  { name, kind, location: { uri, range } },
  ...(children ?? []).flatMap((child) => listed(uri, child)),
];

function folding(file: SourceFile, span: Span, kind: string | undefined): FoldingRange {
  const { start, end } = rangeOf(file, span);
  return { startLine: start.line, endLine: end.line, ...(kind === undefined ? {} : { kind }) };
}

/** From the innermost out. */
function nested(file: SourceFile, spans: readonly Span[]): SelectionRange {
  const outwards = spans.toReversed();
  const [outermost = { start: 0, end: file.text.length }, ...others] = outwards;
  let range = SelectionRange.create(rangeOf(file, outermost));
  for (const span of others) range = SelectionRange.create(rangeOf(file, span), range);
  return range;
}

function encoded(file: SourceFile, tokens: ReturnType<typeof semanticTokens>): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { span, type, modifiers } of tokens) {
    const { line, character } = positionOf(file, span.start);
    const bits = modifiers.reduce((all, modifier) => all | (1 << semanticTokenModifiers.indexOf(modifier)), 0);
    builder.push(line, character, span.end - span.start, semanticTokenTypes.indexOf(type), bits);
  }
  return builder.build();
}

/** What may be written at a place; its documentation is looked for when an item is looked at. */
import {
  CompletionItemKind, InsertTextFormat, TextEdit, type CompletionItem as ProtocolItem, type CompletionList,
} from 'vscode-languageserver'; // prettier-ignore
import type { SourceFile } from '../../grammar/source.ts';
import { completions, resolveCompletion, type CompletionItem, type CompletionKind } from '../language-service/index.ts';
import { answering, answeringAt } from './answer.ts';
import type { ServerContext } from './context.ts';
import { markdown } from './hints.ts';
import { protocolEdits, rangeOf } from './positions.ts';

const kinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  layer: CompletionItemKind.Class,
  function: CompletionItemKind.Function,
  block: CompletionItemKind.Class,
  model: CompletionItemKind.Class,
  constant: CompletionItemKind.Constant,
  parameter: CompletionItemKind.TypeParameter,
  size: CompletionItemKind.Unit,
  tensor: CompletionItemKind.Variable,
  'made-layer': CompletionItemKind.Variable,
  value: CompletionItemKind.Value,
  option: CompletionItemKind.EnumMember,
  activation: CompletionItemKind.EnumMember,
  initializer: CompletionItemKind.EnumMember,
  regularizer: CompletionItemKind.EnumMember,
  constraint: CompletionItemKind.EnumMember,
  schedule: CompletionItemKind.Function,
  callback: CompletionItemKind.Function,
  optimizer: CompletionItemKind.Function,
  loss: CompletionItemKind.Function,
  metric: CompletionItemKind.Function,
  label: CompletionItemKind.Property,
  field: CompletionItemKind.Property,
  member: CompletionItemKind.Field,
  weight: CompletionItemKind.Field,
  type: CompletionItemKind.Struct,
  keyword: CompletionItemKind.Keyword,
  snippet: CompletionItemKind.Snippet,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  axis: CompletionItemKind.Unit,
};

/** After these letters too, editors ask by themselves; the space is for the one behind `->` and `:`. */
export const completionTriggers = ['>', '.', '"', '/', '{', ',', ' ', '('];

export function answerCompletion(context: ServerContext): void {
  const { connection, workspace } = context;
  connection.onCompletion(
    answeringAt(context, 'completion', async ({ path, file, offset }, { context: asked }, token): Promise<CompletionList | null> => {
      if (asked?.triggerCharacter !== undefined && !isBehindSign(file.text, offset, asked.triggerCharacter)) return null;
      const options = { paths: await workspace.files(), isCancelled: () => token.isCancellationRequested };
      const { items, isIncomplete } = completions(workspace.project, path, offset, options);
      return { isIncomplete, items: items.map((item) => protocolItem(context, file, item)) };
    }, null),
  ); // prettier-ignore
  connection.onCompletionResolve(
    answering(context, 'completion item', (item: ProtocolItem): ProtocolItem => {
      const { documentation } = resolveCompletion(workspace.project, item as Pick<CompletionItem, 'data'>);
      return documentation === undefined ? item : { ...item, documentation: markdown(documentation) };
    }, { label: '' }),
  ); // prettier-ignore
}

/** A space or bracket asks only where something has just begun: behind `->`, a label or a comma, not between words. */
function isBehindSign(text: string, offset: number, trigger: string): boolean {
  if (trigger === '>') return text.slice(offset - 2, offset) === '->';
  if (trigger === '/') return /"[^"\n]*$/.test(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset));
  return trigger !== ' ' || /(?:->|[\w\])]\s*:|,|=|\{|\[) $/.test(text.slice(Math.max(0, offset - 20), offset));
}

function protocolItem(context: ServerContext, file: SourceFile, item: CompletionItem): ProtocolItem {
  const { label, detail, labelDescription, kind, sortText, filterText, insertText, isSnippet, span } = item;
  const { snippetSupport, labelDetailsSupport } = context.client.textDocument?.completion?.completionItem ?? {};
  const isPlaced = isSnippet && snippetSupport === true;
  const details = { ...(detail === undefined ? {} : { detail: ` ${detail}` }), ...(labelDescription === undefined ? {} : { description: labelDescription }) }; // prettier-ignore
  return {
    label,
    kind: kinds[kind],
    sortText,
    ...(labelDetailsSupport ? { labelDetails: details } : { detail: [detail, labelDescription].filter(Boolean).join(' ') }), // prettier-ignore
    ...(filterText === undefined ? {} : { filterText }),
    insertTextFormat: isPlaced ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: TextEdit.replace(rangeOf(file, span), isSnippet && !isPlaced ? withoutHolders(insertText) : insertText),
    ...(item.additionalEdits ? { additionalTextEdits: protocolEdits(file, item.additionalEdits) } : {}),
    ...(item.commitCharacters ? { commitCharacters: [...item.commitCharacters] } : {}),
    ...(item.opensNext && context.hasOwnCommands ? { command: { title: 'Suggest', command: 'nnlang.suggest' } } : {}),
    ...(item.data ? { data: item.data } : {}),
  };
}

/** For clients without snippets: `Dense(${1:units})` is `Dense(units)`, of choices the first. */
export const withoutHolders = (snippet: string): string =>
  snippet
    .replaceAll(/\$\{\d+\|((?:[^,|\\]|\\.)*)[^}]*\|\}/g, '$1')
    .replaceAll(/\$\{\d+:((?:[^}\\]|\\.)*)\}/g, '$1')
    .replaceAll(/\$(?:\d+|\{\d+\})/g, '')
    .replaceAll(/\\([\\$},|])/g, '$1');

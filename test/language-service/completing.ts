/** Completions at a marked cursor, and the text when one of them has been chosen. */
import { completions, type CompletionItem, type CompletionOptions } from '../../compiler/language-service/index.ts';
import { atCursor } from './marked.ts';

export type Others = Readonly<Record<string, string>>;

export function itemsAt(
  marked: string,
  others: Others = {},
  options: CompletionOptions = {},
): readonly CompletionItem[] {
  // prettier-ignore
  const { project, path, offset } = atCursor(marked, others);
  const { items } = completions(project, path, offset, {
    paths: ['/a.nn', ...Object.keys(others)],
    ...options,
  });
  return [...items].sort((a, b) => (a.sortText < b.sortText ? -1 : 1));
}

export const labelsAt = (marked: string, others?: Others): readonly string[] =>
  itemsAt(marked, others).map(({ label }) => label);

/** The first so many, with what stands beside them: `Flatten [784]`. */
export const firstAt = (marked: string, count: number, others?: Others): readonly string[] =>
  itemsAt(marked, others)
    .slice(0, count)
    .map(({ label, detail }) => (detail === undefined ? label : `${label} ${detail}`));

export function itemAt(marked: string, label: string, others?: Others): CompletionItem {
  const found = itemsAt(marked, others).find((item) => item.label === label);
  if (!found) throw new Error(`there is no completion ${label}`);
  return found;
}

/** What a snippet is when nothing is changed in it; where it has nothing yet, `last`. */
export const plainSnippet = (snippet: string, last = ''): string =>
  snippet
    .replaceAll(/\$\{\d+\|((?:\\.|[^,|\\])*)(?:\\.|[^|\\])*\|\}/g, '$1')
    .replaceAll(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, '$1')
    .replaceAll(/(?<!\\)\$\d/g, last)
    .replaceAll(/\\([$}\\,|])/g, '$1');

/** The text with this item in it, and its edits elsewhere. */
export function withItem(text: string, item: CompletionItem, last = ''): string {
  const newText = item.isSnippet ? plainSnippet(item.insertText, last) : item.insertText;
  const edits = [...(item.additionalEdits ?? []), { span: item.span, newText }];
  return edits
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((now, { span, newText: put }) => now.slice(0, span.start) + put + now.slice(span.end), text);
}

/** The marked text when the item has been chosen. */
export const chosenAt = (marked: string, label: string, others?: Others): string =>
  withItem(atCursor(marked, others).text, itemAt(marked, label, others));

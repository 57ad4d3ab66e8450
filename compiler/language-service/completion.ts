/** A place of a half-written file → what may be written there, what fits best first. */
import type { Span } from '../../grammar/source.ts';
import { argumentSuggestions, dimensionSuggestions, dtypes, expressionSuggestions, memberSuggestions, parameterTypes } from './completion-values.ts'; // prettier-ignore
import { cursorAt, localsHere, regionAt, regionsOf, type Cursor } from './completion-cursor.ts';
import { importNameSuggestions, waitsForLetter, type ImportsOf } from './completion-imports.ts';
import { completionItems, type CompletionList, type Suggestion } from './completion-item.ts';
import { namesOfBody, symbolsHere, symbolSuggestion } from './completion-names.ts';
import { placeOf } from './completion-place.ts';
import { stageSuggestions } from './completion-stages.ts';
import { declarationSuggestions, fieldSuggestions, statementSuggestions, untrainedModels } from './completion-statements.ts'; // prettier-ignore
import { stringSuggestions } from './completion-strings.ts';
import { neverCancelled, type IsCancelled } from './plain.ts';
import type { Project } from './project.ts';

export interface CompletionOptions {
  /** All `.nn` files of the workspace, for imports. */
  readonly paths?: readonly string[];
  readonly isCancelled?: IsCancelled;
}

const nothing: CompletionList = { items: [], isIncomplete: false };

export function completions(
  project: Project,
  path: string,
  offset: number,
  { paths = project.openPaths, isCancelled = neverCancelled }: CompletionOptions = {},
): CompletionList {
  // prettier-ignore
  const text = project.file(path)?.source.text;
  if (text === undefined) return nothing;
  const imports: ImportsOf = { paths, isCancelled };
  const region = regionAt(text, regionsOf(text), offset);
  if (region?.kind === 'comment') return nothing;
  if (region) {
    const found = stringSuggestions({ project, path, text, offset, region }, () => cursorAt(project, path, region.start), imports); // prettier-ignore
    return found ? listOf(found.suggestions, found.span) : nothing;
  }
  const cursor = cursorAt(project, path, offset);
  if (!cursor) return nothing;
  const found = listOf(suggestionsAt(cursor, imports), cursor.word);
  return {
    ...found,
    isIncomplete: found.items.length > 0 && waitsForLetter(cursor, imports),
  };
}

const listOf = (suggestions: readonly Suggestion[], span: Span): CompletionList => ({
  items: completionItems(suggestions, span),
  isIncomplete: false,
});

function suggestionsAt(cursor: Cursor, imports: ImportsOf): readonly Suggestion[] {
  const place = placeOf(cursor);
  switch (place.kind) {
    case 'nothing':
      return [];
    case 'declaration':
      return declarationSuggestions(cursor);
    case 'statement':
      return statementSuggestions(cursor);
    case 'field':
      return fieldSuggestions(cursor, place.train);
    case 'stage':
      return stageSuggestions(cursor, place.stage, imports);
    case 'argument':
      return argumentSuggestions(cursor, place, imports);
    case 'expression':
      return expressionSuggestions(cursor, place, imports);
    case 'member':
      return memberSuggestions(cursor, place.object);
    case 'tensorType':
      return [...dtypes, { label: '[ ]', kind: 'snippet', labelDescription: 'sizes', insertText: '[${1:size}]', isSnippet: true, filterText: '[', rank: 1 }]; // prettier-ignore
    case 'dimension':
      return [...dimensionSuggestions(cursor, namesOfBody(cursor)), ...spreads(cursor), ...constants(cursor)];
    case 'parameterType':
      return parameterTypes;
    case 'trainModel':
      return untrainedModels(cursor.file).map((symbol) => symbolSuggestion(cursor, symbol)).map((found) => ({ ...found, insertText: found.label, isSnippet: false })); // prettier-ignore
    case 'importName':
      return importNameSuggestions(cursor, place.node, imports);
    case 'keyword':
      return keywordSuggestion(place.word);
  }
}

const keywordTexts: Readonly<Record<string, string>> = {
  from: 'from "$0"',
  in: 'in ${1:sizes} { $0 }',
  as: 'as ${1:i} { $0 }',
  else: 'else { $0 }',
};

const keywordSuggestion = (word: string): readonly Suggestion[] => [
  {
    label: word,
    kind: 'keyword',
    insertText: keywordTexts[word] ?? word,
    isSnippet: true,
    opensNext: true,
    rank: 0,
  },
];

/** `...lead`, written with its dots. */
const spreads = (cursor: Cursor): readonly Suggestion[] =>
  localsHere(cursor).flatMap(({ what, name }) =>
    what === 'spread' && name !== '' ? [{ label: cursor.last === '.' ? name : `...${name}`, kind: 'size', rank: 1 }] : [],
  ); // prettier-ignore

const constants = (cursor: Cursor): readonly Suggestion[] =>
  symbolsHere(cursor).flatMap(([name, symbol]) =>
    symbol.unit.kind === 'Const' ? [{ ...symbolSuggestion(cursor, symbol, name), rank: 2 }] : [],
  );

/** Imports: the files that there are, the names in them, and the edit that brings a name here from another file. */
import type { Import } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import { directoryOf } from '../resolve/paths.ts';
import type { Cursor } from './completion-cursor.ts';
import type { Suggestion } from './completion-item.ts';
import { symbolSuggestion } from './completion-names.ts';
import { importedFile, importedPath, relativeSpecifier } from './import-paths.ts';
import type { Edit } from './plain.ts';
import type { Project } from './project.ts';

/** The other `.nn` files of the workspace. */
export interface ImportsOf {
  readonly paths: readonly string[];
  readonly isCancelled: () => boolean;
}

/** With so many files, their names are shown only when there is a letter to choose by. */
const manyFiles = 10;

/** Whether names of other files wait for a letter. */
export const waitsForLetter = ({ typed }: Cursor, { paths }: ImportsOf): boolean =>
  typed === '' && paths.length > manyFiles;

/** Names of other files that are not known here, each with the edit that imports it; undefined leaves one out. */
export function autoImports(cursor: Cursor, imports: ImportsOf, suggestionFor: (symbol: FileSymbol) => Suggestion | undefined): readonly Suggestion[] {
  const { project, path, file, typed } = cursor;
  if (imports.isCancelled() || waitsForLetter(cursor, imports)) return [];
  return project.files(imports.paths.filter((other) => other !== path)).flatMap((from) => {
    if (imports.isCancelled()) return [];
    const names = exportsOf(from).filter(({ name }) => !file.symbols.has(name) && hasLetters(name, typed));
    if (names.length === 0 || importsFrom(from, path)) return [];
    const other = from.source.path;
    const specifier = specifierOf(project, path, other);
    return names.flatMap((symbol) => {
      const suggestion = specifier === undefined ? undefined : suggestionFor(symbol);
      if (!suggestion || specifier === undefined) return [];
      return [{ ...suggestion, labelDescription: specifier, additionalEdits: [importEdit(cursor, symbol.name, specifier, other)] }];
    });
  });
} // prettier-ignore

/** Whether a name has all these letters in order: what an editor may find by them. */
function hasLetters(name: string, letters: string): boolean {
  const folded = name.toLowerCase();
  let at = 0;
  for (const letter of letters.toLowerCase()) {
    at = folded.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Importing from what imports this file would go in a circle. */
function importsFrom(file: FileScope, path: string): boolean {
  const reached = new Set([file]);
  for (const scope of reached) {
    if (scope.source.path === path) return true;
    for (const { from } of scope.imported) if (from) reached.add(from);
  }
  return false;
}

const exportsOf = (file: FileScope): readonly FileSymbol[] =>
  [...file.symbols.values()].filter((symbol) => symbol.file === file && !symbol.name.startsWith('_'));

/** What a file is called in an import: `./b.nn`, `../parts/c.nn`, `package/d.nn`; undefined where it cannot be reached. */
export function specifierOf({ host }: Project, from: string, to: string): string | undefined {
  const at = to.lastIndexOf('/node_modules/');
  if (at >= 0) {
    const specifier = to.slice(at + '/node_modules/'.length);
    return host.resolvePackage(specifier, from) === to ? specifier : undefined;
  }
  return relativeSpecifier(directoryOf(from), to);
}

/** Adds the name to the import of that file, or makes one behind the others. */
function importEdit({ project, file, text }: Cursor, name: string, specifier: string, other: string): Edit {
  const known = file.imports.find((node) => node.names.length > 0 && importedPath(project, file, node) === other);
  const lastName = known?.names.at(-1);
  if (lastName) return { span: at(lastName.span.end), newText: `, ${name}` };
  const line = `import { ${name} } from "${specifier}"`;
  const lastImport = file.imports.at(-1);
  if (lastImport) return { span: at(lastImport.span.end), newText: `\n${line}` };
  const head = /^(?:\/\/(?!\/)[^\n]*\n)*\n*/.exec(text)![0];
  return { span: at(head.length), newText: `${line}\n\n` };
}

const at = (offset: number): Span => ({ start: offset, end: offset });

/** The names that the file of an import has; where no file is named yet, those of all files. */
export function importNameSuggestions(cursor: Cursor, node: Import, imports: ImportsOf): readonly Suggestion[] {
  const taken = new Set(node.names.filter(({ name }) => name.span.start !== cursor.word.start).map(({ name }) => name.name)); // prettier-ignore
  const target = importedFile(cursor.project, cursor.file, node);
  if (target) return exportsOf(target).flatMap((symbol) => (taken.has(symbol.name) ? [] : [bareSymbol(cursor, symbol)]));
  if (node.from.kind === 'StringLiteral') return [];
  return autoImports(cursor, imports, (symbol) => bareSymbol(cursor, symbol)).map((found) => {
    const closing = /^[^\n{}]*\}/.exec(cursor.text.slice(cursor.word.end));
    const from = ` from "${found.labelDescription}"`;
    if (!closing) return { ...found, insertText: `${found.label} }${from}`, additionalEdits: [] };
    return { ...found, additionalEdits: [{ span: at(cursor.word.end + closing[0].length), newText: from }] };
  });
} // prettier-ignore

const bareSymbol = (cursor: Cursor, symbol: FileSymbol): Suggestion => ({
  ...symbolSuggestion(cursor, symbol),
  insertText: symbol.name,
  isSnippet: false,
});

/** Files by the path that an import of this one would write. `span`: what stands between the quotes. */
export function importPathSuggestions(
  project: Project,
  path: string,
  span: Span,
  paths: readonly string[],
): readonly Suggestion[] {
  // prettier-ignore
  return paths.flatMap((other) => {
    const specifier = other === path ? undefined : specifierOf(project, path, other);
    if (specifier === undefined) return [];
    // Neighbours first, packages last.
    const rank = specifier.startsWith('./') ? specifier.split('/').length : specifier.startsWith('.') ? 50 + specifier.split('/').length : 100; // prettier-ignore
    return [{ label: specifier, kind: 'file', rank, span }];
  });
}

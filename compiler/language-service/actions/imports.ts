/** Names that other files declare → imports of them; the imports of a file → the same in order. */
import type { Import } from '../../../grammar/ast.ts';
import type { FileScope } from '../../resolve/file-scope.ts';
import { directoryOf } from '../../resolve/paths.ts';
import { readableFile, relativeSpecifier } from '../import-paths.ts';
import type { Edit } from '../plain.ts';
import type { Project } from '../project.ts';
import { plainAction, type ActionPlace, type CodeAction } from './action.ts';

const UNKNOWN: ReadonlySet<string> = new Set(['name/unknown', 'name/unknown-layer', 'name/unknown-function']);

/** An import for each unknown name that another file of the project declares. */
export const missingImports = (place: ActionPlace): readonly CodeAction[] =>
  place.diagnostics.flatMap((diagnostic) => {
    if (!UNKNOWN.has(diagnostic.code)) return [];
    const { file, text } = place;
    const name = text.slice(diagnostic.span.start, diagnostic.span.end);
    const exporters = place.paths.filter((path) => path !== file.source.path && exports(place.project, path, name, file));
    return exporters.map((path) => {
      const specifier = relativeSpecifier(directoryOf(file.source.path), path);
      const title = `Import \`${name}\` from "${specifier}"`;
      const isPreferred = exporters.length === 1 && diagnostic.fixes.length === 0;
      return plainAction(place, title, 'quickfix', importEdits(file, name, specifier), { diagnostics: [diagnostic], isPreferred }); // prettier-ignore
    });
  }); // prettier-ignore

/** Whether a file declares a name for others, and does not need the one that would import it. */
function exports(project: Project, path: string, name: string, importer: FileScope): boolean {
  if (name.startsWith('_') || !/^\w+$/.test(name)) return false;
  const declaring = readableFile(project, path);
  if (declaring?.symbols.get(name)?.file !== declaring || !declaring) return false;
  const reached = new Set([declaring]);
  for (const scope of reached) for (const { from } of scope.imported) if (from) reached.add(from);
  return ![...reached].some(({ source }) => source.path === importer.source.path);
}

/** Adds a name to the imports of a file. */
export function importEdits({ source: { text }, imports, units }: FileScope, name: string, specifier: string): readonly Edit[] {
  const same = imports.find(({ from }) => from.kind === 'StringLiteral' && from.value === specifier);
  const last = same?.names.at(-1);
  if (last && !last.name.missing) return [{ span: { start: last.span.end, end: last.span.end }, newText: `, ${name}` }];
  const line = `import { ${name} } from "${specifier}"`;
  const after = imports.at(-1);
  if (after) return [{ span: { start: after.span.end, end: after.span.end }, newText: `\n${line}` }];
  const at = headEnd(text, units[0]?.start ?? text.length);
  return [{ span: { start: at, end: at }, newText: `${line}\n\n` }];
} // prettier-ignore

/** Before the first declaration with the comments right above it, but behind what a file says of itself. */
function headEnd(text: string, declaration: number): number {
  const lines = text.slice(0, declaration).split('\n').slice(0, -1);
  let first = lines.length;
  while (first > 0 && /^\s*\/\//.test(lines[first - 1]!)) first--;
  return lines.slice(0, first).reduce((length, line) => length + line.length + 1, 0);
}

/** Unused names out, those of one file together, in the order of the alphabet. */
export function organizedImports(place: ActionPlace): readonly CodeAction[] {
  const { text, file: { imports } } = place; // prettier-ignore
  const [first, last] = [imports[0], imports.at(-1)];
  if (!first || !last || place.file.diagnostics.some(({ code, span }) => code.startsWith('syntax/') && span.start <= last.span.end)) return []; // prettier-ignore
  const section = { start: first.span.start, end: last.span.end };
  const written = text.slice(section.start, section.end);
  if (/\/[/*]/.test(written.replaceAll(/"[^"\n]*"/g, ''))) return [];
  const newText = organized(place, imports);
  if (newText === written.replaceAll('\r\n', '\n')) return [];
  const end = newText === '' ? section.end + /^\s*/.exec(text.slice(section.end))![0].length : section.end;
  return [plainAction(place, 'Organize imports', 'source.organizeImports', [{ span: { ...section, end }, newText }])];
}

function organized({ text, allDiagnostics }: ActionPlace, imports: readonly Import[]): string {
  const unused = allDiagnostics.filter(({ code }) => code === 'name/unused');
  const names = new Map<string, string[]>();
  for (const node of imports)
    for (const { name, alias, span } of node.names) {
      const used = (alias ?? name).span;
      if (unused.some((d) => d.span.start === used.start)) continue;
      const from = text.slice(node.from.span.start, node.from.span.end);
      names.set(from, [...(names.get(from) ?? []), text.slice(span.start, span.end)]);
    }
  const isRelative = (from: string): number => Number(from.startsWith('".'));
  const sorted = [...names].sort(([a], [b]) => isRelative(a) - isRelative(b) || (a < b ? -1 : 1));
  return sorted.map(([from, all]) => `import { ${[...new Set(all)].sort().join(', ')} } from ${from}`).join('\n');
}

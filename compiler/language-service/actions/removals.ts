/** Names that nothing uses → edits that take their declarations out. */
import type { Import, ImportName, Node, Statement } from '../../../grammar/ast.ts';
import type { Span } from '../../../grammar/source.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Edit } from '../plain.ts';
import { spotAt } from '../spot.ts';
import { plainAction, type ActionPlace, type CodeAction } from './action.ts';

const UNUSED: ReadonlySet<string> = new Set(['name/unused', 'model/unused-layer']);

export function removals(place: ActionPlace): readonly CodeAction[] {
  const one = place.diagnostics.flatMap((diagnostic) => {
    const removal = removalOf(place, diagnostic);
    return removal ? [plainAction(place, removal.title, 'quickfix', removal.edits, { diagnostics: [diagnostic], isPreferred: true })] : []; // prettier-ignore
  });
  return [...one, ...allImports(place)];
}

interface Removal {
  readonly title: string;
  readonly edits: readonly Edit[];
}

function removalOf({ file, text }: ActionPlace, { code, span }: Diagnostic): Removal | undefined {
  if (!UNUSED.has(code)) return undefined;
  const { path } = spotAt(file, span.start);
  const name = text.slice(span.start, span.end);
  const statement = path.findLast((node): node is Statement => node.kind === 'Let' || node.kind === 'Weight' || node.kind === 'LayerStatement'); // prettier-ignore
  if (path[0]?.kind === 'Import') return { title: `Remove the import of \`${name}\``, edits: importRemoval(text, path[0], path[1] as ImportName) }; // prettier-ignore
  if (!statement || path.some(({ kind }) => kind === 'Parameter')) return undefined;
  if (
    statement.kind === 'Let' &&
    statement.pattern.kind === 'TuplePattern' &&
    statement.pattern.elements.filter(({ kind }) => kind === 'Identifier').length > 1
  )
    // prettier-ignore
    return { title: `Write \`_\` for \`${name}\``, edits: [{ span, newText: '_' }] };
  const word = statement.kind === 'LayerStatement' ? 'layer' : statement.kind.toLowerCase();
  return { title: `Remove \`${word} ${name}\``, edits: [{ span: lineSpan(text, statement), newText: '' }] };
}

function importRemoval(text: string, node: Import, name: ImportName): readonly Edit[] {
  const { names } = node;
  const index = names.indexOf(name);
  const [before, after] = [names[index - 1], names[index + 1]];
  if (!before && !after) return [{ span: lineSpan(text, node), newText: '' }];
  const span = after ? { start: name.span.start, end: after.span.start } : { start: before!.span.end, end: name.span.end }; // prettier-ignore
  return [{ span, newText: '' }];
}

function allImports(place: ActionPlace): readonly CodeAction[] {
  const isUnused = ({ code, span }: Diagnostic): boolean => code === 'name/unused' && place.file.imports.some((node) => node.span.start <= span.start && span.end <= node.span.end); // prettier-ignore
  const unused = place.allDiagnostics.filter(isUnused);
  if (unused.length < 2 || !place.diagnostics.some(isUnused)) return [];
  const edits = place.file.imports.flatMap((node) => importWithout(place.text, node, unused));
  return [plainAction(place, 'Remove all unused imports', 'quickfix', edits, { diagnostics: unused })];
}

/** The names that are used, as they are written. */
function importWithout(text: string, node: Import, unused: readonly Diagnostic[]): readonly Edit[] {
  const isKept = ({ span }: ImportName): boolean => !unused.some((d) => span.start <= d.span.start && d.span.end <= span.end); // prettier-ignore
  const kept = node.names.filter(isKept);
  if (kept.length === node.names.length) return [];
  if (kept.length === 0) return [{ span: lineSpan(text, node), newText: '' }];
  const span = { start: node.names[0]!.span.start, end: node.names.at(-1)!.span.end };
  return [{ span, newText: kept.map((name) => text.slice(name.span.start, name.span.end)).join(', ') }];
}

/** A node with its doc comment, and its lines where nothing else stands on them, with one of two blank lines around. */
export function lineSpan(text: string, node: Node): Span {
  const { start } = ('doc' in node && node.doc ? node.doc : node).span;
  const { end } = node.span;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const rest = /^[^\S\n]*(?:\/\/[^\n]*)?(?:\n|$)/.exec(text.slice(end));
  if (text.slice(lineStart, start).trim() !== '' || !rest) return { start, end };
  const lineEnd = end + rest[0].length;
  const isBlankAfter = /^[^\S\n]*\r?\n/.exec(text.slice(lineEnd));
  const isBlankBefore = /(?:^|\{[^\S\n]*\n|\n[^\S\n]*\n)$/.test(text.slice(0, lineStart));
  return { start: lineStart, end: isBlankAfter && isBlankBefore ? lineEnd + isBlankAfter[0].length : lineEnd };
}

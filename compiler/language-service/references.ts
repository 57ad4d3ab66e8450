/** A name at a place → everywhere that the same is meant: in this file, and in the files that can see it. */
import type { Span } from '../../grammar/source.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { readableFile } from './import-paths.ts';
import { NamesOfFiles } from './names.ts';
import { keyOf, occurrencesAt, occurrencesOf, type Occurrence, type Target } from './occurrences.ts';
import { neverCancelled, type FileSpan, type IsCancelled } from './plain.ts';
import type { Project } from './project.ts';

export interface ReferenceOptions {
  readonly includeDeclaration: boolean;
  /** Paths of the `.nn` files of the workspace; open ones need not be among them. */
  readonly paths: readonly string[];
}

/** By file, in the order of the text. Throws `UnreadableFile` for the file itself. */
export function referencesAt(
  project: Project,
  path: string,
  offset: number,
  options: ReferenceOptions,
  isCancelled: IsCancelled = neverCancelled,
): readonly FileSpan[] {
  const file = project.file(path);
  const known = new NamesOfFiles();
  const found = file ? occurrencesAt(file, offset, known) : [];
  const targets = found.map(({ target }) => target);
  const keys = new Set(targets.map(keyOf));
  const references = filesOf(project, [path, ...declaringPaths(targets), ...options.paths]).flatMap((other) => {
    if (isCancelled() || !found.some(({ name }) => couldMention(other, name, targets))) return [];
    const mentions = occurrencesOf(other, known).filter(({ target }) => keys.has(keyOf(target)));
    return spansOf(mentions.filter(({ role }) => options.includeDeclaration || role !== 'declaration')).map((span) => ({
      path: other.source.path,
      span,
    }));
  });
  return isCancelled() ? [] : references;
}

export interface Highlight {
  readonly span: Span;
  readonly kind: 'read' | 'write' | 'text';
}

/** Where the same is meant in the file itself; where it gets its meaning it is written. Throws `UnreadableFile`. */
export function highlightsAt(project: Project, path: string, offset: number): readonly Highlight[] {
  const file = project.file(path);
  if (!file) return [];
  const known = new NamesOfFiles();
  const keys = new Set(occurrencesAt(file, offset, known).map(({ target }) => keyOf(target)));
  if (keys.size === 0) return [];
  const mentions = occurrencesOf(file, known).filter(({ target }) => keys.has(keyOf(target)));
  const first = new Map(mentions.map((mention) => [mention.span.start, mention]));
  return [...first.values()].map(({ span, role }) => ({ span, kind: kindOf(role) }));
}

function kindOf(role: Occurrence['role']): Highlight['kind'] {
  if (role === 'text') return 'text';
  return role === 'declaration' || role === 'import' || role === 'alias' ? 'write' : 'read';
}

/** These files and the open ones, each once; those that are not there or cannot be read have no names. */
export function filesOf(project: Project, paths: readonly string[]): readonly FileScope[] {
  const all = new Set([...paths, ...project.openPaths]);
  return [...all].flatMap((path) => readableFile(project, path) ?? []);
}

const declaringPaths = (targets: readonly Target[]): readonly string[] =>
  targets.flatMap((target) => {
    if (target.kind === 'symbol') return [target.symbol.file.source.path];
    return target.kind === 'local' ? [target.local.file.source.path] : [];
  });

/** A file that has neither the name nor that of the declaration (it may be written `as` another) cannot mean it. */
const couldMention = ({ source: { text } }: FileScope, name: string, targets: readonly Target[]): boolean =>
  text.includes(name) || targets.some((target) => target.kind === 'symbol' && text.includes(target.symbol.name));

/** A shorthand is a label and a value in one place. */
function spansOf(mentions: readonly Occurrence[]): readonly Span[] {
  const spans = new Map(mentions.map(({ span }) => [span.start, span]));
  return [...spans.values()];
}

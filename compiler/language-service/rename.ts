/**
 * A name at a place and a new one → edits of every file that has it, or why that cannot be. A rename never changes what
 * any name means: the edited texts are read again, and each name in them is compared with what it was.
 */
import type { Span } from '../../grammar/source.ts';
import { isKeyword } from '../../grammar/tokens.ts';
import { lowerCamelCase } from '../check/layer-names.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { baseName } from '../resolve/paths.ts';
import { bindingOf, type Binding } from './bindings.ts';
import { NamesOfFiles } from './names.ts';
import { occurrencesAt, occurrencesOf, type Occurrence } from './occurrences.ts';
import type { Edit, ProjectEdit } from './plain.ts';
import type { Project } from './project.ts';
import { filesOf } from './references.ts';
import { whyChanged } from './rename-check.ts';
import {
  notesOn,
  refused,
  whyForeign,
  whyIllegal,
  whyNotRenamed,
  whyTaken,
  whyTakenInFile,
  type Refusal,
} from './rename-rules.ts';

export type { Refusal } from './rename-rules.ts';

/** What an editor asks before it asks for a new name. */
export type PreparedRename = { readonly kind: 'ready'; readonly span: Span; readonly name: string } | Refusal;

export interface RenameEdits {
  readonly kind: 'edits';
  readonly edits: ProjectEdit;
  /** What the rename changes outside `.nn` files, as sentences: names of saved weights, of what programs call. */
  readonly notes: readonly string[];
}

export type Renaming = RenameEdits | Refusal;

interface Renamed {
  readonly occurrence: Occurrence;
  readonly binding: Binding;
}

/** Throws `UnreadableFile`. */
export function prepareRename(project: Project, path: string, offset: number): PreparedRename {
  const found = renamedAt(project.file(path), offset);
  if ('message' in found) return found;
  return { kind: 'ready', span: found.occurrence.span, name: found.occurrence.name };
}

/** `paths`: the `.nn` files of the workspace; open ones need not be among them. Throws `UnreadableFile`. */
export function rename(
  project: Project,
  path: string,
  offset: number,
  newName: string,
  paths: readonly string[],
): Renaming {
  // prettier-ignore
  const found = renamedAt(project.file(path), offset);
  if ('message' in found) return found;
  const { binding } = found;
  if (newName === binding.name) return { kind: 'edits', edits: new Map(), notes: [] };
  const why = whyIllegal(binding, newName) ?? whyTaken(binding, newName);
  if (why) return why;
  const files = filesOf(project, [path, binding.file.source.path, ...paths]).filter(isOurs);
  const known = new NamesOfFiles();
  const edits = new Map<string, readonly Edit[]>();
  for (const file of files) {
    // Layers in paths have the names of their blocks in small letters.
    if (!file.source.text.toLowerCase().includes(binding.name.toLowerCase())) continue;
    const own = occurrencesOf(file, known).filter((occurrence) => bindingOf(file, occurrence)?.key === binding.key);
    const taken = own.some(({ role }) => role === 'import') ? whyNotImported(file, own, newName) : undefined;
    if (taken) return taken;
    if (own.length > 0)
      edits.set(
        file.source.path,
        own.map((occurrence) => editOf(occurrence, newName)),
      );
  }
  return (
    whyChanged({ project, edits, files, newName, oldName: binding.name }) ?? {
      kind: 'edits',
      edits,
      notes: notesOn(binding),
    }
  );
}

const isOurs = ({ source: { path } }: FileScope): boolean => !path.includes('/node_modules/');

function renamedAt(file: FileScope | undefined, offset: number): Renamed | Refusal {
  const [occurrence] = file ? occurrencesAt(file, offset) : [];
  if (!file || !occurrence) return whyNoName(file, offset);
  const binding = occurrence.target.kind === 'written' ? undefined : bindingOf(file, occurrence);
  if (!binding) return whyNotRenamed(occurrence);
  return whyForeign(binding) ?? { occurrence, binding };
}

function whyNoName(file: FileScope | undefined, offset: number): Refusal {
  const before = /\w*$/.exec(file?.source.text.slice(0, offset) ?? '')![0];
  const word = before + /^\w*/.exec(file?.source.text.slice(offset) ?? '')![0];
  if (isKeyword(word)) return refused(`\`${word}\` is a word of the language, so it cannot be renamed.`);
  return refused('There is no name here that could be changed.');
}

/** A file imports it without `as`: there too the new name must be free, and may not be private. */
function whyNotImported(file: FileScope, own: readonly Occurrence[], newName: string): Refusal | undefined {
  const imports = own.filter(({ role }) => role === 'import');
  const place = { path: file.source.path, span: imports[0]!.span };
  if (newName.startsWith('_')) return refused(`Names that begin with \`_\` cannot be imported, and ${baseName(place.path)} imports this one.`, place); // prettier-ignore
  return imports.some(({ imported }) => !imported?.alias) ? whyTakenInFile(file, newName) : undefined;
}

/** `strides:` becomes `strides: steps` where the value is renamed, and `steps: strides` where the argument is. */
function editOf({ role, span, name, end, target }: Occurrence, newName: string): Edit {
  if (target.kind === 'written') return { span, newText: lowerCamelCase(newName) + name.slice(lowerCamelCase(target.callee.name).length) }; // prettier-ignore
  if (end === undefined) return { span, newText: newName };
  if (role === 'shorthand') return { span: { start: end, end }, newText: ` ${newName}` };
  return { span: { start: span.start, end }, newText: `${newName}: ${name}` };
}

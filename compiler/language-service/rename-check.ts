/** Edited texts → whether every name in them still means what it did, and nothing has become wrong. */
import type { FileScope } from '../resolve/file-scope.ts';
import { readableFile } from './import-paths.ts';
import { NamesOfFiles } from './names.ts';
import { keyOf, occurrencesOf, type Occurrence } from './occurrences.ts';
import type { Edit, ProjectEdit } from './plain.ts';
import { Project } from './project.ts';
import { refused, whereIs, type Refusal } from './rename-rules.ts';
import { edited } from './text-edits.ts';

export interface Change {
  readonly project: Project;
  readonly edits: ProjectEdit;
  /** Those that may be looked at besides the edited ones: what imports these is. */
  readonly files: readonly FileScope[];
  readonly oldName: string;
  readonly newName: string;
}

/** Undefined where all is as it was. */
export function whyChanged(change: Change): Refusal | undefined {
  const after = projectAfter(change);
  const affected = change.files.filter((file) => isAffected(file, change.edits));
  const moved = (path: string, offset: number): number => offsetAfter(change.edits.get(path) ?? [], offset);
  for (const file of affected) {
    const now = readableFile(after, file.source.path);
    const other = now && whyOtherMeaning(change, file, now, moved);
    if (other) return other;
    // Only where the name stands can something be wrong that was not; checking all that import it would take long.
    const why = now && couldBeWrong(change, file) ? whyWrong(change, file, now, after, moved) : undefined;
    if (why) return why;
  }
  return undefined;
}

const couldBeWrong = ({ edits, oldName }: Change, { source: { path, text }, imported }: FileScope): boolean =>
  edits.has(path) || (text.includes(oldName) && imported.some(({ from }) => from && edits.has(from.source.path)));

function projectAfter({ project, edits, files }: Change): Project {
  // Asking the project for each of them again and again would take long in a large one.
  const texts = new Map(files.map(({ source: { path, text } }) => [path, edited(text, edits.get(path) ?? [])]));
  const textOf = (path: string): string | undefined => texts.get(path) ?? readableFile(project, path)?.source.text;
  return new Project({
    readFile: textOf,
    exists: (path) => textOf(path) !== undefined,
    resolvePackage: (specifier, from) => project.host.resolvePackage(specifier, from),
  });
}

/** Whether a file is edited, or imports one that is. */
function isAffected(file: FileScope, edits: ProjectEdit, seen = new Set<FileScope>()): boolean {
  if (edits.has(file.source.path)) return true;
  seen.add(file);
  return file.imported.some(({ from }) => from !== undefined && !seen.has(from) && isAffected(from, edits, seen));
}

type Moved = (path: string, offset: number) => number;

/** Where a place is after edits; the beginning of what is replaced stays its beginning. */
function offsetAfter(edits: readonly Edit[], offset: number): number {
  return edits.reduce((at, { span, newText }) => {
    const isBefore = span.start < offset && span.end <= offset;
    return isBefore ? at + newText.length - (span.end - span.start) : at;
  }, offset);
}

function whyOtherMeaning(change: Change, file: FileScope, now: FileScope, moved: Moved): Refusal | undefined {
  const { path } = file.source;
  const found = new Places(occurrencesOf(now, new NamesOfFiles()));
  for (const occurrence of occurrencesOf(file, new NamesOfFiles())) {
    const same = found.like(occurrence, moved(path, occurrence.span.start));
    if (!same || keyOf(same.target) !== keyAfter(occurrence, moved)) return otherMeaning(change, file, occurrence);
  }
  return undefined;
}

function otherMeaning({ oldName, newName }: Change, file: FileScope, { name, span }: Occurrence): Refusal {
  const place = { path: file.source.path, span };
  const where = whereIs(file, place);
  if (name === oldName) return refused(`In ${where}, \`${newName}\` would mean something else than \`${oldName}\` does now. Choose another name.`, place); // prettier-ignore
  return refused(`\`${name}\` in ${where} would no longer mean what it means now. Choose another name.`, place);
}

/** Names of a text by where they stand. */
class Places {
  readonly #all: readonly Occurrence[];
  readonly #byPlace = new Map<string, Occurrence>();

  constructor(all: readonly Occurrence[]) {
    this.#all = all;
    for (const occurrence of all) this.#byPlace.set(placeKey(occurrence, occurrence.span.start), occurrence);
  }

  /** What a name of the text before has become. */
  like(before: Occurrence, start: number): Occurrence | undefined {
    const same = this.#byPlace.get(placeKey(before, start));
    if (same || before.role !== 'shorthand') return same;
    // It has got a place of its own, behind the label.
    return this.#all.find(({ role, span }) => role === 'read' && span.start > start);
  }
}

const placeKey = ({ role }: Occurrence, start: number): string =>
  `${role === 'label' ? 'label' : role === 'shorthand' ? 'shorthand' : ''} ${start}`;

/** The key that a meaning must have when the edits are made. */
function keyAfter({ target }: Occurrence, moved: Moved): string {
  const key = keyOf(target);
  const at = /^(.*)#(\d+)( .*)?$/s.exec(key);
  return at ? `${at[1]}#${moved(at[1]!, Number(at[2]))}${at[3] ?? ''}` : key;
}

/** An error that was not there: two of one name, say. */
function whyWrong(
  { project }: Change,
  file: FileScope,
  now: FileScope,
  after: Project,
  moved: Moved,
): Refusal | undefined {
  // prettier-ignore
  const errors = (of: Project, scope: FileScope) => of.checkOf(scope).diagnostics.filter(({ severity, file: at }) => severity === 'error' && at.path === file.source.path); // prettier-ignore
  const before = new Set(errors(project, file).map(({ code, span }) => `${code} ${moved(file.source.path, span.start)}`)); // prettier-ignore
  const added = errors(after, now).find(({ code, span }) => !before.has(`${code} ${span.start}`));
  if (!added) return undefined;
  const place = { path: file.source.path, span: added.span };
  return refused(`With this name ${whereIs(now, place)} would be wrong: ${added.message}`, place);
}

/** A name of a body → all places where it stands, to be typed into at once; none where others depend on it. */
import type { Span } from '../../grammar/source.ts';
import { NamesOfFiles } from './names.ts';
import { keyOf, occurrencesAt, occurrencesOf, type Occurrence } from './occurrences.ts';
import type { Project } from './project.ts';

/** What a name that is edited so may consist of. */
export const linkedWord = /[A-Za-z_][A-Za-z0-9_]*/;

/** The places in the order of the text; undefined where there is nothing to edit at once. Throws `UnreadableFile`. */
export function linkedEditingAt(project: Project, path: string, offset: number): readonly Span[] | undefined {
  const file = project.file(path);
  if (!file) return undefined;
  const known = new NamesOfFiles();
  const [found, another] = occurrencesAt(file, offset, known);
  if (found?.target.kind !== 'local' || another || found.target.local.file !== file) return undefined;
  // Parameters and inputs are labels elsewhere.
  if (found.target.local.what === 'parameter' || found.target.local.what === 'input') return undefined;
  const key = keyOf(found.target);
  const all = occurrencesOf(file, known).filter(({ target }) => keyOf(target) === key);
  return all.length > 1 && all.every(isInside) ? all.map(({ span }) => span) : undefined;
}

/** A label, a member or a shorthand needs more than another name. */
const isInside = ({ role }: Occurrence): boolean =>
  role === 'declaration' || role === 'read' || role === 'callee' || role === 'text';

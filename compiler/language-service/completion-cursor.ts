/**
 * A place of a file → the word there, and the tree in which it stands. An unfinished place has no place in a tree; so
 * where there is no word yet, one is put there for a trial, which also shows the checker what flows there.
 */
import type { Node } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import { isKeyword } from '../../grammar/tokens.ts';
import type { Unit } from '../../grammar/unit.ts';
import type { Seen, UnitSights } from '../check/sights.ts';
import type { TensorType } from '../definitions/types.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { localsAt, localsOf, type Local } from './locals.ts';
import type { Project } from './project.ts';
import { spotAt } from './spot.ts';

/** A name that nobody writes. */
const trialName = 'cursor__';

export interface Cursor {
  readonly project: Project;
  readonly path: string;
  readonly offset: number;
  readonly text: string;
  /** The word at the cursor, of which what stands before the cursor is typed; what a completion replaces. */
  readonly word: Span;
  /** What of the word stands before the cursor. */
  readonly typed: string;
  /** The file as it is, or as it would be with a word there. */
  readonly file: FileScope;
  readonly unit: Unit | undefined;
  /** From the declaration down to the word; to what is around it, where the tree has no place for a word. */
  readonly nodes: readonly Node[];
  /** The end of the code before the word: without white space and comments. */
  readonly codeEnd: number;
  /** The last letter of that code; empty where there is none. */
  readonly last: string;
  /** Whether the word is the first on its line. */
  readonly isLineStart: boolean;
  /** What was seen of a declaration of this file; looked for once. */
  sightsOf(unit: Unit): UnitSights | undefined;
}

/** Comments and strings in order. */
export function regionsOf(text: string): readonly (Span & { readonly kind: 'comment' | 'string' })[] {
  const found = text.matchAll(/"(?:[^"\\\r\n]|\\[^\r\n])*["\\]?|\/\/[^\r\n]*|#[^\r\n]*|\/\*[^]*?(?:\*\/|$)/g);
  return [...found].map(({ index, 0: part }) => ({
    kind: part.startsWith('"') ? 'string' : 'comment',
    start: index,
    end: index + part.length,
  }));
}

type Region = ReturnType<typeof regionsOf>[number];

/** The comment or string that the offset is inside of; right behind a line comment is inside, too. */
export function regionAt(text: string, regions: readonly Region[], offset: number): Region | undefined {
  return regions.find(({ kind, start, end }) => {
    if (offset <= start || offset > end) return false;
    if (offset < end) return true;
    const isClosed = kind === 'string' ? end - start > 1 && text[end - 1] === '"' : text.startsWith('/*', start) && text.slice(start, end).endsWith('*/'); // prettier-ignore
    return !isClosed;
  });
}

/** Where the code before an offset ends. */
function codeEndBefore(text: string, regions: readonly Region[], offset: number): number {
  let end = offset;
  for (;;) {
    while (end > 0 && /\s/.test(text[end - 1]!)) end--;
    const comment = regions.findLast((region) => region.kind === 'comment' && region.end === end);
    if (!comment) return end;
    end = comment.start;
  }
}

/** Undefined where no name can stand: in the middle of a number. */
export function cursorAt(project: Project, path: string, offset: number): Cursor | undefined {
  const real = project.file(path);
  if (!real) return undefined;
  const { text } = real.source;
  const start = offset - /[A-Za-z0-9_]*$/.exec(text.slice(Math.max(0, offset - 200), offset))![0].length;
  const end = offset + /^[A-Za-z0-9_]*/.exec(text.slice(offset, offset + 200))![0].length;
  const word = text.slice(start, end);
  if (/^\d/.test(word)) return undefined;
  const isWritten = word !== '' && !isKeyword(word);
  const tried = isWritten ? text : text.slice(0, start) + trialName + text.slice(end);
  const file = isWritten ? real : project.tried(path, tried);
  const at = start + (isWritten ? word.length : trialName.length);
  const { unit, path: nodes } = spotAt(file, at);
  const codeEnd = codeEndBefore(text, regionsOf(text.slice(0, start)), start);
  return {
    project,
    path,
    offset,
    text,
    word: { start, end },
    typed: text.slice(start, offset),
    file,
    unit,
    nodes,
    codeEnd,
    last: text[codeEnd - 1] ?? '',
    isLineStart: text.slice(codeEnd, start).includes('\n') || codeEnd === 0,
    sightsOf: remembered((of: Unit) => project.sightsAlone(file, of)),
  };
}

function remembered<K, V>(find: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    if (!known.has(key)) known.set(key, find(key));
    return known.get(key)!;
  };
}

/** The node that the word is, where the tree has it. */
export function wordNode({ nodes, word }: Cursor): Extract<Node, { kind: 'Identifier' | 'Name' }> | undefined {
  const last = nodes.at(-1);
  return (last?.kind === 'Identifier' || last?.kind === 'Name') && last.span.start === word.start && last.name !== '' ? last : undefined; // prettier-ignore
}

/** The nth node above the word. */
export const above = ({ nodes }: Cursor, levels = 1): Node | undefined => nodes[nodes.length - 1 - levels];

/** The names of the body that can be written at the word. */
export const localsHere = ({ file, unit, word }: Cursor): readonly Local[] =>
  unit ? localsAt(localsOf(file, unit), word.start) : [];

/** The first tensor that a value is or begins with. */
export function tensorOf(seen: Seen | undefined): TensorType | undefined {
  switch (seen?.kind) {
    case 'tensor':
      return seen.type;
    case 'tuple':
      return tensorOf(seen.elements[0]);
    case 'cases':
      return tensorOf(seen.cases[0]?.value);
    default:
      return undefined;
  }
}

/** Whether the next code is an opening parenthesis: the arguments are there already. */
export const hasArguments = ({ text, word }: Cursor): boolean => /^[ \t]*\(/.test(text.slice(word.end, word.end + 20));

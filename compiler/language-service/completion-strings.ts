/** Inside strings: paths of imports, names in the messages of `require`, axes of `rearrange` and `einsum` patterns. */
import type { Argument, ArgumentList, Call, CallStage, StringLiteral } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import { callSiteOf, slotAt } from './callees.ts';
import type { Cursor } from './completion-cursor.ts';
import { importPathSuggestions, type ImportsOf } from './completion-imports.ts';
import type { Suggestion } from './completion-item.ts';
import { namesOfBody } from './completion-names.ts';
import type { Project } from './project.ts';
import { spotAt } from './spot.ts';

interface InString {
  readonly project: Project;
  readonly path: string;
  readonly text: string;
  readonly offset: number;
  /** The string with its quotes, as far as it goes. */
  readonly region: Span;
}

export interface StringSuggestions {
  readonly suggestions: readonly Suggestion[];
  readonly span: Span;
}

/** Undefined in strings that are only text. */
export function stringSuggestions(at: InString, cursor: () => Cursor | undefined, imports: ImportsOf): StringSuggestions | undefined {
  const { project, path, text, region } = at;
  const isClosed = region.end - region.start > 1 && text[region.end - 1] === '"';
  const inside: Span = { start: region.start + 1, end: isClosed ? region.end - 1 : at.offset };
  if (/\bfrom\s*$/.test(text.slice(0, region.start)))
    return { suggestions: importPathSuggestions(project, path, inside, imports.paths), span: inside };
  return messageNames(at, cursor) ?? patternAxes(at);
} // prettier-ignore

/** `"… {na¦me} …"`: what the compiler knows. */
function messageNames({ project, path, text, offset, region }: InString, cursor: () => Cursor | undefined): StringSuggestions | undefined {
  const before = text.slice(region.start, offset);
  const isInBraces = /(?:^|[^{])(?:\{\{)*\{[^{}]*$/.test(before);
  const file = isInBraces ? project.file(path) : undefined;
  if (!file || !spotAt(file, offset).path.some(({ kind }) => kind === 'Require')) return undefined;
  const found = cursor();
  if (!found) return undefined;
  const names = namesOfBody(found).filter(({ is }) => is === 'number');
  return { suggestions: names.map(({ suggestion }) => suggestion), span: wordAt(text, offset) };
} // prettier-ignore

/** The axes that a pattern has so far, and those whose sizes are given by name behind it. */
function patternAxes({ project, path, text, offset }: InString): StringSuggestions | undefined {
  const file = project.file(path);
  const { path: nodes, unit } = file ? spotAt(file, offset) : { path: [], unit: undefined };
  const literal = nodes.at(-1);
  const at = nodes.length - 2;
  const [argument, list, call] = [nodes[at], nodes[at - 1], nodes[at - 2]] as [Argument, ArgumentList, Call | CallStage];
  if (!file || !unit || literal?.kind !== 'StringLiteral' || argument?.kind !== 'Argument') return undefined;
  if (call?.kind !== 'Call' && call?.kind !== 'CallStage') return undefined;
  const site = callSiteOf(file, unit, call, nodes.slice(0, at - 1));
  const own = site?.lists.find((candidate) => candidate.list === list);
  const slot = own && slotAt(own, list.arguments.indexOf(argument), argument);
  if (slot?.definition?.type.kind !== 'string' || !isPattern(slot.name)) return undefined;
  const word = wordAt(text, offset);
  const written = axesOf(literal, word);
  const sized = list.arguments.flatMap(({ name }) => (name && name !== argument.name ? [name.name] : []));
  const names = [...new Set([...written, ...sized])];
  return { suggestions: names.map((label) => ({ label, kind: 'axis', labelDescription: 'axis', rank: 0 })), span: word };
} // prettier-ignore

const isPattern = (name: string): boolean => name === 'pattern' || name === 'equation';

function axesOf({ raw, span }: StringLiteral, word: Span): readonly string[] {
  const from = span.start + 1;
  const others = `${raw.slice(0, word.start - from)} ${raw.slice(word.end - from)}`;
  return others.match(/[A-Za-z_]\w*/g) ?? [];
}

function wordAt(text: string, offset: number): Span {
  const before = /\w*$/.exec(text.slice(Math.max(0, offset - 100), offset))![0].length;
  const after = /^\w*/.exec(text.slice(offset, offset + 100))![0].length;
  return { start: offset - before, end: offset + after };
}

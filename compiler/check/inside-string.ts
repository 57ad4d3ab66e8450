/** Places inside a string literal: offsets into its value become a span of the text. */
import type { TextRange } from '../definitions/need.ts';
import type { Place } from '../diagnostics/diagnostic.ts';

/** Length of an escape as written: two characters, or a code point in braces. */
const escapeLength = (text: string, at: number): number => (text[at + 1] === 'u' ? text.indexOf('}', at) + 1 - at : 2);

/** For each UTF-16 unit of the value, and for its end, where it stands in the literal. */
function offsetsOf(literal: string): readonly number[] {
  const offsets: number[] = [];
  let at = 1;
  while (at < literal.length - 1) {
    const isEscape = literal[at] === '\\';
    const units = literal.startsWith('\\u{', at) && Number.parseInt(literal.slice(at + 3), 16) > 0xffff ? 2 : 1;
    for (let unit = 0; unit < units; unit++) offsets.push(at);
    at += isEscape ? escapeLength(literal, at) : 1;
  }
  return [...offsets, at];
}

/** The part of the string at a place, or undefined where what stands there is no literal (a constant, say). */
export function insideString(place: Place, within: TextRange | undefined): Place | undefined {
  const literal = place.file.textOf(place.span);
  if (!within || !/^".*"$/s.test(literal)) return undefined;
  const offsets = offsetsOf(literal);
  const [start, end] = [offsets[within.start], offsets[within.end]];
  if (start === undefined || end === undefined) return undefined;
  return { file: place.file, span: { start: place.span.start + start, end: place.span.start + end } };
}

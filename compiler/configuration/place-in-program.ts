/**
 * Where in the text of a `nn.config.ts` an option stands. The text is a program, which may make its options in any way; the place is told where the
 * names of the way to it, or what it is set to, stand there just once, one within the other, and not at all otherwise.
 */
import type { Span } from '../../grammar/source.ts';
import type { ConfigProblem } from './config-options.ts';

export function placeInProgram(program: string, { path, isName, text }: ConfigProblem): Span | undefined {
  const code = withoutComments(program);
  const names = path.filter((part) => typeof part === 'string');
  let found: Span | undefined;
  for (const [i, name] of names.entries()) {
    const from = found?.end ?? 0;
    const matches = [...code.slice(from).matchAll(keyPattern(name))];
    // The first of several may be another option of that name, unless it is within the group that was found.
    const [match] = matches;
    if (!match || (matches.length > 1 && i === 0)) return undefined;
    const start = from + match.index + match[0].indexOf(name);
    found = { start, end: start + name.length };
  }
  if (!found || isName) return found;
  const value = valueSpan(code, found.end) ?? found;
  return text === undefined ? value : within(code, value, text);
}

/** One text of a list, where it stands there. */
function within(code: string, value: Span, text: string): Span {
  const at = code.slice(value.start, value.end).search(new RegExp(`(['"])${escaped(text)}\\1`));
  return at < 0 ? value : { start: value.start + at, end: value.start + at + text.length + 2 };
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const keyPattern = (name: string): RegExp => new RegExp(`(?<![\\w$.])(['"]?)${escaped(name)}\\1\\s*(?=[:,}])`, 'g');

/** What is set to up to the end of the line or of the option: enough to underline. */
function valueSpan(code: string, end: number): Span | undefined {
  const match = /^['"]?\s*:\s*/.exec(code.slice(end));
  if (!match) return undefined;
  const start = end + match[0].length;
  const value = /^(\[[^\]\n]*\]|'[^'\n]*'|"[^"\n]*"|[^,}\n]+)/.exec(code.slice(start))?.[0].trimEnd();
  return value === undefined || value === '' ? undefined : { start, end: start + value.length };
}

/** Blanks in their places; texts stay, also those with slashes in them. */
const withoutComments = (text: string): string =>
  text.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\/.*|\/\*[^]*?\*\//g, (found) =>
    found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found,
  );

/**
 * What a syntax problem is, and the wordings of those that single tokens cause. `parser-problems.ts` words the rest.
 * Positions come in, sentences come out; nothing here looks at a tree.
 */
import type { Span } from './source.ts';

export interface SyntaxEdit {
  readonly span: Span;
  readonly newText: string;
}

/** `safe`: it cannot change what a correct program means. */
export interface SyntaxFix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly SyntaxEdit[];
}

export interface SyntaxProblem {
  readonly code: 'syntax/unexpected' | 'syntax/unterminated';
  readonly message: string;
  readonly help?: string;
  readonly span: Span;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  readonly fixes?: readonly SyntaxFix[];
  /** There is no doubt about what was meant, and the text has been read so. */
  readonly isCertain?: true;
}

interface Parts {
  readonly help?: string;
  readonly related?: SyntaxProblem['related'];
  readonly fix?: SyntaxFix;
}

export function unexpected(span: Span, message: string, { help, related = [], fix }: Parts = {}): SyntaxProblem {
  return {
    code: 'syntax/unexpected',
    message,
    ...(help === undefined ? {} : { help }),
    span,
    related,
    ...(fix === undefined ? {} : { fixes: [fix] }),
  };
}

/** Of a problem that leaves no doubt about what was meant. */
export const certain = (problem: SyntaxProblem): SyntaxProblem => ({ ...problem, isCertain: true });

export function unterminated(span: Span, message: string, parts: Parts = {}): SyntaxProblem {
  return { ...unexpected(span, message, parts), code: 'syntax/unterminated' };
}

export function replacement(title: string, span: Span, newText: string, safe = true): SyntaxFix {
  return { title, safe, edits: [{ span, newText }] };
}

export function insertion(title: string, offset: number, newText: string, safe = true): SyntaxFix {
  return replacement(title, { start: offset, end: offset }, newText, safe);
}

/** A text as it may stand in a sentence: short, on one line. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return `\`${line.length > 24 ? `${line.slice(0, 23)}…` : line}\``;
}

export const unterminatedString = (span: Span): SyntaxProblem =>
  unterminated(span, 'This string is not closed: a string ends on the line it starts on.', {
    help: 'Close it with `"`. A line break inside a string is written `\\n`.',
  });

export const unterminatedComment = (span: Span): SyntaxProblem =>
  unterminated(
    { start: span.start, end: span.start + 2 },
    'This comment is never closed, so it swallows the rest of the file.',
    {
      help: 'Close it with `*/`.',
    },
  );

export const misspeltKeyword = (span: Span, written: string, keyword: string): SyntaxProblem =>
  unexpected(span, `${quoted(written)} starts nothing in the language.`, {
    help: `Did you mean \`${keyword}\`?`,
    fix: replacement(`Write \`${keyword}\``, span, keyword),
  });

export const wrongQuotes = (span: Span, content: string): SyntaxProblem =>
  unexpected(span, 'Strings stand in double quotes.', {
    help: `Write ${quoted(`"${content}"`)}.`,
    fix: replacement('Use double quotes', span, `"${content}"`),
  });

export const tripleQuoted = (span: Span, text: string): SyntaxProblem =>
  unexpected(span, 'There are no triple-quoted strings in `.nn` files.', {
    help: 'A description is a `///` comment in front of what it describes; any other remark is a `//` comment.',
    fix: replacement('Turn it into comments', span, docLines(text), false),
  });

function docLines(text: string): string {
  const lines = text.slice(3, -3).trim().split(/\r?\n/);
  return lines.map((line) => `// ${line.trim()}`.trimEnd()).join('\n');
}

export const hashComment = (span: Span): SyntaxProblem =>
  unexpected({ start: span.start, end: span.start + 1 }, 'A comment starts with `//`, not with `#`.', {
    fix: replacement('Use `//`', { start: span.start, end: span.start + 1 }, '//'),
  });

export const semicolons = (span: Span): SyntaxProblem =>
  unexpected(span, 'There are no semicolons in `.nn` files: each statement starts with its own keyword.', {
    fix: replacement('Remove the semicolon', span, ''),
  });

export const foreignSpelling = (span: Span, written: string, meant: string): SyntaxProblem =>
  unexpected(span, `\`${written}\` is not an operator of the language: write \`${meant}\`.`, {
    fix: replacement(`Write \`${meant}\``, span, meant, !['&', '<-', '=>'].includes(written)),
  });

export const foreignWord = (span: Span, word: string): SyntaxProblem =>
  unexpected(span, `${quoted(word)} cannot be a name: names are made of the letters a–z and A–Z, digits and \`_\`.`);

export const strayCharacter = (span: Span, text: string): SyntaxProblem =>
  text === '?'
    ? unexpected(span, 'There is no `?` operator.', {
        help: 'A choice is written `if condition { a } else { b }`; a size that is not known gets a name, `[n, 8]`.',
      })
    : unexpected(span, `The character ${characterName(text)} means nothing in a \`.nn\` file.`, { help: 'Remove it.' });

function characterName(text: string): string {
  const code = text.charCodeAt(0);
  return code < 32 || code === 127 ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}` : quoted(text);
}

export const badNumber = (span: Span, text: string): SyntaxProblem => {
  if (/^\d[\d_]*_(?:_|$|\.)|__/.test(text) && /^[\d_.]+$/.test(text)) {
    return unexpected(span, `In the number ${quoted(text)} each \`_\` must stand between two digits.`, {
      help: 'As in `10_000`.',
      fix: replacement('Remove the extra `_`', span, text.replace(/_+/g, '_').replace(/_(?!\d)/g, '')),
    });
  }
  if (/^0[xXbBoO]/.test(text)) {
    const value = Number(text.replaceAll('_', ''));
    const parts = Number.isFinite(value) ? { fix: replacement(`Write \`${value}\``, span, `${value}`) } : {};
    return unexpected(span, `Numbers are written in base ten; ${quoted(text)} is not.`, parts);
  }
  if (/^[\d_.]+[eE]$/.test(text)) {
    return unexpected(span, `The number ${quoted(text)} has no exponent: digits must follow the \`e\`.`, {
      help: 'As in `1e-3`.',
    });
  }
  const digits = /^[\d_.]+/.exec(text)![0].length;
  return unexpected(span, `A letter stands right after a number in ${quoted(text)}.`, {
    help: `A name cannot start with a digit. If ${quoted(text.slice(0, digits))} and ${quoted(text.slice(digits))} are two things, something between them is missing.`,
  });
};

/** Undefined where a number of the machine holds it. */
export function largeNumber(span: Span, text: string): SyntaxProblem | undefined {
  const digits = text.replaceAll('_', '');
  const value = Number(digits);
  if (!Number.isFinite(value)) {
    return unexpected(span, `The number ${quoted(text)} is too large: numbers go up to ${Number.MAX_VALUE}.`);
  }
  if (!/^\d+$/.test(digits) || Number.isSafeInteger(value)) return undefined;
  return unexpected(
    span,
    `The number ${quoted(text)} has more digits than can be kept: it would become ${BigInt(value)}.`,
    {
      help: `Whole numbers are exact up to ${Number.MAX_SAFE_INTEGER}. One that need not be is written with a point or an exponent.`,
    },
  );
}

export const bareFraction = (span: Span, text: string): SyntaxProblem =>
  unexpected(span, `A number needs a digit before the point: write \`0${text}\`.`, {
    fix: insertion(`Write \`0${text}\``, span.start, '0'),
  });

/** A text with more mistakes than this was never meant to be a model. */
export const mostProblems = 1000;

/** After the first few of them. */
export const notAModel = (span: Span): SyntaxProblem =>
  unexpected(
    span,
    `There are more than ${mostProblems} mistakes like these in this file, too many for the text of a model.`,
    {
      help: 'Is it one at all? If so, begin with the first mistake.',
    },
  );

export const barePoint = (span: Span, text: string): SyntaxProblem =>
  unexpected(span, `A number needs a digit after the point: write \`${text}0\`.`, {
    fix: insertion(`Write \`${text}0\``, span.end, '0'),
  });

export const badEscape = (span: Span, text: string): SyntaxProblem =>
  unexpected(
    span,
    text.startsWith('\\u') ? `${quoted(text)} is not a character.` : `${quoted(text)} is not an escape.`,
    {
      help: 'Strings know `\\n`, `\\t`, `\\"`, `\\\\` and `\\u{1F600}`; a backslash itself is written `\\\\`.',
      ...(text.length === 2 ? { fix: replacement('Double the backslash', span, `\\${text}`, false) } : {}),
    },
  );

export const tooDeep = (span: Span): SyntaxProblem =>
  unexpected(span, 'This is nested too deeply to be read.', { help: 'Give the inner parts names with `let`.' });

export const tooLong = (span: Span): SyntaxProblem =>
  unexpected(span, 'This expression is too long to be read.', { help: 'Give its parts names with `let`.' });

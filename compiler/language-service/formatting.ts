/**
 * A file, a part of it, or what has just been typed → the edits that lay it out in the one style. Declarations that
 * have syntax errors stay as they are, the others are formatted as in a file without errors.
 */
import type { Span } from '../../grammar/source.ts';
import { isTorn, type FileScope } from '../resolve/file-scope.ts';
import { indentationAt } from './indentation.ts';
import { formattedOrNothing, formattedWhole, STATEMENTS, statementLayout, type FormattingOptions } from './layout.ts';
import type { Edit } from './plain.ts';
import type { Project } from './project.ts';
import { spotAt } from './spot.ts';
import { edited, editsBetween } from './text-edits.ts';

export type { FormattingOptions } from './layout.ts';

/** Of the whole file, in the order of the text. */
export async function formattingEdits(
  project: Project,
  path: string,
  options: FormattingOptions = {},
): Promise<readonly Edit[]> {
  const file = project.file(path);
  if (!file) return [];
  const { text } = file.source;
  const isSound = !file.diagnostics.some(({ code }) => code.startsWith('syntax/'));
  if (isSound) return editsBetween(text, await formattedWhole(text, options));
  return editsOfRuns(file, { start: 0, end: text.length }, options);
}

/** Of the declarations and imports that a span touches. */
export async function rangeFormattingEdits(
  project: Project,
  path: string,
  span: Span,
  options: FormattingOptions = {},
): Promise<readonly Edit[]> {
  const file = project.file(path);
  return file ? editsOfRuns(file, span, options) : [];
}

/**
 * After `}`: of the declaration or statement that it ends. After a line break: the spaces in the line before, and the
 * indentation of the new line; no line moves.
 */
export async function onTypeFormattingEdits(
  project: Project,
  path: string,
  offset: number,
  typed: string,
  options: FormattingOptions = {},
): Promise<readonly Edit[]> {
  const file = project.file(path);
  if (!file) return [];
  if (typed === '}') return editsAfterBrace(file, offset, options);
  return typed === '\n' ? editsAfterLine(file, offset, options) : [];
}

async function editsAfterBrace(file: FileScope, offset: number, options: FormattingOptions): Promise<readonly Edit[]> {
  const ended = file.units.find(({ end }) => end === offset);
  if (ended && !isTorn(file, ended.span)) return editsOfRuns(file, ended.span, options);
  return statementEdits(file, offset, options);
}

async function editsAfterLine(file: FileScope, offset: number, options: FormattingOptions): Promise<readonly Edit[]> {
  const { text } = file.source;
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const beforeEnd = text.slice(0, lineStart).trimEnd().length;
  const line = { start: text.lastIndexOf('\n', beforeEnd - 1) + 1, end: beforeEnd };
  const isInLine = ({ span, newText }: Edit): boolean =>
    line.start <= span.start && span.end <= line.end && !`${newText}${text.slice(span.start, span.end)}`.includes('\n');
  const spacing = (await statementEdits(file, beforeEnd, options)).filter(isInLine);
  const tidied = edited(text.slice(0, lineStart), spacing);
  const indentation = indentationAt(tidied + text.slice(lineStart), tidied.length);
  if (indentation === undefined) return [];
  const end = lineStart + /^[^\S\r\n]*/.exec(text.slice(lineStart))![0].length;
  const isRight = text.slice(lineStart, end) === indentation;
  return isRight ? spacing : [...spacing, { span: { start: lineStart, end }, newText: indentation }];
}

// ── declarations ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Of what a span touches, in runs of neighbours without syntax errors. */
async function editsOfRuns(file: FileScope, span: Span, options: FormattingOptions): Promise<readonly Edit[]> {
  const items = [...file.imports, ...file.units].map((item) => item.span).sort((a, b) => a.start - b.start);
  const isChosen = (item: Span): boolean => item.start <= span.end && span.start <= item.end && !isTorn(file, item);
  const edits: Edit[] = [];
  for (let i = 0; i < items.length; i++) {
    if (!isChosen(items[i]!)) continue;
    let last = i;
    while (last + 1 < items.length && isChosen(items[last + 1]!)) last++;
    const from = i > 0 ? items[i - 1]!.end : 0;
    edits.push(...(await runEdits(file, from, { start: items[i]!.start, end: items[last]!.end }, options)));
    i = last;
  }
  return edits;
}

/** Of what stands at `run`; comments from `from` on may ask for an exception. */
async function runEdits(file: FileScope, from: number, run: Span, options: FormattingOptions): Promise<readonly Edit[]> {
  const { text } = file.source;
  const given = text.slice(from, run.end);
  const formatted = await formattedOrNothing(given, options);
  if (formatted === undefined) return [];
  const before = /[^\S\n]*$/.exec(text.slice(from, run.start))![0].length;
  const start = from === 0 && run.start === before ? 0 : run.start - before;
  return editsBetween(given, formatted.trimEnd(), from).filter((edit) => start <= edit.span.start && edit.span.end <= run.end);
} // prettier-ignore

/** Of the statement at an offset, where it has no syntax errors; as in a body of its own, since the one around may be half-written. */
async function statementEdits(file: FileScope, offset: number, options: FormattingOptions): Promise<readonly Edit[]> {
  const { path } = spotAt(file, offset);
  const statement = path.find(({ kind }) => STATEMENTS.has(kind));
  if (!statement) return [];
  return statementLayout(file.source.text, statement, options);
}

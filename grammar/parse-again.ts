/**
 * A text that has been edited → its declarations, parsing again only what lies around the edit. The result is that of
 * parsing the whole; where that is not certain (syntax problems at the seams, edits of the imports) the whole is parsed.
 */
import type { Import } from './ast.ts';
import { parse } from './parse.ts';
import type { SyntaxProblem } from './problems.ts';
import { SourceFile, type Span } from './source.ts';
import { shifted, Unit } from './unit.ts';

export interface ParsedText {
  readonly source: SourceFile;
  readonly imports: readonly Import[];
  /** In the order of the text. */
  readonly units: readonly Unit[];
  readonly problems: readonly SyntaxProblem[];
}

/** The one place where two texts differ: `[start, oldEnd)` of the first became `[start, newEnd)` of the second. */
export interface TextChange {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

export function parseText(source: SourceFile, previous?: ParsedText): ParsedText {
  const again = previous && parsedAround(previous, source);
  if (again) return again;
  const { file, problems } = parse(source);
  const units = file.declarations.map((node) => new Unit(node));
  return { source, imports: file.imports, units: known(units, source, problems, previous), problems };
}

/** Of these units, those that were there before, moved to where they are now; by their texts. */
function known(
  units: readonly Unit[],
  source: SourceFile,
  problems: readonly SyntaxProblem[],
  previous: ParsedText | undefined,
): readonly Unit[] {
  // prettier-ignore
  if (!previous) return units;
  const before = unitsByText(previous);
  return units.map((unit) => {
    const same = touches(problems, unit.span) ? undefined : before.get(source.textOf(unit.span))?.shift();
    return same ? same.moved(unit.span.start - same.span.start) : unit;
  });
}

/** Units without syntax problems by their text: the same text is the same declaration, wherever it stands. */
function unitsByText({ source, units, problems }: ParsedText): Map<string, Unit[]> {
  const byText = new Map<string, Unit[]>();
  for (const unit of units) {
    if (touches(problems, unit.span)) continue;
    const text = source.textOf(unit.span);
    byText.set(text, [...(byText.get(text) ?? []), unit]);
  }
  return byText;
}

const touches = (problems: readonly SyntaxProblem[], { start, end }: Span): boolean =>
  problems.some(({ span }) => span.start <= end && start <= span.end);

export function changeBetween(before: string, after: string): TextChange {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let kept = 0;
  while (kept < most - start && before.charCodeAt(before.length - 1 - kept) === after.charCodeAt(after.length - 1 - kept)) kept++; // prettier-ignore
  return { start, oldEnd: before.length - kept, newEnd: after.length - kept };
}

/** Parses from the last sound declaration before the edit to the first one after it. */
function parsedAround(previous: ParsedText, source: SourceFile): ParsedText | undefined {
  const { units, imports, problems } = previous;
  const change = changeBetween(previous.source.text, source.text);
  const delta = change.newEnd - change.oldEnd;
  const headEnd = Math.max(0, ...imports.map(({ span }) => span.end));
  const isHeadSound = units.every(({ span }) => span.start >= headEnd) && !touches(problems, { start: 0, end: units[0]?.span.start ?? Infinity }); // prettier-ignore
  if (imports.length > 0 && (!isHeadSound || change.start <= headEnd)) return undefined;
  const isSound = (i: number): boolean => isGuard(units, i, problems);
  let before = units.findLastIndex(({ span }) => span.end < change.start);
  while (before >= 0 && !isSound(before)) before--;
  let after = units.findIndex(({ span }) => span.start > change.oldEnd);
  while (after >= 0 && after < units.length && !isSound(after)) after++;
  if (after < 0) after = units.length;
  const [first, last] = [units[before], units[after]];
  const from = first ? first.span.start : headEnd;
  const to = last ? last.span.end + delta : source.text.length;
  if (imports.length === 0 && !first && /\bimport\b/.test(source.text.slice(from, to))) return undefined;
  const part = parse(new SourceFile(source.path, source.text.slice(from, to)));
  const found = part.file.declarations.map((node) => new Unit(node, from));
  const inside = part.problems.map((problem) => shifted(problem, from));
  const isSame = (unit: Unit | undefined, guard: Unit | undefined, by: number): boolean =>
    !guard || (unit?.span.start === guard.span.start + by && unit.span.end === guard.span.end + by && !touches(inside, unit.span));
  const isWhole = isSame(found[0], first, 0) && isSame(found.at(-1), last, delta) && found.length >= (first ? 1 : 0) + (last ? 1 : 0);
  const isOpenComment = inside.some(({ code, span }) => code === 'syntax/unterminated' && source.text.startsWith('/*', span.start)); // prettier-ignore
  if (!isWhole || isOpenComment || part.file.imports.length > 0) return undefined;
  const edited = found.slice(first ? 1 : 0, last ? -1 : undefined).map((unit) => new Unit(unit.node));
  const dropped = { ...previous, units: units.slice(before + 1, after) };
  const behind = (span: Span): boolean => span.start >= to - delta;
  return {
    source,
    imports,
    units: [...units.slice(0, before + 1), ...known(edited, source, inside, dropped), ...units.slice(after).map((unit) => unit.moved(delta))],
    problems: [
      ...problems.filter(({ span }) => span.end <= from),
      ...inside,
      ...problems.filter(({ span }) => behind(span)).map((problem) => shifted(problem, delta)),
    ],
  };
} // prettier-ignore

/** A declaration at which a parser that starts or ends there is in the state of one that reads the whole. */
function isGuard(units: readonly Unit[], i: number, problems: readonly SyntaxProblem[]): boolean {
  const unit = units[i]!;
  // A declaration that was found in the body of another ends before that does.
  const start = units.slice(0, i).reduce((end, { span }) => Math.max(end, span.end), 0);
  const end = units[i + 1]?.span.start ?? Infinity;
  return start <= unit.span.start && unit.span.end <= end && !touches(problems, { start, end });
}

/** A file → what can be folded in it: bodies, argument lists, statements, imports, comments. */
import type { Comment, Statement } from '../../grammar/ast.ts';
import { lex, spanOf, type LexedFile } from '../../grammar/lexer.ts';
import type { SourceFile, Span } from '../../grammar/source.ts';
import { S } from '../../grammar/tokens.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import type { Project } from './project.ts';

export interface FoldingRange {
  /** From the line that stays to the last one that goes. */
  readonly span: Span;
  readonly kind: 'code' | 'imports' | 'comment';
}

/** One for each first line, in the order of the text. Throws `UnreadableFile`. */
export function foldingRanges(project: Project, path: string): readonly FoldingRange[] {
  const file = project.file(path);
  if (!file) return [];
  const { source } = file;
  const { tokens, comments } = lex(source);
  const brackets = bracketSpans(source, tokens);
  const all: readonly FoldingRange[] = [
    ...importRange(file),
    ...commentRuns(source, comments),
    ...[...brackets, ...statementSpans(file)].map((span) => ({ span, kind: 'code' as const })),
  ];
  const byLine = new Map<number, FoldingRange>();
  for (const range of all) {
    const { line } = source.positionAt(range.span.start);
    if (source.positionAt(range.span.end).line > line && !byLine.has(line)) byLine.set(line, range);
  }
  return [...byLine.values()].sort((a, b) => a.span.start - b.span.start);
}

const opening: ReadonlySet<unknown> = new Set([S.LParen, S.LBracket, S.LCurly]);
const closing: ReadonlySet<unknown> = new Set([S.RParen, S.RBracket, S.RCurly]);

/** From an opening bracket to the line before its closing one, which stays in sight; the outer ones first. */
function bracketSpans(source: SourceFile, tokens: LexedFile['tokens']): readonly Span[] {
  const open: Span[] = [];
  const spans: Span[] = [];
  for (const token of tokens) {
    if (opening.has(token.tokenType)) open.push(spanOf(token));
    const opener = closing.has(token.tokenType) ? open.pop() : undefined;
    if (!opener) continue;
    const { start, end } = spanOf(token);
    const { line, column } = source.positionAt(start);
    if (source.positionAt(opener.start).line === line) continue;
    const isFirst = source.text.slice(start - column + 1, start).trim() === '';
    spans.push({ start: opener.start, end: isFirst ? source.offsetAt({ line: line - 1, column: Infinity }) : end });
  }
  return spans.sort((a, b) => a.start - b.start);
}

/** Statements that go over several lines, as pipelines do. */
function statementSpans({ units }: FileScope): readonly Span[] {
  return units.flatMap(({ node }): readonly Span[] => {
    if (node.kind === 'Block' || node.kind === 'Model') return node.body.statements.map(({ span }: Statement) => span);
    return node.kind === 'Train' ? node.items.map(({ span }) => span) : [node.span];
  });
}

function importRange({ imports }: FileScope): readonly FoldingRange[] {
  const [first, last] = [imports[0], imports.at(-1)];
  return first && last ? [{ span: { start: first.span.start, end: last.span.end }, kind: 'imports' }] : [];
}

/** Comments of one style on lines that follow each other, with nothing else on them. */
function commentRuns(source: SourceFile, comments: readonly Comment[]): readonly FoldingRange[] {
  const runs: { start: number; end: number; style: Comment['style']; line: number }[] = [];
  for (const { span, style } of comments) {
    const { line, column } = source.positionAt(span.start);
    if (
      source
        .lineText(line)
        .slice(0, column - 1)
        .trim() !== ''
    )
      continue;
    const run = runs.at(-1);
    const last = source.positionAt(span.end).line;
    if (run && run.style === style && style !== 'block' && run.line === line - 1) {
      run.end = span.end;
      run.line = last;
    } else runs.push({ ...span, style, line: last });
  }
  return runs.map(({ start, end }) => ({ span: { start, end }, kind: 'comment' }));
}

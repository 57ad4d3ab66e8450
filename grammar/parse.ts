/**
 * Text → AST and syntax problems: the whole of the grammar in one call. Never throws, whatever the text.
 */
import type { File } from './ast.ts';
import { buildFile } from './build-ast.ts';
import { lex } from './lexer.ts';
import { NnParser } from './parser.ts';
import type { SyntaxProblem } from './problems.ts';
import type { SourceFile } from './source.ts';

export interface ParsedFile {
  readonly file: File;
  /** In the order of their places. */
  readonly problems: readonly SyntaxProblem[];
}

/** Making a parser takes longer than most files; it keeps nothing between files. */
let cachedParser: NnParser | undefined;

export function parse(source: SourceFile): ParsedFile {
  cachedParser ??= new NnParser();
  const lexed = lex(source);
  const parsed = cachedParser.parse(lexed.tokens, source.text, lexed.faultyOffsets);
  const reported = [...lexed.problems, ...parsed.problems].map((problem) => problem.span.start);
  const built = buildFile(parsed.tree, lexed, source.text, reported);
  const problems = [...lexed.problems, ...parsed.problems, ...built.problems];
  problems.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return { file: built.file, problems };
}

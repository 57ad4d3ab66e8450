/** The grammar for others: text in, AST and problems out, and ways to walk the AST. */
export type * from './ast.ts';
export { parse, type ParsedFile } from './parse.ts';
export { printAst } from './print-ast.ts';
export type { SyntaxEdit, SyntaxFix, SyntaxProblem } from './problems.ts';
export { SourceFile, spanOver, type Position, type Span } from './source.ts';
export { isKeyword, KEYWORDS, VOCABULARY, type Keyword } from './tokens.ts';
export { childrenOf, nodeAt, visit } from './visit.ts';

/** What the grammar's tests share: parsing a text, showing its AST and its problems, and the case files. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, printAst, SourceFile, type SyntaxFix, type SyntaxProblem } from '../../grammar/index.ts';

export function parseText(text: string): ReturnType<typeof parse> {
  return parse(new SourceFile('test.nn', text));
}

/** The AST of a text that must have no problem. */
export function astOf(text: string): string {
  const { file, problems } = parseText(text);
  if (problems.length > 0) throw new Error(`unexpected problems:\n${problems.map((p) => p.message).join('\n')}`);
  return printAst(file);
}

/** The AST of a text, whatever is wrong with it. */
export function brokenAstOf(text: string): string {
  return printAst(parseText(text).file);
}

/** The AST of one expression. */
export function expressionOf(text: string): string {
  const line = astOf(`model M {\n  let v = ${text}\n}`).split('\n').slice(1).join('\n');
  return line.trim().slice('(let v '.length, -1);
}

/** The AST of the statements of a body. */
export function statementsOf(text: string): string {
  return astOf(`model M {\n${text}\n}`).split('\n').slice(1).map((line) => line.slice(2)).join('\n'); // prettier-ignore
}

/** `line:column ‹blamed› message`, with the help after it. */
export function problemsOf(text: string): readonly string[] {
  const source = new SourceFile('test.nn', text);
  return parse(source).problems.map((problem) => {
    const { line, column } = source.positionAt(problem.span.start);
    const help = problem.help === undefined ? '' : ` | ${problem.help}`;
    return `${line}:${column} ‹${source.textOf(problem.span)}› ${problem.message}${help}`;
  });
}

/** The only problem of a body's statements, as `problemsOf` shows it but without its line and column. */
export function problemIn(statements: string): string {
  const problems = problemsOf(`model M {\n${statements}\n}`);
  if (problems.length !== 1) throw new Error(`wanted one problem:\n${problems.join('\n')}`);
  return problems[0]!.replace(/^\d+:\d+ /, '');
}

export function applyFix(text: string, fix: SyntaxFix): string {
  const edits = [...fix.edits].sort((a, b) => b.span.start - a.span.start);
  return edits.reduce(
    (result, { span, newText }) => result.slice(0, span.start) + newText + result.slice(span.end),
    text,
  );
}

/** The text after the fix of its only problem. */
export function fixed(text: string): string {
  const { problems } = parseText(text);
  const fix = problems[0]?.fixes?.[0];
  if (problems.length !== 1 || fix === undefined) throw new Error(`wanted one problem with a fix: ${listed(problems)}`);
  return applyFix(text, fix);
}

function listed(problems: readonly SyntaxProblem[]): string {
  return problems.map((problem) => problem.message).join('\n');
}

const CASES = fileURLToPath(new URL('../cases/', import.meta.url));

/** Mistakes of syntax: collected with the others, and not to be parsed without a problem. */
const broken = new Set(
  (JSON.parse(readFileSync(`${CASES}mistakes/expected.json`, 'utf8')) as readonly { id: string; slugs: readonly string[] }[])
    .filter(({ slugs }) => slugs.some((slug) => slug.startsWith('syntax/')))
    .map(({ id }) => `mistakes/bad/${id}.nn`),
); // prettier-ignore

export const caseFiles: readonly string[] = readdirSync(CASES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.nn') && !broken.has(path))
  .sort();

export function caseText(path: string): string {
  return readFileSync(CASES + path, 'utf8');
}

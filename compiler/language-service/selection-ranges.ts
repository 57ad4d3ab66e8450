/** A place → what can be selected around it, step by step: word, argument, stage, the stages up to here, statement … */
import type { Node } from '../../grammar/ast.ts';
import { lex } from '../../grammar/lexer.ts';
import type { SourceFile, Span } from '../../grammar/source.ts';
import { withDoc } from './definition.ts';
import type { Project } from './project.ts';
import { spotAt } from './spot.ts';

/** The innermost first; each holds the one before it and is larger. Throws `UnreadableFile`. */
export function selectionRangesAt(project: Project, path: string, offset: number): readonly Span[] {
  const file = project.file(path);
  if (!file) return [];
  const { source } = file;
  const nodes = spotAt(file, offset).path;
  const steps = nodes.flatMap((node, i) => stepsOf(source, node, nodes[i + 1]));
  const comments = lex(source).comments.filter(({ span }) => span.start < offset && offset <= span.end);
  const words = wordAt(source, offset, nodes.at(-1));
  const all = [{ start: 0, end: source.text.length }, ...steps, ...comments.map(({ span }) => span), ...words];
  return nested(all.filter(({ start, end }) => start <= offset && offset <= end).reverse());
}

/** Leaves out what does not hold what is inside it, and what is no larger. */
function nested(innermostFirst: readonly Span[]): readonly Span[] {
  const chain: Span[] = [];
  for (const span of innermostFirst) {
    const last = chain.at(-1);
    const holds = !last || (span.start <= last.start && last.end <= span.end);
    if (holds && (!last || span.end - span.start > last.end - last.start)) chain.push(span);
  }
  return chain;
}

/** The outermost first. `child`: what comes next on the way to the place. */
function stepsOf(source: SourceFile, node: Node, child: Node | undefined): readonly Span[] {
  const whole = [withDoc(node), node.span];
  switch (node.kind) {
    case 'Body':
    case 'ArgumentList':
    case 'Tuple':
    case 'List':
    case 'TuplePattern':
      return [...whole, ...insideBrackets(source, node.span)];
    case 'TensorType':
      return [...whole, ...insideBrackets(source, { start: source.text.indexOf('[', node.span.start), end: node.span.end })];
    case 'StringLiteral':
      return [...whole, ...insideBrackets(source, node.span)];
    case 'Pipeline':
      return [...whole, ...runsTo([node.head, ...node.stages], child)];
    case 'Repeat':
    case 'For':
      return [...whole, ...runsTo(node.stages, child)];
    case 'IfStage':
      return [...whole, ...runsTo(node.then, child), ...runsTo(node.otherwise ?? [], child)];
    case 'Block':
    case 'Model':
    case 'Const':
      return [...whole, ...runOver((node.parameters ?? []).includes(child as never) ? node.parameters! : [])];
    case 'Train':
      return [...whole, ...runOver(node.items.includes(child as never) ? node.items : [])];
    case 'Import':
      return [...whole, ...runOver(node.names.includes(child as never) ? node.names : [])];
    default:
      return whole;
  }
} // prettier-ignore

/** All stages, and those up to the one that is on the way. */
function runsTo(stages: readonly Node[], child: Node | undefined): readonly Span[] {
  const at = child ? stages.indexOf(child) : -1;
  return at < 0 ? [] : [...runOver(stages), ...runOver(stages.slice(0, at + 1))];
}

const runOver = (nodes: readonly Node[]): readonly Span[] =>
  nodes.length > 0 ? [{ start: nodes[0]!.span.start, end: nodes.at(-1)!.span.end }] : [];

/** What stands between two brackets or quotes, without white space. */
function insideBrackets({ text }: SourceFile, { start, end }: Span): readonly Span[] {
  const isClosed = end - start >= 2 && /[([{"]/.test(text.charAt(start)) && /[)\]}"]/.test(text.charAt(end - 1));
  if (!isClosed) return [];
  const inside = text.slice(start + 1, end - 1);
  const from = start + 1 + (inside.length - inside.trimStart().length);
  const to = end - 1 - (inside.length - inside.trimEnd().length);
  return from < to ? [{ start: from, end: to }] : [];
}

/** Words of comments and strings; the others are nodes. */
function wordAt({ text }: SourceFile, offset: number, node: Node | undefined): readonly Span[] {
  if (node?.kind === 'Name' || node?.kind === 'Identifier') return [];
  let start = offset;
  let end = offset;
  while (start > 0 && /\w/.test(text.charAt(start - 1))) start--;
  while (end < text.length && /\w/.test(text.charAt(end))) end++;
  return start < end ? [{ start, end }] : [];
}

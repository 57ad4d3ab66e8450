/** A selected expression, or the first stages of a pipeline → a `let` before the statement. */
import type { Expression, Node, Pipeline, Statement } from '../../../grammar/ast.ts';
import type { Span } from '../../../grammar/source.ts';
import { visit } from '../../../grammar/visit.ts';
import { builtinNamed } from '../../check/builtins.ts';
import type { Seen } from '../../check/sights.ts';
import { unitOccurrences } from '../occurrences.ts';
import { disabledAction, type ActionPlace, type CodeAction } from './action.ts';
import { freshNames } from './fresh-names.ts';
import { laidOut } from './laid-out.ts';
import { bodyAt, lowered, makes, namedAnew, pathBetween, startWithComment, statementAt, trimmedSpan } from './tree.ts';

export interface Selected {
  /** The expression, or the pipeline whose head and first stages are selected. */
  readonly node: Expression;
  readonly span: Span;
  readonly seen: Seen | undefined;
  /** What is selected: the node, or the head and the first stages. */
  readonly parts: readonly Node[];
}

export function extractedLets(place: ActionPlace): readonly CodeAction[] {
  const { text } = place;
  const found = bodyAt(place);
  if (!found || text.slice(place.span.start, place.span.end).trim() === '') return [];
  const span = trimmedSpan(text, place.span);
  const statement = statementAt(found.body, span);
  const selected = statement && HOLDING.has(statement.kind) ? selectedIn(place, statement, span) : undefined;
  if (!statement || !selected || !EXTRACTED.has(selected.seen?.kind ?? '')) return [];
  const title = 'Extract into a `let`';
  const problem = whyNot(statement, selected) ?? whyNotYet(place, statement, selected);
  if (problem !== undefined) return [disabledAction(title, 'refactor.extract', problem)];
  const before = everythingBefore(statement, selected);
  const isAnew = makes(place, selected.parts) && makes(place, before);
  const change = () => extraction(place, statement, selected);
  return [{ title: title + namedAnew(isAnew), kind: 'refactor.extract', diagnostics: [], isPreferred: false, change }];
}

/** What statements may hold something to be extracted, and what may stand in a `let`. */
const HOLDING: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>(['Output', 'Let', 'LayerStatement', 'LossStatement', 'Require']); // prettier-ignore
const EXTRACTED: ReadonlySet<string> = new Set<Seen['kind']>(['tensor', 'tuple', 'list', 'exact', 'float', 'bool']);

/** Parentheses around it may be selected, too. */
function selectedIn({ sights, unit, text }: ActionPlace, statement: Statement, wanted: Span): Selected | undefined {
  const span = withoutParentheses(text, statement, wanted);
  let found: Selected | undefined;
  visit(statement, (node) => {
    if (found || node.span.end < span.start || span.end < node.span.start) return false;
    const isSame = node.span.start === span.start && node.span.end === span.end;
    if (isSame && isExpression(node) && node.kind !== 'Name' && node.kind !== 'StringLiteral')
      found = { node, span, seen: sights?.at('expression', span, unit!)[0]?.value, parts: [node] };
    else if (node.kind === 'Pipeline' && node.span.start === span.start) {
      const count = node.stages.findIndex((stage) => stage.span.end === span.end) + 1;
      const seen = sights?.at('stage', node.stages[count - 1]?.span ?? span, unit!)[0]?.value;
      if (count > 0) found = { node, span, seen, parts: [node.head, ...node.stages.slice(0, count)] };
    }
    return true;
  });
  return found;
}

function withoutParentheses(text: string, statement: Statement, span: Span): Span {
  let isNode = false;
  visit(statement, (node) => {
    if (node.span.start === span.start && node.span.end === span.end) isNode = true;
  });
  const inside = text.slice(span.start, span.end);
  return isNode || !/^\([^]*\)$/.test(inside) ? span : trimmedSpan(text, { start: span.start + 1, end: span.end - 1 });
}

const EXPRESSIONS: ReadonlySet<Node['kind']> = new Set<Node['kind']>([
  'Pipeline', 'Binary', 'Unary', 'Call', 'IndexExpression', 'Member', 'NumberLiteral', 'BooleanLiteral', 'If', 'Tuple', 'List',
]); // prettier-ignore

const isExpression = (node: Node): node is Expression => EXPRESSIONS.has(node.kind);

function whyNot(statement: Statement, { node, span }: Selected): string | undefined {
  const around = (pathBetween(statement, node) ?? []).filter((above) => above !== node);
  const kinds = new Set(around.map(({ kind }) => kind));
  if (kinds.has('Repeat') || kinds.has('For')) return 'It is inside a loop, and what is in a `let` is computed once.';
  if (kinds.has('If') || kinds.has('IfStage')) return 'It is inside a choice, and what is in a `let` is computed in any case.'; // prettier-ignore
  if (statement.kind === 'Let' && statement.value.span.start === span.start && statement.value.span.end === span.end)
    return 'It is the value of a `let` already.';
  return kinds.has('Pipeline') && isRecipe(around) ? 'It is part of a layer that is made anew at each use.' : undefined;
}

/** Weights of a layer are there from its first use on, which may stand before them in the same statement. */
function whyNotYet({ file, unit }: ActionPlace, statement: Statement, { node }: Selected): string | undefined {
  const layers: string[] = [];
  visit(node, (inner) => {
    if (inner.kind === 'Member' && inner.object.kind === 'Name') layers.push(inner.object.name);
  });
  if (layers.length === 0) return undefined;
  const isUsedBefore = (layer: string): boolean =>
    unitOccurrences(file, unit!).some(({ name, role, target, span }) => name === layer && span.end <= statement.span.start && (role === 'callee' || (target.kind === 'local' && target.local.what !== 'layer'))); // prettier-ignore
  return layers.every(isUsedBefore) ? undefined : 'It has weights of a layer that is used for the first time here.';
}

/** Whether it is inside a pipeline that is given as an argument or a `layer`: what happens there happens at each use. */
function isRecipe(around: readonly Node[]): boolean {
  return around.some((node) => node.kind === 'Pipeline' && startsWithLayer(node));
}

const startsWithLayer = ({ head }: Pipeline): boolean => {
  const name = head.kind === 'Call' ? head.callee : head;
  return name.kind === 'Name' && /^_*[A-Z]/.test(name.name);
};

/** The nodes of a statement that stand before what is selected. */
function everythingBefore(statement: Statement, { span }: Selected): readonly Node[] {
  const nodes: Node[] = [];
  visit(statement, (node) => {
    if (node.span.end > span.start) return true;
    nodes.push(node);
    return false;
  });
  return nodes;
}

function extraction(place: ActionPlace, statement: Statement, selected: Selected) {
  const { text, file, unit } = place;
  const name = freshNames(file, unit)(wantedName(selected));
  const statementStart = (statement.doc ?? statement).span.start;
  const silenced = startWithComment(text, statementStart);
  // What a comment silences may be in the part that moves: then both parts have it.
  const comment = selected.seen?.kind === 'tensor' ? text.slice(silenced, statementStart) : '';
  const start = comment === '' ? silenced : statementStart;
  const indentation = /[^\S\n]*$/.exec(text.slice(0, start))![0];
  const isFirst = /(?:^|\n)[^\S\n]*$/.test(text.slice(0, start));
  const value = text.slice(selected.span.start, selected.span.end);
  const edits = [
    { span: { start, end: start }, newText: `let ${name} = ${value}${isFirst ? `\n${indentation}` : ' '}${comment}` },
    { span: selected.span, newText: name },
  ];
  return laidOut(place, edits, { edit: edits[0]!, at: 'let '.length });
}

/** After what makes it last. */
function wantedName({ node, seen, parts }: Selected): string {
  const last = parts.at(-1)!;
  const callee = last.kind === 'CallStage' || last.kind === 'Call' ? last.callee : undefined;
  const made = callee?.kind === 'Call' ? callee.callee : callee;
  const name = made?.kind === 'Name' ? lowered(made.name) : node.kind === 'Member' ? node.name.name : '';
  if (name !== '' && !builtinNamed(name) && !/^(same|valid|causal)$/.test(name)) return name;
  if (seen?.kind === 'exact') return 'size';
  return seen?.kind === 'float' ? 'rate' : seen?.kind === 'bool' ? 'isSo' : 'value';
}

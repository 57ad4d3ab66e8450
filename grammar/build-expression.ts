/* oxlint-disable unicorn/no-thenable -- the branch of an `If` is called `then`, and nothing awaits an AST */
/**
 * Concrete tree → expressions, pipelines and stages of the AST. Gives operators their precedence: the tree has them as
 * one flat list of operands and operators.
 */
import type { CstNode, IToken } from 'chevrotain';
import type {
  Argument, ArgumentList, Binary, BinaryOperator, CallStage, Expression, For, Identifier, Index, Member, Missing, Name,
  NumberLiteral, Repeat, SliceIndex, Stage, StringLiteral,
} from './ast.ts'; // prettier-ignore
import { pattern } from './build-pattern.ts';
import {
  elements, endIn, endOf, identifier, isNameless, isReported, listSpan, missing, nodeIn, nodesIn, outerSpan, startOf, tokenIn,
  tokensIn, type Build,
} from './cst.ts'; // prettier-ignore
import { spanOf } from './lexer.ts';
import { chainedComparison, positionalAfterNamed } from './parser-problems.ts';
import { tooLong } from './problems.ts';
import { spanOver, type Span } from './source.ts';
import { stringText } from './string-text.ts';

const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  '||': 1, '&&': 2, '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3, '+': 4, '-': 4, '*': 5, '/': 5, '%': 5, '@': 5,
  '**': 6,
}; // prettier-ignore
const COMPARISON = 3;
/** Trees grow as deep as chains are long; this keeps every walk over them far from the end of the stack. */
const LONGEST_CHAIN = 500;

/** `at` is where the expression should be, in case it is not there. */
export function expression(build: Build, node: CstNode | undefined, at: number): Expression {
  if (node === undefined) return missing(at);
  const loop = nodeIn(node, 'repeatLoop') ?? nodeIn(node, 'forLoop');
  const head = loop === undefined ? operation(build, nodeIn(node, 'operation'), at) : loopOf(build, loop);
  const arrows = tokensIn(node, 'Arrow');
  if (arrows.length === 0) return head;
  const stages = stagesOf(build, node, at);
  const start = outerSpan(build, head).start;
  return {
    kind: 'Pipeline',
    head,
    stages,
    span: { start, end: Math.max(stages.at(-1)!.span.end, endOf(arrows.at(-1)!)) },
  };
}

// ── operators ─────────────────────────────────────────────────────────────────────────────────────────────────────

interface Chain {
  readonly operands: readonly CstNode[];
  readonly operators: readonly IToken[];
  next: number;
}

export function operation(build: Build, node: CstNode | undefined, at: number): Expression {
  const operands = nodesIn(node, 'operand');
  const operators = tokensIn(node, 'operator');
  if (operators.length === 0) return unary(build, { operands, operators, next: 0 }, at);
  if (operators.length > LONGEST_CHAIN) build.problems.push(tooLong(spanOf(operators[LONGEST_CHAIN]!)));
  const chain = { operands, operators: operators.slice(0, LONGEST_CHAIN), next: 0 };
  return binary(build, chain, 0, at);
}

/** Precedence climbing: reads operators that bind more tightly than `weakest`. */
function binary(build: Build, chain: Chain, weakest: number, at: number): Expression {
  let left = unary(build, chain, at);
  let compared: Binary | undefined;
  for (;;) {
    const token = chain.operators[chain.next];
    if (token === undefined) return left;
    const operator = operatorOf(token);
    const precedence = PRECEDENCE[operator];
    if (precedence <= weakest) return left;
    chain.next++;
    const right = binary(build, chain, precedence, endOf(token));
    const result = binaryOf(build, operator, token, left, right);
    if (precedence === COMPARISON) {
      if (compared !== undefined && !isReported(build, result.span)) reportChain(build, compared, result);
      compared = result;
    }
    left = result;
  }
}

function binaryOf(build: Build, operator: BinaryOperator, token: IToken, left: Expression, right: Expression): Binary {
  const span = { start: outerSpan(build, left).start, end: outerSpan(build, right).end };
  return { kind: 'Binary', operator, operatorSpan: spanOf(token), left, right, span };
}

function reportChain(build: Build, first: Binary, second: Binary): void {
  const textOf = (part: Expression): string => textAt(build, outerSpan(build, part));
  const middle = textOf(first.right);
  const whole = `${textAt(build, first.span)} && ${middle} ${second.operator} ${textOf(second.right)}`;
  const example = whole.length <= 60 && !/[\r\n]/.test(whole) ? whole : 'a < b && b < c';
  build.problems.push(chainedComparison(second.operatorSpan, middle, outerSpan(build, first.right).end, example));
}

function textAt(build: Build, { start, end }: Span): string {
  return build.text.slice(start, end);
}

/** The token may be a habit of other languages that stands for the operator: its type tells. */
function operatorOf(token: IToken): BinaryOperator {
  return token.tokenType.PATTERN as BinaryOperator;
}

/** `-2 ** 2` is `-(2 ** 2)`; the right side of `**` is a unary again. */
function unary(build: Build, chain: Chain, at: number): Expression {
  const node = chain.operands[chain.next];
  const prefixes = tokensIn(node, 'prefix');
  let operand = postfix(build, node, prefixes.length > 0 ? endOf(prefixes.at(-1)!) : at);
  const token = chain.operators[chain.next];
  if (token !== undefined && operatorOf(token) === '**') {
    chain.next++;
    operand = binaryOf(build, '**', token, operand, unary(build, chain, endOf(token)));
  }
  if (prefixes.length > LONGEST_CHAIN) build.problems.push(tooLong(spanOf(prefixes[0]!)));
  for (const prefix of prefixes.slice(-LONGEST_CHAIN).reverse()) {
    const operator = prefix.tokenType.PATTERN as '-' | '!';
    operand = {
      kind: 'Unary',
      operator,
      operand,
      span: { start: startOf(prefix), end: outerSpan(build, operand).end },
    };
  }
  return operand;
}

function postfix(build: Build, node: CstNode | undefined, at: number): Expression {
  let result = primary(build, node, at);
  const parts = nodesIn(node, 'postfix');
  if (parts.length > LONGEST_CHAIN) build.problems.push(tooLong(outerSpan(build, result)));
  for (const part of parts.slice(0, LONGEST_CHAIN)) {
    const { start } = outerSpan(build, result);
    if (part.name === 'argumentList') {
      const list = argumentList(build, part);
      result = { kind: 'Call', callee: result, arguments: list, span: { start, end: list.span.end } };
    } else if (part.name === 'indexList') {
      const indices = elements(build, part, 'index', 'LBracket', index);
      result = { kind: 'IndexExpression', object: result, indices, span: { start, end: endIn(part, start) } };
    } else {
      result = memberOf(result, start, tokenIn(part, 'Dot'), tokenIn(part, 'Name'));
    }
  }
  return result;
}

function memberOf<T extends Expression>(
  object: T,
  start: number,
  dot: IToken | undefined,
  name: IToken | undefined,
): Member {
  const member = identifier(name, dot === undefined ? object.span.end : endOf(dot));
  return { kind: 'Member', object, name: member, span: { start, end: member.span.end } };
}

// ── primaries ─────────────────────────────────────────────────────────────────────────────────────────────────────

function primary(build: Build, node: CstNode | undefined, at: number): Expression {
  if (node === undefined) return missing(at);
  const name = tokenIn(node, 'Name');
  if (name !== undefined) return nameOf(name);
  const number = tokenIn(node, 'Number');
  if (number !== undefined) return numberOf(number);
  const inner = nodeIn(node, 'parenthesized');
  if (inner !== undefined) return parenthesized(build, inner);
  const list = nodeIn(node, 'list');
  if (list !== undefined) {
    return {
      kind: 'List',
      elements: elements(build, list, 'element', 'LBracket', element),
      span: listSpan(list, 'LBracket', at),
    };
  }
  const string = tokenIn(node, 'String');
  if (string !== undefined) return stringOf(string);
  const bool = tokenIn(node, 'true') ?? tokenIn(node, 'false');
  if (bool !== undefined) return { kind: 'BooleanLiteral', value: bool.image === 'true', span: spanOf(bool) };
  const choice = nodeIn(node, 'ifExpression');
  return choice === undefined ? missing(at) : ifOf(build, choice);
}

function nameOf(token: IToken): Name | Missing {
  return isNameless(token) ? missing(token.startOffset) : { kind: 'Name', name: token.image, span: spanOf(token) };
}

function numberOf(token: IToken): NumberLiteral {
  const text = token.image.replaceAll('_', '');
  const value = Number(text);
  return {
    kind: 'NumberLiteral',
    value: kept(Number.isNaN(value) ? Number.parseFloat(text) : value),
    text,
    isInteger: /^\d+$/.test(text),
    span: spanOf(token),
  };
}

/** What is too large for a number has been reported. */
const kept = (value: number): number => (Number.isFinite(value) ? value : Number.MAX_SAFE_INTEGER);

export function stringOf(token: IToken): StringLiteral {
  const raw = token.payload === 'unterminated' ? token.image.slice(1) : token.image.slice(1, -1);
  return { kind: 'StringLiteral', value: stringText(raw).value, raw, span: spanOf(token) };
}

/** With a comma a tuple, without one the expression itself, remembered as grouped. */
function parenthesized(build: Build, node: CstNode): Expression {
  const parts = elements(build, node, 'element', 'LParen', element);
  const span = listSpan(node, 'LParen', 0);
  if (parts.length === 1 && tokenIn(node, 'Comma') === undefined) {
    build.grouped.set(parts[0]!, span);
    return parts[0]!;
  }
  if (parts.length > 0) return { kind: 'Tuple', elements: parts, span };
  const nothing = missing(span.start + 1);
  build.grouped.set(nothing, span);
  return nothing;
}

function ifOf(build: Build, node: CstNode): Expression {
  const start = startOf(tokenIn(node, 'if')!);
  const afterIf = start + 2;
  const braces = tokensIn(node, 'LCurly').map(endOf);
  const word = tokenIn(node, 'else');
  const condition = operation(build, nodeIn(node, 'operation'), afterIf);
  const then = expression(build, nodeIn(node, 'then'), braces[0] ?? endIn(nodeIn(node, 'operation'), afterIf));
  const chained = nodeIn(node, 'ifExpression');
  const end = endIn(node, afterIf);
  const otherwise =
    chained === undefined
      ? expression(build, nodeIn(node, 'otherwise'), braces[1] ?? (word === undefined ? end : endOf(word)))
      : ifOf(build, chained);
  return { kind: 'If', condition, then, otherwise, span: { start, end } };
}

// ── lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function element(build: Build, node: CstNode, at: number): Expression {
  return expression(build, nodeIn(node, 'expression'), at);
}

export function argumentList(build: Build, node: CstNode): ArgumentList {
  const list = elements(build, node, 'argument', 'LParen', argument);
  const span = listSpan(node, 'LParen', 0);
  reportOrder(build, list, span);
  return { kind: 'ArgumentList', arguments: list, span };
}

/** Positional arguments come first. */
function reportOrder(build: Build, list: readonly Argument[], span: Span): void {
  let named: Identifier | undefined;
  for (const { name, value } of list) {
    if (name === undefined && named !== undefined && value.kind !== 'Missing' && !isReported(build, span)) {
      build.problems.push(positionalAfterNamed(outerSpan(build, value), named.span));
      break;
    }
    named ??= name;
  }
}

function argument(build: Build, node: CstNode, at: number): Argument {
  const label = tokenIn(node, 'Name');
  const valueNode = nodeIn(node, 'expression');
  if (label === undefined) {
    const value = expression(build, valueNode, at);
    return { kind: 'Argument', value, span: outerSpan(build, value) };
  }
  const name = identifier(label, at);
  const colon = tokenIn(node, 'Colon');
  const afterColon = colon === undefined ? endOf(label) : endOf(colon);
  if (valueNode !== undefined) {
    const value = expression(build, valueNode, afterColon);
    return {
      kind: 'Argument',
      name,
      value,
      span: { start: name.span.start, end: Math.max(afterColon, outerSpan(build, value).end) },
    };
  }
  const span = { start: name.span.start, end: afterColon };
  return { kind: 'Argument', name, value: { kind: 'Name', name: name.name, span: name.span }, shorthand: true, span };
}

function index(build: Build, node: CstNode, at: number): Index {
  const dots = tokenIn(node, 'Ellipsis');
  if (dots !== undefined) return { kind: 'EllipsisIndex', span: spanOf(dots) };
  const first = nodeIn(node, 'expression');
  const slice = nodeIn(node, 'slice');
  if (slice === undefined) return expression(build, first, at);
  return sliceOf(build, slice, first === undefined ? undefined : expression(build, first, at));
}

function sliceOf(build: Build, node: CstNode, start: Expression | undefined): SliceIndex {
  const colons = tokensIn(node, 'Colon').map(spanOf);
  const stop = nodeIn(node, 'stop');
  const step = nodeIn(node, 'step');
  const parts = {
    ...(start === undefined ? {} : { start }),
    ...(stop === undefined ? {} : { stop: expression(build, stop, colons[0]!.end) }),
    ...(step === undefined ? {} : { step: expression(build, step, colons.at(-1)!.end) }),
  };
  const span = spanOver(colons[0]!, ...colons, ...Object.values(parts).map((part) => outerSpan(build, part)));
  return { kind: 'SliceIndex', ...parts, span };
}

// ── stages ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The stages of a pipeline or of a loop's body, in order. */
function stagesOf(build: Build, node: CstNode | undefined, at: number): readonly Stage[] {
  const arrows = tokensIn(node, 'Arrow');
  const stages = nodesIn(node, 'stage');
  // A pipeline has as many arrows as stages, the body of a loop one stage more.
  const lead = stages.length - arrows.length;
  return stages.map((stage, i) => {
    const arrow = arrows[i - lead];
    return stageOf(build, stage, arrow === undefined ? at : endOf(arrow));
  });
}

function stageOf(build: Build, node: CstNode, at: number): Stage {
  const loop = nodeIn(node, 'repeatLoop') ?? nodeIn(node, 'forLoop');
  if (loop !== undefined) return loopOf(build, loop);
  const choice = nodeIn(node, 'stageIf');
  return choice === undefined ? callStage(build, node, at) : ifStage(build, choice);
}

function callStage(build: Build, node: CstNode, at: number): CallStage {
  const name = tokenIn(node, 'Name');
  let callee: Name | Member | Missing = name === undefined ? missing(at) : nameOf(name);
  const { start } = callee.span;
  const dots = tokensIn(node, 'Dot').slice(0, LONGEST_CHAIN);
  for (const [i, dot] of dots.entries()) callee = memberOf(callee, start, dot, tokensIn(node, 'member')[i]);
  const calls = nodesIn(node, 'argumentList').map((list) => argumentList(build, list));
  return { kind: 'CallStage', callee, calls, span: { start, end: calls.at(-1)?.span.end ?? callee.span.end } };
}

function bracedStages(build: Build, node: CstNode | undefined, fallback: number): readonly Stage[] {
  const brace = tokenIn(node, 'LCurly');
  return stagesOf(build, node, brace === undefined ? fallback : endOf(brace));
}

function loopOf(build: Build, node: CstNode): Repeat | For {
  const keyword = tokenIn(node, 'repeat') ?? tokenIn(node, 'for')!;
  const end = endIn(node, endOf(keyword));
  const span = { start: startOf(keyword), end };
  const stages = bracedStages(build, nodeIn(node, 'stages'), end);
  if (node.name === 'forLoop') {
    const word = tokenIn(node, 'in');
    const list = operation(build, nodeIn(node, 'operation'), word === undefined ? end : endOf(word));
    return { kind: 'For', pattern: pattern(nodeIn(node, 'pattern'), endOf(keyword)), list, stages, span };
  }
  const count = operation(build, nodeIn(node, 'operation'), endOf(keyword));
  const as = tokenIn(node, 'as');
  const index = as === undefined ? {} : { index: identifier(tokenIn(node, 'Name'), endOf(as)) };
  return { kind: 'Repeat', count, ...index, stages, span };
}

function ifStage(build: Build, node: CstNode): Stage {
  const keyword = tokenIn(node, 'if')!;
  const end = endIn(node, endOf(keyword));
  const condition = operation(build, nodeIn(node, 'operation'), endOf(keyword));
  const then = bracedStages(build, nodeIn(node, 'stages'), end);
  const chained = nodeIn(node, 'stageIf');
  const other = nodeIn(node, 'otherwise');
  const otherwise =
    chained !== undefined
      ? [ifStage(build, chained)]
      : other !== undefined
        ? bracedStages(build, other, end)
        : undefined;
  return {
    kind: 'IfStage',
    condition,
    then,
    ...(otherwise === undefined ? {} : { otherwise }),
    span: { start: startOf(keyword), end },
  };
}

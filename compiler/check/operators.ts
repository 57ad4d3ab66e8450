/** Operators: on compile-time values computed here, on tensors the function that the operator stands for. */
import type { Binary, BinaryOperator, Expression, Unary } from '../../grammar/ast.ts';
import { functionOfOperator } from '../definitions/registry.ts';
import { argumentRange, argumentType } from '../diagnostics/catalogue/arguments.ts';
import { bug } from '../diagnostics/diagnostic.ts';
import { add, and, asInteger, asNumber, atLeast, atMost, dim, divide, equal, greaterThan, lessThan, modulo, multiply, negate, negation, notEqual, or, power, subtract, truth, variable, type Condition, type Dim } from '../shapes/index.ts'; // prettier-ignore
import { applyFunction } from './apply.ts';
import { placeOf, report, type BodyContext } from './context.ts';
import { declaredName, evaluate } from './evaluate.ts';
import { anyOption } from './expected.ts';
import { toTensor } from './tensors.ts';
import { describe, exact, isCompileTimeNumber, numberOf, unknown, type Value } from './values.ts';

export function evaluateBinary(ctx: BodyContext, node: Binary): Value {
  const [left, right] = evaluateOperands(ctx, node);
  if (left.kind === 'unknown' || right.kind === 'unknown') return unknown;
  if (left.kind === 'tensor' || right.kind === 'tensor') return tensorOperation(ctx, node, left, right);
  const isChoice = choiceCondition(node.operator, left, right) ?? choiceCondition(node.operator, right, left);
  if (isChoice) return { kind: 'bool', condition: isChoice };
  if (left.kind === 'opaque' || right.kind === 'opaque')
    return { kind: 'opaque', what: 'a value that each use decides' };
  const result = compileTimeBinary(ctx, node, left, right);
  if (result) return result;
  const { operator } = node;
  const help = operator === '+' && (left.kind === 'string' || right.kind === 'string') ? 'Strings are joined in messages by `{name}`.' : undefined; // prettier-ignore
  report(ctx, argumentType.operands({ operator, left: describe(left), right: describe(right), help }), node.span);
  return unknown;
}

/** `padding == same`, either way round: a bare name beside an option (or an open parameter) is one too. */
function evaluateOperands(ctx: BodyContext, { operator, left, right }: Binary): readonly [Value, Value] {
  const compares = operator === '==' || operator === '!=';
  // A parameter of a union type may hold a number here and an option elsewhere.
  const isParameter = (node: Expression): boolean => node.kind === 'Name' && ctx.scope.find(node.name)?.what === 'parameter'; // prettier-ignore
  const mayBeOption = (value: Value, node: Expression): boolean =>
    ['option', 'builtin', 'opaque'].includes(value.kind) || isParameter(node);
  if (compares && left.kind === 'Name' && !declaredName(ctx, left.name)) {
    const second = evaluate(ctx, right);
    return [evaluate(ctx, left, mayBeOption(second, right) ? anyOption : undefined), second];
  }
  const first = evaluate(ctx, left);
  return [first, evaluate(ctx, right, compares && mayBeOption(first, left) ? anyOption : undefined)];
}

/** `padding == same` where `padding` is a parameter of a block on its own, one of a few options. */
function choiceCondition(operator: BinaryOperator, left: Value, right: Value): Condition | undefined {
  if (left.kind !== 'opaque' || !left.choice || (operator !== '==' && operator !== '!=')) return undefined;
  if (right.kind !== 'option' && right.kind !== 'builtin') return undefined;
  const at = left.choice.options.indexOf(right.name);
  const condition = at < 0 ? truth(false) : equal(variable(left.choice.variable), dim(at));
  return operator === '==' ? condition : negation(condition);
}

function tensorOperation(ctx: BodyContext, node: Binary, left: Value, right: Value): Value {
  const definition = functionOfOperator(node.operator);
  if (!definition) {
    const instead = node.operator === '&&' ? '`logicalAnd(a, b)`' : '`logicalOr(a, b)`';
    const help = `For tensors use ${instead}.`;
    report(ctx, argumentType.operands({ operator: node.operator, left: describe(left), right: describe(right), help }), node.span); // prettier-ignore
    return unknown;
  }
  const where = `\`${node.operator}\``;
  const a = toTensor(ctx, left, where, placeOf(ctx, node.left.span));
  const b = toTensor(ctx, right, where, placeOf(ctx, node.right.span));
  if (!a || !b) return unknown;
  const call = { name: node.operator, place: placeOf(ctx, node.span), argumentPlaces: new Map() };
  return applyFunction(ctx, definition, {}, [a, b], call);
}

function compileTimeBinary(ctx: BodyContext, node: Binary, left: Value, right: Value): Value | undefined {
  if (left.kind === 'exact' && right.kind === 'exact') return exactBinary(ctx, node, left.dim, right.dim);
  if (isCompileTimeNumber(left) && isCompileTimeNumber(right)) {
    const [x, y] = [numberOf(left), numberOf(right)];
    if (x === undefined || y === undefined) {
      // In a model the size is one of run time, so this is arithmetic on tensors.
      return ctx.mode === 'model' ? tensorOperation(ctx, node, left, right) : { kind: 'opaque', what: 'a number that depends on sizes' }; // prettier-ignore
    }
    return floatBinary(node.operator, x, y);
  }
  if (left.kind === 'bool' && right.kind === 'bool') return boolBinary(node.operator, left.condition, right.condition);
  if (left.kind === 'list' && right.kind === 'list' && node.operator === '+')
    return { kind: 'list', elements: [...left.elements, ...right.elements] };
  if (node.operator === '==' || node.operator === '!=') {
    const same = sameValue(left, right);
    if (same !== undefined) return { kind: 'bool', condition: truth(same === (node.operator === '==')) };
  }
  return undefined;
}

function exactBinary(ctx: BodyContext, node: Binary, a: Dim, b: Dim): Value | undefined {
  const condition = comparison(node.operator, a, b);
  if (condition) return { kind: 'bool', condition };
  switch (node.operator) {
    case '+':
      return bounded(add(a, b));
    case '-':
      return bounded(subtract(a, b));
    case '*':
      return a.terms.length * b.terms.length > mostTerms ? tooLong : bounded(multiply(a, b));
    case '/':
    case '%':
      if (asNumber(b) === 0) {
        report(ctx, argumentRange.division(undefined), node.right.span);
        return unknown;
      }
      return exact(node.operator === '/' ? divide(a, b) : modulo(a, b));
    case '**':
      return exactPower(a, b);
    default:
      return undefined;
  }
}

/** Sums of more terms than this are not carried along: no shape is written so, and each product multiplies them. */
const mostTerms = 500;
const tooLong: Value = { kind: 'opaque', what: 'a sum of too many terms' };

/** Exact up to where every number can be told from its neighbours. */
function bounded(result: Dim): Value {
  const number = asNumber(result);
  if (number !== undefined) return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? exact(result) : { kind: 'float', value: number }; // prettier-ignore
  return result.terms.length > mostTerms ? tooLong : exact(result);
}

function exactPower(a: Dim, b: Dim): Value {
  const exponent = asInteger(b);
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x !== undefined && y !== undefined && !(Math.abs(x ** y) <= Number.MAX_SAFE_INTEGER)) return { kind: 'float', value: x ** y }; // prettier-ignore
  if (exponent !== undefined && Math.abs(exponent) <= 64 && a.terms.length ** Math.abs(exponent) <= mostTerms) return bounded(power(a, exponent)); // prettier-ignore
  if (x === undefined || y === undefined) return tooLong;
  return { kind: 'float', value: x ** y };
}

function comparison(operator: BinaryOperator, a: Dim, b: Dim): Condition | undefined {
  switch (operator) {
    case '==':
      return equal(a, b);
    case '!=':
      return notEqual(a, b);
    case '<':
      return lessThan(a, b);
    case '<=':
      return atMost(a, b);
    case '>':
      return greaterThan(a, b);
    case '>=':
      return atLeast(a, b);
    default:
      return undefined;
  }
}

function floatBinary(operator: BinaryOperator, x: number, y: number): Value | undefined {
  const float = (value: number): Value => ({ kind: 'float', value });
  const bool = (value: boolean): Value => ({ kind: 'bool', condition: truth(value) });
  switch (operator) {
    case '+':
      return float(x + y);
    case '-':
      return float(x - y);
    case '*':
      return float(x * y);
    case '/':
      return float(x / y);
    case '%':
      return float(x - y * Math.floor(x / y));
    case '**':
      return float(x ** y);
    case '==':
      return bool(x === y);
    case '!=':
      return bool(x !== y);
    case '<':
      return bool(x < y);
    case '<=':
      return bool(x <= y);
    case '>':
      return bool(x > y);
    case '>=':
      return bool(x >= y);
    default:
      return undefined;
  }
}

function boolBinary(operator: BinaryOperator, a: Condition, b: Condition): Value | undefined {
  const bool = (condition: Condition): Value => ({ kind: 'bool', condition });
  if (operator === '&&') return bool(and(a, b));
  if (operator === '||') return bool(or(a, b));
  if (operator === '==') return bool(or(and(a, b), and(negation(a), negation(b))));
  if (operator === '!=') return bool(or(and(a, negation(b)), and(negation(a), b)));
  return undefined;
}

/** Whether two values of options, strings or lists are the same; undefined where they cannot be compared. */
function sameValue(a: Value, b: Value): boolean | undefined {
  const nameOf = (v: Value): string | undefined => (v.kind === 'option' || v.kind === 'builtin' ? v.name : undefined);
  if (nameOf(a) !== undefined && nameOf(b) !== undefined) return nameOf(a) === nameOf(b);
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value;
  // A parameter of a union type may hold a number or an option: `padding == same` is then false.
  if (nameOf(a) !== undefined || nameOf(b) !== undefined) return false;
  return undefined;
}

export function evaluateUnary(ctx: BodyContext, node: Unary): Value {
  const operand = evaluate(ctx, node.operand);
  const { operator } = node;
  if (operand.kind === 'unknown' || operand.kind === 'opaque') return operand;
  if (operator === '-' && operand.kind === 'exact') return exact(negate(operand.dim));
  if (operator === '-' && operand.kind === 'float') return { kind: 'float', value: -operand.value };
  if (operator === '!' && operand.kind === 'bool') return { kind: 'bool', condition: negation(operand.condition) };
  if (operand.kind === 'tensor') {
    const definition =
      functionOfOperator(operator === '-' ? 'unary -' : '!') ?? bug(`no function for unary ${operator}`);
    const call = { name: operator, place: placeOf(ctx, node.span), argumentPlaces: new Map() };
    return applyFunction(ctx, definition, {}, [operand.value], call);
  }
  report(ctx, argumentType.wanted({ name: operator, wanted: operator === '-' ? 'a number or a tensor' : '`true` or `false`', got: describe(operand) }), node.operand.span); // prettier-ignore
  return unknown;
}

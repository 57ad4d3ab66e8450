/**
 * `learningRateScheduler(schedule: f)` with `const f(epoch, rate) = …`: the function as an expression of its two parameters.
 * Other constants become numbers, other functions of the file are written out.
 */
import type { Argument, Call, Const, Expression } from '../../grammar/ast.ts';
import { rateCalls, type RateCall, type RateExpression, type RateFunction } from '../definitions/rate-function.ts';
import { argumentRange } from '../diagnostics/catalogue/arguments.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import type { FileSymbol } from '../resolve/file-scope.ts';
import { fileContext } from './constants.ts';
import { placeOf, report, shortText, type BodyContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { mentions } from './mentions.ts';
import { numberOf } from './values.ts';

/** Functions within functions; more is a circle. */
const deepest = 20;

interface Scene {
  readonly ctx: BodyContext;
  readonly values: ReadonlyMap<string, RateExpression>;
  readonly depth: number;
}

/** Undefined where something in it cannot be done at run time (reported). */
export function rateFunctionOf(ctx: BodyContext, symbol: FileSymbol, place: Place): RateFunction | undefined {
  const node = symbol.node as Const;
  const names = (node.parameters ?? []).filter((p) => !p.defaultValue).map((p) => p.name.name);
  if (names.length !== 1 && names.length !== 2) {
    report(ctx, argumentRange.other({ name: symbol.name, must: `take the epoch and the learning rate so far: \`const ${symbol.name}(epoch: int, rate: float) = …\`.` }), place); // prettier-ignore
    return undefined;
  }
  const given: readonly RateExpression[] = [{ kind: 'epoch' }, { kind: 'rate' }];
  const own = fileContext(ctx, symbol);
  const values = bound({ ctx: own, values: new Map(), depth: 0 }, node, given.slice(0, names.length), []);
  const body = values && written({ ctx: own, values, depth: 0 }, node.value);
  return body && { rateFunction: symbol.name, body };
}

/** The parameters of a function and what they are, by position, by name, by default. */
function bound(
  scene: Scene,
  node: Const,
  positional: readonly RateExpression[],
  named: readonly (readonly [string, RateExpression])[],
): ReadonlyMap<string, RateExpression> | undefined {
  const values = new Map<string, RateExpression>(named);
  let next = 0;
  for (const parameter of node.parameters ?? []) {
    const { name } = parameter.name;
    if (values.has(name)) continue;
    const value = positional[next++] ?? (parameter.defaultValue && written({ ...scene, values }, parameter.defaultValue));
    if (!value) return undefined;
    values.set(name, value);
  }
  return values;
} // prettier-ignore

function refuse({ ctx }: Scene, node: Expression, must: string): undefined {
  report(ctx, argumentRange.other({ name: 'learningRateScheduler', must }), placeOf(ctx, node.span));
}

function written(scene: Scene, node: Expression): RateExpression | undefined {
  switch (node.kind) {
    case 'NumberLiteral':
      return { kind: 'number', value: node.value };
    case 'BooleanLiteral':
      return { kind: 'truth', value: node.value };
    case 'Unary': {
      const operand = written(scene, node.operand);
      return operand && { kind: 'unary', operator: node.operator, operand };
    }
    case 'Binary': {
      const { operator } = node;
      const [left, right] = [written(scene, node.left), written(scene, node.right)];
      if (operator === '@') return refuse(scene, node, 'compute one number, but `@` multiplies tensors.');
      return left && right && { kind: 'binary', operator, left, right };
    }
    case 'If': {
      const [condition, then, otherwise] = [node.condition, node.then, node.otherwise].map((part) => written(scene, part)); // prettier-ignore
      return condition && then && otherwise && { kind: 'if', condition, whenTrue: then, whenFalse: otherwise };
    }
    case 'Call':
      return called(scene, node);
    case 'Name':
      return scene.values.get(node.name) ?? constant(scene, node);
    default:
      return constant(scene, node);
  }
}

/** What does not depend on the parameters is a number already. */
function constant(scene: Scene, node: Expression): RateExpression | undefined {
  const text = shortText(placeOf(scene.ctx, node.span), 40);
  if ([...mentions([node])].some((name) => scene.values.has(name)))
    return refuse(scene, node, `compute with numbers, \`if\`, ${rateCalls.join(', ')} and functions of the file; \`${text}\` is none of these.`); // prettier-ignore
  const before = scene.ctx.session.diagnostics.errorCount;
  const value = numberOf(evaluate(scene.ctx, node));
  if (value !== undefined) return { kind: 'number', value };
  const isReported = scene.ctx.session.diagnostics.errorCount > before;
  return isReported ? undefined : refuse(scene, node, `compute with numbers, but \`${text}\` is none.`);
}

function called(scene: Scene, node: Call): RateExpression | undefined {
  if (node.callee.kind !== 'Name') return constant(scene, node);
  const { name } = node.callee;
  const args = node.arguments.arguments;
  const symbol = scene.ctx.file.symbols.get(name);
  if (symbol?.node.kind === 'Const' && symbol.node.parameters) return calledConstant(scene, symbol, args, node);
  if (!isRateCall(name) || args.length === 0) return constant(scene, node);
  const parts = args.map((argument) => written(scene, argument.value));
  return parts.every((part) => part !== undefined) ? { kind: 'call', name, arguments: parts } : undefined;
}

const isRateCall = (name: string): name is RateCall => (rateCalls as readonly string[]).includes(name);

function calledConstant(scene: Scene, symbol: FileSymbol, args: readonly Argument[], node: Call): RateExpression | undefined {
  if (scene.depth > deepest) return refuse(scene, node, 'end, but its functions call each other in a circle.');
  const parts = args.map((argument) => [argument.name?.name, written(scene, argument.value)] as const);
  if (parts.some(([, value]) => value === undefined)) return undefined;
  const positional = parts.flatMap(([name, value]) => (name === undefined ? [value!] : []));
  const named = parts.flatMap(([name, value]) => (name === undefined ? [] : [[name, value!] as const]));
  const inner: Scene = { ctx: fileContext(scene.ctx, symbol), values: new Map(), depth: scene.depth + 1 };
  const values = bound(inner, symbol.node as Const, positional, named);
  if (!values) return refuse(scene, node, `give \`${symbol.name}\` all of its arguments.`);
  return written({ ...inner, values }, (symbol.node as Const).value);
} // prettier-ignore

/** What names of the file scope are worth: constants are evaluated once, blocks and models are recipes. */
import type { Argument, Const } from '../../grammar/ast.ts';
import { nameRecursive } from '../diagnostics/catalogue/names.ts';
import type { FileSymbol } from '../resolve/file-scope.ts';
import type { Callee } from './bind-arguments.ts';
import { bindDeclared } from './block-parameters.ts';
import { checkedFunction, usedContext } from './check-block.ts';
import {
  bodyContext,
  DiagnosticList,
  placeOf,
  recorderFor,
  report,
  withinBudget,
  type BodyContext,
} from './context.ts';
import { evaluate } from './evaluate.ts';
import { expectedByType } from './expected.ts';
import { checkDeclaredType } from './parameter-types.ts';
import { unknown, type Value } from './values.ts';

/** The value of a declaration of a file. */
export function constantValue(ctx: BodyContext, symbol: FileSymbol): Value {
  const known = ctx.session.constants.get(symbol);
  if (known === 'busy') {
    ctx.session.checks.isCircular = true;
    const own = fileContext(ctx, symbol);
    const busy = [...ctx.session.constants].flatMap(([key, value]) => (value === 'busy' ? [key] : []));
    const way = busy.slice(busy.indexOf(symbol)).map(({ name }) => name);
    report(own, nameRecursive.cycle({ path: [...way, symbol.name] }), symbol.identifier.span);
    return unknown;
  }
  if (known) return valueFor(ctx, known);
  ctx.session.constants.set(symbol, 'busy');
  // Not kept: a value may hold pieces of the tree.
  const diagnostics = new DiagnosticList();
  const recorder = recorderFor(ctx.session, symbol.file, symbol.unit);
  const value = valueOf({ ...ctx, session: { ...ctx.session, diagnostics, ...(recorder ? { recorder } : {}) } }, symbol); // prettier-ignore
  const constant = { value, isBroken: diagnostics.errorCount > 0 };
  ctx.session.found.add({ value, diagnostics: diagnostics.all, sights: recorder?.sights() });
  ctx.session.constants.set(symbol, constant);
  return valueFor(ctx, constant);
}

/** What uses a broken constant is broken too. */
function valueFor(ctx: BodyContext, { value, isBroken }: { readonly value: Value; readonly isBroken: boolean }): Value {
  if (isBroken) ctx.session.diagnostics.countRepeated();
  return value;
}

function valueOf(ctx: BodyContext, symbol: FileSymbol): Value {
  const { node, file, name } = symbol;
  switch (node.kind) {
    case 'Const': {
      if (node.parameters) return { kind: 'constFunction', symbol };
      const own = fileContext(ctx, symbol);
      const value = evaluate(own, node.value, expectedByType(node.type));
      return node.type ? checkDeclaredType(own, name, node.type, value, placeOf(own, node.value.span)) : value;
    }
    case 'Block':
    case 'Model':
      return { kind: 'recipe', recipe: { kind: 'block', node, file, values: new Map(), label: name } };
    case 'ModelAlias':
      return evaluate(fileContext(ctx, symbol), node.value);
  }
}

/** A context at file scope: no names but the file's, nothing being assembled. */
export function fileContext(ctx: BodyContext, symbol: FileSymbol): BodyContext {
  return bodyContext(ctx.session, symbol.file, 'model');
}

/** `divisible(v, by: 4)` with `const divisible(v: float, by = 8) = …`. */
export function callConstant(ctx: BodyContext, symbol: FileSymbol, args: readonly Argument[], callee: Callee): Value {
  const node = symbol.node as Const;
  if (!withinBudget(ctx, callee.place)) return unknown;
  const isInside = ctx.frames.some((frame) => frame.node === node);
  if (isInside || checkedFunction(ctx.session, symbol.file, node).state === 'busy') {
    report(ctx, nameRecursive.cycle({ path: [symbol.name, symbol.name] }), callee.place);
    return unknown;
  }
  const inner = usedContext(ctx, symbol.file, node, { label: symbol.name, place: callee.place });
  const bound = bindDeclared(ctx, inner, node, args, callee);
  if (bound.isBroken) return unknown;
  const value = evaluate(inner, node.value, expectedByType(node.type));
  return node.type ? checkDeclaredType(inner, symbol.name, node.type, value, placeOf(inner, node.value.span)) : value;
}

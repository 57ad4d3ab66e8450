/** The `input` statements of a body that is checked on its own: nodes of the model, size names, defaults. */
import type { Block, Input, Model } from '../../grammar/ast.ts';
import { shapeUnknownSize } from '../diagnostics/catalogue/shapes.ts';
import type { GraphInput, InputNode } from '../graph/model-graph.ts';
import { isSpread, variablesOf, type Shape } from '../shapes/index.ts';
import { placeOf, report, shortText, type BodyContext } from './context.ts';
import { declare } from './patterns.ts';
import { declaredType, defaultConstant } from './tensor-types.ts';
import { tensor, unknown } from './values.ts';

export function declareInputs(ctx: BodyContext, node: Block | Model): readonly GraphInput[] {
  const inputs = node.body.statements.filter((statement): statement is Input => statement.kind === 'Input');
  return inputs.flatMap((statement) => declareInput(ctx, statement) ?? []);
}

function declareInput(ctx: BodyContext, statement: Input): GraphInput | undefined {
  const type = declaredType(ctx, statement.type, true);
  if (!type) {
    declare(ctx, statement.name, unknown, 'input');
    return undefined;
  }
  const shape = type.shape.flatMap((axis): Shape =>
    isSpread(axis) ? (ctx.boundSpreads.get(axis.id) ?? [axis]) : [axis],
  );
  rememberSizes(ctx, shape);
  const open = shape.find(isSpread);
  if (open && ctx.mode === 'model') report(ctx, shapeUnknownSize.rank({ name: open.name }), statement.type.span);
  const origin = placeOf(ctx, statement.span);
  const { name } = statement.name;
  const outputs = [{ ...type, shape, batched: true }];
  const value = ctx.assembler.add({ kind: 'input', name, origin, label: shortText(origin), outputs })[0]!;
  const defaultValue =
    statement.defaultValue && defaultConstant(ctx, statement, statement.defaultValue, { ...type, shape });
  declare(ctx, statement.name, tensor(value), 'input');
  return {
    node: value.node as InputNode,
    ...(statement.doc ? { doc: statement.doc.text } : {}),
    ...(defaultValue ? { defaultValue } : {}),
  };
}

function rememberSizes(ctx: BodyContext, shape: Shape): void {
  const { sizes } = ctx.assembler;
  for (const axis of shape)
    if (!isSpread(axis))
      for (const size of variablesOf(axis)) if (!sizes.some((known) => known.id === size.id)) sizes.push(size);
}

/** The statements of a body, in order. Inputs have been declared by the caller. */
import type { LayerStatement, LossStatement, Require, Statement, TensorType, Weight } from '../../grammar/ast.ts';
import { named, type NamedUse } from '../definitions/parameters.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { argumentType } from '../diagnostics/catalogue/arguments.ts';
import { shapeUnknownSize, typeNotALayer } from '../diagnostics/catalogue/shapes.ts';
import { requireFailed } from '../diagnostics/catalogue/structure.ts';
import { asInteger, display, isSpread, type Dim } from '../shapes/index.ts';
import { inCases } from './cases.ts';
import { coerce } from './coerce.ts';
import { placeOf, report, shortText, withinOf, type BodyContext } from './context.ts';
import { holds } from './decide.ts';
import { evaluate } from './evaluate.ts';
import { configure, instanceNamed } from './instances.ts';
import { interpolated } from './messages.ts';
import { bindPattern, declare } from './patterns.ts';
import { checkAnnotation, declaredType } from './tensor-types.ts';
import { toTensor } from './tensors.ts';
import { describe, tensor, unknown, type Value } from './values.ts';

export interface BodyResult {
  readonly outputs: readonly { readonly name: string; readonly origin: Place; readonly value: Value; readonly doc?: string }[]; // prettier-ignore
}

export function runBody(ctx: BodyContext, statements: readonly Statement[]): BodyResult {
  const outputs: BodyResult['outputs'][number][] = [];
  for (const statement of statements) {
    switch (statement.kind) {
      case 'Input':
        break;
      case 'Let': {
        const value = annotated(ctx, statement, evaluate(ctx, statement.value), patternText(ctx, statement));
        bindPattern(ctx, statement.pattern, value, 'let');
        break;
      }
      case 'Output': {
        const { name } = statement.name;
        const value = annotated(ctx, statement, outputTensor(ctx, statement, evaluate(ctx, statement.value)), name);
        declare(ctx, statement.name, value, 'output');
        outputs.push({
          name,
          origin: placeOf(ctx, statement.name.span),
          value,
          ...(statement.doc ? { doc: statement.doc.text } : {}),
        });
        break;
      }
      case 'LayerStatement':
        runLayer(ctx, statement);
        break;
      case 'Weight':
        runWeight(ctx, statement);
        break;
      case 'Require':
        runRequire(ctx, statement);
        break;
      case 'LossStatement':
        runLoss(ctx, statement);
        break;
    }
  }
  return { outputs };
}

type Typed = Extract<Statement, { kind: 'Let' | 'Output' }>;
type Named = Extract<Statement, { kind: 'Output' }>;

const patternText = (ctx: BodyContext, statement: Extract<Statement, { kind: 'Let' }>): string =>
  shortText(placeOf(ctx, statement.pattern.span));

function annotated(ctx: BodyContext, statement: Typed, given: Value, name: string): Value {
  const { type } = statement;
  if (!type) return given;
  return inCases(ctx, undefined, given, (inner, value) => annotatedOne(inner, statement, type, value, name));
}

function annotatedOne(ctx: BodyContext, statement: Typed, type: TensorType, value: Value, name: string): Value {
  if (value.kind === 'unknown' || value.kind === 'opaque') return value;
  const converted = toTensor(ctx, value, `\`${name}\``, placeOf(ctx, statement.value.span));
  const checked = converted && checkAnnotation(ctx, type, name, converted);
  return checked ? tensor(checked) : unknown;
}

function outputTensor(ctx: BodyContext, statement: Named, given: Value): Value {
  const where = `The output \`${statement.name.name}\``;
  const place = placeOf(ctx, statement.value.span);
  return inCases(ctx, undefined, given, (inner, value) => {
    if (value.kind === 'tensor') return value;
    const converted = toTensor(inner, value, where, place);
    return converted ? tensor(converted) : unknown;
  });
}

/** `layer f = Dense(64)`: one set of weights, named after the statement. */
function runLayer(ctx: BodyContext, statement: LayerStatement): void {
  const { name, value: node } = statement;
  const value = evaluate(ctx, node, { options: [], families: ['layer'] });
  const place = placeOf(ctx, node.span);
  if (value.kind === 'recipe') {
    // A bare name (`layer f = Flatten`) still wants its defaults, and its missing arguments reported.
    const recipe = configure(ctx, value.recipe, undefined, { name: shortText(place), place }, place);
    const instance = instanceNamed(ctx, recipe, name.name, statement, place);
    declare(ctx, name, { kind: 'instance', instance }, 'layer');
    return;
  }
  if (value.kind !== 'unknown' && value.kind !== 'opaque' && value.kind !== 'instance' && value.kind !== 'builtin')
    report(ctx, typeNotALayer.wanted({ where: `\`layer ${name.name}\``, got: describe(value) }), node.span);
  declare(ctx, name, value.kind === 'instance' || value.kind === 'builtin' ? value : unknown, 'layer');
}

function runWeight(ctx: BodyContext, statement: Weight): void {
  const { name, type, initializer } = statement;
  const place = placeOf(ctx, statement.span);
  const declared = declaredType(ctx, type, false);
  const given = initializer && evaluate(ctx, initializer, { options: [], families: ['initializer'] });
  const start = given
    ? (coerce(ctx, name.name, { kind: 'initializer' }, given, placeOf(ctx, initializer.span))?.value as NamedUse | undefined)
    : named('glorotUniform'); // prettier-ignore
  if (!declared || !start) return declare(ctx, name, unknown, 'weight');
  const path = ctx.owner.path === '' ? name.name : `${ctx.owner.path}.${name.name}`;
  const shape = declared.shape.filter((axis): axis is Dim => !isSpread(axis));
  const sizes = shape.map((size) => asInteger(size));
  const open = shape.find((_, i) => sizes[i] === undefined);
  if (ctx.mode === 'model' && open) {
    const data = { callee: `weight ${name.name}`, what: 'the size', size: display(open) };
    report(ctx, shapeUnknownSize.weight(data), type.span);
    return declare(ctx, name, unknown, 'weight');
  }
  if (!ctx.assembler.weights.has(path))
    ctx.assembler.addWeight(path, { shape, initializer: start, dtype: declared.dtype, trainable: declared.dtype === 'float32' }, sizes.map((s) => s ?? 0), place); // prettier-ignore
  const outputs = [{ dtype: declared.dtype, shape: declared.shape, batched: false }] as const;
  const node = ctx.assembler.add({
    kind: 'weight',
    path,
    origin: place,
    label: shortText(place),
    ...withinOf(ctx),
    outputs,
  })[0]!;
  declare(ctx, name, tensor(node), 'weight');
}

function runRequire(ctx: BodyContext, statement: Require): void {
  const value = evaluate(ctx, statement.condition);
  if (value.kind !== 'bool') {
    if (value.kind !== 'unknown' && value.kind !== 'opaque')
      report(ctx, argumentType.condition({ got: describe(value) }), statement.condition.span);
    return;
  }
  const place = placeOf(ctx, statement.condition.span);
  // Where it is written its message is looked through for mistakes; at a use it is only needed where it may be told.
  const isTold = ctx.frames.length === 0 || ctx.assembler.facts.decide(value.condition) !== 'proved';
  const message = isTold && statement.message ? interpolated(ctx, statement.message) : undefined;
  if (holds(ctx, value.condition, place, message)) return;
  report(ctx, requireFailed.failed({ text: shortText(place), message }), place);
}

function runLoss(ctx: BodyContext, statement: LossStatement): void {
  const value = evaluate(ctx, statement.value);
  const converted = toTensor(ctx, value, `The loss \`${statement.name.name}\``, placeOf(ctx, statement.value.span));
  declare(ctx, statement.name, converted ? tensor(converted) : unknown, 'loss');
  const name = ctx.owner.path === '' ? statement.name.name : `${ctx.owner.path}.${statement.name.name}`;
  if (converted) ctx.assembler.auxiliaryLosses.push({ name, value: converted });
}

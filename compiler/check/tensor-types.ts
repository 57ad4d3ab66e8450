/** Written tensor types: `[h, w, 3]`, `int32[seq]`. Size names are introduced by inputs; elsewhere a shape is a claim. */
import type { Dimension, Expression, Input, Name, Node, TensorType as TensorTypeNode } from '../../grammar/ast.ts';
import { childrenOf } from '../../grammar/visit.ts';
import { registry } from '../definitions/registry.ts';
import { argumentRange, argumentType } from '../diagnostics/catalogue/arguments.ts';
import { nameUnknown } from '../diagnostics/catalogue/names.ts';
import { shapeAnnotation, typeDtype } from '../diagnostics/catalogue/shapes.ts';
import { nearNames } from '../diagnostics/suggest.ts';
import type { ConstantNode, GraphValue } from '../graph/model-graph.ts';
import type { DType } from '../graph/tensor-graph.ts';
import { asNumber, atLeast, broadcast, dim, display, displayShape, equal, isSpread, ONE, spread, substituteShape, variable, type Axis, type Bindings, type Dim, type Shape } from '../shapes/index.ts'; // prettier-ignore
import { applyFunction } from './apply.ts';
import { coerce } from './coerce.ts';
import { freshId, placeOf, report, see, shortText, type BodyContext } from './context.ts';
import { holds } from './decide.ts';
import { declaredName, evaluate } from './evaluate.ts';
import { toTensor } from './tensors.ts';
import { describeType, exact } from './values.ts';

export interface DeclaredType {
  readonly dtype: DType;
  readonly shape: Shape;
}

const dtypes: readonly string[] = ['float32', 'int32', 'bool'];

export const isDType = (name: string): name is DType => dtypes.includes(name);

function dtypeOf(ctx: BodyContext, type: TensorTypeNode): DType | undefined {
  const name = type.dtype?.name ?? 'float32';
  if (isDType(name)) return name;
  if (!type.dtype?.missing) report(ctx, nameUnknown.type({ name, near: nearNames(name, dtypes), span: type.dtype!.span }), type.dtype!.span); // prettier-ignore
  return undefined;
}

/** The type as written. With `introduce`, unknown names become new size variables of the body. */
export function declaredType(ctx: BodyContext, type: TensorTypeNode, introduce: boolean): DeclaredType | undefined {
  const dtype = dtypeOf(ctx, type);
  const axes = (type.dimensions ?? []).map((dimension) => axisOf(ctx, dimension, introduce));
  return dtype && axes.every((axis) => axis !== undefined) ? { dtype, shape: axes } : undefined;
}

function introduceSize(ctx: BodyContext, node: Name): Axis {
  const { name, span } = node;
  const size = variable({ name, id: freshId(ctx.session) });
  ctx.scope.set(name, { value: exact(size), what: 'size', place: placeOf(ctx, span) });
  see(ctx, 'name', node, exact(size), { what: 'size' });
  return size;
}

/** The names in `2 * n + 1` and `floor(h / 2)`, without those of functions. */
function sizeNames(node: Node): readonly Name[] {
  if (node.kind === 'Name') return node.name === '' ? [] : [node];
  if (node.kind === 'Call') return sizeNames(node.arguments);
  return [...childrenOf(node)].flatMap(sizeNames);
}

function axisOf(ctx: BodyContext, node: Dimension, introduce: boolean): Axis | undefined {
  if (node.kind === 'SpreadDimension') return spreadOf(ctx, node, introduce);
  if (node.kind === 'Discard') return variable({ name: '_', id: freshId(ctx.session) });
  if (node.kind === 'Name' && !declaredName(ctx, node.name)) {
    if (node.name === '') return undefined;
    if (!introduce) {
      const near = nearNames(node.name, ctx.scope.names());
      report(ctx, nameUnknown.size({ name: node.name, near, span: node.span }), node.span);
      return undefined;
    }
    return introduceSize(ctx, node);
  }
  if (introduce) for (const name of sizeNames(node)) if (!declaredName(ctx, name.name)) introduceSize(ctx, name);
  const value = evaluate(ctx, node);
  const place = placeOf(ctx, node.span);
  const coerced = coerce(ctx, shortText(place), { kind: 'int' }, value, place);
  if (!coerced) return undefined;
  const size = coerced.value as Axis;
  if (isSpread(size) || ctx.assembler.facts.decide(atLeast(size, ONE)) !== 'refuted') return size;
  report(
    ctx,
    argumentRange.bounds({
      name: shortText(place, 30),
      got: display(size),
      bounds: 'at least 1',
      help: sizeHelp(size),
    }),
    place,
  );
  return undefined;
}

/** `-1` and 0 stand for unknown sizes elsewhere. */
const sizeHelp = (size: Dim): string | undefined =>
  (asNumber(size) ?? 1) < 1 ? 'A size that is known only at run time gets a name: `[n, 8]`. The number of examples is not written.' : undefined; // prettier-ignore

/** `...lead` is kept in the scope as a tuple value, so that the same name means the same axes. */
function spreadOf(
  ctx: BodyContext,
  node: Extract<Dimension, { kind: 'SpreadDimension' }>,
  introduce: boolean,
): Axis | undefined {
  // prettier-ignore
  const { name, span } = node.name;
  const key = `...${name}`;
  const known = ctx.spreads.get(key);
  if (known) return known;
  if (!introduce) {
    report(ctx, nameUnknown.size({ name, near: [], span }), span);
    return undefined;
  }
  const axis = spread(name, freshId(ctx.session));
  ctx.spreads.set(key, axis);
  return axis;
}

/**
 * Proves a written shape of a value. Gives the value, or undefined where it differs (reported): it is then unknown
 * from there on. What is undecided becomes a requirement.
 */
export function checkAnnotation(
  ctx: BodyContext,
  type: TensorTypeNode,
  name: string,
  value: GraphValue,
): GraphValue | undefined {
  // prettier-ignore
  const declared = annotatedShape(ctx, type);
  if (!declared) return undefined;
  const { shape, dtype } = value.type;
  const place = placeOf(ctx, type.span);
  const sameType = type.dtype === undefined || declared.dtype === dtype;
  const expanded = declared.shape.flatMap((axis): Shape => (axis !== '_' && isSpread(axis) ? (ctx.boundSpreads.get(axis.id) ?? [axis]) : axis === '_' ? [ANY] : [axis])); // prettier-ignore
  const fits = sameType && expanded.length === shape.length && expanded.every((axis, i) => axis === ANY || axisHolds(ctx, axis, shape[i]!, place)); // prettier-ignore
  if (fits) return { ...value, type: { ...value.type, shape: shape.map((axis, i) => (expanded[i] === ANY ? axis : expanded[i]!)) } }; // prettier-ignore
  const show = (t: DType, s: string): string => `${t === 'float32' && !type.dtype ? '' : t}${s}`;
  const data = { name, declared: shortText(place), computed: show(dtype, displayShape(shape)), span: place.span };
  const from = { ...value.node.origin, message: `${displayShape(shape)} comes from here` };
  report(ctx, shapeAnnotation.differs(data), place, [from]);
  return undefined;
}

/** Stands for `_` among axes. */
const ANY = dim(-1);

function annotatedShape(
  ctx: BodyContext,
  type: TensorTypeNode,
): { readonly dtype: DType; readonly shape: readonly (Axis | '_')[] } | undefined {
  // prettier-ignore
  const dtype = dtypeOf(ctx, type);
  const axes = (type.dimensions ?? []).map((d) => (d.kind === 'Discard' ? ('_' as const) : axisOf(ctx, d, false)));
  return dtype && axes.every((axis) => axis !== undefined) ? { dtype, shape: axes } : undefined;
}

function axisHolds(ctx: BodyContext, declared: Axis, actual: Axis, place: Parameters<typeof holds>[2]): boolean {
  if (isSpread(declared) || isSpread(actual)) return isSpread(declared) && isSpread(actual) && declared.id === actual.id; // prettier-ignore
  return holds(ctx, equal(declared, actual), place);
}

/** What stands in for an optional input that is not given: its default, broadcast to the declared type. */
export function broadcastDefault(
  ctx: BodyContext,
  input: Input,
  declared: DeclaredType,
  bindings: Bindings,
): GraphValue | undefined {
  // prettier-ignore
  const constant = input.defaultValue && defaultConstant(ctx, input, input.defaultValue, declared);
  if (!constant) return undefined;
  // It has the declared dtype, so it is a node of its own.
  const { id: _, ...node } = constant;
  const value = ctx.assembler.add(node)[0]!;
  const shape = substituteShape(declared.shape, bindings.sizes, bindings.spreads);
  const definition = registry.functions.get('broadcastTo');
  if (!definition || shape.some(isSpread)) return value;
  const site = { name: input.name.name, place: placeOf(ctx, input.defaultValue!.span), argumentPlaces: new Map() };
  const result = applyFunction(ctx, definition, { shape }, [value], site);
  return result.kind === 'tensor' ? result.value : undefined;
}

/** The numbers of a default in the declared dtype, which must be able to hold them and be stretched to. */
export function defaultConstant(
  ctx: BodyContext,
  input: Input,
  node: Expression,
  declared: DeclaredType,
): ConstantNode | undefined {
  // prettier-ignore
  const place = placeOf(ctx, node.span);
  const where = `\`${input.name.name}\``;
  const value = toTensor(ctx, evaluate(ctx, node), where, place);
  if (!value) return undefined;
  if (value.node.kind !== 'constant') {
    report(ctx, argumentType.wanted({ name: input.name.name, wanted: 'given numbers as its default', got: describeValue(value) }), place); // prettier-ignore
    return undefined;
  }
  const { dtype, shape } = value.type;
  if (dtype !== declared.dtype && (dtype !== 'int32' || declared.dtype !== 'float32')) {
    report(ctx, typeDtype.wanted({ callee: input.name.name, wanted: declared.dtype, got: describeType(value.type) }), place); // prettier-ignore
    return undefined;
  }
  const fits = broadcast(declared.shape, shape, ctx.assembler.facts);
  if ('mismatch' in fits || shape.length > declared.shape.length) {
    if (!declared.shape.some(isSpread)) {
      report(ctx, shapeAnnotation.default({ name: input.name.name, declared: displayShape(declared.shape), given: displayShape(shape) }), place); // prettier-ignore
      return undefined;
    }
  }
  return { ...value.node, outputs: [{ dtype: declared.dtype, shape, batched: false }] };
}

const describeValue = (value: GraphValue): string => `a tensor of shape ${describeType(value.type)}`;

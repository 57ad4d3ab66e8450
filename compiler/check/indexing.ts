/** `x[0]`, `x[:, -1]`, `x[..., 0:3]` on tensors (the function `index`), `list[i]` on lists. */
import type { Index, IndexExpression } from '../../grammar/ast.ts';
import { registry } from '../definitions/registry.ts';
import type { IndexItem } from '../definitions/parameters.ts';
import { argumentRange, argumentType } from '../diagnostics/catalogue/arguments.ts';
import { shapeAxis, shapeUnknownSize } from '../diagnostics/catalogue/shapes.ts';
import { bug } from '../diagnostics/diagnostic.ts';
import { asInteger, display, displayShape, rankOf, type Dim } from '../shapes/index.ts';
import { applyFunction } from './apply.ts';
import { inCases } from './cases.ts';
import { coerce } from './coerce.ts';
import { placeOf, report, shortText, type BodyContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import { describe, unknown, type Value } from './values.ts';

export function evaluateIndex(ctx: BodyContext, node: IndexExpression): Value {
  return inCases(ctx, undefined, evaluate(ctx, node.object), (inner, object) => indexOf(inner, node, object));
}

function indexOf(ctx: BodyContext, node: IndexExpression, object: Value): Value {
  switch (object.kind) {
    case 'tensor':
      return indexTensor(ctx, node, object);
    case 'list':
    case 'tuple':
      return indexList(ctx, node, object.elements);
    case 'unknown':
    case 'opaque':
      return object;
    default:
      report(ctx, argumentType.wanted({ name: shortText(placeOf(ctx, node.object.span)), wanted: 'a tensor or a list to be indexed', got: describe(object) }), node.object.span); // prettier-ignore
      return unknown;
  }
}

function indexTensor(ctx: BodyContext, node: IndexExpression, object: Extract<Value, { kind: 'tensor' }>): Value {
  // Empty brackets have been reported by the grammar.
  if (node.indices.length === 0) return unknown;
  const items = node.indices.map((index) => itemOf(ctx, index));
  if (items.some((item) => item === undefined)) return unknown;
  const given = items.filter((item) => item?.kind !== 'ellipsis').length;
  const rank = rankOf(object.value.type.shape);
  if (rank !== undefined && given > rank) {
    report(ctx, shapeAxis.tooMany({ count: given, rank, shape: displayShape(object.value.type.shape) }), node.span);
    return unknown;
  }
  const definition = registry.functions.get('index') ?? bug('no function for indexing');
  const place = placeOf(ctx, node.span);
  const indices = { start: node.indices[0]!.span.start, end: node.indices.at(-1)!.span.end };
  const argumentPlaces = new Map([['items', placeOf(ctx, indices)]]);
  return applyFunction(ctx, definition, { items }, [object.value], { name: shortText(place), place, argumentPlaces });
}

function itemOf(ctx: BodyContext, index: Index): IndexItem | undefined {
  if (index.kind === 'EllipsisIndex') return { kind: 'ellipsis' };
  const whole = (node: Exclude<Index, { kind: 'EllipsisIndex' | 'SliceIndex' }>): Dim | undefined => {
    const place = placeOf(ctx, node.span);
    return coerce(ctx, 'an index', { kind: 'int' }, evaluate(ctx, node), place)?.value as Dim | undefined;
  };
  if (index.kind !== 'SliceIndex') {
    const at = whole(index);
    return at && { kind: 'integer', at };
  }
  const begin = index.start && whole(index.start);
  const end = index.stop && whole(index.stop);
  const step = index.step && whole(index.step);
  if ((index.start && !begin) || (index.stop && !end) || (index.step && !step)) return undefined;
  const every = step ? asInteger(step) : 1;
  if (every === undefined && ctx.mode === 'model' && index.step)
    report(
      ctx,
      shapeUnknownSize.weight({ callee: 'a slice', what: 'its step', size: display(step!) }),
      index.step.span,
    );
  return every === undefined ? undefined : { kind: 'slice', begin, end, step: every };
}

function indexList(ctx: BodyContext, node: IndexExpression, elements: readonly Value[]): Value {
  const [index] = node.indices;
  if (node.indices.length !== 1 || !index || index.kind === 'EllipsisIndex' || index.kind === 'SliceIndex') {
    report(ctx, argumentType.wanted({ name: 'a list', wanted: 'indexed by one whole number', got: shortText(placeOf(ctx, node.span)) }), node.span); // prettier-ignore
    return unknown;
  }
  const value = evaluate(ctx, index);
  if (value.kind === 'unknown' || value.kind === 'opaque') return value;
  const at = value.kind === 'exact' ? asInteger(value.dim) : undefined;
  if (at === undefined) {
    if (value.kind === 'exact') return { kind: 'opaque', what: 'an element of a list' };
    report(ctx, argumentType.wanted({ name: 'an index', wanted: 'a whole number', got: describe(value) }), index.span);
    return unknown;
  }
  const element = elements[at < 0 ? at + elements.length : at];
  if (element) return element;
  report(ctx, argumentRange.listIndex({ got: String(at), length: elements.length }), index.span);
  return unknown;
}

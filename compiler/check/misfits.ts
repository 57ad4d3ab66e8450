/** Why a target and an output do not fit, looked for in the layers that made the output → advice, fixes, places. */
import type { PairDefinition } from '../definitions/define-function.ts';
import { misfitAdvice } from '../diagnostics/advice.ts';
import type { Fix, Place, RelatedPlace } from '../diagnostics/diagnostic.ts';
import type { ApplyNode, GraphNode, GraphValue } from '../graph/model-graph.ts';
import { asInteger, asNumber, display, displayAxis, displayShape, elementCount, equals, isSpread, type Axis, type Shape } from '../shapes/index.ts'; // prettier-ignore
import { recurrentBefore } from './sequences.ts';
import { describeType } from './values.ts';

export interface Advice {
  readonly help: string;
  readonly fixes?: readonly Fix[];
  readonly related?: readonly RelatedPlace[];
}

/** The call that a target and an output were given to. */
interface Pair {
  readonly definition: PairDefinition;
  readonly target: GraphValue;
  readonly output: GraphValue;
  /** The call, which begins with the name of the loss or metric. */
  readonly place: Place;
}

const sameAxis = (a: Axis | undefined, b: Axis | undefined): boolean =>
  a !== undefined && b !== undefined && (isSpread(a) || isSpread(b) ? isSpread(a) && isSpread(b) && a.id === b.id : equals(a, b)); // prettier-ignore
const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((axis, i) => sameAxis(axis, b[i]));
const isOne = (axis: Axis | undefined): boolean => axis !== undefined && !isSpread(axis) && asNumber(axis) === 1;

/** Both shapes, with the axes that differ marked where they have equally many. */
export function shownShapes(target: GraphValue, output: GraphValue, classIndex: boolean): readonly [string, string] {
  const [t, o] = [target.type.shape, output.type.shape];
  const compared = classIndex ? o.slice(0, -1) : o;
  if (t.length !== compared.length || t.length === 0) return [describeType(target.type), describeType(output.type)];
  const marked = (shape: Shape, other: Shape): string =>
    `[${shape.map((axis, i) => (i >= other.length || sameAxis(axis, other[i]) ? displayAxis(axis) : `›${displayAxis(axis)}‹`)).join(', ')}]`; // prettier-ignore
  const dtype = ({ type }: GraphValue): string => (type.dtype === 'float32' ? '' : type.dtype);
  return [dtype(target) + marked(t, compared), dtype(output) + marked(o, t)];
}

/** What is probably meant, in the order of how often it is. */
export function adviceFor(pair: Pair): Advice {
  const { target, output } = pair;
  const [t, o] = [target.type.shape, output.type.shape];
  return (
    otherEncoding(pair) ??
    (o.length > t.length ? tooManyAxes(pair) : undefined) ??
    (t.length > positions(pair).length ? tooFewAxes(pair) : undefined) ??
    (t.length === o.length ? otherSizes(pair) : undefined) ?? {
      help: misfitAdvice.equal,
    }
  );
}

/** The shape that the target should have. */
const positions = ({ definition, output: { type } }: Pair): Shape =>
  definition.targets === 'classIndex' ? type.shape.slice(0, -1) : type.shape;

/** One-hot vectors for a loss of class numbers, the other way round, or class numbers that are not whole. */
function otherEncoding(pair: Pair): Advice | undefined {
  const { definition, target, output, place } = pair;
  const [t, o] = [target.type.shape, output.type.shape];
  const plain = t.length === o.length && isOne(t.at(-1)) ? t.slice(0, -1) : t;
  const isIndexShape = sameShape(plain, o.slice(0, -1));
  const family = definition.name.replace(/^sparseC/, 'c');
  const sparse = `sparse${family.charAt(0).toUpperCase()}${family.slice(1)}`;
  if (definition.targets === 'classIndex') {
    if (t.length > 0 && sameShape(t, o))
      return { help: misfitAdvice.otherFamily(family), fixes: rename(place, definition.name, family) }; // prettier-ignore
    if (target.type.dtype !== 'int32' && isIndexShape)
      return {
        help: misfitAdvice.declareInt,
        fixes: declareInt(place, target),
      };
  }
  if (definition.targets === 'oneHot' && isIndexShape && !sameShape(t, o)) {
    const fixes = rename(place, definition.name, sparse);
    return { help: misfitAdvice.sparse(sparse), ...(target.type.dtype === 'int32' ? { fixes } : {}) }; // prettier-ignore
  }
  const isNumberOfClass = definition.targets === 'same' && target.type.dtype === 'int32' && isIndexShape;
  if (isNumberOfClass && !isOne(o.at(-1))) return { help: misfitAdvice.classNumbers(displayAxis(o.at(-1)!)) };
  return undefined;
}

/** An axis of time, or height and width, has come through to the end. */
function tooManyAxes({ target, output, place }: Pair): Advice | undefined {
  const [t, o] = [target.type.shape, output.type.shape];
  const squeezed = o.length === t.length + 1 && o.length > 1 && isOne(o.at(-1));
  const tail = tailOf(output);
  const first = tail.findLast((node) => node.definition.name === 'Dense');
  const before = (first ?? tail.at(-1))?.inputs[0];
  const recurrent = before && sequenceFrom(before);
  const extra = o.length - Math.max(t.length, 1);
  if (recurrent && extra === 1 && !sameAxis(t[0], o[0])) {
    const help = misfitAdvice.everyStep(recurrent.label);
    return { help, fixes: edited(place, recurrent.origin, 'Give only the last step', /,\s*returnSequences:\s*true|\(returnSequences:\s*true\)/, ''), related: [{ ...recurrent.origin, message: 'every step is kept here' }] }; // prettier-ignore
  }
  if (squeezed) return { help: misfitAdvice.squeeze(displayShape(o)) }; // prettier-ignore
  const kept = before?.type.shape;
  if (!first || !kept || kept.length < 2)
    return { help: misfitAdvice.moreAxes }; // prettier-ignore
  const pooling = kept.length === 3 ? 'GlobalAveragePooling2D' : kept.length === 2 ? 'GlobalAveragePooling1D' : undefined; // prettier-ignore
  return {
    help: misfitAdvice.lastAxisOnly(first.label, displayShape(kept), pooling),
    fixes: [...inserted(place, first, 'Flatten'), ...(pooling ? inserted(place, first, pooling) : [])],
    related: before.node.kind === 'apply' ? [{ ...before.node.origin, message: `${displayShape(kept)} comes from here` }] : [], // prettier-ignore
  };
}

/** The target has an axis more: the steps of a sequence, or the batch. */
function tooFewAxes(pair: Pair): Advice {
  const { target, output, place } = pair;
  const [t, o] = [target.type.shape, positions(pair)];
  const recurrent = recurrentBefore(output);
  if (recurrent && t.length === o.length + 1)
    return {
      help: misfitAdvice.onlyLastStep(recurrent.label),
      fixes: edited(place, recurrent.origin, 'Give every step', /\)$/, ', returnSequences: true)'),
    };
  const [wanted, there] = [elementCount(t), elementCount(o)];
  if (target.node.kind !== 'target') {
    const same = wanted && there && equals(wanted, there);
    const name = nameOf(target.node);
    return {
      help: same
        ? misfitAdvice.reshapeTo(name, t.map(displayAxis).join(', '))
        : misfitAdvice.axesOf(name, displayShape(t)),
    };
  }
  return { help: misfitAdvice.batch }; // prettier-ignore
}

/** As many axes, and other sizes. */
function otherSizes({ definition, target, output, place }: Pair): Advice | undefined {
  const [t, o] = [target.type.shape, output.type.shape];
  const at = t.findIndex((axis, i) => !sameAxis(axis, o[i]));
  const [wanted, there] = [t[at], o[at]];
  if (!wanted || !there || isSpread(wanted) || isSpread(there) || definition.targets === 'classIndex') return undefined;
  if (at === t.length - 1) {
    const [layer] = tailOf(output).filter(({ definition: { name } }) => /^(Dense|Conv.*)$/.test(name));
    const fixes = layer && asInteger(wanted) !== undefined ? edited(place, layer.origin, `Make it ${display(wanted)} wide`, new RegExp(`(?<=^\\w+\\()${display(there)}\\b`), display(wanted)) : []; // prettier-ignore
    return { help: misfitAdvice.width(display(wanted), display(there)), fixes }; // prettier-ignore
  }
  const word = target.node.kind === 'target' ? misfitAdvice.differsOn : misfitAdvice.rounding;
  return { help: word(at, display(wanted), display(there)) };
}

/** The last layers: those that leave all axes but the last as they are, the last first. */
function tailOf({ node }: GraphValue): readonly ApplyNode[] {
  const tail: ApplyNode[] = [];
  for (let at: GraphNode | undefined = node; at?.kind === 'apply'; at = at.inputs[0]?.node) {
    const { definition, outputs, inputs } = at;
    const isActivation = definition.kind === 'function' && definition.activation === true;
    const keepsAxes = inputs.length === 1 && inputs[0]!.type.shape.length === outputs[0]!.shape.length;
    if (!isActivation && !/^(Dense|Dropout|Activation|.*Normalization|Conv\dD|.*ReLU|Softmax)$/.test(definition.name)) break; // prettier-ignore
    if (!keepsAxes) break;
    tail.push(at);
  }
  return tail;
}

/** The recurrent layer that was told to give every step, looked for through what leaves the time axis. */
function sequenceFrom(value: GraphValue): ApplyNode | undefined {
  const [inner] = tailOf(value).slice(-1);
  const node = inner?.inputs[0]?.node ?? value.node;
  return node.kind === 'apply' && returns(node) === true ? node : undefined;
}

function returns({ parameters }: ApplyNode): unknown {
  const wrapped = (parameters['layer'] ?? {}) as { readonly parameters?: Readonly<Record<string, unknown>> };
  return parameters['returnSequences'] ?? wrapped.parameters?.['returnSequences'];
}

const nameOf = (node: GraphNode): string => ('name' in node ? node.name : node.label);

/** Puts a stage before another, where that is written as a stage in the same file as the call. */
function inserted(home: Place, { origin }: ApplyNode, stage: string): readonly Fix[] {
  if (origin.file !== home.file) return [];
  const before = origin.file.text.slice(0, origin.span.start).trimEnd();
  if (!before.endsWith('->')) return [];
  const start = origin.span.start;
  return [{ title: `Put \`${stage}\` before it`, safe: false, edits: [{ span: { start, end: start }, newText: `${stage} -> ` }] }]; // prettier-ignore
}

/** Changes what a pattern finds in the text of a place, where that is in the same file as the call. */
function edited(home: Place, { file, span }: Place, title: string, pattern: RegExp, newText: string): readonly Fix[] {
  // prettier-ignore
  const found = file === home.file && pattern.exec(file.textOf(span));
  if (!found) return [];
  const start = span.start + found.index;
  return [{ title, safe: false, edits: [{ span: { start, end: start + found[0].length }, newText }] }];
}

const rename = (place: Place, from: string, to: string): readonly Fix[] =>
  edited(place, place, `Use \`${to}\``, new RegExp(`^${from}\\b`), to);

/** `[1]` becomes `int32[1]`. */
const declareInt = (home: Place, { node }: GraphValue): readonly Fix[] =>
  node.kind === 'target' ? edited(home, node.origin, 'Declare it as `int32`', /(?<=:\s*)(float32(?=\b)|(?=\[))/, 'int32') : []; // prettier-ignore

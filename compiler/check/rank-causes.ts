/** Why a tensor has more or fewer axes than wanted, looked for in what made it → a cause to be worded, and fixes. */
import type { RankCause } from '../diagnostics/advice.ts';
import type { Fix, Place } from '../diagnostics/diagnostic.ts';
import type { ApplyNode, GraphNode, GraphValue } from '../graph/model-graph.ts';
import { asExamples } from '../functions/steps.ts';
import { asInteger, displayAxis, equals, isSpread, ONE, type Axis, type Dim } from '../shapes/index.ts';
import { shortText } from './context.ts';
import { recurrentBefore } from './sequences.ts';

export interface FoundCause {
  readonly cause?: RankCause | undefined;
  readonly fixes: readonly Fix[];
}

interface Wanted {
  readonly rank: number;
  /** As written: `Conv2D`. */
  readonly callee?: string;
  /** `[time, features]` */
  readonly layout?: string | undefined;
  /** The pattern of a `rearrange` names the axes. */
  readonly isNamed?: boolean;
  /** Fixes change the file of the mistake only. */
  readonly place: Place;
}

/** Sequences of more pictures than this are rare; data sets are larger. */
const mostFrames = 256;

/** Further back than this nothing is looked for. */
const mostSteps = 16;

export function rankCause(value: GraphValue | undefined, wanted: Wanted): FoundCause {
  const rank = value?.type.shape.length ?? 0;
  if (!value || value.type.shape.some(isSpread)) return { fixes: [] };
  if (rank === wanted.rank - 1) {
    const recurrent = recurrentBefore(value);
    if (recurrent) return { cause: { kind: 'lastStep', layer: recurrent.label }, fixes: everyStep(recurrent, wanted.place) }; // prettier-ignore
  }
  const sequence = rank < wanted.rank ? stepOf(value) : undefined;
  if (sequence) return { cause: { kind: 'step', steps: sequence }, fixes: [] };
  const isMask = /attentionMask/.test(wanted.layout ?? '');
  if (isMask && rank === 1) return { cause: { kind: 'mask' }, fixes: [] };
  if (rank < wanted.rank) {
    const cause = missingAxes(value, wanted);
    return (cause === undefined ? otherDimension(rank, wanted) : undefined) ?? { cause, fixes: [] };
  }
  if (wanted.isNamed && rank !== wanted.rank + 1) return { cause: { kind: 'names' }, fixes: [] };
  if (value.node.kind === 'apply') {
    const every = everyStepBefore(value);
    if (every && rank === wanted.rank + 1) return { cause: { kind: 'everyStep', layer: every.label }, fixes: lastStepOnly(every, wanted.place) }; // prettier-ignore
    const other = otherDimension(rank, wanted);
    if (other) return other;
  }
  if (/time|steps/.test(wanted.layout ?? '') && value.node.kind === 'apply') return { cause: { kind: 'maps' }, fixes: [] }; // prettier-ignore
  if (rank === wanted.rank + 1) {
    // What is no number of examples may be the pictures of a sequence.
    const mayBeFrames = wanted.rank === 3 && (asInteger(value.type.shape[0] as Dim) ?? 0) <= mostFrames;
    const fixes = mayBeFrames ? [] : withoutFirst(value.node, wanted.place);
    return { cause: mayBeFrames ? { kind: 'frames', wrapped: oneByOne(wanted.place) } : { kind: 'batch' }, fixes };
  }
  return { cause: wanted.rank === 1 ? { kind: 'flatten' } : undefined, fixes: [] };
}

/** How many steps the sequence has of which a tensor is one step, as `TimeDistributed` gives it. */
function stepOf({ node, type }: GraphValue): string | undefined {
  const isStep = node.kind === 'apply' && node.definition === asExamples;
  return isStep ? displayAxis(type.steps?.at(-1) ?? ONE) : undefined;
}

/** A stage that is a constructor, wrapped; any other layer as an example. */
function oneByOne(place: Place): string {
  const text = shortText(place, 40);
  return `TimeDistributed(${/^_*[A-Z]\w*(\(((?!\)\(|…).)*\))?$/.test(text) ? text : 'Conv2D(8, 3)'})`;
}

/** `GlobalAveragePooling1D` given a picture: the layer of as many dimensions as there are. */
function otherDimension(rank: number, { callee = '', place }: Wanted): FoundCause | undefined {
  const name = callee.replace(/[123]D$/, `${rank - 1}D`);
  if (!/[123]D$/.test(callee) || rank < 2 || rank > 4) return undefined;
  const at = place.file.text.indexOf(callee, place.span.start);
  const isThere = at >= 0 && at < place.span.end;
  const fixes: readonly Fix[] = isThere ? [{ title: `Use \`${name}\``, safe: false, edits: [{ span: { start: at, end: at + callee.length }, newText: name }] }] : []; // prettier-ignore
  return { cause: { kind: 'dimension', layer: name }, fixes };
}

/** The recurrent layer that was told to give every step, where nothing but activations and the like came after it. */
function everyStepBefore({ node }: GraphValue): ApplyNode | undefined {
  let at: GraphNode | undefined = node;
  for (let step = 0; step < mostSteps && at?.kind === 'apply'; step++) {
    if (at.parameters['returnSequences'] === true) return at;
    if (!/^(Dropout|Activation|.*Normalization)$/.test(at.definition.name)) return undefined;
    at = at.inputs[0]?.node;
  }
  return undefined;
}

function lastStepOnly({ origin }: ApplyNode, home: Place): readonly Fix[] {
  const found = /,\s*returnSequences:\s*true/.exec(origin.file.textOf(origin.span));
  if (!found || origin.file !== home.file) return [];
  const start = origin.span.start + found.index;
  return [{ title: 'Give only the last step', safe: false, edits: [{ span: { start, end: start + found[0].length }, newText: '' }] }]; // prettier-ignore
}

function missingAxes(value: GraphValue, wanted: Wanted): RankCause | undefined {
  const collapsing = collapsedBy(value);
  if (collapsing) return { kind: 'collapsed', layer: collapsing.definition.name };
  const { shape } = value.type;
  const isImage = wanted.rank === 3 && shape.length === 2;
  const isSeries = wanted.rank === 2 && shape.length === 1 && value.node.kind === 'input';
  if (isSeries && value.type.dtype === 'int32') return { kind: 'tokens' };
  if (!isImage && !isSeries) return undefined;
  const { callee = '' } = wanted;
  // Squares are hardly series.
  const forSeries =
    isImage && callee.endsWith('2D') && !sameAxis(shape[0]!, shape[1]!) ? callee.replace(/2D$/, '1D') : undefined;
  return { kind: 'channel', shape: `[${[...shape.map(displayAxis), '1'].join(', ')}]`, isSeries, forSeries };
}

const sameAxis = (a: Axis, b: Axis): boolean => !isSpread(a) && !isSpread(b) && equals(a, b);

/** The layer that made one axis of several, looked for through what keeps the axes. */
function collapsedBy({ node }: GraphValue): ApplyNode | undefined {
  let at: GraphNode | undefined = node;
  for (let step = 0; step < mostSteps && at?.kind === 'apply' && at.inputs.length === 1; step++) {
    const input: GraphValue = at.inputs[0]!;
    const [before, after] = [input.type.shape.length, at.outputs[0]!.shape.length];
    if (after < before) return /^(flatten|Flatten|Global.*)$/.test(at.definition.name) ? at : undefined;
    if (after > before) return undefined;
    at = input.node;
  }
  return undefined;
}

function everyStep({ origin }: ApplyNode, home: Place): readonly Fix[] {
  const text = origin.file.textOf(origin.span);
  const close = text.indexOf(')');
  const isPlain = /^\w+\([^()]*\)$/.test(text) && !text.includes('returnSequences');
  if (origin.file !== home.file || !isPlain) return [];
  const at = origin.span.start + close;
  return [{ title: 'Give every step', safe: false, edits: [{ span: { start: at, end: at }, newText: ', returnSequences: true' }] }]; // prettier-ignore
}

/** `input x: [32, 28, 28, 1]` without its first number. */
function withoutFirst(node: GraphNode, home: Place): readonly Fix[] {
  const [first] = node.outputs[0]?.shape ?? [];
  if (node.kind !== 'input' || node.origin.file !== home.file || !first || isSpread(first)) return [];
  const found = /(?<=\[)\s*[\w*+ -]+,\s*/.exec(node.origin.file.textOf(node.origin.span));
  if (!found || asInteger(first) === undefined) return [];
  const start = node.origin.span.start + found.index;
  return [{ title: `Leave ${displayAxis(first)} out of the shape`, safe: false, edits: [{ span: { start, end: start + found[0].length }, newText: '' }] }]; // prettier-ignore
}

/** A global pooling layer in place of the `Flatten` that made one axis of an image or a sequence of any size. */
export function poolingInstead(value: GraphValue | undefined, home: Place): readonly Fix[] {
  const { node } = value ?? {};
  if (node?.kind !== 'apply' || !/^(flatten|Flatten)$/.test(node.definition.name)) return [];
  const rank = node.inputs[0]!.type.shape.length;
  const { file, span } = node.origin;
  const isWritten = /^(flatten|Flatten)$/.test(file.textOf(span));
  if (file !== home.file || !isWritten || rank < 2 || rank > 4) return [];
  const newText = `GlobalAveragePooling${rank - 1}D`;
  return [{ title: `Use \`${newText}\``, safe: false, edits: [{ span, newText }] }];
}

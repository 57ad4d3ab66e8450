/** `Bidirectional`: a recurrent layer over the sequence, and another one of its kind over its reverse. */
import { sizeAt } from '../../definitions/axes.ts';
import { defineLayer, type LowerContext, type RuleResult } from '../../definitions/define-layer.ts';
import type { Need } from '../../definitions/need.ts';
import { layer, option, optionalLayer, type LayerUse } from '../../definitions/parameters.ts';
import type { TensorType } from '../../definitions/types.ts';
import type { TensorNode } from '../../graph/tensor-graph.ts';
import { add, dim, multiply, shapesEqual, type Shape } from '../../shapes/index.ts';
import { initialNames } from './recurrent-layer.ts';
import { innerRule, innerWeights, lowerInner, typesOf } from '../wrapped.ts';

const mergeModes = ['concat', 'sum', 'mul', 'ave', 'none'] as const;
type MergeMode = (typeof mergeModes)[number];

const flag = (use: LayerUse, name: string): boolean => use.parameters[name] === true;

interface Both {
  readonly layer: LayerUse;
  readonly backwardLayer: LayerUse | undefined;
}

/** The layer for one direction. Where every step has an output, masked steps give zeros, as Keras has it. */
function direction({ layer, backwardLayer }: Both, backwards: boolean): LayerUse {
  const use = backwards ? (backwardLayer ?? layer) : layer;
  const goBackwards = flag(layer, 'goBackwards') !== backwards;
  return {
    ...use,
    parameters: { ...use.parameters, goBackwards, zeroOutputForMask: flag(use, 'returnSequences') },
  };
}

/** A layer given for the second direction runs against the first one, and gives as much. */
function opposes({ layer, backwardLayer }: Both, need: Need): boolean {
  if (!backwardLayer) return true;
  const isRecurrent = 'goBackwards' in backwardLayer.parameters;
  if (!need.argument(isRecurrent, 'backwardLayer', 'be recurrent, such as `LSTM(64, goBackwards: true)`')) return false;
  const against = flag(backwardLayer, 'goBackwards') !== flag(layer, 'goBackwards');
  if (!need.argument(against, 'backwardLayer', 'run against `layer`: `goBackwards: true`')) return false;
  const alike = ['returnSequences', 'returnState'].every((name) => flag(layer, name) === flag(backwardLayer, name));
  return need.argument(alike, 'backwardLayer', 'have the `returnSequences` and `returnState` of `layer`');
}

/** Results of the same shapes. */
function sameResults(forward: RuleResult, backward: RuleResult): boolean {
  const [ours, theirs] = [typesOf(forward), typesOf(backward)];
  return ours.length === theirs.length && ours.every(({ shape }, i) => shapesEqual(shape, theirs[i]!.shape));
}

/** The tensors of one direction by their names there: its half of the initial states. */
function halfOf<T>(named: Readonly<Record<string, T>>, backwards: boolean): Readonly<Record<string, T>> {
  const { x, mask } = named;
  const states = initialNames(4).flatMap((name) => named[name] ?? []);
  const half = backwards ? states.slice(states.length / 2) : states.slice(0, states.length / 2);
  const own = Object.fromEntries(half.map((state, i) => [initialNames(2)[i]!, state]));
  return { x: x!, ...own, ...(mask === undefined ? {} : { mask }) };
}

function mergedShape(shape: Shape, mode: MergeMode): Shape {
  const last = sizeAt(shape, shape.length - 1);
  return mode === 'concat' && last ? [...shape.slice(0, -1), multiply(dim(2), last)] : shape;
}

type Named = { readonly name: string } & Omit<TensorType, 'batched'>;

/** The outputs of both directions as one, then the states of both. */
function mergedTypes(forward: RuleResult, mode: MergeMode): RuleResult {
  const [output, ...states] = typesOf(forward) as readonly (Omit<TensorType, 'batched'> & { readonly name?: string })[];
  if (!output) return undefined;
  const both = (['forward', 'backward'] as const).flatMap((side) =>
    states.map((state): Named => ({ ...state, name: side + (state.name ?? '').toUpperCase() })),
  );
  const merged = { dtype: output.dtype, shape: mergedShape(output.shape, mode) };
  if (mode === 'none') return [{ ...merged, name: 'forward' }, { ...merged, name: 'backward' }, ...both];
  return both.length === 0 ? merged : [{ ...merged, name: 'output' }, ...both];
}

function merged({ op }: LowerContext<unknown>, mode: MergeMode, a: TensorNode, b: TensorNode): readonly TensorNode[] {
  switch (mode) {
    case 'concat':
      return [op.concat([a, b], -1)];
    case 'sum':
      return [op.add(a, b)];
    case 'mul':
      return [op.multiply(a, b)];
    case 'ave':
      return [op.multiply(op.add(a, b), 0.5)];
    case 'none':
      return [a, b];
  }
}

export const bidirectional = defineLayer({
  name: 'Bidirectional',
  summary: 'Runs a recurrent layer forwards and another one like it backwards, and joins what they give.',
  doc: '$y = \\mathrm{merge}(f(x), \\mathrm{reverse}(b(\\mathrm{reverse}(x))))$. Both read the whole sequence; `forward.kernel`, `backward.kernel` … are their weights (Schuster and Paliwal 1997). With `returnSequences: true`, masked steps give zeros. [Keras](https://keras.io/api/layers/recurrent_layers/bidirectional/)',
  flow: 'bends',
  tensors: ['x', ...initialNames(4).map((name) => `${name}?`), 'mask?'],
  parameters: {
    layer: layer({ doc: 'The recurrent layer: `LSTM`, `GRU`, `SimpleRNN` or `RNN`.' }),
    mergeMode: option(mergeModes, { doc: 'How both outputs become one; `none` gives both.', default: 'concat' }),
    backwardLayer: optionalLayer({
      doc: 'Another layer for the way back, with `goBackwards: true`; a copy of `layer` unless given.',
    }),
  },
  weights: ({ input, parameters: p }) => ({
    ...innerWeights(p.layer, 'forward', input),
    ...innerWeights(p.backwardLayer ?? p.layer, 'backward', input),
  }),
  shape: ({ named, parameters: p, need }) => {
    const isRecurrent = 'goBackwards' in p.layer.parameters;
    if (!need.argument(isRecurrent, 'layer', 'be recurrent, such as `LSTM(64)`')) return undefined;
    const states = initialNames(4).filter((name) => named[name]).length;
    const each = p.layer.definition.tensors.filter((name) => name.startsWith('initialState')).length;
    // `RNN` has as many as its cell.
    const enough = p.layer.definition.name === 'RNN' ? states % 2 === 0 : states === 0 || states === 2 * each;
    if (!need.argument(enough, 'initialState', 'be a tuple of the states of both directions')) return undefined;
    if (!opposes(p, need)) return undefined;
    const [forward, backward] = [false, true].map((backwards) => innerRule(direction(p, backwards), { need }, halfOf(named, backwards))); // prettier-ignore
    if (!forward || !backward) return undefined;
    if (!need.argument(sameResults(forward, backward), 'backwardLayer', 'give results of the shapes of those of `layer`')) return undefined; // prettier-ignore
    return mergedTypes(forward, p.mergeMode);
  },
  lower: (context) => {
    const { op, named, parameters: p, batch, outputs } = context;
    const run = (backwards: boolean): readonly TensorNode[] =>
      lowerInner(context, direction(p, backwards), {
        prefix: backwards ? 'backward' : 'forward',
        named: halfOf(named, backwards),
        outputs,
        batch,
      });
    const [[forward, ...states], [backward, ...more]] = [run(false), run(true)];
    // Its outputs come in the order in which they were made.
    const inOrder = flag(p.layer, 'returnSequences') ? op.reverse(backward!, [1]) : backward!;
    return [...merged(context, p.mergeMode, forward!, inOrder), ...states, ...more];
  },
  flops: ({ inputs, output, parameters: p }) => {
    const own = p.layer.definition.flops?.({ inputs: inputs.slice(0, 1), output, parameters: p.layer.parameters });
    return own ? add(own, own) : dim(0);
  },
  examples: [
    { source: 'Bidirectional(LSTM(8))', input: ['seq', 4], output: [16] },
    { source: 'Bidirectional(GRU(8, returnSequences: true), mergeMode: sum)', input: ['seq', 4], output: ['seq', 8] },
    { source: 'Bidirectional(LSTM(8), backwardLayer: GRU(8, goBackwards: true))', input: [5, 4], output: [16] },
  ],
});

/**
 * Scales and offsets by channel, as batch normalisation is once it is trained, go into the weights of the product before or after them: nothing
 * of them is left but arithmetic on weights, which is done once for each of their values. For inference only: rounding differs, and gradients
 * want the parts.
 *
 *     conv(x, w) * s + t  →  conv(x, w * s) + t
 *     conv(x * s + t, w)  →  conv(x, w * s) + Σ w * t     without padding; for all products that read x * s + t
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { copyInto, rebuildProgram } from '../graph/traverse.ts';
import { isOne, product, sameShape } from '../ops/shape-rules.ts';
import { add, asNumber, equals } from '../shapes/index.ts';
import { affineOf, hasScale, hasShift, isCentredFirst, isUnpadded, Reading, type Affine, type Chain, type Product } from './affine.ts'; // prettier-ignore
import { keptAffines } from './kept-affine.ts';
import { numbersTogether, scalesOutwards } from './numbers-together.ts';
import type { Folded, Pass } from './pass.ts';
import { scalarValue } from './pattern.ts';
import { rewriteProgram } from './rewrite.ts';

/**
 * @param weightsOnce Whether what follows from weights alone is computed once, and not by every prediction: an offset before a product makes
 * more of that than it saves.
 */
export const folding = (weightsOnce: boolean): Pass => ({
  name: 'fold-affine',
  summary:
    'puts scales and offsets by channel, such as batch normalisation, into the weights of the product beside them',
  run: (program, builder, source) => {
    const gathered = rewriteProgram(program, builder, [...numbersTogether, ...scalesOutwards], source);
    const folds = new Folding(gathered, builder, weightsOnce);
    const copy = copyInto(builder);
    const after = rebuildProgram(
      gathered,
      builder,
      (node, inputs) => folds.remember(node, folds.folded(node) ?? copy(node, inputs)),
      builder,
    );
    return { program: after, steps: [...folds.steps(builder), ...keptAffines(after, weightsOnce, builder)] };
  },
});

export const foldAffine = (program: TensorProgram, builder: GraphBuilder, weightsOnce = true): TensorProgram =>
  folding(weightsOnce).run(program, builder).program;

/** What goes into a product from before it: `operand` is what the product reads, which may be a reshape of the chain's end. */
interface Inner {
  readonly chain: Chain;
  readonly operand: TensorNode;
}

interface Fold {
  readonly product: Product;
  readonly inner: Inner | undefined;
  readonly outer: Chain;
}

/** Copies of weights up to this many numbers, 1 MiB, are no matter. */
const fewNumbers = 2 ** 18;

/**
 * Folded weights lie in memory beside those that are trained. A scale before a product saves a pass over the operand: for a large layer of a
 * transformer that is a hundredth of its time, which its weights twice are not worth.
 */
function areWorthCopying(products: readonly TensorNode[], { shape }: TensorNode): boolean {
  const copied = asNumber(products.map(({ inputs }) => product(inputs[1]!.shape)).reduce(add));
  const operand = asNumber(product(shape.slice(1))) ?? 0;
  return copied !== undefined && copied <= Math.max(fewNumbers, operand);
}

/** What a sum is divided by for a mean stays beside it: backends have means. */
function withoutMean(chain: Chain): Chain {
  const first = chain.links.at(-1);
  const isMean = chain.of.op === 'sum' && first?.node.op === 'divide' && scalarValue(first.by) !== undefined;
  return isMean ? { of: first.node, links: chain.links.slice(0, -1) } : chain;
}

class Folding {
  readonly #op: GraphBuilder;
  readonly #weightsOnce: boolean;
  readonly #reading: Reading;
  readonly #now = new Map<TensorNode, TensorNode>();
  /** By product; what was found further out replaces what was found before. */
  readonly #folds = new Map<TensorNode, Fold>();

  constructor(program: TensorProgram, builder: GraphBuilder, weightsOnce: boolean) {
    this.#op = builder;
    this.#weightsOnce = weightsOnce;
    this.#reading = new Reading(program);
  }

  remember(node: TensorNode, now: TensorNode): TensorNode {
    this.#now.set(node, now);
    return now;
  }

  /** The node with everything around its product in the weights; `undefined` where there is nothing to fold. */
  folded(node: TensorNode): TensorNode | undefined {
    const outer = this.#reading.chain(node);
    const product = this.#reading.productOf(outer.of);
    if (!product || !sameShape(node.shape, product.node.shape)) return undefined;
    if (outer.of !== node && !this.#reading.isReadOnce(outer.of)) return undefined;
    const inner = this.#inner(product);
    if (!hasScale(outer) && inner === undefined) return undefined;
    const fold = { product, inner, outer };
    this.#folds.set(product.node, fold);
    return this.#made(fold);
  }

  /** What may be folded forwards into the product, and into every other one that reads the same. */
  #inner({ node }: Product): Inner | undefined {
    const operand = node.inputs[0]!;
    const end = this.#behindReshape(operand);
    if (end !== operand && !this.#reading.isReadOnce(end)) return undefined;
    const chain = withoutMean(this.#reading.chain(end));
    const readers = this.#reading.readersOf(operand);
    const taken = readers.every((reader) => this.#takes(reader, operand, chain));
    if (chain.links.length === 0 || !taken || this.#reading.isOutput(operand)) return undefined;
    return areWorthCopying(readers, chain.of) ? { chain, operand } : undefined;
  }

  /** Rows of a product as they lie before axes become one. */
  #behindReshape(x: TensorNode): TensorNode {
    const inner = x.op === 'reshape' ? x.inputs[0]! : x;
    const channels = [x, inner].map(({ shape }) => shape.at(-1));
    return channels[0] && channels[1] && equals(channels[0], channels[1]) ? inner : x;
  }

  #takes(reader: TensorNode, operand: TensorNode, chain: Chain): boolean {
    if (!this.#reading.productOf(reader) || reader.inputs[0] !== operand) return false;
    if (hasShift(chain) && !this.#weightsOnce) return false;
    // What is centred before it is scaled may be far from 0: then digits would be lost.
    return !hasShift(chain) || (isUnpadded(reader) && !isCentredFirst(chain));
  }

  #affine(chain: Chain): Affine {
    return affineOf(chain, this.#op, (by) => {
      const now = this.#now.get(by)!;
      return this.#op.reshape(now, now.shape.every(isOne) ? [] : now.shape.slice(-1));
    });
  }

  #made({ product: { node, channels }, inner, outer }: Fold): TensorNode {
    const op = this.#op;
    const [before, after] = [inner ? this.#affine(inner.chain) : {}, this.#affine(outer)];
    const depthwise = node.op === 'depthwiseConv2d';
    let w = this.#now.get(node.inputs[1]!)!;
    // [in, 1], beside the last two axes of the weights.
    const beside = (by: TensorNode): TensorNode => (by.shape.length === 0 ? by : op.reshape(by, [channels[0], 1]));
    let shift = before.shift && this.#seenThrough(node, w, beside(before.shift), channels);
    if (before.scale) w = op.multiply(w, beside(before.scale));
    const { scale } = after;
    if (scale) {
      const wide = depthwise && scale.shape.length > 0;
      w = op.multiply(w, wide ? op.reshape(scale, [channels[0], channels[1] / channels[0]]) : scale);
      shift = shift && op.multiply(shift, scale);
    }
    if (after.shift) shift = shift ? op.add(shift, after.shift) : after.shift;
    const x = op.reshape(this.#now.get(inner?.chain.of ?? node.inputs[0]!)!, node.inputs[0]!.shape);
    // What was the product's stays the product's.
    const [origin, make] = [op.originOf(node), () => op.make(node.op, [x, w], node.attributes)];
    const result = origin ? op.withOrigin(origin, make) : make();
    if (shift === undefined) return result;
    return op.add(result, shift.shape.length === 0 ? op.broadcastTo(shift, [channels[1]]) : shift);
  }

  /** What an offset of the operand adds to each channel of the result. */
  #seenThrough(node: TensorNode, w: TensorNode, offset: TensorNode, channels: readonly [number, number]): TensorNode {
    const op = this.#op;
    const axes = { matMul: [0], conv2d: [0, 1, 2], depthwiseConv2d: [0, 1] }[node.op as 'matMul'];
    return op.reshape(op.sum(op.multiply(w, offset), axes), [channels[1]]);
  }

  steps({ originOf }: Pick<GraphBuilder, 'originOf'>): readonly Folded[] {
    const gone = new Set<TensorNode>();
    return [...this.#folds.values()].map(({ product, inner, outer }): Folded => {
      const links = [...(inner?.chain.links ?? []), ...outer.links];
      const fresh = links.filter(({ node }) => !gone.has(node));
      for (const { node } of fresh) gone.add(node);
      const left = links.some(({ node }) => node.op === 'add' || node.op === 'subtract') ? 1 : 0;
      const from = links.map(({ node }) => originOf(node));
      return { kind: 'folded', from, into: originOf(product.node), saved: Math.max(0, fresh.length - left) };
    });
  }
}

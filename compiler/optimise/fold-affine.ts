/**
 * Scales and offsets by channel, as batch normalisation is once it is trained, go into the weights of the product before or after them: nothing
 * of them is left but arithmetic on weights, which is done once for each of their values. For inference only: rounding differs, and gradients
 * want the parts.
 *
 *     conv(x, w) * s + t  →  conv(x, w * s) + t
 *     conv(x * s + t, w)  →  conv(x, w * s) + Σ w * t     without padding
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { copyInto, rebuildProgram, topological, nodesOf, useCounts } from '../graph/traverse.ts';
import { booleanOf, paddingOf, readConvolution } from '../ops/attributes.ts';
import { isOne, sameShape } from '../ops/shape-rules.ts';
import { asNumber } from '../shapes/index.ts';

export const foldAffineName = 'product(x, w) * s + t → product(x, w * s) + t';

/** A product with weights, as matMul, conv2d and depthwiseConv2d are. */
interface Product {
  readonly node: TensorNode;
  /** The number of channels in and out. */
  readonly channels: readonly [number, number];
}

/** `x * scale + shift`, channel by channel. Absent: 1 and 0. */
interface Affine {
  readonly of: TensorNode;
  readonly scale?: TensorNode;
  readonly shift?: TensorNode;
  /** Whether an offset comes before a scale. */
  readonly centresFirst?: boolean;
}

export function foldAffine(program: TensorProgram, builder: GraphBuilder): TensorProgram {
  const folding = new Folding(program, builder);
  const copy = copyInto(builder);
  return rebuildProgram(
    program,
    builder,
    (node, inputs) => folding.remember(node, folding.folded(node) ?? copy(node, inputs)),
    builder,
  );
}

class Folding {
  readonly #op: GraphBuilder;
  readonly #uses: ReadonlyMap<TensorNode, number>;
  /** What follows from weights alone. */
  readonly #fixed = new Set<TensorNode>();
  readonly #now = new Map<TensorNode, TensorNode>();

  constructor(program: TensorProgram, builder: GraphBuilder) {
    this.#op = builder;
    this.#uses = useCounts(program);
    for (const node of topological(nodesOf(program))) {
      const made = node.inputs.length > 0 && node.op !== 'scan' && node.inputs.every((x) => this.#fixed.has(x));
      if (made || node.op === 'weight' || node.op === 'constant') this.#fixed.add(node);
    }
  }

  remember(node: TensorNode, now: TensorNode): TensorNode {
    this.#now.set(node, now);
    return now;
  }

  /** The node with everything around its product in the weights; `undefined` where there is nothing to fold. */
  folded(node: TensorNode): TensorNode | undefined {
    const outer = this.#affine(node, widthOf(node));
    const product = this.#productOf(outer.of);
    if (!product || !sameShape(node.shape, product.node.shape)) return undefined;
    if (outer.of !== node && this.#uses.get(outer.of) !== 1) return undefined;
    const inner = this.#inner(product);
    if (outer.scale === undefined && inner === undefined) return undefined;
    return this.#made(product, inner ?? { of: product.node.inputs[0]! }, outer);
  }

  /** What may be folded forwards into the product. */
  #inner({ node, channels: [width] }: Product): Affine | undefined {
    const x = node.inputs[0]!;
    if (this.#uses.get(x) !== 1) return undefined;
    const affine = this.#affine(x, width);
    const padded = node.op !== 'matMul' && !isUnpadded(node);
    // What is centred before it is scaled may be far from 0: then digits would be lost.
    if (affine.of === x || (affine.shift !== undefined && (padded || affine.centresFirst === true))) return undefined;
    return affine;
  }

  /** Takes scales and offsets off, as far as what lies between is read for nothing else. */
  #affine(node: TensorNode, width: number | undefined): Affine {
    const chain: { readonly node: TensorNode; readonly by: TensorNode }[] = [];
    let at = node;
    while (at === node || this.#uses.get(at) === 1) {
      const step = width === undefined ? undefined : this.#step(at, width);
      if (step === undefined) break;
      chain.push({ node: at, by: step.by });
      at = step.of;
    }
    return chain.reduceRight<Affine>((affine, link) => this.#applied(affine, link.node, this.#channels(link.by)), {
      of: at,
    });
  }

  /** One scale or offset on top of something. */
  #step(node: TensorNode, width: number): { readonly of: TensorNode; readonly by: TensorNode } | undefined {
    if (!['add', 'subtract', 'multiply', 'divide'].includes(node.op)) return undefined;
    const [a, b] = node.inputs as readonly [TensorNode, TensorNode];
    const commutes = node.op === 'add' || node.op === 'multiply';
    for (const [of, by] of commutes ? ([[a, b], [b, a]] as const) : ([[a, b]] as const)) {
      if (!this.#fixed.has(of) && this.#fixed.has(by) && isByChannel(by, width) && sameShape(of.shape, node.shape))
        return { of, by };
    }
    return undefined;
  } // prettier-ignore

  #applied({ of, scale, shift, centresFirst = false }: Affine, { op: name }: TensorNode, by: TensorNode): Affine {
    const op = this.#op;
    const scaled = scale && { scale };
    if (name === 'add') return { of, ...scaled, shift: shift ? op.add(shift, by) : by, centresFirst };
    if (name === 'subtract')
      return { of, ...scaled, shift: shift ? op.subtract(shift, by) : op.negate(by), centresFirst };
    const times = (x: TensorNode | undefined): TensorNode =>
      name === 'divide' ? op.divide(x ?? 1, by) : x ? op.multiply(x, by) : by;
    return { of, scale: times(scale), ...(shift && { shift: times(shift) }), centresFirst: shift !== undefined };
  }

  /** What varies by channel, or not at all, without axes of 1 before it. */
  #channels(by: TensorNode): TensorNode {
    const now = this.#now.get(by)!;
    return this.#op.reshape(now, now.shape.every(isOne) ? [] : now.shape.slice(-1));
  }

  #productOf(node: TensorNode): Product | undefined {
    const [x, w] = node.inputs as readonly [TensorNode, TensorNode];
    if (node.op !== 'matMul' && node.op !== 'conv2d' && node.op !== 'depthwiseConv2d') return undefined;
    if (!this.#fixed.has(w) || this.#fixed.has(x)) return undefined;
    const sizes = w.shape.map(asNumber);
    if (!sizes.every((size) => size !== undefined)) return undefined;
    if (node.op === 'depthwiseConv2d') return { node, channels: [sizes[2]!, sizes[2]! * sizes[3]!] };
    if (node.op === 'conv2d') return { node, channels: [sizes[2]!, sizes[3]!] };
    const plain = !booleanOf(node.attributes, 'transposeA') && !booleanOf(node.attributes, 'transposeB');
    return plain && sizes.length === 2 ? { node, channels: [sizes[0]!, sizes[1]!] } : undefined;
  }

  #made({ node, channels }: Product, inner: Affine, outer: Affine): TensorNode {
    const op = this.#op;
    const depthwise = node.op === 'depthwiseConv2d';
    let w = this.#now.get(node.inputs[1]!)!;
    // [in, 1], beside the last two axes of the weights.
    const beside = (by: TensorNode): TensorNode => (by.shape.length === 0 ? by : op.reshape(by, [channels[0], 1]));
    let shift = inner.shift && this.#seenThrough(node, w, beside(inner.shift), channels);
    if (inner.scale) w = op.multiply(w, beside(inner.scale));
    const { scale } = outer;
    if (scale) {
      const wide = depthwise && scale.shape.length > 0;
      w = op.multiply(w, wide ? op.reshape(scale, [channels[0], channels[1] / channels[0]]) : scale);
      shift = shift && op.multiply(shift, scale);
    }
    if (outer.shift) shift = shift ? op.add(shift, outer.shift) : outer.shift;
    const x = this.#now.get(inner.of)!;
    const result = op.make(node.op, [x, w], node.attributes);
    if (shift === undefined) return result;
    return op.add(result, shift.shape.length === 0 ? op.broadcastTo(shift, [channels[1]]) : shift);
  }

  /** What an offset of the operand adds to each channel of the result. */
  #seenThrough(node: TensorNode, w: TensorNode, offset: TensorNode, channels: readonly [number, number]): TensorNode {
    const op = this.#op;
    const axes = { matMul: [0], conv2d: [0, 1, 2], depthwiseConv2d: [0, 1] }[node.op as 'matMul'];
    return op.reshape(op.sum(op.multiply(w, offset), axes), [channels[1]]);
  }
}

const widthOf = ({ shape }: TensorNode): number | undefined => (shape.length === 0 ? 1 : asNumber(shape.at(-1)!));

const isUnpadded = (node: TensorNode): boolean => {
  const padding = paddingOf(node.attributes);
  if (typeof padding !== 'string') return padding.every((pair) => pair.every((size) => asNumber(size) === 0));
  // A window of one pixel that takes every pixel has nothing to pad.
  const { strides } = readConvolution(node.attributes);
  const single = node.inputs[1]!.shape.slice(0, 2).every(isOne) && strides.every((stride) => stride === 1);
  return padding === 'valid' || single;
};

/** Whether it has one number for each channel, or one for all. */
function isByChannel(by: TensorNode, width: number): boolean {
  if (by.shape.every(isOne)) return true;
  return by.shape.slice(0, -1).every(isOne) && asNumber(by.shape.at(-1)!) === width;
}

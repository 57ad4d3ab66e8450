/**
 * Reads scales and offsets by channel off a program, as batch normalisation is once it is trained: `x * scale + shift`.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { nodesOf, topological, useCounts } from '../graph/traverse.ts';
import { booleanOf, paddingOf, readConvolution } from '../ops/attributes.ts';
import { isOne, sameShape } from '../ops/shape-rules.ts';
import { asNumber } from '../shapes/index.ts';

/** A product with weights, as matMul, conv2d and depthwiseConv2d are. */
export interface Product {
  readonly node: TensorNode;
  /** The number of channels in and out. */
  readonly channels: readonly [number, number];
}

/** One scale or offset: `node` is `of` with `by` applied. */
export interface Link {
  readonly node: TensorNode;
  readonly of: TensorNode;
  readonly by: TensorNode;
}

/** Scales and offsets one after the other, the outermost first, and what they are applied to. */
export interface Chain {
  readonly of: TensorNode;
  readonly links: readonly Link[];
}

/** `of * scale + shift`, channel by channel. Absent: 1 and 0. */
export interface Affine {
  readonly scale?: TensorNode;
  readonly shift?: TensorNode;
  /** Whether an offset comes before a scale. */
  readonly centresFirst?: boolean;
}

export const productOps: readonly string[] = ['matMul', 'conv2d', 'depthwiseConv2d'];

/** What of a program is read by what, and what follows from weights alone. */
export class Reading {
  readonly #uses: ReadonlyMap<TensorNode, number>;
  readonly #readers = new Map<TensorNode, TensorNode[]>();
  readonly #fixed = new Set<TensorNode>();

  constructor(program: TensorProgram) {
    this.#uses = useCounts(program);
    for (const node of topological(nodesOf(program))) {
      const made = node.inputs.length > 0 && node.op !== 'scan' && node.inputs.every((x) => this.#fixed.has(x));
      if (made || node.op === 'weight' || node.op === 'constant') this.#fixed.add(node);
      for (const x of node.inputs) this.#readers.set(x, [...(this.#readers.get(x) ?? []), node]);
    }
  }

  isFixed(node: TensorNode): boolean {
    return this.#fixed.has(node);
  }

  /** What has the node as an operand, once for each time. */
  readersOf(node: TensorNode): readonly TensorNode[] {
    return this.#readers.get(node) ?? [];
  }

  isReadOnce(node: TensorNode): boolean {
    return this.#uses.get(node) === 1;
  }

  isOutput(node: TensorNode): boolean {
    return (this.#uses.get(node) ?? 0) > this.readersOf(node).length;
  }

  /** As far as what lies between is read for nothing else. */
  chain(node: TensorNode): Chain {
    const links: Link[] = [];
    const width = node.shape.length === 0 ? 1 : asNumber(node.shape.at(-1)!);
    if (width === undefined) return { of: node, links };
    let at = node;
    while (at === node || this.isReadOnce(at)) {
      const link = this.link(at, (by) => isByChannel(by, width));
      if (link === undefined) break;
      links.push(link);
      at = link.of;
    }
    return { of: at, links };
  }

  /** One scale or offset, made of weights, on top of something. */
  link(node: TensorNode, fits: (by: TensorNode) => boolean): Link | undefined {
    if (!['add', 'subtract', 'multiply', 'divide'].includes(node.op)) return undefined;
    const [a, b] = node.inputs as readonly [TensorNode, TensorNode];
    const commutes = node.op === 'add' || node.op === 'multiply';
    for (const [of, by] of commutes ? ([[a, b], [b, a]] as const) : ([[a, b]] as const)) {
      if (!this.isFixed(of) && this.isFixed(by) && fits(by) && sameShape(of.shape, node.shape)) return { node, of, by };
    }
    return undefined;
  } // prettier-ignore

  productOf(node: TensorNode): Product | undefined {
    if (!productOps.includes(node.op)) return undefined;
    const [x, w] = node.inputs as readonly [TensorNode, TensorNode];
    if (!this.isFixed(w) || this.isFixed(x)) return undefined;
    const sizes = w.shape.map(asNumber);
    if (!sizes.every((size) => size !== undefined)) return undefined;
    if (node.op === 'depthwiseConv2d') return { node, channels: [sizes[2]!, sizes[2]! * sizes[3]!] };
    if (node.op === 'conv2d') return { node, channels: [sizes[2]!, sizes[3]!] };
    const plain = !booleanOf(node.attributes, 'transposeA') && !booleanOf(node.attributes, 'transposeB');
    return plain && sizes.length === 2 ? { node, channels: [sizes[0]!, sizes[1]!] } : undefined;
  }
}

/**
 * The chain as one scale and one offset.
 *
 * @param channels A link's `by` in the new program: one number, or one for each channel, without axes of 1.
 */
export function affineOf({ links }: Chain, op: GraphBuilder, channels: (by: TensorNode) => TensorNode): Affine {
  return links.toReversed().reduce<Affine>((affine, { node, by }) => applied(op, affine, node.op, channels(by)), {});
}

function applied(op: GraphBuilder, affine: Affine, name: string, by: TensorNode): Affine {
  const { scale, shift } = affine;
  if (name === 'add') return { ...affine, shift: shift ? op.add(shift, by) : by };
  if (name === 'subtract') return { ...affine, shift: shift ? op.subtract(shift, by) : op.negate(by) };
  const times = (x: TensorNode | undefined): TensorNode =>
    name === 'divide' ? op.divide(x ?? 1, by) : x ? op.multiply(x, by) : by;
  return { scale: times(scale), ...(shift && { shift: times(shift) }), centresFirst: shift !== undefined };
}

/** The same without making anything. */
export const isCentredFirst = ({ links }: Chain): boolean => {
  const scales = links.map(({ node }) => node.op === 'multiply' || node.op === 'divide');
  const lastScale = scales.indexOf(true);
  return lastScale >= 0 && scales.slice(lastScale).includes(false);
};
export const hasShift = ({ links }: Chain): boolean =>
  links.some(({ node }) => node.op === 'add' || node.op === 'subtract');
export const hasScale = ({ links }: Chain): boolean =>
  links.some(({ node }) => node.op === 'multiply' || node.op === 'divide');

export function isUnpadded(node: TensorNode): boolean {
  if (node.op === 'matMul') return true;
  const padding = paddingOf(node.attributes);
  if (typeof padding !== 'string') return padding.every((pair) => pair.every((size) => asNumber(size) === 0));
  // A window of one pixel that takes every pixel has nothing to pad.
  const { strides } = readConvolution(node.attributes);
  const single = node.inputs[1]!.shape.slice(0, 2).every(isOne) && strides.every((stride) => stride === 1);
  return padding === 'valid' || single;
}

/** Whether it has one number for each channel, or one for all. */
function isByChannel(by: TensorNode, width: number): boolean {
  if (by.shape.every(isOne)) return true;
  return by.shape.slice(0, -1).every(isOne) && asNumber(by.shape.at(-1)!) === width;
}

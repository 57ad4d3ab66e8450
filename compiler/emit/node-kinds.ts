/** Nodes that no statement computes, or that are computed from nothing, and those that share memory. */
import type { TensorNode } from '../graph/tensor-graph.ts';
import { bodyOf } from '../ops/attributes.ts';

/** An argument of the function, or of the step of a loop. */
export const isGiven = (node: TensorNode): boolean => given.has(node.op);
const given: ReadonlySet<string> = new Set(['input', 'weight', 'slot', 'parameter']);

/** Made from nothing: constants, fills, random numbers. */
export const isMadeLeaf = (node: TensorNode): boolean => node.inputs.length === 0 && !isGiven(node);

/** It has no value of its own: its results are `result` nodes. */
export const givesResults = (node: TensorNode): boolean =>
  node.op === 'scan' || (node.op === 'elementwise' && bodyOf(node.attributes).outputs.length > 1);

/** Its value is its operand's data. */
export const isAlias = (node: TensorNode): boolean => node.op === 'reshape' || node.op === 'stopGradient';

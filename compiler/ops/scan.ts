/**
 * The loop over time, the one op with a body. A `scan` takes the first carries, the sequences (time is their first axis)
 * and captured values of outside; its body is a closed graph over `parameter`s in that order. It has several results,
 * each of which a `result` node picks: the last carries, then the outputs stacked along a new first axis.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { countOf, type NdArray } from '../graph/nd-array.ts';
import type { Attributes, DType, TensorNode } from '../graph/tensor-graph.ts';
import type { Dim } from '../shapes/index.ts';
import { bodyOf, booleanOf, dtypeOf, numberOf, sizeOf, sizesOf } from './attributes.ts';
import { defineOp } from './define-op.ts';
import { sameShape } from './shape-rules.ts';

/** A scan's attributes, read. */
export interface ScanShape {
  /** How many carries and how many sequences; the other operands are captured. */
  readonly carries: number;
  readonly sequences: number;
  readonly steps: Dim;
  readonly reverse: boolean;
  /** The body's outputs: the next carries, then what is stacked. */
  readonly next: readonly TensorNode[];
  readonly stacked: readonly TensorNode[];
}

export function readScan(attributes: Attributes): ScanShape {
  const carries = numberOf(attributes, 'carries');
  const { outputs } = bodyOf(attributes);
  return {
    carries,
    sequences: numberOf(attributes, 'sequences'),
    steps: sizeOf(attributes, 'steps'),
    reverse: booleanOf(attributes, 'reverse'),
    next: outputs.slice(0, carries),
    stacked: outputs.slice(carries),
  };
}

/** The type of one result, also of a fused kernel. */
export function resultType(scan: TensorNode, index: number): { readonly dtype: DType; readonly shape: readonly Dim[] } {
  if (scan.op === 'elementwise') {
    const { dtype, shape } = bodyOf(scan.attributes).outputs[index] ?? bug(`a kernel has no result ${index}`);
    return { dtype, shape };
  }
  const { carries, next, stacked, steps } = readScan(scan.attributes);
  const node = index < carries ? next[index]! : (stacked[index - carries] ?? bug(`a scan has no result ${index}`));
  return { dtype: node.dtype, shape: index < carries ? node.shape : [steps, ...node.shape] };
}

/** Row `at` along the first axis. */
function pieceOf(x: NdArray, at: number): NdArray {
  const shape = x.shape.slice(1);
  const count = countOf(shape);
  return { dtype: x.dtype, shape, data: x.data.slice(at * count, (at + 1) * count) };
}

function stackedPieces(pieces: readonly NdArray[]): NdArray {
  const first = pieces[0] ?? bug('a loop of no steps');
  const data = new Float64Array(pieces.length * first.data.length);
  for (const [at, piece] of pieces.entries()) data.set(piece.data, at * first.data.length);
  return { dtype: first.dtype, shape: [pieces.length, ...first.shape], data };
}

export const scan = defineOp('scan', {
  type: (inputs, attributes) => {
    const { carries, next } = readScan(attributes);
    if (next.length !== carries) bug('a loop that does not give each carry');
    for (const [i, node] of next.entries()) {
      const first = inputs[i]!;
      if (first.dtype !== node.dtype || !sameShape(first.shape, node.shape)) bug(`carry ${i} changes its type`);
    }
    // Its results have types of their own.
    return { dtype: 'float32', shape: [] };
  },
  evaluate: (inputs, attributes, context) => {
    const { carries, sequences, steps, reverse, stacked, next } = readScan(attributes);
    const run = context.body([...next, ...stacked]);
    const count = context.size(steps);
    const cut = inputs.slice(carries, carries + sequences);
    if (cut.some((x) => x.shape[0] !== count)) bug('a sequence of another length');
    const captured = inputs.slice(carries + sequences);
    let carried = inputs.slice(0, carries);
    const pieces = stacked.map((): NdArray[] => []);
    for (let step = 0; step < count; step++) {
      const at = reverse ? count - 1 - step : step;
      const results = run([...carried, ...cut.map((x) => pieceOf(x, at)), ...captured]);
      carried = results.slice(0, carries);
      results.slice(carries).forEach((piece, i) => (pieces[i]![at] = piece));
    }
    return {
      dtype: 'float32',
      shape: [],
      data: new Float64Array(1),
      parts: [...carried, ...pieces.map(stackedPieces)],
    };
  },
  gradient: () => bug('the gradient of a loop is made as a whole'),
  traits: { impure: true },
});

export const result = defineOp('result', {
  type: (_, attributes) => ({ dtype: dtypeOf(attributes), shape: sizesOf(attributes, 'shape') }),
  evaluate: ([all], attributes) => all?.parts?.[numberOf(attributes, 'index')] ?? bug('a result of no loop'),
  gradient: () => bug('the gradient of a loop is made as a whole'),
  traits: { impure: true },
});

export const parameter = defineOp('parameter', {
  type: (_, attributes) => ({ dtype: dtypeOf(attributes), shape: sizesOf(attributes, 'shape') }),
  evaluate: (_, attributes, context) => context.parameter(numberOf(attributes, 'index')),
  gradient: 'none',
  traits: { impure: true },
});

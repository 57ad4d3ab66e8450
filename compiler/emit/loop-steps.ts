/**
 * What the body of a scan does at each step, in order: what it computes, what it frees when, and who owns the next carries.
 */
import { parametersOf } from '../graph/build-loops.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { readScan, type ScanShape } from '../ops/scan.ts';
import { bufferOf, freedAfter } from './buffers.ts';
import { schedule } from './schedule.ts';

export interface LoopSteps {
  readonly shape: ScanShape;
  /** Of the body, by their index. */
  readonly parameters: ReadonlyMap<number, TensorNode>;
  readonly order: readonly TensorNode[];
  /** Buffers that carries take over. */
  readonly own: readonly TensorNode[];
  /** Carries that take a reference to what another has, or to what is outside. */
  readonly shared: ReadonlySet<number>;
  readonly freed: ReadonlyMap<TensorNode, readonly TensorNode[]>;
  /** Carries and pieces that no statement reads, by their index: freed when the step begins. */
  readonly unread: readonly number[];
  /** Whether a node is a parameter that stands for something outside. */
  readonly isCaptured: (node: TensorNode) => boolean;
}

export function loopSteps(scan: TensorNode): LoopSteps {
  const shape = readScan(scan.attributes);
  const { next, stacked, carries, sequences } = shape;
  const given = carries + sequences;
  const parameters = parametersOf([...next, ...stacked]);
  const order = schedule([...next, ...stacked], ['loop'], () => 'loop', () => 0).get('loop') ?? [];
  const isCaptured = (node: TensorNode): boolean => node.op === 'parameter' && Number(node.attributes['index']) >= given;
  const claimed = new Set<TensorNode>();
  const shared = new Set<number>();
  next.forEach((node, i) => {
    const buffer = bufferOf(node);
    if (claimed.has(buffer) || isCaptured(buffer)) shared.add(i);
    else claimed.add(buffer);
  });
  const read = new Set(order.flatMap((node) => node.inputs.map(bufferOf)));
  const unread = Array.from({ length: given }, (_, i) => i).filter((i) => {
    const node = parameters.get(i);
    return node === undefined || (!read.has(node) && !claimed.has(node));
  });
  return { shape, parameters, order, own: [...claimed], shared, freed: freedAfter(order, claimed, isCaptured), unread, isCaptured };
} // prettier-ignore

/**
 * Scales and offsets by channel that are still there after folding, each with what is in the way on either side: who
 * trained a batch normalisation wants to know why it still costs something.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { nodesOf, topological } from '../graph/traverse.ts';
import { hasScale, hasShift, isCentredFirst, isUnpadded, productOps, type Chain, Reading } from './affine.ts';
import type { Kept, Obstacle } from './pass.ts';

/** @param weightsOnce As for `folding`. */
export function keptAffines(
  program: TensorProgram,
  weightsOnce: boolean,
  { originOf }: Pick<GraphBuilder, 'originOf'>,
): readonly Kept[] {
  const reading = new Reading(program);
  const seen = new Set<TensorNode>();
  const kept: Kept[] = [];
  for (const node of nodesOf(program).toReversed()) {
    if (seen.has(node) || reading.isFixed(node)) continue;
    const chain = reading.chain(node);
    for (const link of chain.links) seen.add(link.node);
    if (!hasScale(chain) || !chain.links.some(({ by }) => topological([by]).some((x) => x.op === 'weight'))) continue;
    const [before, after] = [obstacleBefore(chain, reading), obstacleAfter(node, chain, reading, weightsOnce)];
    const stage = ({ because, by }: { because: Obstacle['because']; by: TensorNode | undefined }): Obstacle => ({
      because,
      by: by && originOf(by),
    });
    kept.push({ kind: 'kept', what: originOf(node), before: stage(before), after: stage(after) });
  }
  return kept.toReversed();
}

interface Found {
  readonly because: Obstacle['because'];
  readonly by: TensorNode | undefined;
}

const behindReshapes = (node: TensorNode): TensorNode =>
  node.op === 'reshape' ? behindReshapes(node.inputs[0]!) : node;

function obstacleBefore({ of, links }: Chain, reading: Reading): Found {
  const below = behindReshapes(of);
  if (!productOps.includes(below.op)) return { because: 'no product', by: below };
  if (!reading.productOf(below)) return { because: 'no weights', by: below };
  const other = reading.readersOf(of).find((reader) => reader !== links.at(-1)!.node);
  return { because: 'read elsewhere', by: other };
}

function obstacleAfter(node: TensorNode, chain: Chain, reading: Reading, weightsOnce: boolean): Found {
  const readers = reading.readersOf(node).flatMap((reader) => (reader.op === 'reshape' ? reading.readersOf(reader) : reader)); // prettier-ignore
  if (reading.isOutput(node) || readers.length === 0) return { because: 'output', by: undefined };
  const other = readers.find((reader) => !productOps.includes(reader.op));
  if (other) return { because: readers.length > 1 ? 'read elsewhere' : 'no product', by: other };
  const unknown = readers.find((reader) => !reading.productOf(reader));
  if (unknown) return { because: 'no weights', by: unknown };
  if (hasShift(chain) && isCentredFirst(chain)) return { because: 'centred first', by: readers[0] };
  const padded = readers.find((reader) => !isUnpadded(reader));
  if (padded) return { because: 'padded', by: padded };
  return { because: weightsOnce ? 'too large' : 'each time', by: readers[0] };
}

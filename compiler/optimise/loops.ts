/**
 * Passes over loops. A gradient asks a loop for more of its steps by making a longer one: both become one again. Results
 * that nothing reads, and the carries that only they need, are dropped. Last, what is the same at every step leaves the
 * loop, constants too.
 */
import type { OpenLoop } from '../graph/build-loops.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import { loopBody } from '../graph/loop-body.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { copyInto, nodesOf, rebuildProgram, topological, withBody, type Rebuild } from '../graph/traverse.ts';
import { attributesKey } from '../graph/canonical-key.ts';
import { bodyOf, numberOf } from '../ops/attributes.ts';
import { readScan } from '../ops/scan.ts';
import type { Pass, Step } from './pass.ts';

/** A step for each loop of the program before that the program after no longer has. */
const loopPass = (name: string, summary: string, rule: string, run: (program: TensorProgram, builder: GraphBuilder) => TensorProgram): Pass => ({
  name,
  summary,
  run: (before, builder) => {
    const program = run(before, builder);
    const left = new Set(nodesOf(program));
    const changed = nodesOf(before).filter((node) => node.op === 'scan' && !left.has(node));
    return { program, steps: changed.map((node): Step => ({ kind: 'rewritten', rule: { name: rule }, at: builder.originOf(node) })) };
  },
}); // prettier-ignore

export const mergeLoops: Pass = loopPass(
  'merge-loops',
  'makes one loop of those that differ only in what they give, without what nobody reads',
  'loop(f), loop(f, g) → loop(f, g)',
  tidyLoops,
);

export const hoist: Pass = loopPass(
  'hoist',
  'takes what is the same at every step out of loops',
  'loop(f(x)), x from outside → f(x), loop',
  hoistFromLoops,
);

function tidyLoops(program: TensorProgram, builder: GraphBuilder): TensorProgram {
  return hasLoops(program) ? prunedLoops(mergedLoops(program, builder), builder) : program;
}

const hasLoops = (program: TensorProgram): boolean => nodesOf(program).some((node) => node.op === 'scan');

const indexOf = (result: TensorNode): number => numberOf(result.attributes, 'index');

/** The same for loops that differ only in what they stack. */
function loopKey(scan: TensorNode): string {
  const { carries } = readScan(scan.attributes);
  const body = loopBody(bodyOf(scan.attributes).outputs.slice(0, carries));
  return `${scan.inputs.map((x) => x.id).join(',')} ${attributesKey({ ...scan.attributes, body })}`;
}

function mergedLoops(program: TensorProgram, builder: GraphBuilder): TensorProgram {
  const stacked = new Map<string, TensorNode[]>();
  for (const node of nodesOf(program)) {
    if (node.op !== 'scan') continue;
    const key = loopKey(node);
    const outputs = stacked.get(key) ?? [];
    stacked.set(key, [...new Set([...outputs, ...readScan(node.attributes).stacked])]);
  }
  const copy = copyInto(builder);
  const rebuild: Rebuild = (scan, inputs) => {
    if (scan.op !== 'scan' && scan.op !== 'result') return copy(scan, inputs);
    const loop = scan.op === 'scan' ? scan : scan.inputs[0]!;
    const { next, stacked: own, carries } = readScan(loop.attributes);
    const all = stacked.get(loopKey(loop))!;
    if (scan.op === 'scan')
      return builder.make('scan', inputs, { ...scan.attributes, body: loopBody([...next, ...all]) });
    const index = indexOf(scan);
    return builder.scanResult(inputs[0]!, index < carries ? index : carries + all.indexOf(own[index - carries]!));
  };
  return rebuildProgram(program, builder, rebuild, builder);
}

/** By loop: the results that are read, and the carries that they depend on. */
interface Needed {
  readonly results: Set<number>;
  readonly carries: ReadonlySet<number>;
}

function neededOf(scan: TensorNode, results: Set<number>): Needed {
  const { carries, next, stacked } = readScan(scan.attributes);
  const needed = new Set<number>([...results].filter((index) => index < carries));
  const outputs = [...results].filter((index) => index >= carries).map((index) => stacked[index - carries]!);
  for (let before = -1; before !== needed.size;) {
    before = needed.size;
    for (const node of topological([...outputs, ...[...needed].map((i) => next[i]!)])) {
      if (node.op === 'parameter' && indexOf(node) < carries) needed.add(indexOf(node));
    }
  }
  return { results, carries: needed };
}

function prunedLoops(program: TensorProgram, builder: GraphBuilder, withLeaves = false): TensorProgram {
  const results = new Map<TensorNode, Set<number>>();
  for (const node of nodesOf(program)) {
    if (node.op !== 'result') continue;
    const scan = node.inputs[0]!;
    results.set(scan, (results.get(scan) ?? new Set()).add(indexOf(node)));
  }
  const needs = new Map([...results].map(([scan, read]) => [scan, neededOf(scan, read)]));
  const copy = copyInto(builder);
  return rebuildProgram(
    program,
    builder,
    (node, inputs) => {
      if (node.op !== 'scan' && node.op !== 'result') return copy(node, inputs);
      const scan = node.op === 'scan' ? node : node.inputs[0]!;
      const needed = needs.get(scan)!;
      if (node.op === 'scan') return pruned(builder, copy(scan, inputs), needed, withLeaves);
      return builder.scanResult(inputs[0]!, newIndex(scan, indexOf(node), needed));
    },
    builder,
  );
}

/** Where a result is once others are gone. */
function newIndex(scan: TensorNode, index: number, { results, carries }: Needed): number {
  const count = readScan(scan.attributes).carries;
  const kept = Array.from({ length: index }, (_, i) => i).filter((i) => (i < count ? carries.has(i) : results.has(i)));
  return kept.length;
}

function pruned(
  builder: GraphBuilder,
  scan: TensorNode,
  { results, carries }: Needed,
  withLeaves: boolean,
): TensorNode {
  const open = builder.openLoop(scan);
  const count = open.initial.length;
  const kept = <T>(items: readonly T[]): readonly T[] => items.filter((_, i) => carries.has(i));
  const outputs = open.outputs.filter((_, i) => results.has(count + i));
  const next = kept(open.next);
  return builder.closeLoop(
    onlyRead({ ...open, initial: kept(open.initial), carried: kept(open.carried), next, outputs }),
    withLeaves,
  );
}

/** Without sequences that no step reads. */
function onlyRead(loop: OpenLoop): OpenLoop {
  const read = new Set(topological([...loop.next, ...loop.outputs]));
  const isRead = (_: unknown, i: number): boolean => read.has(loop.items[i]!);
  return { ...loop, sequences: loop.sequences.filter(isRead), items: loop.items.filter(isRead) };
}

/** Inner loops first, so that what they give up may leave the outer ones too. */
function hoistFromLoops(program: TensorProgram, builder: GraphBuilder): TensorProgram {
  if (!hasLoops(program)) return program;
  const copy = copyInto(builder);
  const hoisted = rebuildProgram(
    program,
    builder,
    (node, inputs) => {
      if (node.op !== 'scan') return copy(node, inputs);
      const inside = withBody(builder, node, inputs, (body) => hoistFromLoops(body, builder));
      return builder.closeLoop(onlyRead(builder.openLoop(inside)), true);
    },
    builder,
  );
  return prunedLoops(hoisted, builder, true);
}

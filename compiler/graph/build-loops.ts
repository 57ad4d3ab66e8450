/**
 * Loops are built open: the body is written over placeholders and any nodes of outside. Closing one finds what it takes
 * from outside (its captured operands, as large as they can be, so nothing that is the same at every step is computed in
 * the loop) and puts numbered parameters in place of both. Opening one undoes that, for passes that change it.
 */
import { toDim } from '../ops/attributes.ts';
import type { CompilerOps } from '../ops/compiler-ops.ts';
import type { Loop, LoopResults } from '../ops/ops.ts';
import { readScan, resultType } from '../ops/scan.ts';
import { sameShape } from '../ops/shape-rules.ts';
import type { Dim } from '../shapes/index.ts';
import { loopBody } from './loop-body.ts';
import type { NodeTable } from './node-table.ts';
import type { Attributes, AttributeValue, DType, TensorNode } from './tensor-graph.ts';
import { topological } from './traverse.ts';

/** A loop whose body is in the open. */
export interface OpenLoop {
  readonly initial: readonly TensorNode[];
  readonly sequences: readonly TensorNode[];
  readonly steps: Dim;
  readonly reverse: boolean;
  /** Placeholders for the carries and the pieces. */
  readonly carried: readonly TensorNode[];
  readonly items: readonly TensorNode[];
  readonly next: readonly TensorNode[];
  readonly outputs: readonly TensorNode[];
}

/** Numbers of placeholders, far from those of parameters. */
const firstPlaceholder = 1_000_000;

export interface LoopBuilder extends Pick<CompilerOps, 'scan' | 'scanResult'> {
  /** A leaf that stands for a value until a loop is closed over it. */
  placeholder(dtype: DType, shape: readonly Dim[], name?: string): TensorNode;
  /** `withLeaves`: constants are made outside, too. */
  closeLoop(loop: OpenLoop, withLeaves?: boolean): TensorNode;
  openLoop(scan: TensorNode): OpenLoop;
}

type Table = Pick<NodeTable, 'make' | 'originOf' | 'withOrigin'>;

export function loopOps(table: Table): LoopBuilder {
  let placeholders = firstPlaceholder;
  const placeholder: LoopBuilder['placeholder'] = (dtype, shape, name) =>
    table.make('parameter', [], parameterAttributes(placeholders++, { dtype, shape }, name));
  const scanResult = (scan: TensorNode, index: number): TensorNode =>
    table.make('result', [scan], { index, ...resultType(scan, index) });
  const closeLoop: LoopBuilder['closeLoop'] = (loop, withLeaves = false) => closed(table, loop, withLeaves);
  const openLoop = (scan: TensorNode): OpenLoop => opened(table, scan, placeholder);
  const scan = (loop: Loop): LoopResults => {
    const carried = loop.carries.map((x, i) => placeholder(x.dtype, x.shape, loop.names?.[i]));
    const items = loop.sequences.map((x, i) => placeholder(x.dtype, x.shape.slice(1), loop.names?.[carried.length + i])); // prettier-ignore
    const given = loop.body({ carries: carried, items });
    // Sizes that are equal only by a fact the algebra does not know are written as the first carry has them.
    const next = given.carries.map((x, i) =>
      sameShape(x.shape, carried[i]!.shape) ? x : table.make('reshape', [x], { shape: carried[i]!.shape }),
    );
    const node = closeLoop({
      initial: loop.carries,
      sequences: loop.sequences,
      steps: toDim(loop.steps),
      reverse: loop.reverse ?? false,
      carried,
      items,
      next,
      outputs: given.outputs,
    });
    return {
      carries: next.map((_, i) => scanResult(node, i)),
      outputs: given.outputs.map((_, i) => scanResult(node, next.length + i)),
    };
  };
  return { placeholder, scanResult, closeLoop, openLoop, scan };
}

const parameterAttributes = (
  index: number,
  { dtype, shape }: Pick<TensorNode, 'dtype' | 'shape'>,
  name?: AttributeValue,
): Attributes => ({ index, dtype, shape, ...(name === undefined ? {} : { name }) });

/** Nodes over other leaves; each keeps its origin. `replaced` is filled as it goes. */
export function overOtherLeaves(
  { make, originOf, withOrigin }: Table,
  nodes: readonly TensorNode[],
  replaced: Map<TensorNode, TensorNode>,
): readonly TensorNode[] {
  for (const node of topological(nodes, replaced)) {
    if (replaced.has(node)) continue;
    const inputs = node.inputs.map((input) => replaced.get(input)!);
    const remake = (): TensorNode => make(node.op, inputs, node.attributes);
    const origin = originOf(node);
    const same = inputs.every((input, i) => input === node.inputs[i]);
    replaced.set(node, same ? node : origin ? withOrigin(origin, remake) : remake());
  }
  return nodes.map((node) => replaced.get(node)!);
}

/** Nodes over parameters in place of the operands, in their order; what else they lead to stays as `kept` says. */
export function closedBody(
  table: Table,
  outputs: readonly TensorNode[],
  operands: readonly TensorNode[],
  kept: ReadonlyMap<TensorNode, TensorNode>,
): readonly TensorNode[] {
  const parameters = operands.map((x, i) => [x, table.make('parameter', [], parameterAttributes(i, x))] as const);
  return overOtherLeaves(table, outputs, new Map([...parameters, ...kept]));
}

const isConstant = (node: TensorNode): boolean => node.op === 'constant' || node.op === 'fill';

function closed(table: Table, loop: OpenLoop, withLeaves: boolean): TensorNode {
  const own = [...loop.carried, ...loop.items];
  const outputs = [...loop.next, ...loop.outputs];
  const order = topological(outputs);
  const varying = new Set<TensorNode>(own);
  for (const node of order) if (node.inputs.some((input) => varying.has(input))) varying.add(node);
  const parameterFor = (node: TensorNode, index: number): TensorNode =>
    table.make('parameter', [], parameterAttributes(index, node, node.attributes['name']));
  const replaced = new Map<TensorNode, TensorNode>();
  own.forEach((node, i) => replaced.set(node, parameterFor(node, i)));
  const captured: TensorNode[] = [];
  const capture = (node: TensorNode): void => {
    if (varying.has(node) || replaced.has(node)) return;
    if (isConstant(node) && !withLeaves) return void replaced.set(node, node);
    replaced.set(node, table.make('parameter', [], parameterAttributes(own.length + captured.length, node)));
    captured.push(node);
  };
  for (const node of order) if (varying.has(node)) node.inputs.forEach(capture);
  outputs.forEach(capture);
  const inside = overOtherLeaves(table, outputs, replaced);
  return table.make('scan', [...loop.initial, ...loop.sequences, ...captured], {
    carries: loop.initial.length,
    sequences: loop.sequences.length,
    steps: loop.steps,
    reverse: loop.reverse,
    body: loopBody(inside),
  });
}

/** The parameters that a body reads, by their numbers. */
export function parametersOf(outputs: readonly TensorNode[]): ReadonlyMap<number, TensorNode> {
  const found = topological(outputs).filter((node) => node.op === 'parameter');
  return new Map(found.map((node) => [node.attributes['index'] as number, node]));
}

function opened(table: Table, scan: TensorNode, placeholder: LoopBuilder['placeholder']): OpenLoop {
  const { carries, sequences, steps, reverse, next, stacked } = readScan(scan.attributes);
  const parameters = parametersOf([...next, ...stacked]);
  const nameOf = (i: number): string | undefined => parameters.get(i)?.attributes['name'] as string | undefined;
  const initial = scan.inputs.slice(0, carries);
  const cut = scan.inputs.slice(carries, carries + sequences);
  const carried = initial.map((x, i) => placeholder(x.dtype, x.shape, nameOf(i)));
  const items = cut.map((x, i) => placeholder(x.dtype, x.shape.slice(1), nameOf(carries + i)));
  const outside = [...carried, ...items, ...scan.inputs.slice(carries + sequences)];
  const replaced = new Map([...parameters].map(([index, node]) => [node, outside[index]!]));
  const inside = overOtherLeaves(table, [...next, ...stacked], replaced);
  return {
    initial,
    sequences: cut,
    steps,
    reverse,
    carried,
    items,
    next: inside.slice(0, carries),
    outputs: inside.slice(carries),
  };
}

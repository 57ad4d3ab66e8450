/**
 * The graph builder: the ops as functions over a table in which equal structures are one node.
 */
import type { CompilerOps } from '../ops/compiler-ops.ts';
import { binaryOps, leafOps, unaryOps } from './build-elementwise.ts';
import { loopOps, type LoopBuilder } from './build-loops.ts';
import { movingOps, productOps, reductionOps } from './build-structured.ts';
import { createNodeTable, type NodeTable } from './node-table.ts';

/** All nodes of one graph come from one builder; only its own nodes can be operands. */
export interface GraphBuilder extends CompilerOps, LoopBuilder, NodeTable {}

export function createGraphBuilder(): GraphBuilder {
  const table = createNodeTable();
  return {
    ...table,
    ...leafOps(table.make),
    ...unaryOps(table.make),
    ...binaryOps(table.make),
    ...reductionOps(table.make),
    ...movingOps(table.make),
    ...productOps(table.make),
    ...loopOps(table),
  };
}

/**
 * The op-level graph: making, walking, checking, evaluating, printing.
 */
export { createGraphBuilder, type GraphBuilder } from './builder.ts';
export type { NodeTable, Origin } from './node-table.ts';
export { copyInto, nodesOf, rebuildProgram, substitute, topological, useCounts, type Rebuild } from './traverse.ts';
export {
  evaluateNode,
  evaluateNodes,
  evaluateProgram,
  evaluationContext,
  type EvaluationBindings,
} from './evaluate.ts';
export { build, countOf, ndArray, type NdArray } from './nd-array.ts';
export { printGraph, printHostExpression } from './print-graph.ts';
export { verify } from './verify.ts';
export type { AttributeValue, Attributes, DType, HostExpression, TensorNode, TensorProgram } from './tensor-graph.ts';

/**
 * Checks the invariants of a program: types follow from operands, nodes are frozen and unique, operands come first,
 * attributes are plain. Throws at the first breach.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import { bodyOf, isDim, isHostExpression, isLoopBody } from '../ops/attributes.ts';
import { opNames, ops } from '../ops/index.ts';
import { readScan, resultType } from '../ops/scan.ts';
import { sameShape, showShape } from '../ops/shape-rules.ts';
import { hasBody } from './loop-body.ts';
import { structureKey } from './node-table.ts';
import type { AttributeValue, TensorNode, TensorProgram } from './tensor-graph.ts';
import { nodesOf, topological } from './traverse.ts';

function checkAttribute(node: TensorNode, name: string, value: AttributeValue): void {
  if (Array.isArray(value)) {
    if (!Object.isFrozen(value)) bug(`the attribute '${name}' of ${node.op} is not frozen`);
    for (const item of value as readonly AttributeValue[]) checkAttribute(node, name, item);
    return;
  }
  if (['number', 'string', 'boolean'].includes(typeof value)) return;
  if (value === undefined || (!isDim(value) && !isHostExpression(value) && !isLoopBody(value)))
    bug(`the attribute '${name}' of ${node.op} is not plain`);
}

function checkNode(node: TensorNode): void {
  if (!opNames.includes(node.op)) bug(`an unknown op '${node.op}'`);
  if (![node, node.inputs, node.attributes, node.shape].every(Object.isFrozen)) bug(`a ${node.op} is not frozen`);
  for (const input of node.inputs) if (input.id >= node.id) bug(`an operand of ${node.op} was made after it`);
  for (const [name, value] of Object.entries(node.attributes)) checkAttribute(node, name, value);
  const type = ops[node.op].type(node.inputs, node.attributes);
  if (type.dtype !== node.dtype || !sameShape(type.shape, node.shape))
    bug(`${node.op} has ${node.dtype}${showShape(node.shape)}, not ${type.dtype}${showShape(type.shape)}`);
}

/** Leaves that a body may have: what differs from step to step or comes from outside is a parameter. */
const isInsideLeaf = (node: TensorNode): boolean =>
  node.op === 'parameter' || node.op === 'constant' || node.op === 'fill';

function checkBody(scan: TensorNode): void {
  const { carries, sequences } = scan.op === 'scan' ? readScan(scan.attributes) : { carries: 0, sequences: 0 };
  const { outputs } = bodyOf(scan.attributes);
  const order = topological(outputs);
  for (const node of order) {
    if (node.inputs.length === 0 && !isInsideLeaf(node)) bug(`a body over ${node.op}`);
    if (node.id >= scan.id) bug('a node before its body');
    if (node.op !== 'parameter') continue;
    const index = Number(node.attributes['index']);
    const operand = scan.inputs[index] ?? bug(`a body has no operand ${index}`);
    const isCut = index >= carries && index < carries + sequences;
    const shape = isCut ? operand.shape.slice(1) : operand.shape;
    if (node.dtype !== operand.dtype || !sameShape(node.shape, shape))
      bug(`operand ${index} of a body has another type`);
  }
  checkAll(order);
}

function checkResult(node: TensorNode): void {
  const scan = node.inputs[0]!;
  if (!hasBody(scan.op)) bug('a result of no loop');
  const type = resultType(scan, Number(node.attributes['index']));
  if (type.dtype !== node.dtype || !sameShape(type.shape, node.shape)) bug('a result of another type');
}

export function verify(program: TensorProgram): void {
  for (const node of nodesOf(program)) if (node.op === 'parameter') bug('a parameter outside of a loop');
  checkAll(nodesOf(program));
}

function checkAll(nodes: readonly TensorNode[]): void {
  const byId = new Map<number, TensorNode>();
  const keys = new Set<string>();
  for (const node of nodes) {
    checkNode(node);
    if (hasBody(node.op)) checkBody(node);
    if (node.op === 'result') checkResult(node);
    if (byId.has(node.id)) bug(`two nodes have the id ${node.id}: nodes of two builders are mixed`);
    byId.set(node.id, node);
    const key = structureKey(node.op, node.inputs, node.attributes);
    if (keys.has(key)) bug(`${node.op} exists twice`);
    keys.add(key);
  }
}

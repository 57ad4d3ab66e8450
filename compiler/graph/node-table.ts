/**
 * Makes nodes, each structure once: the same op on the same nodes with the same attributes is the same object.
 * Remembers who asked first for each (its origin).
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../../grammar/source.ts';
import { bodyOf } from '../ops/attributes.ts';
import { ops } from '../ops/index.ts';
import type { OpName } from '../ops/op-names.ts';
import { attributesKey } from './canonical-key.ts';
import { hasBody } from './loop-body.ts';
import type { AttributeValue, Attributes, TensorNode } from './tensor-graph.ts';

/** Which part of which program made a node. */
export interface Origin {
  /** The weight path of the layer, e.g. `stage_1.conv2D`. */
  readonly path?: string;
  readonly place?: { readonly file: SourceFile; readonly span: Span };
  /** For comments in emitted code, e.g. `Conv2D(32, 3, activation: relu)`. */
  readonly label?: string;
}

export interface NodeTable {
  make(op: OpName, inputs: readonly TensorNode[], attributes?: Attributes): TensorNode;
  withOrigin<T>(origin: Origin, make: () => T): T;
  originOf(node: TensorNode): Origin | undefined;
  /** Whether the node was made here. */
  owns(node: TensorNode): boolean;
}

function frozenValue(value: AttributeValue): AttributeValue {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenValue));
  return value;
}

function frozenAttributes(attributes: Attributes): Attributes {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.freeze(Object.fromEntries(entries.map(([name, value]) => [name, frozenValue(value)])));
}

/** What two nodes must share to be one. Operands of a commutative op are compared in either order. */
export function structureKey(op: OpName, inputs: readonly TensorNode[], attributes: Attributes): string {
  const ids = inputs.map((input) => input.id);
  if (ops[op].traits.commutative) ids.sort((a, b) => a - b);
  return `${op}(${ids.join(',')})${attributesKey(attributes)}`;
}

export function createNodeTable(): NodeTable {
  const byKey = new Map<string, TensorNode>();
  const byId: TensorNode[] = [];
  const origins = new Map<TensorNode, Origin>();
  let current: Origin | undefined;

  const table: NodeTable = {
    make(op, inputs, attributes = {}) {
      const key = structureKey(op, inputs, attributes);
      const known = byKey.get(key);
      if (known) return known;
      for (const input of inputs) if (!table.owns(input)) bug(`an operand of ${op} was made by another builder`);
      if (hasBody(op) && !bodyOf(attributes).outputs.every(table.owns))
        bug(`a body of ${op} was made by another builder`);
      const own = frozenAttributes(attributes);
      const { dtype, shape } = ops[op].type(inputs, own);
      const node: TensorNode = Object.freeze({
        id: byId.length,
        op,
        inputs: Object.freeze([...inputs]),
        attributes: own,
        dtype,
        shape: Object.freeze([...shape]),
      });
      byId.push(node);
      byKey.set(key, node);
      if (current) origins.set(node, current);
      return node;
    },
    withOrigin(origin, make) {
      const before = current;
      current = origin;
      try {
        return make();
      } finally {
        current = before;
      }
    },
    originOf: (node) => origins.get(node),
    owns: (node) => byId[node.id] === node,
  };
  return table;
}

/** Which nodes of a program are fused into one kernel: see `fuse-elementwise.ts`. */
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { nodesOf, topological } from '../graph/traverse.ts';
import { booleanOf, dtypeOf, numbersOf } from '../ops/attributes.ts';
import type { OpName } from '../ops/op-names.ts';
import { isOne, product, sameShape } from '../ops/shape-rules.ts';
import { equals, type Dim } from '../shapes/index.ts';
import { computedAgain, type Surroundings } from './computed-again.ts';
import { scalarValue } from './pattern.ts';

/** Parts of a program that are kept apart: nodes of different ones are not fused, and those of none not at all. */
export type PartOf = (node: TensorNode) => string | undefined;

/** Nodes that are computed together. */
export interface Group {
  readonly nodes: readonly TensorNode[];
  /** What they read of others, constants too, in the order in which results lead to them. */
  readonly operands: readonly TensorNode[];
  /** Those that others read; in the same order wherever the same is computed. */
  readonly results: readonly TensorNode[];
  /** The shape of the whole, and how many of its last axes are a row. */
  readonly whole: readonly Dim[];
  readonly axes: number;
}

/** Kernels with more than this of anything are not made larger. */
const most = { nodes: 64, operands: 24, results: 8 };

/** What is a number that the runtime knows when it calls a kernel, so that it need not lie in memory. */
const isGivenNumber = (x: TensorNode): boolean =>
  scalarValue(x) !== undefined || x.op === 'hostScalar' || x.op === 'dimension';

const elementwise: ReadonlySet<OpName> = new Set<OpName>([
  'negate', 'abs', 'sign', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'rsqrt', 'tanh', 'sigmoid', 'softplus', 'erf', 'floor', 'ceil', 'round',
  'relu', 'step', 'isNan', 'not', 'cast', 'add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum',
  'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'and', 'or', 'select',
]); // prettier-ignore
const folds: ReadonlySet<OpName> = new Set<OpName>(['sum', 'max', 'min']);
const wholeRows: ReadonlySet<OpName> = new Set<OpName>(['softmax', 'logSoftmax']);

/** What a node would be in a group. */
interface Role {
  /** The shape of the whole. */
  readonly whole: readonly Dim[];
  /** The length of rows, where the node tells them apart. */
  readonly row: Dim | undefined;
  /** How many of the last axes these are, where the node folds them. */
  readonly axes?: number;
  /** The whole, or one number for each row. */
  readonly isColumn: boolean;
}

/** How an operand lies in a whole: `undefined` where kernels cannot read it so. */
export type Placing = { readonly kind: 'full' | 'scalar' } | { readonly kind: 'row' | 'column'; readonly row: Dim };

export function placing(x: TensorNode, whole: readonly Dim[]): Placing | undefined {
  if (sameShape(x.shape, whole)) return { kind: 'full' };
  if (x.shape.every(isOne)) return { kind: 'scalar' };
  const leading = x.shape.findIndex((size) => !isOne(size));
  const tail = x.shape.slice(leading);
  if (sameShape(tail, whole.slice(whole.length - tail.length))) return { kind: 'row', row: product(tail) };
  let split = x.shape.length;
  while (split > 0 && isOne(x.shape[split - 1]!)) split--;
  const fits = x.shape.length === whole.length && sameShape(x.shape.slice(0, split), whole.slice(0, split));
  return fits ? { kind: 'column', row: product(whole.slice(split)) } : undefined;
}

interface Building {
  readonly part: string;
  readonly whole: readonly Dim[];
  readonly row: Dim | undefined;
  readonly axes: number | undefined;
  readonly nodes: readonly TensorNode[];
  readonly operands: ReadonlySet<TensorNode>;
  /** Places in the program's order. */
  readonly first: number;
  readonly last: number;
}

/** How many of the last axes make a row of that length. */
function rowAxes({ axes, row, whole }: Building): number {
  if (axes !== undefined || row === undefined) return axes ?? 1;
  return whole.length - whole.findLastIndex((_, axis) => equals(product(whole.slice(axis)), row));
}

export class FusionGroups {
  readonly #order: readonly TensorNode[];
  readonly #at = new Map<TensorNode, number>();
  readonly #readers = new Map<TensorNode, TensorNode[]>();
  readonly #outputs: ReadonlySet<TensorNode>;
  readonly #roles = new Map<TensorNode, Role>();
  readonly #building = new Map<TensorNode, Building>();
  readonly #groups = new Map<TensorNode, Group>();
  /** Numbers for what computes the same. */
  readonly #structures = new Map<string, number>();
  readonly #mostBound: number;

  /** @param mostBound How many operands in memory and results a kernel may have together. */
  constructor(program: TensorProgram, partOf: PartOf, mostBound = Infinity) {
    this.#mostBound = mostBound;
    this.#order = nodesOf(program);
    this.#outputs = new Set(program.outputs.values());
    this.#order.forEach((node, i) => {
      this.#at.set(node, i);
      this.#readers.set(node, []);
      for (const x of new Set(node.inputs)) this.#readers.get(x)!.push(node);
    });
    this.#start(partOf);
    this.#growBools();
    for (const node of this.#order) for (const x of new Set(node.inputs)) this.#merge(x, node);
    this.#close();
    this.#computeAgain();
  }

  of(node: TensorNode): Group | undefined {
    return this.#groups.get(node);
  }

  /** Every node that could be in a group, in one of its own. */
  #start(partOf: PartOf): void {
    this.#order.forEach((node, i) => {
      const [role, part] = [this.#roleOf(node), partOf(node)];
      if (role === undefined || part === undefined) return;
      this.#roles.set(node, role);
      const { whole, row, axes } = role;
      const operands = new Set(node.inputs);
      this.#building.set(node, { part, whole, row, axes, nodes: [node], operands, first: i, last: i });
    });
  }

  #roleOf(node: TensorNode): Role | undefined {
    if (node.dtype === 'int32' || node.inputs.some((x) => x.dtype === 'int32')) return undefined;
    if (node.op === 'cast' && dtypeOf(node.attributes) === 'int32') return undefined;
    const [x] = node.inputs;
    if (folds.has(node.op)) return this.#foldRole(node);
    if (wholeRows.has(node.op)) return { whole: node.shape, row: node.shape.at(-1)!, axes: 1, isColumn: false };
    if (!elementwise.has(node.op) || node.shape.every(isOne) || x === undefined) return undefined;
    return this.#columnRole(node) ?? this.#wholeRole(node);
  }

  #foldRole(node: TensorNode): Role | undefined {
    const whole = node.inputs[0]!.shape;
    const axes = numbersOf(node.attributes, 'axes');
    const split = whole.length - axes.length;
    // Bools are not summed here, and one number of all is not a column.
    if (node.dtype !== 'float32' || axes[0] !== split || split === 0) return undefined;
    return { whole, row: product(whole.slice(split)), axes: axes.length, isColumn: true };
  }

  /** Of a node that reads one number for each row from a node that could be in a group. */
  #columnRole(node: TensorNode): Role | undefined {
    for (const x of node.inputs) {
      const role = this.#roles.get(x);
      const keeps = x.attributes['keepDims'] === undefined || booleanOf(x.attributes, 'keepDims');
      if (role?.isColumn !== true || !keeps || !sameShape(x.shape, node.shape)) continue;
      const fits = node.inputs.every((y) => {
        const at = placing(y, role.whole);
        return at?.kind === 'scalar' || (at?.kind === 'column' && equals(at.row, role.row!));
      });
      if (fits) return role;
    }
    return undefined;
  }

  #wholeRole(node: TensorNode): Role | undefined {
    let row: Dim | undefined;
    let isFull = false;
    for (const x of node.inputs) {
      if (scalarValue(x) !== undefined) continue;
      const at = placing(x, node.shape);
      if (at === undefined) return undefined;
      if (at.kind === 'full') isFull = true;
      if (at.kind !== 'row' && at.kind !== 'column') continue;
      if (row !== undefined && !equals(row, at.row)) return undefined;
      row = at.row;
    }
    return isFull ? { whole: node.shape, row, isColumn: false } : undefined;
  }

  /** Bools never leave a kernel: whatever makes or reads them where they would is in no group. */
  #growBools(): void {
    for (const node of this.#order) {
      if (node.dtype !== 'bool') continue;
      const readers = this.#readers.get(node)!;
      const stays = !this.#outputs.has(node) && this.#building.has(node) && readers.every((reader) => this.#merge(node, reader)); // prettier-ignore
      if (!stays) this.#forbid(node);
    }
  }

  /** Takes a bool, and all that was joined because of it, out again. */
  #forbid(bool: TensorNode): void {
    const remove = [bool, ...this.#readers.get(bool)!].flatMap((node) => this.#building.get(node)?.nodes ?? []);
    for (const node of remove) {
      this.#building.delete(node);
      this.#roles.delete(node);
    }
    for (const node of remove) if (node.dtype === 'bool' && node !== bool) this.#forbid(node);
  }

  /** Makes one group of two, if that can be. */
  #merge(x: TensorNode, reader: TensorNode): boolean {
    const [a, b] = [this.#building.get(x), this.#building.get(reader)];
    if (a === undefined || b === undefined) return false;
    if (a === b) return true;
    if (a.part !== b.part || !sameShape(a.whole, b.whole)) return false;
    if (a.row !== undefined && b.row !== undefined && !equals(a.row, b.row)) return false;
    if (a.axes !== undefined && b.axes !== undefined && a.axes !== b.axes) return false;
    const nodes = [...a.nodes, ...b.nodes];
    const operands = new Set([...a.operands, ...b.operands].filter((y) => !nodes.includes(y)));
    if (nodes.length > most.nodes || operands.size > most.operands) return false;
    const results = this.#resultsOf(nodes).length;
    const bound = results + [...operands].filter((y) => !isGivenNumber(y)).length;
    if (results > most.results || bound > this.#mostBound || this.#leadsAround(a, b)) return false;
    const whole = { ...a, row: a.row ?? b.row, axes: a.axes ?? b.axes, nodes, operands, first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) }; // prettier-ignore
    for (const node of nodes) this.#building.set(node, whole);
    return true;
  }

  /** Whether a way from the one to the other goes through neither. */
  #leadsAround(from: Building, to: Building): boolean {
    const seen = new Set<unknown>([from]);
    const stack: TensorNode[] = [...from.nodes];
    while (stack.length > 0) {
      const node = stack.pop()!;
      const isOwn = this.#building.get(node) === from;
      for (const reader of this.#readers.get(node)!) {
        const group = this.#building.get(reader);
        if (group === to && isOwn) continue;
        if (group === to) return true;
        const key = group ?? reader;
        const first = group?.first ?? this.#at.get(reader)!;
        if (seen.has(key) || first > to.last) continue;
        seen.add(key);
        if (group === undefined) stack.push(reader);
        else stack.push(...group.nodes);
      }
    }
    return false;
  }

  #resultsOf(nodes: readonly TensorNode[]): readonly TensorNode[] {
    const inside = new Set(nodes);
    const isRead = (node: TensorNode): boolean =>
      this.#outputs.has(node) || this.#readers.get(node)!.some((reader) => !inside.has(reader));
    return nodes.filter(isRead);
  }

  /** Results by how they are computed, whatever from, so that groups that compute the same are the same kernel. */
  #ordered(results: readonly TensorNode[], { operands, whole }: Building): readonly TensorNode[] {
    const numbers = new Map<TensorNode, number>();
    for (const node of topological(results, operands)) {
      const place = scalarValue(node) ?? placing(node, whole)?.kind;
      const from = node.inputs.map((x) => numbers.get(x));
      const key = operands.has(node) ? String(place) : `${node.op}(${from.join()})`;
      if (!this.#structures.has(key)) this.#structures.set(key, this.#structures.size);
      numbers.set(node, this.#structures.get(key)!);
    }
    return results.toSorted((a, b) => numbers.get(a)! - numbers.get(b)! || this.#at.get(a)! - this.#at.get(b)!);
  }

  #close(): void {
    for (const building of new Set(this.#building.values())) {
      if (building.nodes.length < 2) continue;
      const { nodes } = building;
      const results = this.#ordered(this.#resultsOf(nodes), building);
      const operands = topological(results, building.operands).filter((x) => building.operands.has(x));
      // A column may have lost the fold that it comes from.
      const { whole } = building;
      if (!operands.some((x) => scalarValue(x) === undefined && placing(x, whole)?.kind === 'full')) continue;
      const group: Group = { nodes, operands, results, whole, axes: rowAxes(building) };
      for (const node of nodes) this.#groups.set(node, group);
    }
  }

  #computeAgain(): void {
    const groupOf = (node: TensorNode): Group | undefined => this.#groups.get(node);
    const groups = new Set(this.#groups.values());
    /** How many groups read a node. */
    const counts = new Map<TensorNode, number>();
    const count = ({ operands }: Group, by: number): void => {
      for (const x of operands) counts.set(x, (counts.get(x) ?? 0) + by);
    };
    for (const group of groups) count(group, 1);
    const replace = (before: Group, after: Group): void => {
      count(before, -1);
      count(after, 1);
      for (const node of before.nodes) this.#groups.set(node, after);
    };
    const around: Surroundings = {
      groupOf,
      // One of the groups is that which asks.
      isReadElsewhere: (x) =>
        this.#outputs.has(x) ||
        counts.get(x)! > 1 ||
        this.#readers.get(x)!.some((reader) => groupOf(reader) === undefined),
      isPlain: (node, whole) => elementwise.has(node.op) && sameShape(node.shape, whole),
    };
    for (const { nodes } of groups) {
      let group = groupOf(nodes[0]!)!;
      for (let done = computedAgain(group, around); done !== undefined; done = computedAgain(group, around)) {
        replace(done.before, done.source);
        replace(group, done.group);
        group = done.group;
      }
    }
  }
}

/**
 * Chains of elementwise ops, and folds of last axes among them → one node each, whose body they are. Very last, because nothing else knows
 * such nodes. Every group has one shape (its whole); what it reads of other shapes is one number, a row (the last axes of the whole) or a
 * column (all but those), and all rows of a group have the same length.
 *
 * Two groups that one reads of the other become one unless a way between them leads outside: then one would have to run before and after.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import { loopBody } from '../graph/loop-body.ts';
import type { TensorNode, TensorProgram } from '../graph/tensor-graph.ts';
import { copyInto, nodesOf, withBody } from '../graph/traverse.ts';
import { closedBody } from '../graph/build-loops.ts';
import type { Joined, Pass } from './pass.ts';
import { FusionGroups, type Group, type PartOf } from './fusion-groups.ts';
import { scalarValue } from './pattern.ts';

export interface FusionOptions {
  readonly partOf?: PartOf | undefined;
  /** Loops that stay as they are. */
  readonly keeps?: (scan: TensorNode) => boolean;
  /** How many operands in memory and results a kernel may have together. */
  readonly mostBound?: number | undefined;
}

/** The pass. What stays apart follows from the program that it is given. */
export const elementwiseFusion = ({
  partOf,
  ...options
}: Omit<FusionOptions, 'partOf'> & {
  readonly partOf: (program: TensorProgram, origins: Pick<GraphBuilder, 'originOf'>) => PartOf | undefined;
}): Pass => ({
  name: 'fuse-elementwise',
  summary: 'computes chains of operations on elements, and sums of rows among them, in one kernel',
  run: (program, builder) => {
    const steps: Joined[] = [];
    const own = { ...options, partOf: partOf(program, builder), steps };
    return { program: fuseElementwise(program, builder, own), steps };
  },
});

/** @param steps Takes what is fused. */
export function fuseElementwise(
  program: TensorProgram,
  builder: GraphBuilder,
  { partOf = () => '', keeps = () => false, mostBound, steps = [] }: FusionOptions & { readonly steps?: Joined[] } = {},
): TensorProgram {
  const groups = new FusionGroups(program, partOf, mostBound);
  return new Fusion(program, builder, groups, { keeps, mostBound, steps }).program();
}

/** What holds inside loops too. */
type OptionsInside = Required<Pick<FusionOptions, 'keeps' | 'mostBound'>> & { readonly steps: Joined[] };

/** What is made at once: a group, or a node that is in none. */
type Unit = Group | TensorNode;

class Fusion {
  readonly #program: TensorProgram;
  readonly #builder: GraphBuilder;
  readonly #groups: FusionGroups;
  readonly #options: OptionsInside;
  readonly #made = new Map<TensorNode, TensorNode>();

  constructor(program: TensorProgram, builder: GraphBuilder, groups: FusionGroups, options: OptionsInside) {
    this.#program = program;
    this.#builder = builder;
    this.#groups = groups;
    this.#options = options;
  }

  program(): TensorProgram {
    for (const node of nodesOf(this.#program)) this.#make(this.#unitOf(node));
    return { outputs: new Map([...this.#program.outputs].map(([name, node]) => [name, this.#made.get(node)!])) };
  }

  #unitOf(node: TensorNode): Unit {
    return this.#groups.of(node) ?? node;
  }

  /** A unit after what it reads. An explicit stack: the way may be longer than the call stack. */
  #make(start: Unit): void {
    const stack: { readonly unit: Unit; readonly reads: readonly TensorNode[]; next: number }[] = [];
    const enter = (unit: Unit): void => {
      if (!this.#isMade(unit)) stack.push({ unit, reads: this.#readBy(unit), next: 0 });
    };
    enter(start);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const read = top.reads[top.next++];
      if (read !== undefined) enter(this.#unitOf(read));
      else this.#finish(stack.pop()!.unit);
    }
  }

  #isMade(unit: Unit): boolean {
    return this.#made.has('nodes' in unit ? unit.nodes[0]! : unit);
  }

  #readBy(unit: Unit): readonly TensorNode[] {
    return 'nodes' in unit ? unit.operands : unit.inputs;
  }

  #finish(unit: Unit): void {
    if (this.#isMade(unit)) return;
    if ('nodes' in unit) return this.#finishGroup(unit);
    const inputs = unit.inputs.map((x) => this.#made.get(x)!);
    this.#made.set(
      unit,
      this.#withOrigin(unit, () => this.#single(unit, inputs)),
    );
  }

  #single(node: TensorNode, inputs: readonly TensorNode[]): TensorNode {
    if (node.op !== 'scan' || this.#options.keeps(node)) return copyInto(this.#builder)(node, inputs);
    return withBody(this.#builder, node, inputs, (body) => fuseElementwise(body, this.#builder, this.#options));
  }

  #finishGroup({ nodes, operands, results, whole, axes }: Group): void {
    const given = operands.filter((x) => scalarValue(x) === undefined);
    const kept = operands.filter((x) => scalarValue(x) !== undefined).map((x) => [x, this.#made.get(x)!] as const);
    const inside = closedBody(this.#builder, results, given, new Map(kept));
    const inputs = given.map((x) => this.#made.get(x)!);
    const make = (): TensorNode => this.#builder.make('elementwise', inputs, { body: loopBody(inside), whole, axes });
    const kernel = this.#withOrigin(results.at(-1)!, make);
    const stages = [...new Set(nodes.map((node) => this.#builder.originOf(node)))];
    this.#options.steps.push({ kind: 'joined', operations: nodes.length, stages });
    // Nodes between are made too, as far as anybody asks.
    for (const node of nodes) this.#made.set(node, kernel);
    results.forEach((node, i) => {
      if (results.length > 1)
        this.#made.set(
          node,
          this.#withOrigin(node, () => this.#builder.scanResult(kernel, i)),
        );
    });
  }

  #withOrigin(node: TensorNode, make: () => TensorNode): TensorNode {
    const origin = this.#builder.originOf(node);
    return origin === undefined ? make() : this.#builder.withOrigin(origin, make);
  }
}

/**
 * The gradient of a loop is a loop the other way round. What its body reads of the first loop's steps is stacked there;
 * what does not change from step to step it takes from outside. A captured operand's gradient is a sum over the steps:
 * where it is a product, a sum or a convolution, its parts are stacked and it is one big product after the loop
 * (`step-sums.ts`), else it is carried.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import { overOtherLeaves, parametersOf } from '../graph/build-loops.ts';
import { loopBody } from '../graph/loop-body.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { topological } from '../graph/traverse.ts';
import type { InputGradient } from '../ops/define-op.ts';
import { ops } from '../ops/index.ts';
import { readScan, type ScanShape } from '../ops/scan.ts';
import { stepSums, type StepSum } from './step-sums.ts';

/** Gradients of some nodes from those of others: what differentiates a body. */
export type Backpropagate = (
  builder: GraphBuilder,
  seeds: ReadonlyMap<TensorNode, TensorNode>,
  wrt: readonly TensorNode[],
) => (TensorNode | undefined)[];

/** The gradients of a body by its parameters, over placeholders for what comes in. */
interface BodyGradient {
  /** By the index of a carry: the placeholder of its gradient after the step. */
  readonly carried: ReadonlyMap<number, TensorNode>;
  /** By the index of a stacked output: the placeholder of its gradient at the step. */
  readonly arriving: ReadonlyMap<number, TensorNode>;
  /** By the number of a parameter. */
  readonly gradients: ReadonlyMap<number, TensorNode>;
}

/** `results`: the gradients of the loop's results by their index. */
export function scanGradient(
  builder: GraphBuilder,
  scan: TensorNode,
  results: ReadonlyMap<number, TensorNode>,
  isWanted: (input: TensorNode) => boolean,
  backpropagate: Backpropagate,
): readonly (InputGradient | undefined)[] {
  const shape = readScan(scan.attributes);
  const parameters = parametersOf([...shape.next, ...shape.stacked]);
  const active = activeParameters(scan, shape, parameters, isWanted);
  const body = bodyGradient({ builder, shape, parameters, active, results, backpropagate });
  const found = new BackwardLoop(builder, scan, shape, parameters, body).run(results, isWanted);
  return scan.inputs.map((_, i) => {
    const gradient = found.get(i);
    return gradient && (() => gradient);
  });
}

/** The parameters through which a wanted operand reaches a result: a carry that once depends on one always may. */
function activeParameters(
  scan: TensorNode,
  { carries, next }: ScanShape,
  parameters: ReadonlyMap<number, TensorNode>,
  isWanted: (input: TensorNode) => boolean,
): ReadonlySet<TensorNode> {
  const active = new Set<TensorNode>();
  for (const [index, node] of parameters)
    if (node.dtype === 'float32' && isWanted(scan.inputs[index]!)) active.add(node);
  const order = topological(next);
  for (let before = -1; before !== active.size;) {
    before = active.size;
    const reached = new Set<TensorNode>(active);
    for (const node of order) {
      const passes = node.dtype === 'float32' && ops[node.op].gradient !== 'none';
      if (passes && node.inputs.some((input) => reached.has(input))) reached.add(node);
    }
    for (let i = 0; i < carries; i++) {
      const parameter = parameters.get(i);
      if (parameter && reached.has(next[i]!)) active.add(parameter);
    }
  }
  return active;
}

interface BodyRequest {
  readonly builder: GraphBuilder;
  readonly shape: ScanShape;
  readonly parameters: ReadonlyMap<number, TensorNode>;
  readonly active: ReadonlySet<TensorNode>;
  readonly results: ReadonlyMap<number, TensorNode>;
  readonly backpropagate: Backpropagate;
}

function bodyGradient({ builder, shape, parameters, active, results, backpropagate }: BodyRequest): BodyGradient {
  const { carries, next, stacked } = shape;
  const placeholderFor = (x: TensorNode): TensorNode =>
    builder.placeholder(x.dtype, x.shape, ...(typeof x.attributes['name'] === 'string' ? [`d${x.attributes['name']}`] : [])); // prettier-ignore
  const carried = new Map<number, TensorNode>();
  const arriving = new Map<number, TensorNode>();
  const arrives = (index: number): void => {
    if (index < carries) carried.set(index, placeholderFor(parameters.get(index) ?? next[index]!));
    else arriving.set(index - carries, placeholderFor(stacked[index - carries]!));
  };
  [...results.keys()].forEach(arrives);
  for (;;) {
    const seeds = new Map<TensorNode, TensorNode>();
    const seed = (node: TensorNode, gradient: TensorNode): void => {
      const before = seeds.get(node);
      seeds.set(node, before ? builder.add(before, gradient) : gradient);
    };
    for (const [i, gradient] of carried) seed(next[i]!, gradient);
    for (const [i, gradient] of arriving) seed(stacked[i]!, gradient);
    const wrt = [...parameters].filter(([, node]) => active.has(node));
    const found = backpropagate(builder, seeds, wrt.map(([, node]) => node)); // prettier-ignore
    const gradients = new Map(wrt.flatMap(([index], i) => (found[i] ? [[index, found[i]] as const] : [])));
    // What flows into a carry comes out of the step before.
    const more = [...gradients.keys()].filter((index) => index < carries && !carried.has(index));
    if (more.length === 0) return { carried, arriving, gradients };
    more.forEach(arrives);
  }
}

class BackwardLoop {
  readonly #builder: GraphBuilder;
  readonly #scan: TensorNode;
  readonly #shape: ScanShape;
  readonly #parameters: ReadonlyMap<number, TensorNode>;
  readonly #body: BodyGradient;
  /** What the first loop computes at a step, and which of it differs from step to step. */
  readonly #forward: ReadonlySet<TensorNode>;
  readonly #varying: ReadonlySet<TensorNode>;

  constructor(builder: GraphBuilder, scan: TensorNode, shape: ScanShape, parameters: ReadonlyMap<number, TensorNode>, body: BodyGradient) {
    this.#builder = builder;
    this.#scan = scan;
    this.#shape = shape;
    this.#parameters = parameters;
    this.#body = body;
    const order = topological([...shape.next, ...shape.stacked]);
    this.#forward = new Set(order);
    const varying = new Set([...parameters].filter(([index]) => index < shape.carries + shape.sequences).map(([, node]) => node));
    for (const node of order) if (node.inputs.some((input) => varying.has(input))) varying.add(node);
    this.#varying = varying;
  } // prettier-ignore

  run(
    results: ReadonlyMap<number, TensorNode>,
    isWanted: (input: TensorNode) => boolean,
  ): ReadonlyMap<number, TensorNode> {
    const { carries, sequences } = this.#shape;
    const { carried, arriving, gradients } = this.#body;
    const captured = [...gradients].filter(([index]) => index >= carries + sequences);
    const sums = new Map(captured.map(([index, gradient]) => [index, stepSums(gradient, (node) => this.#differs(node))]));
    const terms = [...sums.values()].flat();
    const perStep = [...gradients].filter(([index]) => index >= carries && index < carries + sequences);
    const parts = terms.flatMap((term) => (term.kind === 'after' ? term.parts : []));
    const added = terms.filter((term) => term.kind === 'carried');
    const outputs = unique([...perStep.map(([, node]) => node), ...parts.filter((node) => !this.#forward.has(node))]);
    const last = [...carried.keys()].map((i) => gradients.get(i));
    const read = this.#frontier([...last, ...outputs, ...added.map((term) => term.node)].filter((node) => node !== undefined));
    const sources = this.#sources([...read, ...parts.filter((node) => this.#forward.has(node))]);
    const zeros = (node: TensorNode): TensorNode => this.#builder.fill(node.shape, 0);
    const loop = this.#builder.scan({
      carries: [...[...carried].map(([i, node]) => results.get(i) ?? zeros(node)), ...added.map((term) => zeros(term.node))],
      sequences: [...[...arriving.keys()].map((i) => results.get(carries + i)!), ...read.map((node) => sources.get(node)!)],
      steps: this.#shape.steps,
      reverse: !this.#shape.reverse,
      names: [...[...carried].map(([, node]) => nameOf(node)), ...added.map(() => 'sum'), ...[...arriving].map(([, node]) => nameOf(node)), ...read.map(nameOf)],
      body: ({ carries: now, items }) => {
        const replaced = new Map<TensorNode, TensorNode>();
        [...carried.values()].forEach((node, i) => replaced.set(node, now[i]!));
        [...arriving.values(), ...read].forEach((node, i) => replaced.set(node, items[i]!));
        for (const [index, node] of this.#parameters) if (!this.#varying.has(node)) replaced.set(node, this.#scan.inputs[index]!);
        const [next, terms, stacks] = [last, added.map((term) => term.node), outputs].map((nodes) =>
          nodes.map((node) => node && overOtherLeaves(this.#builder, [node], replaced)[0]!),
        );
        const sum = (terms ?? []).map((term, i) => this.#builder.add(now[carried.size + i]!, term!));
        const after = (next ?? []).map((node, i) => node ?? zeros(now[i]!));
        return { carries: [...after, ...sum], outputs: (stacks ?? []).map((node) => node!) };
      },
    });
    return this.#collected({ loop, outputs, sources, added, sums, perStep, isWanted });
  } // prettier-ignore

  #differs(node: TensorNode): boolean {
    return this.#forward.has(node) ? this.#varying.has(node) : node.inputs.length > 0 || node.op === 'parameter';
  }

  /** What of the first loop is read. Reshapes are made anew, what never changes too. */
  #frontier(nodes: readonly TensorNode[]): readonly TensorNode[] {
    const found = new Set<TensorNode>();
    const seen = new Set<TensorNode>();
    const stack = [...nodes].toReversed();
    while (stack.length > 0) {
      const node = stack.pop()!;
      if (seen.has(node)) continue;
      seen.add(node);
      const isRead = this.#varying.has(node) && node.op !== 'reshape' && node.op !== 'stopGradient';
      if (isRead) found.add(node);
      else stack.push(...node.inputs.toReversed());
    }
    return [...found];
  }

  /** Each value of the first loop, stacked: a sequence as it is, else one more result of that loop. */
  #sources(nodes: readonly TensorNode[]): ReadonlyMap<TensorNode, TensorNode> {
    const { carries, sequences, next, stacked } = this.#shape;
    const sources = new Map<TensorNode, TensorNode>();
    const index = (node: TensorNode): number => Number(node.attributes['index']);
    const isPiece = (node: TensorNode): boolean =>
      node.op === 'parameter' && index(node) >= carries && index(node) < carries + sequences;
    const saved = unique(nodes).filter((node) => !isPiece(node) && !stacked.includes(node));
    const body = loopBody([...next, ...stacked, ...saved]);
    const longer = this.#builder.make('scan', this.#scan.inputs, { ...this.#scan.attributes, body });
    for (const node of nodes) {
      const at = [...stacked, ...saved].indexOf(node);
      sources.set(node, isPiece(node) ? this.#scan.inputs[index(node)]! : this.#builder.scanResult(longer, carries + at));
    }
    return sources;
  } // prettier-ignore

  #collected({ loop, outputs, sources, added, sums, perStep, isWanted }: Collected): ReadonlyMap<number, TensorNode> {
    const { carried } = this.#body;
    const found = new Map<number, TensorNode>();
    [...carried.keys()].forEach((i, at) => {
      if (isWanted(this.#scan.inputs[i]!)) found.set(i, loop.carries[at]!);
    });
    const stackOf = (node: TensorNode): TensorNode => sources.get(node) ?? loop.outputs[outputs.indexOf(node)]!;
    for (const [index, node] of perStep) found.set(index, stackOf(node));
    for (const [index, terms] of sums) {
      const gradients = terms.map((term) =>
        term.kind === 'after' ? term.finish(this.#builder, term.parts.map(stackOf)) : loop.carries[carried.size + added.indexOf(term)]!,
      );
      found.set(index, gradients.reduce((a, b) => this.#builder.add(a, b)));
    }
    return found;
  } // prettier-ignore
}

interface Collected {
  readonly loop: ReturnType<GraphBuilder['scan']>;
  readonly outputs: readonly TensorNode[];
  readonly sources: ReadonlyMap<TensorNode, TensorNode>;
  readonly added: readonly StepSum[];
  readonly sums: ReadonlyMap<number, readonly StepSum[]>;
  readonly perStep: readonly (readonly [number, TensorNode])[];
  readonly isWanted: (input: TensorNode) => boolean;
}

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];
const nameOf = (node: TensorNode): string =>
  typeof node.attributes['name'] === 'string' ? node.attributes['name'] : node.op;

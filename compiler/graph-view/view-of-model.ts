/**
 * A model → the data of its picture, and one for each of its members. Numbers that are written in the program are part of
 * the labels of what reads them, and what `TimeDistributed` does to the steps of a sequence is no node: edges go through.
 */
import { bug, type Place } from '../diagnostics/diagnostic.ts';
import { asExamples, asSteps, atEachStep } from '../functions/steps.ts';
import type { ApplyNode, GraphNode, GraphValue, ModelGraph, ModelWeight, NodeGroup } from '../graph/model-graph.ts';
import { add, asInteger, display, ZERO, type Dim } from '../shapes/index.ts';
import { flopsOf, isTrainable, neededNodes, operandsOf, requirementsOf, sizeOf, writtenWith } from '../summary/summarize.ts'; // prettier-ignore
import type { GraphView, ViewEdge, ViewGroup, ViewNode, ViewSize, ViewSpan } from './graph-view.ts';
import { groupTree, isTree, nodesIn, type Child, type Tree } from './group-tree.ts';
import { textsOf, typeText, type NodeTexts } from './node-texts.ts';

/** What a model and a member have in common. */
type Drawn = Pick<ModelGraph, 'inputs' | 'outputs' | 'nodes' | 'auxiliaryLosses' | 'requirements' | 'valueRequirements' | 'origin'> & {
  readonly doc?: string;
  readonly weights: readonly ModelWeight[];
}; // prettier-ignore

export function graphViews(model: ModelGraph): readonly GraphView[] {
  const settings = Object.entries(model.arguments).map(([name, value]) => `${name}: ${value}`);
  const title = settings.length > 0 ? `${model.name}(${settings.join(', ')})` : model.name;
  const members = (model.members ?? []).map((member) => {
    const own = new Set(member.nodes.flatMap(weightPaths));
    const drawn = { ...member, auxiliaryLosses: [], weights: model.weights.filter(({ path }) => own.has(path)) };
    return new Drawing(drawn).view(`${model.name}.${member.name}`, `${model.name}.${member.name}`);
  });
  return [new Drawing(model).view(model.name, title), ...members];
}

const moves: ReadonlySet<unknown> = new Set([asExamples, asSteps, atEachStep]);
const isMove = (node: GraphNode): node is ApplyNode => node.kind === 'apply' && moves.has(node.definition);

const stepsIn = ({ type: { steps = [] } }: GraphValue): number => steps.length;

const weightPaths = (node: GraphNode): readonly string[] =>
  node.kind === 'apply' ? Object.values(node.weights) : node.kind === 'weight' ? [node.path] : [];

const spanOf = ({ file, span }: Place): ViewSpan => ({ file: file.path, start: span.start, end: span.end });

const sizeText = (size: Dim): ViewSize => asInteger(size) ?? display(size);

class Drawing {
  readonly #drawn: Drawn;
  readonly #write: (size: Dim) => Dim;
  /** Numbers in each weight. */
  readonly #counts: ReadonlyMap<string, Dim>;
  readonly #texts = new Map<ApplyNode, NodeTexts>();
  readonly #ids = new Map<GraphNode, string>();
  readonly #nodes = new Map<GraphNode, ViewNode>();
  readonly #groups: ViewGroup[] = [];

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
    this.#write = writtenWith(drawn);
    this.#counts = new Map(drawn.weights.map((weight) => [weight.path, sizeOf([weight])]));
  }

  view(name: string, title: string): GraphView {
    const { nodes, doc, origin, weights } = this.#drawn;
    const shown = this.#shownNodes();
    const placed = shown.map((node) => ({ node, within: node.within }));
    this.#place(
      groupTree(placed, (some) => some.map((node) => this.#signature(node)).join(';')),
      undefined,
      '',
    );
    const ends = this.#ends();
    const inOrder = nodes.flatMap((node) => this.#nodes.get(node) ?? []);
    return {
      name,
      title,
      ...(doc === undefined ? {} : { doc }),
      parameters: sizeText(sizeOf(weights)),
      flops: this.#flops(nodes.filter((node) => this.#nodes.has(node))),
      requirements: requirementsOf(this.#drawn),
      source: spanOf(origin),
      nodes: [...inOrder, ...ends.map(({ node }) => node)],
      groups: this.#groups,
      edges: [...shown.flatMap((node) => this.#edgesTo(node)), ...ends.flatMap(({ edges }) => edges)],
      weights: weights.map((weight) => ({
        path: weight.path,
        shape: `[${weight.shape.map(display).join(', ')}]`,
        parameters: sizeText(sizeOf([weight])),
        trainable: isTrainable(weight),
      })),
    };
  }

  /** What outputs and auxiliary losses need, all inputs, and everything that has weights. */
  #shownNodes(): readonly GraphNode[] {
    const needed = neededNodes(this.#drawn);
    const inputs = new Set<GraphNode>(this.#drawn.inputs.map(({ node }) => node));
    const owned = new Set(this.#drawn.nodes.flatMap((node) => (node.kind === 'apply' ? weightPaths(node) : [])));
    return this.#drawn.nodes.filter((node) => {
      if (node.kind === 'constant' || node.kind === 'size' || isMove(node)) return false;
      if (node.kind === 'weight') return needed.has(node) || !owned.has(node.path);
      return needed.has(node) || inputs.has(node) || weightPaths(node).length > 0;
    });
  }

  /** Names nodes and groups by their way through the groups, and describes them. */
  #place(children: readonly Child<GraphNode>[], group: string | undefined, prefix: string): void {
    const taken = new Map<string, number>();
    for (const [i, child] of children.entries()) {
      const round = isTree(child) && child.group.kind === 'round' ? i : child.round;
      const own = isTree(child) ? keyOfGroup(child.group) : keyOfNode(child.node);
      const key = round === undefined ? own : own === '' ? `${round}` : `${round}/${own}`;
      const count = taken.get(key) ?? 0;
      taken.set(key, count + 1);
      const id = `${prefix}${key}${count === 0 ? '' : `~${count + 1}`}`;
      if (isTree(child)) {
        this.#groups.push(this.#group(child, id, group));
        this.#place(child.children, id, `${id}/`);
      } else {
        this.#ids.set(child.node, id);
        this.#nodes.set(child.node, this.#node(child.node, id, group));
      }
    }
  }

  #node(node: GraphNode, id: string, group: string | undefined): ViewNode {
    const results = node.outputs.map((type) => typeText(type, this.#write));
    const weights = weightPaths(node);
    const base = {
      id,
      ...(group === undefined ? {} : { group }),
      results,
      arguments: [],
      weights,
      parameters: this.#parameters(weights),
      flops: this.#flops([node]),
      source: spanOf(node.origin),
    };
    switch (node.kind) {
      case 'apply': {
        const { kind, summary } = node.definition;
        return { ...base, kind, ...this.#textsOf(node), summary, ...(node.path === '' ? {} : { path: node.path }) };
      }
      case 'input':
        return { ...base, kind: 'input', family: 'other', label: node.name, detail: results[0]! };
      case 'weight':
        return { ...base, kind: 'weight', family: 'other', label: localName(node.path), detail: results[0]!, path: node.path }; // prettier-ignore
      default:
        return bug(`a ${node.kind} is no part of a picture`);
    }
  }

  #group({ group: of, children, alike }: Tree<GraphNode>, id: string, group: string | undefined): ViewGroup {
    const nodes = children.flatMap(nodesIn);
    const { kind, name, origin, declared, index = 0 } = of;
    const isLoop = kind === 'loop';
    return {
      id,
      kind,
      label: kind === 'round' ? `${index + 1}` : name,
      detail: isLoop ? this.#contents(children[0]!) : argumentsText(of),
      ...(group === undefined ? {} : { group }),
      ...(isLoop ? { rounds: children.length, alike: alike ?? false } : {}),
      parameters: this.#parameters(nodes.flatMap(weightPaths)),
      flops: this.#flops(nodes),
      source: spanOf(origin),
      ...(declared ? { declared: spanOf(declared) } : {}),
    };
  } // prettier-ignore

  /** What a round holds, in short. */
  #contents(round: Child<GraphNode>): string {
    const parts = isTree(round) && round.group.kind === 'round' ? round.children : [round];
    const names = parts.map((part) => (isTree(part) ? part.group.name : this.#label(part.node)));
    return names.length > 4 ? `${names.slice(0, 3).join(' → ')} → …` : names.join(' → ');
  }

  #label(node: GraphNode): string {
    return node.kind === 'apply' ? this.#textsOf(node).label : node.label;
  }

  #textsOf(node: ApplyNode): NodeTexts {
    const texts = this.#texts.get(node) ?? textsOf(node);
    this.#texts.set(node, texts);
    return texts;
  }

  /** Equal for nodes that do the same. */
  #signature(node: GraphNode): string {
    const results = node.outputs.map((type) => typeText(type, this.#write));
    const texts = node.kind === 'apply' ? this.#textsOf(node) : undefined;
    return JSON.stringify([node.kind, texts?.label, texts?.arguments, results, this.#parameters(weightPaths(node))]);
  }

  #parameters(paths: readonly string[]): ViewSize {
    return sizeText([...new Set(paths)].reduce((sum, path) => add(sum, this.#counts.get(path) ?? ZERO), ZERO));
  }

  #flops(nodes: readonly GraphNode[]): ViewSize {
    const sum = nodes.reduce((total, node) => (node.kind === 'apply' ? add(total, flopsOf(node)) : total), ZERO);
    return sizeText(this.#write(sum));
  }

  #edgesTo(node: GraphNode): readonly ViewEdge[] {
    const edges = operandsOf(node).flatMap((value) => this.#edge(value, this.#ids.get(node)!));
    return edges.filter((edge, i) => edges.findIndex((e) => e.from === edge.from && e.result === edge.result) === i);
  }

  /** `outer`: the value as it is outside of what `TimeDistributed` does to it on the way, which its shape is told by. */
  #edge(value: GraphValue, to: string, outer: GraphValue = value): readonly ViewEdge[] {
    if (isMove(value.node)) {
      const before = value.node.inputs[0]!;
      return this.#edge(before, to, stepsIn(before) < stepsIn(outer) ? before : outer);
    }
    const from = this.#ids.get(value.node);
    if (from === undefined) return [];
    return [{ from, result: value.output, to, type: typeText(outer.type, this.#write) }];
  }

  /** Outputs and auxiliary losses are nodes of their own. */
  #ends(): readonly { readonly node: ViewNode; readonly edges: readonly ViewEdge[] }[] {
    const ends = [
      ...this.#drawn.outputs.map((output) => ({ ...output, kind: 'output' as const })),
      ...this.#drawn.auxiliaryLosses.map((loss) => ({ ...loss, kind: 'loss' as const })),
    ];
    return ends.map((end) => {
      const { kind, name, value } = end;
      const origin = 'origin' in end && end.origin ? end.origin : value.node.origin;
      const id = `${kind}:${name}`;
      const detail = typeText(value.type, this.#write);
      const node: ViewNode = {
        id,
        kind,
        family: 'other',
        label: name,
        detail,
        results: [],
        arguments: [],
        weights: [],
        parameters: 0,
        flops: 0,
        source: spanOf(origin),
      };
      return { node, edges: this.#edge(value, id) };
    });
  }
}

const argumentsText = ({ arguments: given = {} }: NodeGroup): string =>
  Object.entries(given)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** `bottleneck_1` of `stage.0.bottleneck_1.2`: what is left without the rounds of loops, which groups tell. */
const localName = (path: string): string => path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? path;

const keyOfNode = (node: GraphNode): string =>
  node.kind === 'apply'
    ? node.path === ''
      ? node.definition.name
      : localName(node.path)
    : node.kind === 'input'
      ? node.name
      : node.kind === 'weight'
        ? localName(node.path)
        : node.kind;

const keyOfGroup = ({ kind, name, path }: NodeGroup): string =>
  kind === 'round' ? '' : kind === 'loop' ? name : localName(path);

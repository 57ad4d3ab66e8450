/**
 * A tensor program as the straight-line body of a function: one statement for each node, its shape beside it, a comment
 * and a blank line before each stage, and every buffer freed after its last use. What surrounds the body (signature,
 * return) is up to the caller.
 */
import { bug } from '../diagnostics/diagnostic.ts';
import type { TensorNode } from '../graph/tensor-graph.ts';
import { stringOf } from '../ops/attributes.ts';
import type { Dim } from '../shapes/index.ts';
import { bufferOf, freedAfter } from './buffers.ts';
import { blank, code, indented, line, sourceTypeOnly, type Line } from './code.ts';
import { member, Scope } from './identifiers.ts';
import { parameterNames, specialLeaf, type ParameterNames, type ParameterRole } from './function-parameters.ts';
import type { CallContext } from './kernel-call.ts';
import type { ModuleScope } from './module-scope.ts';
import { nodeLines } from './loop-code.ts';
import { givesResults, isGiven } from './node-kinds.ts';
import { schedule } from './schedule.ts';
import { sectionOrder, type Section } from './sections.ts';
import { SizeNames, solutionOf, type SizeSource } from './size-code.ts';
import { baseName } from './source-names.ts';
import type { Stage, StageOf } from './stage.ts';
import { freeStatement, type Block } from './statements.ts';
import { variableNames } from './variable-names.ts';

export interface FunctionRequest {
  /** By name, in the order in which they are returned. */
  readonly outputs: ReadonlyMap<string, TensorNode>;
  readonly stageOf: StageOf;
  /** Gives every node its part; all are `forward` where there are none. */
  readonly sectionOf: (node: TensorNode) => Section;
  /** How the body is divided; by `sectionOf` if absent. */
  readonly parts?: { readonly order: readonly string[]; readonly of: (node: TensorNode) => string };
  /** Headings for the parts, where there are several. */
  readonly headings?: Readonly<Record<string, string>>;
  /** Parts that run on a condition only. Nothing after them may need what they compute. */
  readonly guards?: ReadonlyMap<string, Guard>;
  /** Names for what a node is for; results without one are called as they are declared. */
  readonly wanted: ReadonlyMap<TensorNode, string>;
  /** Results that are called as what leads to results is. */
  readonly unnamed?: readonly TensorNode[];
  /** Names that the module has taken. */
  readonly reserved: Iterable<string>;
  /** Every input and target of the model by name, for sizes. */
  readonly leaves: ReadonlyMap<string, { readonly axes: readonly Dim[] }>;
  /** The number of examples. */
  readonly batch: Dim;
  /** Names for what all functions of the module share: long lists of numbers, kernels. */
  readonly shared: Pick<ModuleScope, 'table' | 'kernel'>;
  /** Whether a random draw has a seed and a step. */
  readonly seeded: boolean;
  /** What is given and may be written over after its last use; it is freed by whoever gave it all the same. */
  readonly spends?: (given: TensorNode) => boolean;
}

export interface Guard {
  /** Of the names of the parameters, which it must mark as used. */
  readonly condition: (use: (role: ParameterRole) => string) => string;
  /** Those of the outputs that are handed over here, and the statements that do so. */
  readonly outputs: readonly string[];
  readonly handOver: (output: string, variable: string) => Line;
}

export interface BodyStatement {
  readonly node: TensorNode;
  readonly freed: readonly TensorNode[];
  /** What nothing needs afterwards: what is freed here or at the end of the part, and what was given. */
  readonly spent: readonly TensorNode[];
}

/** What a part of the function makes and frees, in order. */
export interface BodyPart {
  readonly name: string;
  readonly statements: readonly BodyStatement[];
  /** Freed when the part is done, or would be: made before it and not needed after. */
  readonly freedAfter: readonly TensorNode[];
  /** Freed where the part does not run. */
  readonly freedWithout: readonly TensorNode[];
}

export interface FunctionBody {
  readonly parts: readonly BodyPart[];
  readonly lines: readonly Line[];
  /** What each result is called. */
  readonly results: ReadonlyMap<string, string>;
  /** Inputs and targets that are used, with their variables. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly parameters: ParameterNames;
  /** Which of the parameters are used. */
  readonly used: ReadonlySet<ParameterRole>;
}

/** Parameters that are not used. */
const unused = ['_d', '_w', '_inputs', '_targets'];

export function functionBody(request: FunctionRequest): FunctionBody {
  return new BodyWriter(request).body();
}

class BodyWriter {
  readonly #request: FunctionRequest;
  readonly #scope: Scope;
  readonly #sizes: SizeNames;
  readonly #inputs = new Map<string, string>();
  readonly #usedInputs = new Set<string>();
  readonly #used = new Set<ParameterRole>();
  readonly #parameters: ParameterNames;
  readonly #order: readonly TensorNode[];
  readonly #partOf: (node: TensorNode) => string;
  readonly #partOrder: readonly string[];
  readonly #parts: ReadonlyMap<string, readonly TensorNode[]>;
  readonly #freedAfter: ReadonlyMap<TensorNode, readonly TensorNode[]>;
  readonly #spentAfter: ReadonlyMap<TensorNode, readonly TensorNode[]>;
  readonly #stages: ReadonlyMap<TensorNode, Stage | undefined>;
  readonly #names: ReadonlyMap<TensorNode, string>;
  readonly #block: Block;
  readonly #memory: BodyPart[] = [];

  constructor(request: FunctionRequest) {
    this.#request = request;
    this.#scope = new Scope(unused, request.reserved);
    for (const name of request.leaves.keys()) this.#inputs.set(name, this.#scope.freshNear(name));
    const textOrder = (node: TensorNode): number => request.stageOf(node)?.order ?? Number.MAX_SAFE_INTEGER;
    this.#partOf = request.parts?.of ?? request.sectionOf;
    this.#partOrder = request.parts?.order ?? sectionOrder;
    this.#parts = schedule([...request.outputs.values()], this.#partOrder, this.#partOf, textOrder, 'backward');
    this.#order = this.#partOrder.flatMap((part) => this.#parts.get(part) ?? []);
    this.#freedAfter = freedAfter(this.#order, request.outputs.values());
    const { spends = () => false } = request;
    this.#spentAfter = freedAfter(this.#order, request.outputs.values(), (node) => isGiven(node) && !spends(node));
    this.#stages = stagesOf(this.#order, request.stageOf);
    this.#sizes = new SizeNames(this.#scope);
    this.#nameSizes();
    this.#parameters = parameterNames(this.#scope);
    this.#names = variableNames({
      order: this.#order.filter((node) => !givesResults(node)),
      scope: this.#scope,
      sectionOf: request.sectionOf,
      stageOf: (node) => this.#stages.get(node),
      wanted: this.#wanted(),
    });
    this.#block = {
      scope: this.#scope,
      sizes: this.#sizes,
      device: () => {
        this.#used.add('device');
        return this.#parameters.device;
      },
      calls: this.#calls,
      names: this.#names,
      sectionOf: request.sectionOf,
      spentAfter: (node) => this.#spentAfter.get(node) ?? [],
    };
  }

  body(): FunctionBody {
    const statements = this.#partOrder.flatMap((part) => this.#section(part));
    const results = new Map([...this.#request.outputs].map(([name, node]) => [name, this.#tensor(node)]));
    const sizes = this.#sizeDeclarations();
    return {
      parts: this.#memory,
      lines: indented([...sizes, ...trimmed(statements, sizes.length > 0)]),
      results,
      inputs: new Map([...this.#inputs].filter(([name]) => this.#usedInputs.has(name))),
      parameters: this.#parameters,
      used: this.#used,
    };
  }

  /** Sizes get their names before values do. */
  #nameSizes(): void {
    const axes = [...this.#request.leaves.values()].flatMap((leaf) => leaf.axes);
    // The user's names stay as they are; the batch gives way.
    this.#sizes.reserve([...axes.filter((size) => size.key !== this.#request.batch.key), this.#request.batch]);
  }

  #wanted(): ReadonlyMap<TensorNode, string> {
    const wanted = new Map<TensorNode, string>();
    for (const [name, node] of this.#request.outputs) {
      if (!isGiven(node) && !wanted.has(node) && !this.#request.unnamed?.includes(node))
        wanted.set(node, this.#request.wanted.get(node) ?? name);
    }
    for (const [node, name] of this.#request.wanted) if (!wanted.has(node)) wanted.set(node, name);
    return wanted;
  }

  #section(part: string): readonly Line[] {
    const nodes = this.#parts.get(part) ?? [];
    const guard = this.#request.guards?.get(part);
    if (nodes.length === 0 && !guard?.outputs.length) return [];
    const heading = this.#request.headings?.[part];
    const head: Line[] = heading === undefined ? [] : [blank, line(`// ---- ${heading} ----`)];
    const lines: Line[] = [];
    const outer: TensorNode[] = [];
    const freedHere = new Map<TensorNode, readonly TensorNode[]>();
    let stage: Stage | undefined;
    for (const node of nodes) {
      if (node.op === 'stopGradient') continue;
      const next = this.#stages.get(node);
      const own = nodeLines(node, this.#order, this.#block, next);
      // Results are there when what gives them has run.
      if (own.length > 0 && next !== stage && next !== undefined)
        lines.push(blank, line(`// ${placeText(next)}${next.label}`, next.place));
      if (own.length > 0) stage = next ?? stage;
      lines.push(...own);
      const freed = this.#freedAfter.get(node) ?? [];
      const here = freed.filter((buffer) => guard === undefined || this.#partOf(buffer) === part);
      outer.push(...freed.filter((buffer) => !here.includes(buffer)));
      freedHere.set(node, here);
      if (here.length > 0) lines.push(freeStatement(here.map((b) => this.#tensor(b)), this.#block, next)); // prettier-ignore
    }
    const statements = [...freedHere].map(([node, freed]) => ({ node, freed, spent: this.#block.spentAfter(node) }));
    const unwanted = guard === undefined ? [] : this.#unwanted(part, guard);
    this.#memory.push({ name: part, statements, freedAfter: outer, freedWithout: unwanted });
    return [...head, ...(guard === undefined ? lines : this.#guarded(guard, lines, outer, unwanted))];
  }

  /** What was made before the part to be handed over by it alone. */
  #unwanted(part: string, guard: Guard): readonly TensorNode[] {
    const { outputs } = this.#request;
    const returned = [...outputs].filter(([name]) => !guard.outputs.includes(name)).map(([, node]) => bufferOf(node));
    const handedOver = new Set(guard.outputs.map((name) => bufferOf(outputs.get(name)!)));
    return [...handedOver].filter(
      (buffer) => !isGiven(buffer) && this.#partOf(buffer) !== part && !returned.includes(buffer),
    );
  }

  /** @param outer What was made before and is not needed after. */
  #guarded(
    guard: Guard,
    lines: readonly Line[],
    outer: readonly TensorNode[],
    unwanted: readonly TensorNode[],
  ): readonly Line[] {
    const free = (buffers: readonly TensorNode[]): readonly Line[] =>
      buffers.length === 0 ? [] : [freeStatement(buffers.map((b) => this.#tensor(b)), this.#block, undefined)]; // prettier-ignore
    const { outputs } = this.#request;
    const condition = guard.condition((role) => {
      this.#used.add(role);
      return this.#parameters[role];
    });
    return [
      ...(lines[0]?.code.length === 0 ? [blank, lines[1]!] : []),
      line(`if (${condition}) {`),
      ...indented([
        ...lines.slice(lines[0]?.code.length === 0 ? 2 : 0),
        ...guard.outputs.map((name) => guard.handOver(name, this.#tensor(outputs.get(name)!))),
      ]),
      ...(unwanted.length === 0 ? [line('}')] : [line('} else {'), ...indented(free(unwanted)), line('}')]),
      ...free(outer),
    ];
  }

  readonly #calls: CallContext = {
    tensor: (node) => this.#tensor(node),
    size: (size) => this.#sizes.text(size),
    sizes: (sizes) => this.#sizes.list(sizes),
    drawKey: (use) => {
      if (!this.#request.seeded) return `seed: 0, step: 0, use: ${use}`;
      this.#used.add('seed').add('step');
      return `${this.#parameters.seed === 'seed' ? '' : 'seed: '}${this.#parameters.seed}, step: ${this.#parameters.step}, use: ${use}`;
    },
    host: (name) => {
      this.#used.add(name);
      return this.#parameters[name];
    },
    kernel: (node) => this.#request.shared.kernel(node),
    values: (_, text) => (text.length > 60 ? this.#request.shared.table(text) : text),
  };

  #tensor(node: TensorNode): string {
    switch (node.op) {
      case 'input': {
        const name = stringOf(node.attributes, 'name');
        const special = specialLeaf(name);
        if (special === undefined) return this.#input(name);
        this.#used.add(special.role);
        const parameter = this.#parameters[special.role];
        return special.key === '' ? parameter : member(parameter, special.key);
      }
      case 'weight':
        this.#used.add('weights');
        return member(this.#parameters.weights, stringOf(node.attributes, 'path'));
      case 'slot':
        this.#used.add('slots');
        return member(
          this.#parameters.slots,
          `${stringOf(node.attributes, 'path')}/${stringOf(node.attributes, 'name')}`,
        );
      case 'stopGradient':
        return this.#tensor(node.inputs[0]!);
      default:
        return this.#names.get(node) ?? bug(`'${node.op}' is used before it is computed`);
    }
  }

  #input(name: string): string {
    this.#usedInputs.add(name);
    return this.#inputs.get(name) ?? bug(`no input '${name}'`);
  }

  #sizeDeclarations(): readonly Line[] {
    const sources = [...this.#request.leaves].flatMap(([name, { axes }]): readonly (SizeSource & { leaf: string })[] =>
      axes.map((size, axis) => ({ text: `${this.#inputs.get(name)!}.shape[${axis}]`, size, leaf: name })),
    );
    // Inputs that are used anyway come first.
    const ordered = [
      ...sources.filter((s) => this.#usedInputs.has(s.leaf)),
      ...sources.filter((s) => !this.#usedInputs.has(s.leaf)),
    ];
    const declared = this.#sizes.used.map((variable) => {
      const { source, text } = solutionOf(variable, ordered);
      this.#usedInputs.add(sources.find((s) => s.text === source.text)!.leaf);
      return {
        position: ordered.findIndex((s) => s.text === source.text),
        line: line(code`const ${this.#sizes.name(variable)} = ${text(code`${source.text}${sourceTypeOnly('!')}`)};`),
      };
    });
    return declared.toSorted((a, b) => a.position - b.position).map(({ line: declaration }) => declaration);
  }
}

/** What is made from nothing belongs to the stage that uses it first. */
function stagesOf(order: readonly TensorNode[], stageOf: StageOf): ReadonlyMap<TensorNode, Stage | undefined> {
  const stages = new Map<TensorNode, Stage | undefined>();
  let next: Stage | undefined;
  for (const node of order.toReversed()) {
    const own = node.inputs.length > 0 ? stageOf(node) : undefined;
    next = own ?? next;
    stages.set(node, next);
  }
  return stages;
}

/** Without blank lines at the start, unless something stands before. */
function trimmed(lines: readonly Line[], follows: boolean): readonly Line[] {
  return !follows && lines[0]?.code.length === 0 ? lines.slice(1) : lines;
}

const placeText = ({ place }: Stage): string =>
  `${baseName(place.file.path)}:${place.file.positionAt(place.span.start).line} `;

/**
 * The names that declarations see, each looked through once per question; and what an expression is made by: the block
 * whose outputs, layers or inputs its members and labels are. From the trees alone, so half-typed text has it too.
 */
import type { Call, CallStage, Expression, Member, Name, Node, Stage } from '../../grammar/ast.ts';
import type { Unit } from '../../grammar/unit.ts';
import { layerNamesOf } from '../check/layer-names.ts';
import { registry } from '../definitions/registry.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import { localsOf, modelBehind, type Local } from './locals.ts';
import { meaningAmong, type Meaning, type Use } from './meaning.ts';

/** What the names of one declaration mean. */
export interface Names {
  readonly file: FileScope;
  readonly locals: readonly Local[];
  readonly find: (name: string, offset: number, use: Use) => Meaning | undefined;
}

/** A block or model, and how it is there: a layer of it, or what applying it gave. */
export interface MadeBy {
  /** With a body. */
  readonly symbol: FileSymbol;
  /** `pipeline`: a layer that ends with it, which has none of its members. */
  readonly is: 'layer' | 'pipeline' | 'result';
}

/** A layer that is written in a pipeline of a body and named after its class: `conv2D_1`. */
export interface WrittenLayer {
  readonly kind: 'written';
  readonly name: string;
  /** The class as it is written. */
  readonly callee: Name;
  readonly node: Node;
  readonly file: FileScope;
  readonly unit: Unit;
}

/** What a body has under a name: something declared, or a layer written in a pipeline. */
export type Part = { readonly kind: 'local'; readonly local: Local } | WrittenLayer;

/** Expressions that lead from one to the next may lead in a circle while they are being typed. */
const mostSteps = 40;

export class NamesOfFiles {
  readonly #known = new Map<Unit, Names>();
  readonly #layers = { layerNames: new WeakMap<object, ReadonlyMap<Node, string>>() };

  of(file: FileScope, unit: Unit): Names {
    const known = this.#known.get(unit) ?? namesOf(file, unit);
    this.#known.set(unit, known);
    return known;
  }

  /** The parameter or input of a block, model or compile-time function, by its label. */
  slotNamed(symbol: FileSymbol, what: 'parameter' | 'input', name: string): Local | undefined {
    return this.of(symbol.file, symbol.unit).locals.find((local) => local.what === what && local.name === name);
  }

  /** `pair.left`, `vae.decoder`: the output, layer or weight of the block that the object is made by. */
  memberOf(names: Names, { object, name }: Member, steps = mostSteps): Part | undefined {
    const made = this.madeBy(names, object, steps - 1);
    if (!made || made.is === 'pipeline') return undefined;
    if (made.is === 'layer') return this.partNamed(made.symbol, name.name);
    const output = this.of(made.symbol.file, made.symbol.unit).locals.find((local) => local.name === name.name && local.what === 'output'); // prettier-ignore
    return output && { kind: 'local', local: output };
  }

  /** A layer or weight of a body, by the name that it has among its weights. */
  partNamed({ file, unit }: FileSymbol, name: string): Part | undefined {
    const local = this.of(file, unit).locals.find((own) => own.name === name && (own.what === 'layer' || own.what === 'weight')); // prettier-ignore
    if (local) return { kind: 'local', local };
    if (unit.node.kind !== 'Block' && unit.node.kind !== 'Model') return undefined;
    for (const [node, known] of layerNamesOf(this.#layers, unit.node)) {
      const callee = 'callee' in node ? node.callee : node;
      if (known === name && callee.kind === 'Name') return { kind: 'written', name, callee, node, file, unit };
    }
    return undefined;
  }

  /** The block that a layer of a body is made by. */
  madeByPart(part: Part, steps = mostSteps): MadeBy | undefined {
    if (part.kind === 'local') return this.#byLocal(part.local, steps - 1);
    return this.#byName(this.of(part.file, part.unit), part.callee, 'stage', steps - 1);
  }

  madeBy(names: Names, node: Expression | Stage, steps = mostSteps): MadeBy | undefined {
    if (steps <= 0) return undefined;
    const next = steps - 1;
    switch (node.kind) {
      case 'Name':
        return this.#byName(names, node, 'value', next);
      case 'Member':
        return this.#byMember(names, node, next);
      case 'Call':
        return this.#byCall(names, node, next);
      case 'Pipeline':
        return this.#throughStages(names, node.stages, isLayers(names, node.head) ? 'pipeline' : 'result', next);
      case 'Repeat':
      case 'For':
        return this.#throughStages(names, node.stages, 'pipeline', next);
      case 'If':
        return this.madeBy(names, node.then, next) ?? this.madeBy(names, node.otherwise, next);
      default:
        return undefined;
    }
  }

  #byName(names: Names, { name, span }: Name, use: Use, steps: number): MadeBy | undefined {
    const meaning = names.find(name, span.start, use);
    const symbol = meaning?.kind === 'symbol' ? modelBehind(meaning.symbol) : undefined;
    if (symbol) return { symbol, is: 'layer' };
    return meaning?.kind === 'local' ? this.#byLocal(meaning.local, steps) : undefined;
  }

  /** What a made layer, a value or the default of a `layer` parameter is. */
  #byLocal({ node, file, unit }: Local, steps: number): MadeBy | undefined {
    if (node.kind === 'LayerStatement') return this.madeBy(this.of(file, unit), node.value, steps);
    if (node.kind === 'Let' && node.pattern.kind === 'NamePattern')
      return this.madeBy(this.of(file, unit), node.value, steps);
    return node.kind === 'Parameter' && node.defaultValue
      ? this.madeBy(this.of(file, unit), node.defaultValue, steps)
      : undefined;
  }

  #byMember(names: Names, node: Member, steps: number): MadeBy | undefined {
    const member = this.memberOf(names, node, steps);
    return member && this.madeByPart(member, steps);
  }

  #byCall(names: Names, { callee, arguments: list }: Call, steps: number): MadeBy | undefined {
    if (callee.kind !== 'Name') return applied(this.madeBy(names, callee, steps));
    const meaning = names.find(callee.name, callee.span.start, 'call');
    const wrapped = list.arguments[0];
    if (meaning?.kind === 'builtin' && callee.name === atEachStep && wrapped)
      return this.madeBy(names, wrapped.value, steps);
    const made = this.#byName(names, callee, 'call', steps);
    return makesLayer(meaning) ? made : applied(made);
  }

  /** What the last of some stages gives. */
  #throughStages(names: Names, stages: readonly Stage[], is: 'pipeline' | 'result', steps: number): MadeBy | undefined {
    // prettier-ignore
    const last = stages.at(-1);
    const made = last && this.#byStage(names, last, steps - 1);
    return made && { symbol: made.symbol, is };
  }

  #byStage(names: Names, stage: Stage, steps: number): MadeBy | undefined {
    if (steps <= 0) return undefined;
    switch (stage.kind) {
      case 'CallStage':
        return this.#byCallStage(names, stage, steps);
      case 'Repeat':
      case 'For':
        return this.#throughStages(names, stage.stages, 'result', steps);
      case 'IfStage':
        return this.#throughStages(names, stage.then, 'result', steps);
    }
  }

  #byCallStage(names: Names, { callee, calls }: CallStage, steps: number): MadeBy | undefined {
    if (callee.kind === 'Missing') return undefined;
    if (callee.kind === 'Member') return this.madeBy(names, callee, steps);
    const wrapped = callee.name === atEachStep ? calls[0]?.arguments[0] : undefined;
    if (wrapped && names.find(callee.name, callee.span.start, 'stage')?.kind === 'builtin')
      return this.madeBy(names, wrapped.value, steps);
    return this.#byName(names, callee, 'stage', steps);
  }
}

/** Gives what the block inside it gives, step by step. */
const atEachStep = 'TimeDistributed';

function namesOf(file: FileScope, unit: Unit): Names {
  const locals = localsOf(file, unit);
  return { file, locals, find: (name, offset, use) => meaningAmong(locals, file, name, offset, use) };
}

const applied = (made: MadeBy | undefined): MadeBy | undefined => made && { ...made, is: 'result' };

/** `Pair(3)` makes a layer; `pair(x)` applies one. A `layer` parameter is a recipe. */
const makesLayer = (meaning: Meaning | undefined): boolean =>
  meaning?.kind === 'symbol' || (meaning?.kind === 'local' && meaning.local.what === 'parameter');

/** Whether a pipeline that begins so is a layer. */
export function isLayers(names: Names, head: Expression): boolean {
  if (head.kind === 'Repeat' || head.kind === 'For') return true;
  const named = head.kind === 'Call' ? head.callee : head;
  if (named.kind !== 'Name') return false;
  const meaning = names.find(named.name, named.span.start, head.kind === 'Call' ? 'call' : 'value');
  if (meaning?.kind === 'local') {
    const { what } = meaning.local;
    return head.kind === 'Call' ? what === 'parameter' : what === 'layer' || /^_*[A-Z]/.test(named.name);
  }
  if (meaning?.kind === 'symbol') return meaning.symbol.node.kind !== 'Const';
  return meaning?.kind === 'builtin' && registry.layers.has(named.name);
}

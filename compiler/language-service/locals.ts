/** A declaration → the names that it declares inside itself, each with where it can be seen. From the tree alone. */
import type { Block, Const, Declaration, Dimension, For, Identifier, Model, Name, Node, Parameter, Pattern, Repeat, Statement, Train } from '../../grammar/ast.ts'; // prettier-ignore
import type { Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import { childrenOf, visit } from '../../grammar/visit.ts';
import type { ScopeEntry } from '../check/context.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';

export interface Local {
  readonly name: string;
  readonly what: ScopeEntry['what'] | 'spread';
  /** The name where it is declared. */
  readonly identifier: Identifier | Name;
  /** The parameter, statement, target or loop that declares it. */
  readonly node: Node;
  /** Where it can be seen, but for inner names that hide it. */
  readonly scope: Span;
  /** The declaration that it belongs to; of what `train` sees, the model, perhaps of another file. */
  readonly unit: Unit;
  readonly file: FileScope;
}

/** In the order of the text, loops behind all else. `train` sees the names of its model besides its own. */
export function localsOf(file: FileScope, unit: Unit): readonly Local[] {
  const { node } = unit;
  const owner = { file, unit };
  return [...ownLocals(owner, node), ...loopLocals(owner, node)];
}

interface Owner {
  readonly file: FileScope;
  readonly unit: Unit;
}

function ownLocals(owner: Owner, node: Declaration): readonly Local[] {
  switch (node.kind) {
    case 'Block':
    case 'Model':
      return [...parameterLocals(owner, node.parameters, node), ...bodyLocals(owner, node)];
    case 'Const':
      return node.parameters ? parameterLocals(owner, node.parameters, node) : [];
    case 'ModelAlias':
      return [];
    case 'Train':
      return [...modelLocals(owner.file, node), ...targetLocals(owner, node)];
  }
}

/** The local that a name means at a place: the innermost that is seen there. `...lead` and `lead` are two names. */
export const localNamed = (locals: readonly Local[], name: string, offset: number, isSpread = false): Local | undefined =>
  locals.findLast((local) => local.name === name && (local.what === 'spread') === isSpread && local.scope.start <= offset && offset <= local.scope.end); // prettier-ignore

/** Those that can be written at a place, without what inner ones hide. */
export function localsAt(locals: readonly Local[], offset: number): readonly Local[] {
  const seen = locals.filter(({ scope }) => scope.start <= offset && offset <= scope.end);
  return seen.filter((local) => localNamed(seen, local.name, offset, local.what === 'spread') === local);
}

/** Everything that a model's `train` sees: what its body declares, wherever. */
function modelLocals(file: FileScope, train: Train): readonly Local[] {
  const symbol = modelBehind(file.symbols.get(train.model.name));
  if (!symbol) return [];
  const own = localsOf(symbol.file, symbol.unit).filter(({ what }) => what !== 'loop');
  return own.map((local) => ({ ...local, scope: train.span }));
}

/** The block or model with a body that a name leads to, through `model Big = GPT(depth: 24)`; undefined where there is none. */
export function modelBehind(symbol: FileSymbol | undefined, most = mostAliases): FileSymbol | undefined {
  if (!symbol || most === 0) return undefined;
  const { node, file } = symbol;
  if (node.kind !== 'ModelAlias') return node.kind === 'Const' ? undefined : symbol;
  const named = node.value.kind === 'Call' ? node.value.callee : node.value;
  return named.kind === 'Name' ? modelBehind(file.symbols.get(named.name), most - 1) : undefined;
}

/** Aliases may lead in a circle. */
const mostAliases = 20;

const targetLocals = (owner: Owner, train: Train): readonly Local[] =>
  train.items.flatMap((item): Local[] =>
    item.kind === 'Target' ? [local(owner, 'target', item.name, item, train.span)] : [],
  );

/** A default may use earlier parameters. */
const parameterLocals = (owner: Owner, parameters: readonly Parameter[], around: Block | Model | Const): readonly Local[] =>
  parameters.map((parameter) =>
    local(owner, 'parameter', parameter.name, parameter, { start: parameter.span.end, end: around.span.end }),
  ); // prettier-ignore

function bodyLocals(owner: Owner, { body, parameters }: Block | Model): readonly Local[] {
  const { file } = owner;
  const taken = new Set([...file.symbols.keys(), ...file.imported.map(({ local: name }) => name), ...parameters.map(({ name }) => name.name)]); // prettier-ignore
  const sizes = body.statements.flatMap((statement) => {
    if (statement.kind !== 'Input') return [];
    const found = sizeLocals(owner, statement, body.span, taken);
    taken.add(statement.name.name);
    return found;
  });
  return [...sizes, ...body.statements.flatMap((statement) => statementLocals(owner, statement, body.span))];
}

/** Size names that an input introduces: such as nothing else has. */
function sizeLocals(
  owner: Owner,
  statement: Extract<Statement, { kind: 'Input' }>,
  scope: Span,
  taken: Set<string>,
): readonly Local[] {
  // prettier-ignore
  return (statement.type.dimensions ?? []).flatMap((dimension) =>
    sizeNames(dimension).flatMap((name) => {
      const isSpread = dimension.kind === 'SpreadDimension';
      const key = isSpread ? `...${name.name}` : name.name;
      if (taken.has(key) || name.name === '') return [];
      taken.add(key);
      return [local(owner, isSpread ? 'spread' : 'size', name, statement, scope)];
    }),
  );
}

/** The names in `2 * n + 1` and `floor(h / 2)`, without those of functions. */
function sizeNames(node: Dimension | Node): readonly (Identifier | Name)[] {
  if (node.kind === 'Name') return [node];
  if (node.kind === 'SpreadDimension') return [node.name];
  if (node.kind === 'Call') return sizeNames(node.arguments);
  return childrenOf(node).flatMap(sizeNames);
}

function statementLocals(owner: Owner, statement: Statement, body: Span): readonly Local[] {
  const behind = { start: statement.span.end, end: body.end };
  switch (statement.kind) {
    case 'Input':
      return [local(owner, 'input', statement.name, statement, body)];
    case 'Let':
      return patternNames(statement.pattern).map((name) => local(owner, 'let', name, statement, behind));
    case 'Output':
      return [local(owner, 'output', statement.name, statement, behind)];
    case 'LayerStatement':
      return [local(owner, 'layer', statement.name, statement, behind)];
    case 'Weight':
      return [local(owner, 'weight', statement.name, statement, behind)];
    case 'LossStatement':
      return [local(owner, 'loss', statement.name, statement, behind)];
    case 'Require':
      return [];
  }
}

/** Indices of `repeat` and elements of `for`, seen in the loop alone. */
function loopLocals(owner: Owner, within: Node): readonly Local[] {
  const locals: Local[] = [];
  const declare = (node: Repeat | For, names: readonly Identifier[], from: number): void => {
    for (const name of names) locals.push(local(owner, 'loop', name, node, { start: from, end: node.span.end }));
  };
  visit(within, (node) => {
    if (node.kind === 'Repeat' && node.index) declare(node, [node.index], node.index.span.end);
    if (node.kind === 'For') declare(node, patternNames(node.pattern), node.list.span.end);
  });
  return locals;
}

export const patternNames = (pattern: Pattern): readonly Identifier[] =>
  pattern.kind === 'NamePattern'
    ? [pattern.name]
    : pattern.elements.filter((element): element is Identifier => element.kind === 'Identifier');

const local = (owner: Owner, what: Local['what'], identifier: Identifier | Name, node: Node, scope: Span): Local => ({
  name: identifier.name,
  what,
  identifier,
  node,
  scope,
  ...owner,
});

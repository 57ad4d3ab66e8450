/** A declaration → the names that it declares inside itself, each with where it can be seen. From the tree alone. */
import type { Block, Const, Dimension, For, Identifier, Model, Name, Node, Parameter, Pattern, Repeat, Statement, Train } from '../../grammar/ast.ts'; // prettier-ignore
import type { Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import { childrenOf, visit } from '../../grammar/visit.ts';
import type { ScopeEntry } from '../check/context.ts';
import type { FileScope } from '../resolve/file-scope.ts';

export interface Local {
  readonly name: string;
  readonly what: ScopeEntry['what'] | 'spread';
  /** The name where it is declared. */
  readonly identifier: Identifier | Name;
  /** The parameter, statement, target or loop that declares it. */
  readonly node: Node;
  /** Where it can be seen, but for inner names that hide it. */
  readonly scope: Span;
  /** The declaration that it belongs to; of what `train` sees, the model. */
  readonly unit: Unit;
}

/** In the order of the text. `train` sees the names of its model besides its own. */
export function localsOf(file: FileScope, unit: Unit): readonly Local[] {
  const { node } = unit;
  switch (node.kind) {
    case 'Block':
    case 'Model':
      return [...parameterLocals(unit, node.parameters, node), ...bodyLocals(file, unit, node)];
    case 'Const':
      return node.parameters ? parameterLocals(unit, node.parameters, node) : [];
    case 'ModelAlias':
      return [];
    case 'Train':
      return [...modelLocals(file, node), ...targetLocals(unit, node)];
  }
}

/** The local that a name means at a place: the innermost that is seen there. */
export const localNamed = (locals: readonly Local[], name: string, offset: number): Local | undefined =>
  locals.findLast((local) => local.name === name && local.scope.start <= offset && offset <= local.scope.end);

/** Those that can be written at a place, without what inner ones hide. */
export function localsAt(locals: readonly Local[], offset: number): readonly Local[] {
  const seen = locals.filter(({ scope }) => scope.start <= offset && offset <= scope.end);
  return seen.filter((local) => localNamed(seen, local.name, offset) === local);
}

/** Everything that a model's `train` sees: what its body declares, wherever. */
function modelLocals(file: FileScope, train: Train): readonly Local[] {
  const symbol = file.symbols.get(train.model.name);
  if (symbol?.node.kind !== 'Model') return [];
  const own = localsOf(symbol.file, symbol.unit).filter(({ what }) => what !== 'loop');
  return own.map((local) => ({ ...local, scope: train.span }));
}

const targetLocals = (unit: Unit, train: Train): readonly Local[] =>
  train.items.flatMap((item): Local[] =>
    item.kind === 'Target' ? [local(unit, 'target', item.name, item, train.span)] : [],
  );

/** A default may use earlier parameters. */
const parameterLocals = (unit: Unit, parameters: readonly Parameter[], around: Block | Model | Const): readonly Local[] =>
  parameters.map((parameter) =>
    local(unit, 'parameter', parameter.name, parameter, { start: parameter.span.end, end: around.span.end }),
  ); // prettier-ignore

function bodyLocals(file: FileScope, unit: Unit, { body, parameters }: Block | Model): readonly Local[] {
  const taken = new Set([...file.symbols.keys(), ...file.imported.map(({ local: name }) => name), ...parameters.map(({ name }) => name.name)]); // prettier-ignore
  const sizes = body.statements.flatMap((statement) =>
    statement.kind === 'Input' ? sizeLocals(unit, statement, body.span, taken) : [],
  );
  return [...sizes, ...body.statements.flatMap((statement) => statementLocals(unit, statement, body.span))];
}

/** Size names that an input introduces: such as nothing else has. */
function sizeLocals(
  unit: Unit,
  statement: Extract<Statement, { kind: 'Input' }>,
  scope: Span,
  taken: Set<string>,
): readonly Local[] {
  // prettier-ignore
  return (statement.type.dimensions ?? []).flatMap((dimension) =>
    sizeNames(dimension).flatMap((name) => {
      if (taken.has(name.name) || name.name === '') return [];
      taken.add(name.name);
      return [local(unit, dimension.kind === 'SpreadDimension' ? 'spread' : 'size', name, statement, scope)];
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

function statementLocals(unit: Unit, statement: Statement, body: Span): readonly Local[] {
  const behind = { start: statement.span.end, end: body.end };
  switch (statement.kind) {
    case 'Input':
      return [local(unit, 'input', statement.name, statement, body)];
    case 'Let':
      return [...loopLocals(unit, statement), ...patternNames(statement.pattern).map((name) => local(unit, 'let', name, statement, behind))]; // prettier-ignore
    case 'Output':
      return [...loopLocals(unit, statement), local(unit, 'output', statement.name, statement, behind)];
    case 'LayerStatement':
      return [...loopLocals(unit, statement), local(unit, 'layer', statement.name, statement, behind)];
    case 'Weight':
      return [local(unit, 'weight', statement.name, statement, behind)];
    case 'LossStatement':
      return [...loopLocals(unit, statement), local(unit, 'loss', statement.name, statement, behind)];
    case 'Require':
      return [];
  }
}

/** Indices of `repeat` and elements of `for`, seen in the loop alone. */
function loopLocals(unit: Unit, within: Node): readonly Local[] {
  const locals: Local[] = [];
  const declare = (node: Repeat | For, names: readonly Identifier[], from: number): void => {
    for (const name of names) locals.push(local(unit, 'loop', name, node, { start: from, end: node.span.end }));
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

const local = (unit: Unit, what: Local['what'], identifier: Identifier | Name, node: Node, scope: Span): Local => ({
  name: identifier.name,
  what,
  identifier,
  node,
  scope,
  unit,
});

/** Expression → value. Tensors become nodes of the model being assembled; everything else is computed here and now. */
import type { Expression, Identifier, If, List, Member, Name, Statement, Tuple } from '../../grammar/ast.ts';
import type { Span } from '../../grammar/source.ts';
import { nameUnknown, nameUnknownMember } from '../diagnostics/catalogue/names.ts';
import { fold, nearNames } from '../diagnostics/suggest.ts';
import { dim, truth } from '../shapes/index.ts';
import { chooseBranch } from './branches.ts';
import { inCases, narrowed } from './cases.ts';
import { builtinNamed, functionNames, isOfFamily, layerNamed, layerNames, lowerNames } from './builtins.ts';
import { methodsElsewhere, modulesElsewhere, nothingElsewhere, otherSpellings, respelled } from './other-spellings.ts';
import { evaluateCall } from './call.ts';
import { constantValue } from './constants.ts';
import { madeSince, placeOf, report, see, shortText, withinOf, type BodyContext } from './context.ts';
import { nothingExpected, type Expected } from './expected.ts';
import { evaluateIndex } from './indexing.ts';
import { evaluateBinary, evaluateUnary } from './operators.ts';
import { runStages } from './stages.ts';
import { describe, exact, tensor, unknown, type Value } from './values.ts';

export function evaluate(ctx: BodyContext, node: Expression, expected: Expected = nothingExpected): Value {
  const from = ctx.assembler.nodes.length;
  const isOnce = ctx.mode !== 'block' || !readsValues.has(node.kind) || !ctx.scope.hasOpen();
  const value = isOnce
    ? evaluateOnce(ctx, node, expected)
    : inCases(ctx, node, unknown, (inner) => evaluateOnce(inner, node, expected));
  if (!saysItself.has(node.kind))
    see(ctx, 'expression', node, value, node.kind === 'Call' ? madeSince(ctx, from, node.arguments) : undefined);
  return value;
}

/** What an editor need not be told about. */
const saysItself: ReadonlySet<Expression['kind']> = new Set(['NumberLiteral', 'StringLiteral', 'BooleanLiteral', 'Missing', 'Repeat', 'For']); // prettier-ignore

/** What rules are asked about; names, branches and pipelines hand on what they have. */
const readsValues: ReadonlySet<Expression['kind']> = new Set(['Call', 'Binary', 'Unary', 'IndexExpression', 'Member', 'Tuple', 'List']); // prettier-ignore

function evaluateOnce(ctx: BodyContext, node: Expression, expected: Expected): Value {
  switch (node.kind) {
    case 'NumberLiteral':
      return node.isInteger ? exact(dim(node.value)) : { kind: 'float', value: node.value };
    case 'StringLiteral':
      return { kind: 'string', value: node.value };
    case 'BooleanLiteral':
      return { kind: 'bool', condition: truth(node.value) };
    case 'Name':
      return evaluateName(ctx, node, expected);
    case 'Member':
      return evaluateMember(ctx, node);
    case 'Call':
      return evaluateCall(ctx, node, expected);
    case 'IndexExpression':
      return evaluateIndex(ctx, node);
    case 'Binary':
      return evaluateBinary(ctx, node);
    case 'Unary':
      return evaluateUnary(ctx, node);
    case 'If':
      return evaluateIf(ctx, node, expected);
    case 'Tuple':
    case 'List':
      return evaluateElements(ctx, node, expected);
    case 'Pipeline':
      return evaluatePipeline(ctx, node);
    case 'Repeat':
    case 'For':
      return recipeOf(ctx, undefined, [node], node);
    case 'Missing':
      return unknown;
  }
}

function evaluateElements(ctx: BodyContext, node: Tuple | List, expected: Expected): Value {
  const elements = node.elements.map((element) => evaluate(ctx, element, expected));
  return { kind: node.kind === 'Tuple' ? 'tuple' : 'list', elements };
}

/** A name: what the body and the file declare first, then an option that is expected here, then what is built in. */
export function evaluateName(ctx: BodyContext, node: Name, expected: Expected): Value {
  const declared = declaredName(ctx, node.name);
  if (declared) return declared;
  if (expected.options.includes(node.name)) return { kind: 'option', name: node.name };
  const builtin = builtinNamed(node.name);
  if (builtin) return builtin;
  const layer = layerNamed(node.name);
  if (layer) return layer;
  if (expected.options.length > 0 || expected.families.length > 0 || expected.anyOption) return { kind: 'option', name: node.name }; // prettier-ignore
  reportUnknownName(ctx, node);
  return unknown;
}

/** The value of a name that the body or the file declares. */
export function declaredName(ctx: BodyContext, name: string): Value | undefined {
  const entry = ctx.scope.find(name);
  if (entry) return narrowed(ctx, entry.value);
  const symbol = ctx.file.symbols.get(name);
  if (symbol) return constantValue(ctx, symbol);
  // An import that leads nowhere has been reported.
  if (!ctx.file.imported.some((imported) => imported.local === name)) return undefined;
  ctx.session.diagnostics.countRepeated();
  return unknown;
}

function reportUnknownName(ctx: BodyContext, node: Name): void {
  if (node.name === '') return;
  const other = otherSpellings[node.name];
  const candidates = [...ctx.scope.names(), ...ctx.file.symbols.keys()];
  const isCapital = /^[A-Z]/.test(node.name);
  const sameName = isCapital ? lowerNames().filter((name) => fold(name) === fold(node.name)) : [];
  const near = other ? [other] : nearNames(node.name, [...candidates, ...(isCapital ? [...layerNames(), ...sameName] : functionNames())]); // prettier-ignore
  const later = laterDeclaration(ctx, node);
  const related = later ? [{ file: ctx.file.source, span: later.span, message: 'it is declared here, further down' }] : []; // prettier-ignore
  const problem = later ? nameUnknown.later({ name: node.name }) : nothingElsewhere.has(node.name) ? nameUnknown.nothing({ name: node.name }) : nameUnknown.value({ name: node.name, near, span: node.span, inTrain: isInTrain(ctx, node.span) }); // prettier-ignore
  report(ctx, problem, node.span, related);
}

const isInTrain = (ctx: BodyContext, span: Span): boolean =>
  ctx.file.units.find((unit) => unit.holds(span))?.node?.kind === 'Train';

/** The statement behind this place, in the same body, that declares the name. */
function laterDeclaration(ctx: BodyContext, { name, span }: Name): Identifier | undefined {
  const around = ctx.file.units.find((unit) => unit.holds(span))?.node;
  if (around?.kind !== 'Block' && !(around?.kind === 'Model' && 'body' in around)) return undefined;
  const statements = (around as { readonly body?: { readonly statements: readonly Statement[] } }).body?.statements ?? []; // prettier-ignore
  const names = statements
    .filter((s) => s.span.start > span.start)
    .flatMap((s): readonly (Identifier | undefined)[] => {
      if (s.kind === 'Require') return [];
      if (s.kind !== 'Let') return [s.name];
      return s.pattern.kind === 'NamePattern' ? [s.pattern.name] : s.pattern.elements.map((e) => (e.kind === 'Identifier' ? e : undefined)); // prettier-ignore
    });
  return names.find((identifier) => identifier?.name === name);
}

/** `(x -> Pair).left`, `embed.embeddings`. */
export function evaluateMember(ctx: BodyContext, node: Member): Value {
  if (isOfModule(ctx, node)) {
    reportModule(ctx, node);
    return unknown;
  }
  return inCases(ctx, undefined, evaluate(ctx, node.object), (inner, object) => memberOf(inner, node, object));
}

function memberOf(ctx: BodyContext, node: Member, object: Value): Value {
  const name = node.name.name;
  if (object.kind === 'unknown' || object.kind === 'opaque' || node.name.missing) return unknown;
  if (object.kind === 'tuple' && object.names) {
    const at = object.names.indexOf(name);
    if (at >= 0) return object.elements[at]!;
    return missingMember(ctx, node, 'This result', object.names);
  }
  if (object.kind === 'instance') {
    const { instance } = object;
    const weights = instance.built?.weights;
    if (!weights && instance.recipe.kind === 'layer') {
      if (ctx.mode === 'names') return unknown;
      report(ctx, nameUnknownMember.unbuilt({ name, of: shortText(placeOf(ctx, node.object.span)) }), node.name.span);
      return unknown;
    }
    const path = weights?.[name];
    const weight = path === undefined ? undefined : ctx.assembler.weights.get(path);
    if (weight) {
      const outputs = [{ dtype: weight.dtype ?? 'float32', shape: weight.shape, batched: false }] as const;
      const origin = placeOf(ctx, node.span);
      return tensor(ctx.assembler.add({ kind: 'weight', path: weight.path, origin, label: shortText(origin), ...withinOf(ctx), outputs })[0]!); // prettier-ignore
    }
    // Made in a branch that is looked at and not taken.
    if (path !== undefined) return unknown;
    const child = instance.children.get(name);
    if (child) return { kind: 'instance', instance: child };
    return missingMember(ctx, node, `The layer \`${instance.path}\``, [...Object.keys(weights ?? {}), ...instance.children.keys()]); // prettier-ignore
  }
  if (object.kind === 'recipe' && node.object.kind === 'Name' && isInTrain(ctx, node.span)) {
    report(ctx, nameUnknownMember.ofModel({ name, of: node.object.name, span: node.span }), node.name.span);
    return unknown;
  }
  if (object.kind === 'tensor') {
    const of = shortText(placeOf(ctx, node.object.span), 20);
    const meant = methodsElsewhere[name] ?? otherSpellings[name] ?? name;
    const isFunction = functionNames().includes(meant) || layerNames().includes(meant);
    if (isFunction) report(ctx, nameUnknownMember.method({ name, of, meant }), node.name.span);
    else if (name === 'shape' || name === 'size') report(ctx, nameUnknownMember.shape({ name, of }), node.name.span);
    else report(ctx, nameUnknownMember.ofTensor({ name, of }), node.name.span);
    return unknown;
  }
  return missingMember(ctx, node, capitalise(describe(object)), []);
}

/** `nn.Linear`, `tf.keras.layers.Dense`: Python reaches into modules, of which there are none. */
function isOfModule(ctx: BodyContext, { object }: Member): boolean {
  const root = rootOf(object);
  return root?.kind === 'Name' && modulesElsewhere.has(root.name) && !declaredName(ctx, root.name);
}

const rootOf = (node: Expression): Expression | undefined => (node.kind === 'Member' ? rootOf(node.object) : node);

function reportModule(ctx: BodyContext, node: Member): void {
  const { name } = node.name;
  const known = [...functionNames(), ...layerNames()];
  const meant = known.includes(name) ? name : (otherSpellings[name] ?? nearNames(name, known)[0]);
  const written = shortText(placeOf(ctx, node.span), 40);
  const fixes = meant === undefined ? [] : [respelled(ctx.file.source, node.span, name, meant)];
  report(ctx, nameUnknown.module({ written, meant, fixes }), node.span);
}

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function missingMember(ctx: BodyContext, node: Member, of: string, members: readonly string[]): Value {
  const { name, span } = node.name;
  report(ctx, nameUnknownMember.unknown({ name, of, members, near: nearNames(name, members), span }), span);
  return unknown;
}

function evaluateIf(ctx: BodyContext, node: If, expected: Expected): Value {
  const condition = evaluate(ctx, node.condition);
  return chooseBranch(
    ctx,
    condition,
    node.condition,
    (inner) => evaluate(inner, node.then, expected),
    (inner) => evaluate(inner, node.otherwise, expected),
  );
}

function evaluatePipeline(ctx: BodyContext, node: Extract<Expression, { kind: 'Pipeline' }>): Value {
  const { head } = node;
  if (head.kind === 'Repeat' || head.kind === 'For') return recipeOf(ctx, undefined, [head, ...node.stages], node);
  const value = evaluate(ctx, head, { options: [], families: ['layer'] });
  if (value.kind === 'recipe' || value.kind === 'instance' || (value.kind === 'builtin' && isOfFamily(value, 'layer')))
    return recipeOf(ctx, head, node.stages, node);
  if (value.kind === 'option') {
    reportUnknownName(ctx, head as Name);
    return runStages(ctx, unknown, node.stages);
  }
  return runStages(ctx, value, node.stages);
}

function recipeOf(
  ctx: BodyContext,
  head: Expression | undefined,
  stages: Extract<Expression, { kind: 'Pipeline' }>['stages'],
  node: Expression,
): Value {
  // prettier-ignore
  const label = shortText(placeOf(ctx, node.span));
  return { kind: 'recipe', recipe: { kind: 'pipeline', head, stages, context: ctx, label } };
}

/** A resolved file → diagnostics and the graphs of its models. */
import type { Model, ModelAlias } from '../../grammar/ast.ts';
import { nameUnused } from '../diagnostics/catalogue/names.ts';
import { typeNotALayer } from '../diagnostics/catalogue/shapes.ts';
import { report as makeDiagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { lintFile, type Linted } from '../lint/index.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import type { Condition } from '../shapes/index.ts';
import { checkedBlock, checkedFunction } from './check-block.ts';
import { checkModel, type ModelToCheck } from './check-model.ts';
import { constantValue } from './constants.ts';
import { bodyContext, newSession, placeOf, report, type BodyContext, type Session } from './context.ts';
import { evaluate } from './evaluate.ts';
import { configure } from './instances.ts';
import { mentions } from './mentions.ts';
import { settingValues, type Settings } from './settings.ts';
import { describe, type Recipe } from './values.ts';

/** What a block requires of its inputs, in the fewest and simplest conditions on its sizes and parameters. */
export interface BlockCheck {
  readonly name: string;
  readonly requirements: readonly Condition[];
}

export interface FileCheck {
  readonly diagnostics: readonly Diagnostic[];
  readonly models: readonly ModelGraph[];
  /** The blocks (and models with required parameters) of the file that have no errors. */
  readonly blocks: readonly BlockCheck[];
}

export type { Settings } from './settings.ts';

export function checkFile(file: FileScope, settings?: Settings): FileCheck {
  const session = newSession();
  const ctx = bodyContext(session, file, 'model');
  for (const reached of filesReached(file))
    for (const diagnostic of reached.diagnostics) session.diagnostics.add(diagnostic);
  const own = [...file.symbols.values()].filter((symbol) => symbol.file === file);
  for (const { node } of own) {
    if (node.kind === 'Block' || (node.kind === 'Model' && needsArguments(node))) checkedBlock(session, file, node);
    if (node.kind === 'Const' && node.parameters) checkedFunction(session, file, node);
  }
  for (const symbol of own) if (symbol.node.kind === 'Const') constantValue(ctx, symbol);
  // Aliases last: they are silent about what is wrong with their models.
  const toCheck = own.flatMap((symbol) => modelToCheck(ctx, symbol, settings) ?? []);
  const graphs = new Map<ModelToCheck, ModelGraph | undefined>();
  for (const model of [...toCheck.filter((m) => !m.alias), ...toCheck.filter((m) => m.alias)])
    graphs.set(model, checkModel(session, model));
  reportUnusedImports(session, file);
  const models = toCheck.flatMap((model) => graphs.get(model) ?? []);
  for (const found of lintFile(file, { models, blocks: checkedAlone(session, own), known: session.diagnostics.all })) session.diagnostics.add(found); // prettier-ignore
  const all = withoutEchoes(session.diagnostics.all);
  const diagnostics = [...all].sort(byPlace).filter((d) => d.severity === 'error' || !isIgnored(d));
  return { diagnostics, models, blocks: blocksOf(session, own) };
}

/** The file and everything that it imports, itself first. */
function filesReached(file: FileScope): ReadonlySet<FileScope> {
  const reached = new Set<FileScope>([file]);
  for (const scope of reached) for (const { from } of scope.imported) if (from) reached.add(from);
  return reached;
}

/** A model with required parameters is only a block, unless they are set from outside. */
const needsArguments = (node: Model): boolean => node.parameters.some((parameter) => !parameter.defaultValue);

/** What has no numbers of its own, with what it is made of over all sizes. */
function checkedAlone(session: Session, own: readonly FileSymbol[]): Linted['blocks'] {
  return own.flatMap(({ node }) => {
    const checked = session.checkedBlocks.get(node);
    const isAlone = node.kind === 'Block' || (node.kind === 'Model' && needsArguments(node));
    return isAlone && checked?.state === 'fine' ? [{ node, nodes: checked.nodes }] : [];
  });
}

function blocksOf(session: Session, own: readonly FileSymbol[]): readonly BlockCheck[] {
  return own.flatMap(({ name, node }) => {
    const checked = session.checkedBlocks.get(node);
    const isAlone = node.kind === 'Block' || (node.kind === 'Model' && needsArguments(node));
    return isAlone && checked?.state === 'fine' ? [{ name, requirements: checked.requirements }] : [];
  });
}

function modelToCheck(ctx: BodyContext, symbol: FileSymbol, settings: Settings | undefined): ModelToCheck | undefined {
  const { node, file, name } = symbol;
  const train = trainOf(file, name);
  if (node.kind === 'Model') {
    const values = settings && (settings.model ?? name) === name ? settingValues(ctx, node, settings) : new Map();
    if (!values || node.parameters.some((p) => !p.defaultValue && !values.has(p.name.name))) return undefined;
    return { name: node.name, node, file, values, train, doc: node.doc?.text };
  }
  if (node.kind !== 'ModelAlias') return undefined;
  const recipe = aliasedModel(ctx, symbol);
  if (!recipe) return undefined;
  const original = recipe.node as Model;
  const alias = { place: { file: file.source, span: node.value.span }, label: name, node: original, file };
  const doc = node.doc?.text ?? original.doc?.text;
  const inherited = train ?? trainOf(recipe.file, original.name.name);
  return { name: node.name, node: original, file: recipe.file, values: recipe.values, train: inherited, doc, alias };
}

/** What an alias stands for: a model with all its arguments. */
function aliasedModel(ctx: BodyContext, { node, name }: FileSymbol): Extract<Recipe, { kind: 'block' }> | undefined {
  const { value: expression } = node as ModelAlias;
  const value = evaluate(ctx, expression, { options: [], families: ['layer'] });
  if (value.kind === 'unknown' || expression.kind === 'Missing') return undefined;
  const place = placeOf(ctx, expression.span);
  if (value.kind === 'recipe' && value.recipe.kind === 'block' && value.recipe.node.kind === 'Model') {
    const recipe = configure(ctx, value.recipe, undefined, { name: value.recipe.label, place }, place);
    return recipe.kind === 'block' && !recipe.isBroken ? recipe : undefined;
  }
  report(ctx, typeNotALayer.alias({ name, got: describe(value) }), place);
  return undefined;
}

function trainOf(file: FileScope, name: string): ModelToCheck['train'] {
  const node = file.trains.get(name);
  return node && { node, file };
}

function reportUnusedImports(session: Session, file: FileScope): void {
  const used = mentions(file.ast.declarations);
  for (const { node, local, symbol } of file.imported) {
    if (!symbol) continue;
    const at = node.alias ?? node.name;
    if (!used.has(local)) session.diagnostics.add(makeDiagnostic(nameUnused.unused({ name: local, what: 'The import' }), { file: file.source, span: at.span })); // prettier-ignore
  }
}

/** Behind a syntax error, what follows on its line is read by guess: unknown names there are echoes of it. */
function withoutEchoes(all: readonly Diagnostic[]): readonly Diagnostic[] {
  const broken = all.filter(({ code }) => code.startsWith('syntax/'));
  const lineOf = ({ file, span }: Diagnostic): number => file.positionAt(span.start).line;
  const isEcho = (found: Diagnostic): boolean =>
    /^(name\/unknown|argument\/)/.test(found.code) &&
    broken.some((b) => b.file === found.file && b.span.start < found.span.start && lineOf(b) === lineOf(found));
  return broken.length === 0 ? all : all.filter((found) => !isEcho(found));
}

const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  a.file.path.localeCompare(b.file.path) || a.span.start - b.span.start;

/** `// nn-ignore lint/slug: reason` on the line before silences a warning or hint there. */
function isIgnored(diagnostic: Diagnostic): boolean {
  const { line } = diagnostic.file.positionAt(diagnostic.span.start);
  const before = line > 1 ? diagnostic.file.lineText(line - 1) : '';
  const match = /^\s*\/\/\s*nn-ignore\s+([a-z-]+\/[a-z-]+(?:\s*,\s*[a-z-]+\/[a-z-]+)*)\s*(?::|$)/.exec(before);
  return match !== null && match[1]!.split(',').some((slug) => slug.trim() === diagnostic.code);
}

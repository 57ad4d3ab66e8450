/** A resolved file → diagnostics and the graphs of its models. */
import type { Const, Model, ModelAlias } from '../../grammar/ast.ts';
import type { Unit } from '../../grammar/unit.ts';
import { nameUnused } from '../diagnostics/catalogue/names.ts';
import { typeNotALayer } from '../diagnostics/catalogue/shapes.ts';
import { report as makeDiagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import { findingsOf, lintsOf } from '../lint/index.ts';
import { trainNamed, type FileScope, type FileSymbol } from '../resolve/file-scope.ts';
import type { Condition } from '../shapes/index.ts';
import { withoutConsequences } from './consequences.ts';
import { checkedFunction, foundBlock } from './check-block.ts';
import { checkModel, type ModelToCheck } from './check-model.ts';
import { constantValue } from './constants.ts';
import { bodyContext, DiagnosticList, foundAlone, newSession, placeOf, report, textOf, type BodyContext, type Session } from './context.ts'; // prettier-ignore
import { evaluate } from './evaluate.ts';
import { configure } from './instances.ts';
import { KeptChecks, type Found } from './kept.ts';
import { openModel } from './open-model.ts';
import { settingValues, type Settings } from './settings.ts';
import type { UnitSights } from './sights.ts';
import { describe, type Recipe, type Value } from './values.ts';

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
  /** Models with parameters that are not given, these being variables; only such as can be counted. */
  readonly openModels: readonly ModelGraph[];
  /** The graph of a model that has no errors, for counting: its places may be those of earlier. */
  graphAnywhere(name: string): ModelGraph | undefined;
  /** What was seen of a declaration, where sights are kept. */
  sightsOf(unit: Unit): UnitSights | undefined;
}

export type { Settings } from './settings.ts';

/** `kept`: what earlier checks of the project have found; with settings nothing is kept. */
export function checkFile(file: FileScope, settings?: Settings, kept = new KeptChecks()): FileCheck {
  const session = newSession((settings ? new KeptChecks() : kept).now());
  const own = [...file.symbols.values()].filter((symbol) => symbol.file === file);
  for (const { unit } of own) session.checks.versionOf(unit, file);
  const alone = own.flatMap((symbol) => (isBlockOnly(symbol) ? [{ symbol, found: foundBlock(session, symbol) }] : []));
  for (const symbol of new Set([...own, ...session.checks.reached])) checkReached(session, symbol);
  // Aliases last: they are silent about what is wrong with their models.
  const ofKind = (kind: Unit['kind']): readonly FileSymbol[] => own.filter(({ unit }) => unit.kind === kind);
  const found = new Map([...ofKind('Model'), ...ofKind('ModelAlias')].map((symbol) => [symbol, foundModel(session, symbol, settings)])); // prettier-ignore
  const models = own.flatMap((symbol) => (found.has(symbol) ? [{ symbol, found: found.get(symbol)! }] : []));
  // Completion and hover ask for what is seen and not for what is wrong.
  const checked = [...session.found];
  let diagnostics: readonly Diagnostic[] | undefined;
  let graphs: readonly ModelGraph[] | undefined;
  let sights: ReadonlyMap<object, UnitSights> | undefined;
  return {
    graphAnywhere: (name) => models.find(({ symbol }) => symbol.name === name)?.found.value.graph,
    sightsOf: ({ key }) => (sights ??= allSights(session)).get(key),
    get diagnostics() {
      return (diagnostics ??= allDiagnostics(session, checked, file, [...models, ...alone]));
    },
    get models() {
      return (graphs ??= models.flatMap((model) => graphNow(session, model.symbol, model.found) ?? []));
    },
    get openModels() {
      const isOpen = ({ symbol, found: { value } }: (typeof alone)[number]): boolean =>
        symbol.unit.kind === 'Model' && value.state === 'fine' && !found.get(symbol)?.value.graph;
      return alone.filter(isOpen).flatMap(({ symbol }) => openModel(session, symbol, givenTo(session, symbol, settings)) ?? []); // prettier-ignore
    },
    blocks: alone.flatMap(({ symbol: { name }, found: { value } }) => (value.state === 'fine' ? [{ name, requirements: value.requirements }] : [])), // prettier-ignore
  };
}

/** What is seen of one declaration (of `train`, with its model) when nothing else of its file is looked at. */
export function sightsAlone(file: FileScope, unit: Unit, kept: KeptChecks): UnitSights | undefined {
  const symbol = file.symbols.get(unit.name.name);
  if (symbol?.file !== file || (unit.kind === 'Train' ? file.trains.get(unit.name.name) : symbol.unit)?.key !== unit.key) return undefined; // prettier-ignore
  const session = newSession(kept.now());
  session.checks.versionOf(symbol.unit, file);
  if (isBlockOnly(symbol)) foundBlock(session, symbol);
  checkReached(session, symbol);
  if (unit.kind !== 'Block' && unit.kind !== 'Const') foundModel(session, symbol, undefined);
  return allSights(session).get(unit.key);
}

/** Of each declaration; a model as it is with its numbers, after what it is over all sizes. */
const allSights = ({ found }: Session): ReadonlyMap<object, UnitSights> =>
  new Map([...found].flatMap(({ sights }) => [...(sights ?? [])]));

/** The file and everything that it imports, itself first. */
function filesReached(file: FileScope): ReadonlySet<FileScope> {
  const reached = new Set<FileScope>([file]);
  for (const scope of reached) for (const { from } of scope.imported) if (from) reached.add(from);
  return reached;
}

/** Blocks, and models with required parameters, which are only blocks unless these are set from outside. */
function isBlockOnly({ unit }: FileSymbol): boolean {
  const node = unit.anywhere;
  return node.kind === 'Block' || (node.kind === 'Model' && node.parameters.some((parameter) => !parameter.defaultValue)); // prettier-ignore
}

/** What is mentioned has its own mistakes, which are told with those of the file. */
function checkReached(session: Session, symbol: FileSymbol): void {
  const { unit, file } = symbol;
  const node = unit.anywhere;
  if (node.kind === 'Block' || (node.kind === 'Model' && session.checks.reached.has(symbol))) foundBlock(session, symbol);
  if (node.kind !== 'Const') return;
  if (node.parameters) checkedFunction(session, file, symbol.node as Const);
  else constantValue(bodyContext(session, file, 'model'), symbol);
} // prettier-ignore

interface FoundModel {
  readonly isBroken: boolean;
  readonly isTrainBroken: boolean;
  /** Of one that has no errors; with the places of the check that made it. */
  readonly graph: ModelGraph | undefined;
  readonly generation: number;
}

function foundModel(session: Session, symbol: FileSymbol, settings: Settings | undefined): Found<FoundModel> {
  const { unit, file } = symbol;
  const found = foundAlone<FoundModel>(session, unit, file, 'model', (own) => {
    const graph = graphOf(own, symbol, settings);
    const lints = graph && findingsOf({ nodes: graph.nodes, graph, text: textOf(own, file) });
    const { generation } = own.checks;
    const train = trainOf(file, symbol.name)?.node;
    const isTrainBroken = train !== undefined && own.brokenTrains.has(train);
    return { value: { isBroken: own.brokenModels.has(symbol.node), isTrainBroken, graph, generation }, lints };
  });
  if (found.value.isBroken) session.brokenModels.add(symbol.node);
  const train = found.value.isTrainBroken && trainOf(file, symbol.name)?.node;
  if (train) session.brokenTrains.add(train);
  return found;
}

function graphOf(session: Session, symbol: FileSymbol, settings?: Settings): ModelGraph | undefined {
  const model = modelToCheck(bodyContext(session, symbol.file, 'model'), symbol, settings);
  return model && checkModel(session, model);
}

/** The graph with the places of this check: made again where it is an older one, since its text may have moved. */
function graphNow(session: Session, symbol: FileSymbol, { value }: Found<FoundModel>): ModelGraph | undefined {
  if (!value.graph || value.generation === session.checks.generation) return value.graph;
  return graphOf({ ...session, diagnostics: new DiagnosticList(), work: { done: 0 } }, symbol);
}

/** The settings that a model takes, where they are fine. */
function givenTo(session: Session, { file, name, unit }: FileSymbol, settings?: Settings): ReadonlyMap<string, Value> {
  if (!settings || (settings.model ?? name) !== name) return new Map();
  const own = { ...session, diagnostics: new DiagnosticList() };
  return settingValues(bodyContext(own, file, 'model'), unit.node as Model, settings) ?? new Map();
}

/** Everything that there is to say of a file, in the order of the text, each thing once. */
function allDiagnostics(
  session: Session,
  checked: readonly Found<unknown>[],
  file: FileScope,
  subjects: readonly { readonly symbol: FileSymbol; readonly found: Found<unknown> }[],
): readonly Diagnostic[] {
  // prettier-ignore
  const list = new DiagnosticList();
  for (const reached of filesReached(file)) for (const diagnostic of reached.diagnostics) list.add(diagnostic);
  for (const { diagnostics } of checked) for (const diagnostic of diagnostics) list.add(diagnostic);
  for (const diagnostic of unusedImports(session, file)) list.add(diagnostic);
  const errors = list.all.filter((d) => d.severity === 'error' && d.file === file.source);
  const isBroken = (unit: Unit | undefined): boolean => unit !== undefined && errors.some(({ span }) => unit.start <= span.start && span.start < unit.end); // prettier-ignore
  const sound = subjects.filter(({ symbol }) => !isBroken(symbol.unit) && !isBroken(file.trains.get(symbol.name)));
  const findings = sound.flatMap(({ found }) => found.lints ?? []);
  for (const diagnostic of lintsOf(file, findings, list.all)) list.add(diagnostic);
  return [...withoutConsequences(list.all, filesReached(file), (unit) => session.checks.kept.mentionsOf(unit))]
    .sort(byPlace)
    .filter((d) => d.severity === 'error' || !isIgnored(d));
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
  const node = trainNamed(file, name);
  return node && { node, file };
}

function unusedImports({ checks }: Session, file: FileScope): readonly Diagnostic[] {
  const used = new Set(file.units.flatMap((unit) => checks.kept.mentionsOf(unit)));
  return file.imported.flatMap(({ node, local, symbol }) => {
    if (!symbol || used.has(local)) return [];
    const { span } = node.alias ?? node.name;
    return [makeDiagnostic(nameUnused.unused({ name: local, what: 'The import' }), { file: file.source, span })];
  });
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

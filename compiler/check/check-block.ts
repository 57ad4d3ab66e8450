/** A block (or model) on its own → its mistakes, reported once and where they stand; and what it requires of its inputs. */
import type { Block, Const, Model, Node, Parameter, ParameterType } from '../../grammar/ast.ts';
import type { Unit } from '../../grammar/unit.ts';
import { nameCase } from '../diagnostics/catalogue/names.ts';
import { modelNoOutput } from '../diagnostics/catalogue/structure.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { findingsOf } from '../lint/index.ts';
import { unitOf, type FileScope, type FileSymbol } from '../resolve/file-scope.ts';
import { asNumber, atMost, dim, equal, noFacts, ONE, simplifyRequirements, variable, variablesOf, variablesOfCondition, type Condition, type SizeVariable } from '../shapes/index.ts'; // prettier-ignore
import { defaultOf } from './block-parameters.ts';
import { runBody } from './body.ts';
import { bodyContext, foundAlone, freshId, report, Scope, textOf, type BodyContext, type CheckedBlock, type Session } from './context.ts'; // prettier-ignore
import { evaluate } from './evaluate.ts';
import { expectedByType } from './expected.ts';
import { declareInputs } from './inputs.ts';
import type { Found } from './kept.ts';
import { layerNamesOf } from './layer-names.ts';
import { wantKnownType } from './parameter-types.ts';
import { declare } from './patterns.ts';
import { reportUnused } from './unused.ts';
import { exact, truthValues, type Value } from './values.ts';

const broken: CheckedBlock = { state: 'broken' };

/** What is known of a block from checking it alone, over all sizes and parameters. `busy` where it leads back to itself. */
export const checkedBlock = (session: Session, file: FileScope, node: Block | Model): CheckedBlock =>
  alone(session, unitOf(file, node) ?? node, node.name.name, () =>
    foundAlone(session, unitOf(file, node), file, 'block', (own) => checkAlone(own, file, node)),
  ).value;

/** The same for a declaration whose place is not asked for, with what there was to say. */
export const foundBlock = (session: Session, { file, unit, name }: FileSymbol): Found<CheckedBlock> =>
  alone(session, unit, name, () =>
    foundAlone(session, unit, file, 'block', (own) => checkAlone(own, file, unit.node as Block | Model)),
  );

/** Runs a check unless it has been run, or is running: then it leads back to itself. */
function alone(session: Session, of: Unit | Node, name: string, check: () => Found<CheckedBlock>): Found<CheckedBlock> {
  // prettier-ignore
  const key = 'key' in of ? of.key : of;
  const known = session.checkedBlocks.get(key);
  if (known?.value.state === 'busy') session.checks.isCircular = true;
  if (known) return known;
  session.checkedBlocks.set(key, { value: { state: 'busy', name }, diagnostics: [] });
  const found = check();
  session.checkedBlocks.set(key, found);
  return found;
}

function checkAlone(session: Session, file: FileScope, node: Block | Model): Omit<Found<CheckedBlock>, 'diagnostics'> {
  const errorsBefore = session.diagnostics.errorCount;
  const ctx = bodyContext(session, file, 'block', layerNamesOf(session, node));
  declareOpenParameters(ctx, node.parameters);
  declareInputs(ctx, node);
  const { outputs } = runBody(ctx, node.body.statements);
  const what = node.kind === 'Block' ? 'block' : 'model';
  if (outputs.length === 0) report(ctx, modelNoOutput.none({ what, name: node.name.name }), node.name.span);
  if (session.diagnostics.errorCount > errorsBefore) return { value: broken };
  if (node.kind === 'Block') reportUnused(ctx, node, undefined);
  const { nodes } = ctx.assembler;
  const value = { state: 'fine', requirements: requirementsOf(ctx), variables: variablesByName(ctx), nodes } as const;
  return { value, lints: findingsOf({ nodes, text: textOf(session, file) }) };
}

/** The same for a compile-time function. */
export const checkedFunction = (session: Session, file: FileScope, node: Const): CheckedBlock =>
  alone(session, unitOf(file, node) ?? node, node.name.name, () =>
    foundAlone(session, unitOf(file, node), file, 'function', (own) => {
      const errorsBefore = own.diagnostics.errorCount;
      const ctx = bodyContext(own, file, 'block');
      declareOpenParameters(ctx, node.parameters ?? []);
      evaluate(ctx, node.value, expectedByType(node.type));
      return { value: own.diagnostics.errorCount > errorsBefore ? broken : sound };
    }),
  ).value;

const sound: CheckedBlock = { state: 'fine', requirements: [], variables: new Map(), nodes: [] };

/** The context of a body that is used here: its mistakes are those of the use, unless it is broken on its own. */
export function usedContext(
  ctx: BodyContext,
  file: FileScope,
  node: Block | Model | Const,
  use: { readonly label: string; readonly place: Place },
): BodyContext {
  // prettier-ignore
  const { state } = node.kind === 'Const' ? checkedFunction(ctx.session, file, node) : checkedBlock(ctx.session, file, node); // prettier-ignore
  const frames = [...ctx.frames, { ...use, node, rounds: ctx.rounds }];
  const mode = state === 'fine' ? ctx.mode : 'names';
  if (state !== 'fine' && ctx.mode !== 'names') ctx.session.diagnostics.countRepeated();
  return { ...ctx, file, scope: new Scope(), loops: [], rounds: [], frames, spreads: new Map(), boundSpreads: new Map(), mode }; // prettier-ignore
}

function declareOpenParameters(ctx: BodyContext, parameters: readonly Parameter[]): void {
  for (const parameter of parameters) declareOpenParameter(ctx, parameter);
}

export function declareOpenParameter(ctx: BodyContext, parameter: Parameter): Value {
  const isKnown = wantKnownType(ctx, parameter.type);
  const standard = parameter.defaultValue && isKnown ? defaultOf(ctx, parameter) : undefined;
  wantParameterCase(ctx, parameter, standard);
  const value = openValue(ctx, parameter, standard);
  declare(ctx, parameter.name, value, 'parameter');
  return value;
}

/** A parameter whose value each use decides: whole numbers are variables, everything else is opaque. */
function openValue(ctx: BodyContext, { name, type }: Parameter, standard: Value | undefined): Value {
  const number = standard?.kind === 'exact' ? asNumber(standard.dim) : undefined;
  const isInt = type ? type.kind === 'NamedType' && type.name.name === 'int' : Number.isInteger(number);
  // An axis such as -1 may have either sign, and a size variable has not.
  if (isInt && (number === undefined || number >= 0))
    return exact(variable({ name: name.name, id: freshId(ctx.session), minimum: 0 }));
  const what = `the parameter \`${name.name}\``;
  const labels = labelsOf(type, standard);
  if (!labels) return { kind: 'opaque', what, ...(isActivation(type, standard) ? { isActivation: true } : {}) };
  const oneOf: SizeVariable = { name: name.name, id: freshId(ctx.session), minimum: 0, labels };
  ctx.assembler.facts = ctx.assembler.facts.assume(...domainOf(oneOf));
  if (labels === truthValues) return { kind: 'bool', condition: equal(variable(oneOf), ONE) };
  return { kind: 'opaque', what, choice: { variable: oneOf, options: labels } };
}

const isActivation = (type: ParameterType | undefined, standard: Value | undefined): boolean =>
  type ? type.kind === 'NamedType' && type.name.name === 'activation' : standard?.kind === 'builtin' && standard.function?.activation === true; // prettier-ignore

/** The few things that a parameter can be: truth values, or the options of its type. */
function labelsOf(type: ParameterType | undefined, standard: Value | undefined): readonly string[] | undefined {
  if (type ? type.kind === 'NamedType' && type.name.name === 'bool' : standard?.kind === 'bool') return truthValues;
  if (type?.kind !== 'UnionType') return undefined;
  const { options } = expectedByType(type);
  return options.length === type.members.length && options.length > 1 ? options : undefined;
}

const domainOf = (v: SizeVariable): readonly Condition[] =>
  v.labels ? [atMost(variable(v), dim(v.labels.length - 1))] : [];

/** `layer` parameters start with a capital; `declare` has an eye on the others. */
export function wantParameterCase(ctx: BodyContext, { name, type }: Parameter, value: Value | undefined): void {
  const isLayer = type ? type.kind === 'NamedType' && type.name.name === 'layer' : value?.kind === 'recipe';
  if (isLayer && /^_*[a-z]/.test(name.name))
    report(ctx, nameCase.upper({ name: name.name, what: 'A `layer` parameter', span: name.span }), name.span);
  if (type && !isLayer && /^_*[A-Z]/.test(name.name))
    report(ctx, nameCase.lower({ name: name.name, what: 'A parameter', span: name.span }), name.span);
}

/** What the body needs of its inputs; rules about parameters alone are checked at each use by running the body. */
function requirementsOf(ctx: BodyContext): readonly Condition[] {
  const sizes = new Set(ctx.assembler.sizes.map((size) => size.id));
  const conditions = ctx.assembler.requirements.map((requirement) => requirement.condition);
  const onInputs = conditions.filter((condition) => variablesOfCondition(condition).some((v) => sizes.has(v.id)));
  return simplifyRequirements(onInputs, noFacts.assume(...[...variablesByName(ctx).values()].flatMap(domainOf)));
}

function variablesByName(ctx: BodyContext): ReadonlyMap<string, SizeVariable> {
  const variables = new Map<string, SizeVariable>();
  for (const [name, { value }] of ctx.scope.entries) {
    const own = variableIn(value);
    if (own?.name === name) variables.set(name, own);
  }
  return variables;
}

/** The variable that an open parameter or size is. */
function variableIn(value: Value): SizeVariable | undefined {
  if (value.kind === 'opaque') return value.choice?.variable;
  const own = value.kind === 'exact' ? variablesOf(value.dim) : value.kind === 'bool' ? variablesOfCondition(value.condition) : []; // prettier-ignore
  return own.length === 1 ? own[0] : undefined;
}

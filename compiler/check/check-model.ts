/** A model with its parameters' values → the layer-level graph. */
import type { Identifier, Model, Train } from '../../grammar/ast.ts';
import { shapeUnknownSize } from '../diagnostics/catalogue/shapes.ts';
import { modelNoInput, modelNoOutput } from '../diagnostics/catalogue/structure.ts';
import type { GraphOutput, ModelGraph, TrainingGraph } from '../graph/model-graph.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { argumentText } from './argument-text.ts';
import { defaultOf } from './block-parameters.ts';
import { runBody, type BodyResult } from './body.ts';
import { checkedBlock, wantParameterCase } from './check-block.ts';
import { checkTrain } from './check-train.ts';
import { bodyContext, placeOf, report, type BodyContext, type Frame, type Session } from './context.ts';
import { declareInputs } from './inputs.ts';
import { layerNamesOf } from './layer-names.ts';
import { membersOf } from './members.ts';
import { wantKnownType } from './parameter-types.ts';
import { declare } from './patterns.ts';
import { simplifiedRequirements } from './requirements.ts';
import { reportUnused } from './unused.ts';
import { unknown, type Value } from './values.ts';

export interface ModelToCheck {
  readonly name: Identifier;
  readonly node: Model;
  readonly file: FileScope;
  /** An alias inherits its model's, which may stand in another file. */
  readonly train?: { readonly node: Train; readonly file: FileScope } | undefined;
  /** Parameters set by an alias or from outside. */
  readonly values: ReadonlyMap<string, Value>;
  readonly doc?: string | undefined;
  /** The alias, which is a use of the model: its mistakes are reported there. */
  readonly alias?: Omit<Frame, 'rounds'> & { readonly file: FileScope };
}

/** The graph of a model, or undefined where it has errors. */
export function checkModel(session: Session, model: ModelToCheck): ModelGraph | undefined {
  const errorsBefore = session.diagnostics.errorCount;
  const { node, file, alias } = model;
  const base = bodyContext(session, file, 'model', layerNamesOf(session, node));
  // An alias of a model that is broken itself has nothing to add, but a `train` of its own.
  const isRepeated = alias !== undefined && (session.brokenModels.has(node) || checkedBlock(session, file, node).state !== 'fine'); // prettier-ignore
  const frames = alias ? [{ ...alias, rounds: [] }] : [];
  const ctx: BodyContext = { ...base, frames, mode: isRepeated ? 'names' : 'model' };
  for (const parameter of node.parameters) {
    const given = model.values.get(parameter.name.name);
    const value = given ?? (wantKnownType(ctx, parameter.type) ? defaultOf(ctx, parameter) : unknown);
    wantParameterCase(ctx, parameter, value);
    declare(ctx, parameter.name, value, 'parameter');
  }
  const inputs = declareInputs(ctx, node);
  const body = runBody(ctx, node.body.statements);
  if (body.outputs.length === 0)
    report(ctx, modelNoOutput.none({ what: 'model', name: model.name.name }), node.name.span);
  if (!alias && !node.body.statements.some(({ kind }) => kind === 'Input'))
    report(ctx, modelNoInput.none({ name: model.name.name }), node.name.span);
  if (!alias && session.diagnostics.errorCount > errorsBefore) session.brokenModels.add(node);
  // What only training needs is asked for only then.
  const [requirements, valueRequirements] = [[...ctx.assembler.requirements], [...ctx.assembler.valueRequirements]];
  const training = trainingOf(ctx, model);
  if (isRepeated) return undefined;
  const isKnown = body.outputs.every(({ value }) => value.kind === 'tensor');
  if (!isKnown && session.diagnostics.errorCount === 0) reportUnknownOutputs(ctx, node, body);
  // What is broken may hide uses: nothing is called unused beside an error.
  if (!isKnown || session.diagnostics.errorCount > errorsBefore) return undefined;
  if (!alias) reportUnused(ctx, node, model.train?.node);
  const members = membersOf(ctx, node);
  return {
    name: model.name.name,
    ...(model.doc === undefined ? {} : { doc: model.doc }),
    origin: alias ? { file: alias.file.source, span: model.name.span } : placeOf(ctx, model.name.span),
    arguments: Object.fromEntries(node.parameters.map((p) => [p.name.name, argumentText(ctx, p)])),
    sizes: ctx.assembler.sizes,
    inputs,
    outputs: graphOutputs(body),
    nodes: ctx.assembler.nodes,
    weights: [...ctx.assembler.weights.values()],
    auxiliaryLosses: ctx.assembler.auxiliaryLosses,
    requirements: simplifiedRequirements(requirements, ctx.assembler.sizes),
    valueRequirements,
    ...(training ? { training } : {}),
    ...(members.length > 0 ? { members } : {}),
  };
}

/** A `train` that an alias inherits has been checked with its own model: what is wrong now is the alias's fault. */
function trainingOf(ctx: BodyContext, { train, alias }: ModelToCheck): TrainingGraph | undefined {
  if (!train) return undefined;
  const isInherited = alias !== undefined && train.node.model.name !== alias.label;
  if (isInherited && ctx.session.brokenTrains.has(train.node)) return undefined;
  const errorsBefore = ctx.session.diagnostics.errorCount;
  const training = checkTrain(
    { ...ctx, file: train.file, ...(isInherited ? {} : { frames: [], mode: 'model' }) },
    train.node,
  );
  if (!alias && ctx.session.diagnostics.errorCount > errorsBefore) ctx.session.brokenTrains.add(train.node);
  return training;
}

/** A last resort: nothing may be left open in a model without an error that says why. */
function reportUnknownOutputs(ctx: BodyContext, node: Model, { outputs }: BodyResult): void {
  for (const statement of node.body.statements) {
    if (statement.kind !== 'Output') continue;
    const { name, span } = statement.name;
    if (outputs.find((output) => output.name === name)?.value.kind !== 'tensor') report(ctx, shapeUnknownSize.output({ name }), span); // prettier-ignore
  }
}

export const graphOutputs = ({ outputs }: BodyResult): readonly GraphOutput[] =>
  outputs.flatMap(({ name, origin, value, doc }): GraphOutput[] =>
    value.kind === 'tensor' ? [{ name, origin, value: value.value, ...(doc === undefined ? {} : { doc }) }] : [],
  );

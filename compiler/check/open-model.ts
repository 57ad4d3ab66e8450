/**
 * A model whose parameters are not all given → its graph with the open whole numbers as variables, for counting: shapes,
 * parameters and FLOPs as expressions of `dim`. Nothing is reported here; the model has been checked over all sizes.
 */
import type { Model } from '../../grammar/ast.ts';
import type { ModelGraph } from '../graph/model-graph.ts';
import type { FileSymbol } from '../resolve/file-scope.ts';
import { argumentText } from './argument-text.ts';
import { graphOutputs } from './check-model.ts';
import { declareOpenParameter } from './check-block.ts';
import { runBody } from './body.ts';
import { bodyContext, DiagnosticList, placeOf, type Session } from './context.ts';
import { defaultOf } from './block-parameters.ts';
import { declareInputs } from './inputs.ts';
import { layerNamesOf } from './layer-names.ts';
import { declare } from './patterns.ts';
import { simplifiedRequirements } from './requirements.ts';
import type { Value } from './values.ts';

/** Undefined where it depends on more than whole numbers, or where what it computes is not the same for all of them. */
export function openModel(
  session: Session,
  { file, unit }: FileSymbol,
  values: ReadonlyMap<string, Value>,
): ModelGraph | undefined {
  // prettier-ignore
  const node = unit.node as Model;
  const own: Session = { ...session, diagnostics: new DiagnosticList(), work: { done: 0 } };
  const ctx = bodyContext(own, file, 'block', layerNamesOf(own, node));
  for (const parameter of node.parameters) {
    const value = values.get(parameter.name.name) ?? (parameter.defaultValue && defaultOf(ctx, parameter));
    if (value) declare(ctx, parameter.name, value, 'parameter');
    else if (declareOpenParameter(ctx, parameter).kind !== 'exact') return undefined;
  }
  const inputs = declareInputs(ctx, node);
  const body = runBody(ctx, node.body.statements);
  const { assembler } = ctx;
  const outputs = graphOutputs(body);
  const isKnown = outputs.length === body.outputs.length && outputs.length > 0 && !assembler.caseRuns.isOpen;
  if (!isKnown || own.diagnostics.errorCount > 0) return undefined;
  return {
    name: node.name.name,
    ...(node.doc ? { doc: node.doc.text } : {}),
    origin: placeOf(ctx, node.name.span),
    arguments: Object.fromEntries(node.parameters.map((p) => [p.name.name, argumentText(ctx, p)])),
    sizes: assembler.sizes,
    inputs,
    outputs,
    nodes: assembler.nodes,
    weights: assembler.weights.values(),
    auxiliaryLosses: assembler.auxiliaryLosses,
    requirements: simplifiedRequirements(assembler.requirements, assembler.sizes),
    valueRequirements: assembler.valueRequirements,
  };
}

/**
 * The `layer` statements of a model that hold a block or a model → the members of its class: each body run once more by
 * itself, on inputs of its own. A size in which all its uses agree is that number; any other stays open.
 */
import type { LayerStatement, Model } from '../../grammar/ast.ts';
import type { GraphMember } from '../graph/model-graph.ts';
import { asInteger, dim, isSpread, spread, variable, type Axis, type Shape } from '../shapes/index.ts';
import { Assembler } from './assembler.ts';
import { runBody } from './body.ts';
import { DiagnosticList, freshId, placeOf, Scope, type BodyContext } from './context.ts';
import { declareInputs } from './inputs.ts';
import { layerNamesOf } from './layer-names.ts';
import { simplifiedRequirements } from './requirements.ts';
import { exact, unknown, type BlockUse, type Instance, type Recipe } from './values.ts';

type BlockRecipe = Extract<Recipe, { kind: 'block' }>;

/** Asked when the model and its `train` block have been checked, so that all uses are known. */
export function membersOf(ctx: BodyContext, model: Model): readonly GraphMember[] {
  return model.body.statements.flatMap((statement) => {
    if (statement.kind !== 'LayerStatement') return [];
    const value = ctx.scope.find(statement.name.name)?.value;
    return value?.kind === 'instance' ? (memberOf(ctx, statement, value.instance) ?? []) : [];
  });
}

/** None where the layer is not used or has no input, or where what it does depends on more of its use than its sizes in numbers. */
function memberOf(ctx: BodyContext, statement: LayerStatement, instance: Instance): GraphMember | undefined {
  const { recipe, uses } = instance;
  if (recipe.kind === 'instance') return memberOf(ctx, statement, recipe.instance);
  if (recipe.kind !== 'block' || uses.length === 0) return undefined;
  const inner = memberContext(ctx, instance, recipe, uses);
  const inputs = declareInputs(inner, recipe.node);
  const { outputs } = runBody(inner, recipe.node.body.statements);
  const tensors = outputs.flatMap(({ value, ...output }) =>
    value.kind === 'tensor' ? [{ ...output, value: value.value }] : [],
  );
  const { assembler, session } = inner;
  // Without an input there are no examples to count.
  const isWhole = inputs.length > 0 && tensors.length === outputs.length && session.diagnostics.errorCount === 0;
  if (!isWhole || assembler.weights.size > ctx.assembler.weights.size) return undefined;
  const doc = statement.doc?.text ?? recipe.node.doc?.text;
  return {
    name: statement.name.name,
    ...(doc === undefined ? {} : { doc }),
    origin: placeOf(ctx, statement.span),
    sizes: assembler.sizes,
    inputs,
    outputs: tensors,
    nodes: assembler.nodes,
    requirements: simplifiedRequirements(assembler.requirements, assembler.sizes),
    valueRequirements: assembler.valueRequirements,
  };
}

/** The block's own body, with the layers that its uses made. What is wrong with it has been reported at these. */
function memberContext(
  ctx: BodyContext,
  instance: Instance,
  recipe: BlockRecipe,
  uses: readonly BlockUse[],
): BodyContext {
  // prettier-ignore
  const { node, file, label, values } = recipe;
  const session = { ...ctx.session, diagnostics: new DiagnosticList(), work: { done: 0 } };
  const inner: BodyContext = {
    ...ctx,
    session,
    file,
    scope: new Scope(),
    assembler: new Assembler(ctx.assembler.weights),
    owner: { path: instance.path, names: layerNamesOf(ctx.session, node), children: instance.children },
    loops: [],
    rounds: [],
    within: undefined,
    frames: [{ place: instance.made, label, node, rounds: [] }],
    ...ownSpreads(ctx, uses),
    mode: 'model',
  };
  for (const { name } of node.parameters)
    inner.scope.entries.set(name.name, { value: values.get(name.name) ?? unknown, what: 'parameter', place: placeOf(inner, name.span) }); // prettier-ignore
  for (const [name, size] of agreedSizes(uses))
    inner.scope.entries.set(name, { value: exact(dim(size)), what: 'size', place: instance.made });
  return inner;
}

/** The number that all uses give, by the size's name. */
function agreedSizes([first, ...others]: readonly BlockUse[]): ReadonlyMap<string, number> {
  const agreed = new Map<string, number>();
  for (const [name, size] of first!.sizes) {
    const number = asInteger(size);
    if (number !== undefined && others.every(({ sizes }) => numberIn(sizes.get(name)) === number)) agreed.set(name, number); // prettier-ignore
  }
  return agreed;
}

const numberIn = (axis: Axis | undefined): number | undefined =>
  axis === undefined || isSpread(axis) ? undefined : asInteger(axis);

/** `...lead` has as many axes as in the first use. */
function ownSpreads(ctx: BodyContext, [first, ...others]: readonly BlockUse[]): Pick<BodyContext, 'spreads' | 'boundSpreads'> {
  const spreads: BodyContext['spreads'] = new Map();
  const boundSpreads = new Map<number, Shape>();
  for (const [key, shape] of first!.spreads) {
    const name = key.slice('...'.length);
    const own = spread(name, freshId(ctx.session));
    const axes = shape.map((axis, i) => {
      const number = numberIn(axis);
      const isAgreed = number !== undefined && others.every((use) => numberIn(use.spreads.get(key)?.[i]) === number);
      return isAgreed ? dim(number) : variable({ name: shape.length === 1 ? name : `${name}${i}`, id: freshId(ctx.session) });
    });
    spreads.set(key, own);
    boundSpreads.set(own.id, axes);
  }
  return { spreads, boundSpreads };
} // prettier-ignore

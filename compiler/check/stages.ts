/** A value flowing along `->` through stages: layers, functions, loops and conditions. */
import type { ArgumentList, CallStage, For, IfStage, Member, Name, Node, Repeat, Stage } from '../../grammar/ast.ts'; // prettier-ignore
import { argumentRange, argumentType } from '../diagnostics/catalogue/arguments.ts';
import { leftOutLayerNamed } from '../layers/left-out.ts';
import type { NodeGroup } from '../graph/model-graph.ts';
import { nameCase, nameUnknownFunction, nameUnknownLayer } from '../diagnostics/catalogue/names.ts';
import { shapeUnknownSize, typeNotALayer } from '../diagnostics/catalogue/shapes.ts';
import { fold, nearNames } from '../diagnostics/suggest.ts';
import { asInteger, asNumber, atLeast, dim, display, ONE, type Condition } from '../shapes/index.ts';
import { builtinNamed, functionNames, layerNamed, layerNames, lossNames, lowerNames } from './builtins.ts';
import { functionInsteadOf, insteadOf, otherSpellings, respelled } from './other-spellings.ts';
import { registry } from '../definitions/registry.ts';
import type { Place } from '../diagnostics/diagnostic.ts';
import { applyFunction } from './apply.ts';
import { applyNamedFunction } from './call.ts';
import { chooseBranch, joinBranches } from './branches.ts';
import { inCases } from './cases.ts';
import { dryContext, groupIn, madeSince, placeOf, report, Scope, see, shortText, underCondition, withinBudget, type BodyContext, type Round } from './context.ts'; // prettier-ignore
import { declaredName, evaluate, evaluateMember } from './evaluate.ts';
import { anyOption } from './expected.ts';
import { applyInstance, configure, instanceAt } from './instances.ts';
import { bindPattern, declare } from './patterns.ts';
import { describe, exact, unknown, type Value } from './values.ts';

export function runStages(ctx: BodyContext, value: Value, stages: readonly Stage[]): Value {
  return stages.reduce((flowing, stage) => runStage(ctx, flowing, stage), value);
}

function runStage(ctx: BodyContext, value: Value, stage: Stage): Value {
  const from = ctx.assembler.nodes.length;
  const result = inCases(ctx, stage.kind === 'CallStage' ? stage : undefined, value, (inner, flowing) => runOneStage(inner, flowing, stage)); // prettier-ignore
  see(ctx, 'stage', stage, result, { given: value, ...madeSince(ctx, from, appliedTo(stage)) });
  return result;
}

/** The arguments of a stage that may hold layers and functions applied to other tensors. */
function appliedTo(stage: Stage): ArgumentList | undefined {
  if (stage.kind !== 'CallStage') return undefined;
  const isMade = stage.callee.kind === 'Name' && /^_*[A-Z]/.test(stage.callee.name);
  return stage.calls[isMade ? 1 : 0];
}

function runOneStage(ctx: BodyContext, value: Value, stage: Stage): Value {
  switch (stage.kind) {
    case 'CallStage':
      return runCallStage(ctx, value, stage);
    case 'Repeat':
      return runRepeat(ctx, value, stage);
    case 'For':
      return runFor(ctx, value, stage);
    case 'IfStage':
      return runIf(ctx, value, stage);
  }
}

function runCallStage(ctx: BodyContext, value: Value, stage: CallStage): Value {
  if (stage.callee.kind === 'Missing') return unknown;
  return applyCallee(ctx, value, stage.callee, stage.calls, stage);
}

/** What may stand as a stage; `undefined` where the name means nothing (reported). */
function calleeValue(ctx: BodyContext, callee: Name | Member): Value | undefined {
  if (callee.kind === 'Member') return evaluateMember(ctx, callee);
  const declared = declaredName(ctx, callee.name);
  // A call looks for a callable: `let mean = …` does not hide the function `mean(…)`.
  if (declared && (isApplicable(declared) || !builtinNamed(callee.name)?.function)) return declared;
  const found = builtinNamed(callee.name) ?? layerNamed(callee.name);
  if (found) return found;
  reportUnknownCallee(ctx, callee);
  return undefined;
}

const isApplicable = (value: Value): boolean => ['recipe', 'instance', 'builtin', 'opaque', 'unknown'].includes(value.kind); // prettier-ignore

/** `expected`: names that this place asks for besides, such as callbacks. */
export function reportUnknownCallee(ctx: BodyContext, callee: Name, expected: readonly string[] = []): void {
  const { name, span } = callee;
  if (name === '') return;
  const other = otherSpellings[name];
  const declared = [...ctx.scope.names(), ...ctx.file.symbols.keys()];
  if (/^_*[A-Z]/.test(name)) {
    const leftOut = leftOutLayerNamed(name);
    if (leftOut) {
      report(ctx, nameUnknownLayer.leftOut({ name, ...leftOut, advice: insteadOf[name] }), span);
      return;
    }
    const sameName = [...new Set(lowerNames())].filter((f) => fold(f) === fold(name));
    const near = other ? [other] : nearNames(name, [...layerNames(), ...declared, ...sameName]);
    report(ctx, nameUnknownLayer.unknown({ name, near, instead: insteadOf[name], span, respelled: other === undefined ? undefined : respelled(ctx.file.source, span, name, other) }), span); // prettier-ignore
    return;
  }
  const layer = [...layerNames(), ...declared].find((l) => /^_*[A-Z]/.test(l) && fold(l) === fold(name));
  const isFunction = functionNames().some((f) => fold(f) === fold(name));
  if (layer !== undefined && other === undefined && !isFunction) {
    report(ctx, nameCase.layerCase({ name, right: layer, span }), span);
    return;
  }
  const near = other ? [other] : nearNames(name, [...expected, ...functionNames(), ...lossNames(), ...declared]);
  report(ctx, nameUnknownFunction.unknown({ name, near, instead: functionInsteadOf[name], span, respelled: other === undefined ? undefined : respelled(ctx.file.source, span, name, other) }), span); // prettier-ignore
}

/** Applies what a callee names to a value. `site` is the constructor's node, which has the layer's name. */
export function applyCallee(
  ctx: BodyContext,
  value: Value,
  callee: Name | Member,
  calls: readonly ArgumentList[],
  site: Node,
): Value {
  // prettier-ignore
  const found = calleeValue(ctx, callee);
  const place = placeOf(ctx, site.span);
  if (!found || found.kind === 'unknown' || found.kind === 'opaque') {
    for (const argument of calls.flatMap((call) => call.arguments)) evaluate(ctx, argument.value, anyOption);
    return found?.kind === 'opaque' && found.isActivation ? openActivation(ctx, value, place) : unknown;
  }
  const written = shortText(placeOf(ctx, callee.span));
  switch (found.kind) {
    case 'recipe': {
      const recipe = configure(ctx, found.recipe, calls[0], { name: written, place: placeOf(ctx, callee.span) }, place);
      const instance = instanceAt(ctx, recipe, site, written, place);
      return applyInstance(ctx, instance, value, calls[1]?.arguments ?? [], { name: written, place });
    }
    case 'instance':
      return applyInstance(ctx, found.instance, value, calls[0]?.arguments ?? [], { name: written, place });
    case 'builtin':
      return applyNamedFunction(ctx, found, value, calls[0]?.arguments ?? [], { name: written, place, callee: placeOf(ctx, callee.span) }); // prettier-ignore
    default:
      report(ctx, typeNotALayer.stage({ name: written, got: describe(found) }), callee.span);
      return unknown;
  }
}

/** An activation that each use decides: some curve, which changes no shape. */
function openActivation(ctx: BodyContext, value: Value, place: Place): Value {
  const curve = registry.functions.get('tanh');
  if (!curve || value.kind !== 'tensor' || value.value.type.dtype !== 'float32') return unknown;
  const site = { name: 'activation', place, argumentPlaces: new Map<string, Place>(), isUndecided: true };
  return applyFunction(ctx, curve, {}, [value.value], site);
}

/** More rounds than this are surely a mistake, and would take the compiler's memory. */
const mostRounds = 10_000;

function runRepeat(ctx: BodyContext, value: Value, stage: Repeat): Value {
  const count = evaluate(ctx, stage.count);
  const rounds = count.kind === 'exact' ? asInteger(ctx.assembler.facts.normalise(count.dim)) : undefined;
  const body = (inner: BodyContext, flowing: Value, index: Value): Value => {
    if (stage.index) declare(inner, stage.index, index, 'loop');
    return runStages(inner, flowing, stage.stages);
  };
  if (rounds === undefined) {
    reportOpenCount(ctx, stage, count);
    const runs = count.kind === 'exact' ? atLeast(count.dim, ONE) : undefined;
    return runOpenLoop(ctx, value, runs, (inner) => body(inner, value, { kind: 'opaque', what: 'a loop index' }));
  }
  if (rounds < 0 || rounds > mostRounds) {
    report(ctx, argumentRange.unending({ got: String(rounds) }), stage.count.span);
    return unknown;
  }
  if (rounds === 0) body(inLoop(dryContext(ctx), 0), value, exact(dim(0)));
  let flowing = value;
  const place = placeOf(ctx, stage.count.span);
  const loop = loopGroup(ctx, stage);
  for (let i = 0; i < rounds && withinBudget(ctx, place); i++)
    flowing = body(inLoop(ctx, i, loop, { place, index: i, count: rounds }), flowing, exact(dim(i)));
  return flowing;
}

function reportOpenCount(ctx: BodyContext, stage: Repeat, count: Value): void {
  if (count.kind === 'exact') {
    if (asNumber(count.dim) !== undefined) report(ctx, argumentType.fraction({ name: 'repeat', text: display(count.dim), written: shortText(placeOf(ctx, stage.count.span), 30), low: 'the smaller', high: 'the larger' }), stage.count.span); // prettier-ignore
    else if (ctx.mode === 'model') report(ctx, shapeUnknownSize.count({ text: display(count.dim) }), stage.count.span);
  } else if (count.kind !== 'unknown' && count.kind !== 'opaque')
    report(ctx, argumentType.wanted({ name: 'repeat', wanted: 'a whole number', got: describe(count) }), stage.count.span); // prettier-ignore
}

/** A loop whose rounds are broken, or open in a block on its own: its body is checked once. */
function runOpenLoop(
  ctx: BodyContext,
  value: Value,
  runs: Condition | undefined,
  body: (inner: BodyContext) => Value,
): Value {
  // prettier-ignore
  return joinBranches(value, underCondition(ctx, runs, (inner) => body(inLoop(inner, 0))));
}

function runFor(ctx: BodyContext, value: Value, stage: For): Value {
  const list = evaluate(ctx, stage.list);
  const body = (inner: BodyContext, flowing: Value, element: Value): Value => {
    bindPattern(inner, stage.pattern, element, 'loop');
    return runStages(inner, flowing, stage.stages);
  };
  const openElement: Value = { kind: 'opaque', what: 'a loop value' };
  if (list.kind !== 'list') {
    if (list.kind === 'opaque' && ctx.mode === 'model')
      report(ctx, shapeUnknownSize.count({ text: shortText(placeOf(ctx, stage.list.span)) }), stage.list.span);
    else if (list.kind !== 'unknown' && list.kind !== 'opaque')
      report(ctx, argumentType.wanted({ name: 'for', wanted: 'a list such as `[32, 64]` or `range(4)`', got: describe(list) }), stage.list.span); // prettier-ignore
    return runOpenLoop(ctx, value, undefined, (inner) => body(inner, value, openElement));
  }
  const { elements } = list;
  if (elements.length === 0) body(inLoop(dryContext(ctx), 0), value, openElement);
  const place = placeOf(ctx, stage.list.span);
  const loop = loopGroup(ctx, stage);
  let flowing = value;
  for (let i = 0; i < elements.length && withinBudget(ctx, place); i++)
    flowing = body(inLoop(ctx, i, loop, { place, index: i, count: elements.length }), flowing, elements[i]!);
  return flowing;
}

const loopGroup = (ctx: BodyContext, stage: Repeat | For): NodeGroup =>
  groupIn(ctx, { kind: 'loop', name: stage.kind === 'For' ? 'for' : 'repeat', path: ctx.owner.path, origin: placeOf(ctx, stage.span) }); // prettier-ignore

/** `loop`: what its rounds are part of; absent where what the loop makes is thrown away. */
const inLoop = (ctx: BodyContext, index: number, loop?: NodeGroup, round?: Round): BodyContext => ({
  ...ctx,
  loops: [...ctx.loops, index],
  rounds: round ? [...ctx.rounds, round] : ctx.rounds,
  ...(loop ? { within: groupIn({ within: loop }, { ...loop, kind: 'round', index }) } : {}),
  scope: new Scope(ctx.scope),
});

function runIf(ctx: BodyContext, value: Value, stage: IfStage): Value {
  const condition = evaluate(ctx, stage.condition);
  const branch = (inner: BodyContext, stages: readonly Stage[] | undefined): Value =>
    stages ? runStages(inner, value, stages) : value;
  return chooseBranch(
    ctx,
    condition,
    stage.condition,
    (inner) => branch(inner, stage.then),
    (inner) => branch(inner, stage.otherwise),
  );
}

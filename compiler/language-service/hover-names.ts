/** A name that a program declares → its kind, type and value, what it is made of, and its `///` comment. */
import type { Member, Node } from '../../grammar/ast.ts';
import {
  asInteger,
  displayCondition,
  displayShape,
  elementCount,
  variablesOfCondition,
  type Shape,
} from '../shapes/index.ts';
import type { Seen, Sight, UnitSights } from '../check/sights.ts';
import { grouped } from '../summary/number-text.ts';
import { FileSymbol } from '../resolve/file-scope.ts';
import { costText, modelCost, summaryOfGraph, weightCost } from './costs.ts';
import { inputText, parameterText, requirementsOf, requirementsOn, signatureLines } from './declared-text.ts';
import { sightsAt, useAt, type HoverContext, type NamedContext } from './hover-context.ts';
import { useCosts, useLines } from './hover-uses.ts';
import type { Local } from './locals.ts';
import { code, inlineText, paragraphs, quoted, withRule } from './markdown.ts';
import { isPlainNumber, seenText, sightsText } from './seen-text.ts';

/** What a local name is at its declaration, or here where that says more. */
export function localHover(context: NamedContext, local: Local): string {
  const { what, name, node } = local;
  const own = context.project.sightsOf(local.file, local.unit);
  const runs = valueRuns(context, local, own);
  const callee = calleeHere(context);
  const use = callee && useAt(context, callee);
  const doc = 'doc' in node ? node.doc?.text : undefined;
  const declared = code(declaredText(local, what, runs));
  if (what === 'size' || what === 'spread') return paragraphs(declared, sizeText(context, local));
  const lines = use ? useLines(context, `(layer) ${name}`, use) : [];
  if (!use || lines.length === 0) return paragraphs(declared, madeText(what, runs, own), doc);
  const isMade = node.kind === 'LayerStatement' || node.kind === 'Parameter';
  return withRule(paragraphs(code(...lines), useCosts(context, use)), paragraphs(isMade ? declared : '', doc));
}

/** The name that is called here, `embed(x)`; of a member all of it, `x -> vae.decoder`. */
function calleeHere(context: NamedContext): Pick<Node, 'span'> | undefined {
  const { occurrence } = context;
  return occurrence.role === 'callee' ? occurrence : memberHere(context);
}

/** `half(x).left`, where the name is that of a member. */
function memberHere({ spot, occurrence }: NamedContext): Member | undefined {
  const isHere = (node: Node): node is Member =>
    node.kind === 'Member' && node.name.span.start === occurrence.span.start;
  return spot.path.find(isHere);
}

/** The value at this place, else at the declaration. */
function valueRuns(context: NamedContext, local: Local, own: UnitSights | undefined): readonly Sight[] {
  const { occurrence } = context;
  const isRead = occurrence.role === 'read' || occurrence.role === 'shorthand';
  const read = isRead ? occurrence : memberHere(context);
  const here = read ? sightsAt(context, 'expression', read) : [];
  return here.some(isKnown) ? here : (own?.at('name', local.identifier.span, local.unit) ?? []);
}

const isKnown = ({ value }: Sight): boolean => value.kind !== 'unknown';

function declaredText({ name, node, file, unit }: Local, what: Local['what'], runs: readonly Sight[]): string {
  const symbol = new FileSymbol(file, unit);
  if (node.kind === 'Parameter') return `(parameter) ${parameterText(symbol, node)}${valueNote(node.defaultValue, runs)}`; // prettier-ignore
  if (node.kind === 'Input' && what === 'input') return `(input) ${inputText(symbol, node)}`;
  if (what === 'spread') return `(sizes) ...${name}`;
  if (node.kind === 'LayerStatement') return `(layer) ${name} = ${shortened(file.source.textOf(node.value.span))}`;
  if (node.kind === 'Weight') {
    const start = node.initializer ? ` = ${shortened(file.source.textOf(node.initializer.span))}` : '';
    return `(weight) ${name}: ${inlineText(file.source.textOf(node.type.span))}${start}`;
  }
  if (node.kind === 'Target') return `(target) ${name}: ${inlineText(file.source.textOf(node.type.span))}`;
  const text = what === 'loop' ? roundsText(runs) : sightsText(runs.filter(isKnown));
  const isType = runs.every(({ value }) => isTensorLike(value));
  const noun = what === 'constant' ? 'parameter' : what;
  if (text === undefined || (what === 'size' && text === name)) return `(${noun}) ${name}`;
  return `(${noun}) ${name}${isType ? `: ${text}` : ` = ${text}`}`;
}

/** A few values are all told. */
function roundsText(runs: readonly Sight[]): string | undefined {
  const texts = runs.map(({ value }) => seenText(value));
  const areFew = texts.length <= mostRounds && !texts.includes(undefined) && runs.at(-1)?.rounds.length === 1;
  return areFew && texts.length > 0 ? texts.join(', ') : sightsText(runs);
}

const mostRounds = 6;

const isTensorLike = (seen: Seen): boolean =>
  seen.kind === 'tensor' || seen.kind === 'tuple' || (seen.kind === 'cases' && seen.cases.every(({ value }) => isTensorLike(value))); // prettier-ignore

/** A default that is computed, as the number that it is here. */
function valueNote(defaultValue: Node | undefined, runs: readonly Sight[]): string {
  const isWritten = defaultValue?.kind === 'NumberLiteral' || defaultValue?.kind === 'Unary';
  const isNumber = runs.length > 0 && runs.every(({ value }) => isPlainNumber(value));
  return isWritten || !isNumber || !defaultValue ? '' : ` // ${sightsText(runs)}`;
}

const longestValue = 80;
const shortened = (text: string): string => {
  const line = inlineText(text);
  return line.length > longestValue ? `${line.slice(0, longestValue - 1)}…` : line;
};

/** The weights of a made layer: how many numbers, and the shapes of a few. */
function madeText(what: Local['what'], runs: readonly Sight[], sights: UnitSights | undefined): string | undefined {
  const value = runs.at(-1)?.value;
  if (!sights || !value) return undefined;
  if (what === 'weight') return value.kind === 'tensor' ? numberCount(value.type.shape) : undefined;
  if (value.kind !== 'instance') return undefined;
  const paths = [...sights.weightShapes.keys()].filter((path) => path.startsWith(`${value.path}.`));
  const weights = Object.entries(value.weights).map(([name, path]) => `${quoted(name)} ${shapeOf(sights, path)}`);
  const cost = costText(weightCost(paths, sights));
  return cost && (weights.length === 0 ? cost : `${cost}: ${weights.join(', ')}`);
}

function numberCount(shape: Shape): string | undefined {
  const count = elementCount(shape);
  return count && `${grouped(count)} parameters`;
}

function shapeOf(sights: UnitSights, path: string): string {
  const shape = sights.weightShapes.get(path);
  return shape ? quoted(displayShape(shape)) : '';
}

/** Where a size comes from, and what is required of it. */
function sizeText({ project }: HoverContext, { what, name, node, file, unit }: Local): string | undefined {
  if (node.kind !== 'Input') return undefined;
  const from = `${what === 'spread' ? 'Any number of axes' : 'A size'} of the input ${quoted(inputText(new FileSymbol(file, unit), node))}.`;
  const about = requirementsOn(project, file, unit).filter((condition) => [...variablesOfCondition(condition)].some((variable) => variable.name === name)); // prettier-ignore
  return paragraphs(from, requirementText(about.map(displayCondition)));
}

export const requirementText = (conditions: readonly string[]): string | undefined =>
  conditions.length === 0 ? undefined : `Requires ${conditions.map(quoted).join(', ')}.`;

/** A block, model or constant: at a use what it does there, then its signature. */
export function symbolHover(context: NamedContext, symbol: FileSymbol): string {
  const { project, occurrence } = context;
  const { node } = symbol;
  const noun = node.kind === 'Block' ? 'block' : node.kind === 'Const' ? 'const' : 'model';
  const use = occurrence.role === 'callee' && noun !== 'const' ? useAt(context, occurrence) : undefined;
  const flow = use ? useLines(context, `(${noun}) ${occurrence.name}`, use) : [];
  const here = use && flow.length > 0 ? paragraphs(code(...flow), useCosts(context, use)) : '';
  const lines = signatureLines(project, symbol);
  const value = node.kind === 'Const' && !node.parameters ? constantValue(context) : undefined;
  const graph = noun === 'model' ? project.checkOf(symbol.file).graphAnywhere(symbol.name) : undefined;
  const total = graph && costText(modelCost(summaryOfGraph(graph)));
  const isPlain = value === undefined || lines[0]?.endsWith(` = ${value}`);
  const general = paragraphs(
    code(...(isPlain ? lines : [`${lines[0]} // ${value}`])),
    use ? undefined : total,
    requirementText(node.kind === 'Const' ? [] : requirementsOf(project, symbol)),
    node.doc?.text,
  );
  return withRule(here, general);
} // prettier-ignore

/** Where the name of a constant is read, its value. */
const constantValue = (context: NamedContext): string | undefined => {
  const runs = sightsAt(context, 'expression', context.occurrence);
  const value = runs[0]?.value;
  return value && ['exact', 'float', 'list', 'tuple', 'bool'].includes(value.kind) ? seenText(value) : undefined;
};

/** `embed.embeddings`, `(x -> Pair).left` of what is built in. */
export function memberHover(context: NamedContext): string | undefined {
  const { occurrence } = context;
  const member = memberHere(context);
  if (!member) return undefined;
  const runs = sightsAt(context, 'expression', member);
  const object = sightsAt(context, 'expression', member.object)[0]?.value;
  const path = object?.kind === 'instance' ? object.weights[occurrence.name] : undefined;
  const text = sightsText(runs.filter(isKnown));
  if (text === undefined) return undefined;
  const shape = path === undefined ? undefined : context.sights?.weightShapes.get(path);
  const count = shape?.reduce((product, size) => product * (asInteger(size) ?? Number.NaN), 1);
  const note = count === undefined || Number.isNaN(count) ? undefined : `${count.toLocaleString('en-US')} numbers, called ${quoted(path!)} among the weights of the model.`; // prettier-ignore
  return paragraphs(code(`(${path === undefined ? 'result' : 'weight'}) ${occurrence.name}: ${text}`), note);
}

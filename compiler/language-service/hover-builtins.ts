/** Something built in → what it does here and in general: shapes, costs, the rule in symbols, documentation. */
import { documentationOf, signature, type DefinitionDoc } from '../explain/documentation.ts';
import type { Definition } from '../explain/kinds.ts';
import { defaultText } from '../explain/parameter-type.ts';
import type { ShapeDoc } from '../explain/shapes.ts';
import { builtinCallee, wantedAt, type Slot, type Wanted } from './callees.ts';
import { argumentAt, sightsAt, useAt, type NamedContext } from './hover-context.ts';
import { nodeOf, useCosts, useLines } from './hover-uses.ts';
import { compileTimeWords } from './hover-words.ts';
import { code, paragraphs, proseOf, quoted, withRule } from './markdown.ts';
import { isPlainNumber, seenText } from './seen-text.ts';
import { slotDefault, slotDocumentation } from './slot-text.ts';

export function builtinHover(context: NamedContext, name: string): string | undefined {
  const argument = argumentAt(context);
  const isValue = context.occurrence.role === 'read';
  const slot = isValue ? argument?.slot : undefined;
  if (slot && optionsOf(slot).includes(name)) return optionHover(name, slot);
  const computed = context.occurrence.role === 'callee' ? compileTimeUse(context, name) : undefined;
  if (computed !== undefined) return computed;
  const wanted = (slot && wantedBy(slot)) ?? wantedHere(context);
  const target = builtinCallee(name, wanted)?.target;
  if (target?.kind === 'compileTime') return compileTimeHover(name);
  return target?.kind === 'definition' ? definitionHover(context, target.definition, slot) : undefined;
}

function wantedHere({ spot: { path }, occurrence }: NamedContext): Wanted | undefined {
  const at = path.findLastIndex(({ span }) => span.start === occurrence.span.start && span.end >= occurrence.span.end);
  const call = path.findLast((node) => (node.kind === 'Call' || node.kind === 'CallStage') && node.callee === path[at]); // prettier-ignore
  return path[at] && wantedAt(path, call ?? path[at]);
}

/** What a parameter wants a name to be. */
function wantedBy({ definition }: Slot): Wanted | undefined {
  switch (definition?.type.kind) {
    case 'initializer':
    case 'regularizer':
    case 'constraint':
      return definition.type.kind;
    case 'learningRate':
    case 'epochSchedule':
      return 'schedule';
    default:
      return undefined;
  }
}

function definitionHover(context: NamedContext, definition: Definition, slot: Slot | undefined): string {
  const use = useAt(context, context.occurrence);
  const doc = docOf(definition);
  const noun = slot?.definition?.type.kind === 'activation' ? 'activation' : definition.kind;
  const title = `(${noun}) ${definition.name}`;
  const lines = use && definition.kind !== 'loss' ? useLines(context, title, use, definition.name) : [];
  const here = lines.length > 0 ? code(...lines) : code(`(${noun}) ${shortSignature(definition)}`);
  const rule = doc && ruleText(doc.shapes, use && nodeOf(use, definition.name)?.parameters);
  const general = paragraphs(definition.summary, rule, definition.doc && proseOf(definition.doc), doc?.fit.join(' '));
  return withRule(paragraphs(here, use && useCosts(context, use)), general);
}

/** Arguments shown of a long signature. */
const mostArguments = 4;

/** `Dense(units, activation: linear, useBias: true, …)(x)` */
function shortSignature(definition: Definition): string {
  const all = Object.entries(definition.parameters);
  if (all.length <= mostArguments) return signature(definition);
  const shown = all.filter(([, { required }], i) => required || i < mostArguments);
  const texts = shown.map(([name, parameter]) => (parameter.required ? name : `${name}: ${defaultText(parameter)}`));
  const tensors = 'tensors' in definition ? definition.tensors.filter((name) => !name.endsWith('?')) : [];
  if (definition.kind === 'layer') return `${definition.name}(${[...texts, '…'].join(', ')})(${tensors.join(', ')})`;
  return `${definition.name}(${[...tensors, ...texts, '…'].join(', ')})`;
}

/** The rule in symbols, that of the options that are given here. */
function ruleText(shapes: readonly ShapeDoc[], parameters: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const isGiven = (one: string): boolean => {
    const [name, value] = one.split(': ');
    return value !== undefined && String(parameters?.[name!]) === value;
  };
  const found = shapes.flatMap(({ given, result, option = '' }) => ({ given, result, option: option.split(', or ').find(isGiven) }));
  const rule = found.find(({ option }) => option !== undefined) ?? found[0];
  // What gives the shape of its first input needs no rule.
  if (!rule || rule.given === '' || `${rule.given},`.startsWith(`${/^\w*: /.exec(rule.given)?.[0] ?? ''}${rule.result},`)) return undefined;
  return `${quoted(rule.given)} → ${quoted(rule.result)}${rule.option === undefined ? '' : ` with ${quoted(rule.option)}`}`;
} // prettier-ignore

/** Rules in symbols are found by asking the rule, which takes a while: each once. */
const docs = new WeakMap<Definition, DefinitionDoc>();

function docOf(definition: Definition): DefinitionDoc | undefined {
  const known = docs.get(definition) ?? documentationOf(definition.name).find((doc): doc is DefinitionDoc => doc.kind === 'definition' && doc.signature === signature(definition)); // prettier-ignore
  if (known) docs.set(definition, known);
  return known;
}

/** Names that an argument may be. */
export function optionsOf({ definition }: Slot): readonly string[] {
  const type = definition?.type;
  if (type?.kind === 'option') return type.options;
  if (type?.kind === 'padding' && !type.explicit) return ['same', 'valid', ...(type.causal ? ['causal'] : [])];
  return type?.kind === 'dtype' ? ['float32', 'int32', 'bool'] : [];
}

export const optionHover = (name: string, slot: Slot): string =>
  paragraphs(code(`(option) ${name}`), slotDocumentation(slot));

/** An argument by its label. */
export function slotHover(slot: Slot): string {
  const standard = slot.isRequired ? undefined : (slotDefault(slot) ?? 'none');
  const text = `(argument) ${slot.name}${standard === undefined ? '' : ` = ${standard}`}`;
  return paragraphs(code(text), slotDocumentation(slot));
}

/** `floor(h / 2)` of numbers that the compiler knows; undefined where it is a function of tensors. */
function compileTimeUse(context: NamedContext, name: string): string | undefined {
  if (!Object.hasOwn(compileTimeWords, name)) return undefined;
  const call = context.spot.path.findLast((node) => node.kind === 'Call' && node.callee.span.start === context.occurrence.span.start);
  const value = call && sightsAt(context, 'expression', call)[0]?.value;
  const isTensor = value ? value.kind === 'tensor' || value.kind === 'unknown' : context.spot.unit?.kind !== 'Const';
  return call === undefined || isTensor ? undefined : compileTimeHover(name, value && isPlainNumber(value) ? seenText(value) : undefined);
} // prettier-ignore

function compileTimeHover(name: string, value?: string): string | undefined {
  const word = Object.hasOwn(compileTimeWords, name) ? compileTimeWords[name] : undefined;
  const title = `(function) ${name}${value === undefined ? '' : ` = ${value}`}`;
  return word && paragraphs(code(title), word.says, code(word.example));
}

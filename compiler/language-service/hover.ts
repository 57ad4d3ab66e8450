/**
 * A place → what stands there, as Markdown: first what it is at this place (shapes, values, costs), below a line what it
 * is in general. Nothing for numbers and for what has no meaning.
 */
import type { Span } from '../../grammar/source.ts';
import { lex, spanOf } from '../../grammar/lexer.ts';
import { SourceFile } from '../../grammar/source.ts';
import { isKeyword } from '../../grammar/tokens.ts';
import { functionOfOperator } from '../definitions/registry.ts';
import { argumentAt, sightsAt, type HoverContext, type NamedContext } from './hover-context.ts';
import { builtinHover, optionHover, optionsOf, slotHover } from './hover-builtins.ts';
import { localHover, memberHover, symbolHover } from './hover-names.ts';
import { patternHover } from './hover-patterns.ts';
import { dtypeWords, fieldWords, keywordWords, typeWords, type Word } from './hover-words.ts';
import { code, inlineText, paragraphs } from './markdown.ts';
import { occurrencesAt } from './occurrences.ts';
import type { Project } from './project.ts';
import { sightsText } from './seen-text.ts';
import { spotAt } from './spot.ts';

export interface Hover {
  /** What it is about. */
  readonly span: Span;
  readonly markdown: string;
  /** What has a page of documentation (`documentationPage`): `Dense`. */
  readonly page?: string;
}

export function hover(project: Project, path: string, offset: number): Hover | undefined {
  const file = project.file(path);
  if (!file) return undefined;
  const spot = spotAt(file, offset);
  const context = { project, spot, sights: spot.unit && project.sightsOf(file, spot.unit) };
  const pattern = patternHover(context);
  if (pattern) return pattern;
  for (const occurrence of occurrencesAt(file, offset)) {
    const markdown = nameHover({ ...context, occurrence });
    if (markdown === undefined) continue;
    const { span, target } = occurrence;
    return { span, markdown, ...(target.kind === 'builtin' ? { page: target.name } : {}) };
  }
  return operatorHover(context) ?? keywordHover(context);
}

function nameHover(context: NamedContext): string | undefined {
  const { target, name, role } = context.occurrence;
  switch (target.kind) {
    case 'local':
      return localHover(context, target.local);
    case 'symbol':
      return symbolHover(context, target.symbol);
    case 'builtin':
      return builtinHover(context, target.name);
    case 'label':
      return labelHover(context);
    case 'axis':
      return role === 'label' ? labelHover(context) : code(`(axis) ${name}`);
    case 'member':
      return memberHover(context);
    case 'type':
      return wordHover(typeWords, name, 'type');
    case 'dtype':
      return wordHover(dtypeWords, name, 'dtype');
    case 'field':
      return wordHover(fieldWords, name, 'field');
    case 'written':
      return code(`(layer) ${name} = ${inlineText(target.file.source.textOf(target.node.span))}`);
    case 'option':
    case 'free':
      return role === 'read' ? freeHover(context) : undefined;
    default:
      return undefined;
  }
}

/** The argument that a label names; in `rearrange`, the axis. */
function labelHover(context: NamedContext): string | undefined {
  const argument = argumentAt(context);
  if (argument?.slot) return slotHover(argument.slot);
  const { target } = argument?.site.callee ?? {};
  if (target?.kind !== 'definition') return undefined;
  const sizes = Object.values(target.definition.parameters).find(({ type }) => type.kind === 'namedSizes');
  return sizes && paragraphs(code(`(argument) ${context.occurrence.name}`), `The size of this axis of the pattern.`);
}

/** A name that only its place gives a meaning: an option. */
function freeHover(context: NamedContext): string | undefined {
  const { name } = context.occurrence;
  const slot = argumentAt(context)?.slot;
  if (slot && (optionsOf(slot).includes(name) || slot.declared)) return optionHover(name, slot);
  const [seen] = sightsAt(context, 'expression', context.occurrence);
  return seen?.value.kind === 'option' ? code(`(option) ${name}`) : undefined;
}

function wordHover(words: Readonly<Record<string, Word>>, name: string, noun: string): string | undefined {
  const word = Object.hasOwn(words, name) ? words[name] : undefined;
  return word && paragraphs(code(`(${noun}) ${name}`), word.says, code(word.example));
}

/** `a @ b`: both shapes and the result's. */
function operatorHover(context: HoverContext): Hover | undefined {
  const { path, offset } = context.spot;
  const node = path.findLast(({ kind }) => kind === 'Binary');
  if (node?.kind !== 'Binary' || offset < node.operatorSpan.start || offset > node.operatorSpan.end) return undefined;
  const [left, right, result] = [node.left, node.right, node].map((part) => sightsAt(context, 'expression', part));
  const isTensor = result!.some(({ value }) => value.kind === 'tensor');
  const definition = isTensor ? functionOfOperator(node.operator) : undefined;
  if (!definition) return undefined;
  const operands = [left!, right!].map((runs, i) => sightsText(runs) ?? context.spot.file.source.textOf((i === 0 ? node.left : node.right).span)); // prettier-ignore
  const text = code(`(operator) ${node.operator}: ${operands.join(', ')} -> ${sightsText(result!)}`);
  return { span: node.operatorSpan, markdown: paragraphs(text, definition.summary) };
}

function keywordHover({ spot: { file, unit, offset } }: HoverContext): Hover | undefined {
  const imported = file.imports.find(({ span }) => span.start <= offset && offset <= span.end);
  const around = unit?.span ?? imported?.span;
  if (!around) return undefined;
  const token = lex(new SourceFile('', file.source.textOf(around))).tokens.find((one) => {
    const span = spanOf(one);
    return around.start + span.start <= offset && offset <= around.start + span.end && isKeyword(one.image);
  });
  const markdown = token && wordHover(keywordWords, token.image, 'keyword');
  if (!token || markdown === undefined) return undefined;
  const { start, end } = spanOf(token);
  return { span: { start: around.start + start, end: around.start + end }, markdown };
}

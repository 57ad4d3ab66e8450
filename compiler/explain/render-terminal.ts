/** Documentation → text for the terminal, at most 100 columns wide. */
import picocolors from 'picocolors';
import stringWidth from 'string-width';
import { wrapSignature, wrapText } from './wrap.ts';
import type { DefinitionDoc, DiagnosticDoc, Documentation, ParameterDoc } from './documentation.ts';
import { plainMarkdown } from './formula.ts';
import { kinds, type Kind } from './kinds.ts';

export interface ExplainStyle {
  readonly colors: boolean;
  readonly width: number;
  /** What `nn check` prints for the wrong example of a diagnostic. */
  readonly checked?: string;
}

type Colors = ReturnType<typeof picocolors.createColors>;
interface Page {
  readonly colors: Colors;
  readonly width: number;
  readonly lines: string[];
}

export function renderDocumentation(docs: readonly Documentation[], style: ExplainStyle): string {
  const width = Math.max(40, Math.min(style.width, 100));
  const pages = docs.map((doc) => {
    const page: Page = { colors: picocolors.createColors(style.colors), width, lines: [] };
    if (doc.kind === 'diagnostic') diagnosticPage(page, doc, style.checked);
    else definitionPage(page, doc);
    return page.lines.join('\n').trimEnd();
  });
  return `${pages.join(`\n\n${'─'.repeat(width)}\n\n`)}\n`;
}

/** Code in backticks is coloured; without colours the backticks stay. */
const inline = (text: string, colors: Colors): string =>
  colors.isColorSupported ? text.replaceAll(/`([^`]+)`/g, (_, code: string) => colors.cyan(code)) : text;

function paragraphs({ lines, width, colors }: Page, markdown: string, indent = '  '): void {
  const { text, links } = plainMarkdown(markdown);
  for (const paragraph of text === '' ? [] : text.split(/\n\n+/)) {
    for (const line of wrapText(paragraph.replaceAll('\n', ' '), width - indent.length)) lines.push(`${indent}${inline(line, colors)}`); // prettier-ignore
    lines.push('');
  }
  for (const link of links) lines.push(`${indent}${colors.dim(link)}`);
  if (links.length > 0) lines.push('');
}

const heading = ({ lines, colors }: Page, text: string): void => void lines.push(colors.bold(text));

function code({ lines, colors }: Page, text: string, indent = '    '): void {
  for (const line of text.trimEnd().split('\n')) lines.push(`${indent}${colors.cyan(line)}`.trimEnd());
  lines.push('');
}

function definitionPage(page: Page, doc: DefinitionDoc): void {
  const { lines, colors, width } = page;
  lines.push(`${colors.bold(doc.name)}  ${colors.dim(doc.is.join(', '))}`, '');
  paragraphs(page, doc.summary);
  for (const [i, line] of wrapSignature(doc.signature, width - 8).entries()) lines.push(`    ${i > 0 ? '  ' : ''}${colors.cyan(line)}`); // prettier-ignore
  lines.push('');
  if (doc.doc) paragraphs(page, doc.doc);
  for (const line of doc.fit) paragraphs(page, line);
  argumentsSection(page, 'Arguments', doc.parameters);
  argumentsSection(page, 'Options of the call', doc.callParameters);
  shapesSection(page, doc);
  weightsSection(page, doc);
  if (doc.examples.length > 0) heading(page, 'Examples');
  for (const { source, result } of doc.examples) {
    const isShort = source.length + result.length + 8 < width;
    lines.push(`  ${colors.cyan(source)}${isShort ? `  ${colors.dim(result)}` : ''}`);
    if (!isShort) lines.push(`      ${colors.dim(result)}`);
  }
}

/** A name with its type and default, and below it what it is. */
function argumentsSection(page: Page, title: string, parameters: readonly ParameterDoc[]): void {
  if (parameters.length === 0) return;
  const { lines, colors, width } = page;
  heading(page, title);
  const column = Math.min(24, Math.max(...parameters.map(({ name }) => name.length)) + 2);
  const margin = ' '.repeat(column + 2);
  for (const { name, type, default: standard, named, doc } of parameters) {
    const end = standard === undefined ? '; required' : `; default \`${standard}\``;
    const [first = '', ...rest] = wrapText(`${type}${end}${named ? '; only by name' : ''}`, width - margin.length);
    lines.push(`  ${colors.bold(name)}${' '.repeat(Math.max(1, column - name.length))}${inline(first, colors)}`);
    for (const line of [...rest, ...wrapText(plainMarkdown(doc).text, width - margin.length)]) lines.push(`${margin}${inline(line, colors)}`); // prettier-ignore
  }
  lines.push('');
}

/** `x: [h, w, c]` and below it what comes of it, for each option that changes that. */
function shapesSection(page: Page, { shapes }: DefinitionDoc): void {
  if (shapes.length === 0) return;
  const { lines, colors, width } = page;
  heading(page, 'Shapes');
  for (const { given, result, option } of shapes) {
    const intro = option === undefined ? (given === '' ? '' : `${given} → `) : `with ${option} → `;
    for (const [i, line] of wrapText(`${intro}${result}`, width - 6).entries())
      lines.push(`${i === 0 ? '  ' : '      '}${option === undefined ? line : inline(line, colors)}`);
  }
  lines.push('');
}

function weightsSection(page: Page, { weights }: DefinitionDoc): void {
  if (weights.length === 0) return;
  const { lines, colors, width } = page;
  heading(page, 'Weights');
  const name = Math.max(...weights.map((weight) => weight.name.length));
  const starts = weights.map(({ initializer, trainable }) => `${initializer}${trainable ? '' : ', not trained'}`);
  const shape = Math.max(...weights.map((weight) => weight.shape.length)) + 2;
  const fits = name + shape + 4 + Math.max(...starts.map((start) => start.length)) <= width;
  for (const [i, weight] of weights.entries()) {
    const [first = '', ...rest] = fits ? [weight.shape.padEnd(shape) + colors.dim(starts[i]!)] : wrapText(weight.shape, width - name - 6); // prettier-ignore
    lines.push(`  ${weight.name.padEnd(name)}  ${first}`);
    for (const line of fits ? [] : [...rest, colors.dim(starts[i]!)]) lines.push(`${' '.repeat(name + 6)}${line}`);
  }
  lines.push('');
}

function diagnosticPage(page: Page, doc: DiagnosticDoc, checked: string | undefined): void {
  const { lines, colors } = page;
  const paint = { error: colors.red, warning: colors.yellow, hint: colors.cyan }[doc.severity];
  lines.push(`${colors.bold(paint(`${doc.severity}[${doc.name}]`))}`, '');
  paragraphs(page, doc.summary);
  paragraphs(page, doc.explanation);
  heading(page, 'Wrong');
  code(page, doc.bad);
  if (checked !== undefined) {
    heading(page, 'What nn says');
    for (const line of checked.trimEnd().split('\n')) lines.push(`  ${line}`.trimEnd());
    lines.push('');
  }
  heading(page, 'Right');
  code(page, doc.good);
}

const titles: Readonly<Partial<Record<Kind, string>>> = { schedules: 'Learning-rate schedules' };

/** Names in columns below their kinds. */
export function renderList(
  names: Readonly<Record<Kind, readonly string[]>>,
  { colors: wanted, width: wide }: ExplainStyle,
): string {
  // prettier-ignore
  const colors = picocolors.createColors(wanted);
  const width = Math.max(40, Math.min(wide, 100));
  const sections = kinds.map((kind) => {
    const title = titles[kind] ?? `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    return [colors.bold(title), ...inColumns(names[kind], width)].join('\n');
  });
  return `${sections.join('\n\n')}\n`;
}

function inColumns(names: readonly string[], width: number): readonly string[] {
  const column = Math.max(0, ...names.map((name) => stringWidth(name))) + 2;
  const count = Math.max(1, Math.floor((width - 2) / column));
  const rows = Math.ceil(names.length / count);
  return Array.from({ length: rows }, (_, row) => {
    const cells = names.filter((_, i) => i % rows === row);
    return `  ${cells.map((name) => name.padEnd(column)).join('')}`.trimEnd();
  });
}

/** Names of one kind or area with what each is. */
export function renderSummaries(
  title: string,
  entries: readonly { readonly name: string; readonly summary: string }[],
  { colors: wanted, width: wide }: ExplainStyle,
): string {
  // prettier-ignore
  const colors = picocolors.createColors(wanted);
  const width = Math.max(40, Math.min(wide, 100));
  const column = Math.max(...entries.map(({ name }) => name.length)) + 2;
  const lines = entries.flatMap(({ name, summary }) => {
    const [first = '', ...rest] = wrapText(summary, Math.max(20, width - column - 2));
    return [`  ${name.padEnd(column)}${inline(first, colors)}`, ...rest.map((line) => ' '.repeat(column + 2) + inline(line, colors))]; // prettier-ignore
  });
  return `${[colors.bold(title), ...lines].join('\n')}\n`;
}

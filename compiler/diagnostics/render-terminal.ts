/**
 * Diagnostics → text for people: what and where, the source with the place underlined, the places that belong to it,
 * and what to do. Decides nothing about severity or order of the files; colours only where asked for.
 */
import picocolors from 'picocolors';
import type { Diagnostic, RelatedPlace, Severity } from './diagnostic.ts';
import { renderExcerpt, visible, type ExcerptStyle, type Mark } from './render-excerpt.ts';
import { sortDiagnostics } from './sort-diagnostics.ts';
import { plural } from './suggest.ts';

export interface RenderOptions {
  readonly colors: boolean;
  /** Columns to wrap prose at; not wrapped without it. */
  readonly width?: number;
  /** How a file's path is shown, e.g. relative to the current folder. */
  readonly displayPath?: (path: string) => string;
}

type Colors = ReturnType<typeof picocolors.createColors>;

/** All of them with an empty line between, in the order of `sortDiagnostics`. Ends with a newline, unless there are none. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  const shown = sortDiagnostics(diagnostics).slice(0, mostShown);
  const left = diagnostics.length - shown.length;
  const rest = left === 0 ? '' : `… and ${plural(left, 'more problem')}, which --json lists.\n\n`;
  return shown.map((diagnostic) => `${renderDiagnostic(diagnostic, options)}\n\n`).join('') + rest;
}

/** Nobody reads on. */
const mostShown = 200;

export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions): string {
  const colors = picocolors.createColors(options.colors);
  const style = styleOf(diagnostic.severity, colors);
  const here = diagnostic.related.filter((place) => place.file.path === diagnostic.file.path);
  const marks: readonly Mark[] = [
    { span: diagnostic.span, primary: true },
    ...here.map(({ span, message }) => ({ span, primary: false, label: visible(message) })),
  ];
  const sections = [
    [header(diagnostic, options, colors), ...prose(diagnostic.message, '  ', options)],
    diagnostic.file.text === '' ? [] : indented(renderExcerpt(diagnostic.file, marks, style)),
    ...elsewhere(diagnostic, options, style, colors),
    advice(diagnostic, options, colors),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

function header({ severity, code, file, span }: Diagnostic, options: RenderOptions, colors: Colors): string {
  return `${colors.bold(paint(severity, colors)(`${severity}[${code}]`))} ${colors.bold(locate(file, span, options))}`;
}

function locate(file: Diagnostic['file'], span: Diagnostic['span'], { displayPath }: RenderOptions): string {
  const { line, column } = file.positionAt(span.start);
  return `${displayPath?.(file.path) ?? file.path}:${line}:${column}`;
}

/** Related places in other files, each under its own heading. */
function elsewhere(
  diagnostic: Diagnostic,
  options: RenderOptions,
  style: ExcerptStyle,
  colors: Colors,
): readonly (readonly string[])[] {
  const places = diagnostic.related.filter((place) => place.file.path !== diagnostic.file.path);
  return places.map((place: RelatedPlace) => [
    `  ${colors.bold(locate(place.file, place.span, options))} ${colors.cyan(visible(place.message))}`,
    ...indented(renderExcerpt(place.file, [{ span: place.span, primary: false }], style)),
  ]);
}

/** The help, or the titles of the fixes where there is none. */
function advice({ help, fixes }: Diagnostic, options: RenderOptions, colors: Colors): readonly string[] {
  const text = help ?? (fixes.length > 0 ? fixes.map((fix) => `${fix.title}.`).join('\n') : undefined);
  if (text === undefined) return [];
  const [first = '', ...rest] = prose(text, '        ', options);
  return [`  ${colors.green('help:')} ${first.trimStart()}`, ...rest];
}

function prose(text: string, indent: string, { width }: RenderOptions): readonly string[] {
  return visible(text)
    .split('\n')
    .flatMap((line) => (width === undefined ? [line] : wrap(line, Math.max(40, width - indent.length))))
    .map((line) => `${indent}${line}`.trimEnd());
}

/** Breaks between words; continuation lines keep the indentation of their line. */
function wrap(line: string, width: number): readonly string[] {
  if (line.length <= width) return [line];
  const indent = /^\s*/.exec(line)![0];
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(' ')) {
    const longer = current === indent ? `${indent}${word}` : `${current} ${word}`;
    if (longer.length > width && current !== indent) {
      lines.push(current);
      current = `${indent}${word}`;
    } else current = longer;
  }
  return [...lines, current];
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`.trimEnd());

const paint = (severity: Severity, colors: Colors): ((text: string) => string) =>
  ({ error: colors.red, warning: colors.yellow, hint: colors.cyan })[severity];

function styleOf(severity: Severity, colors: Colors): ExcerptStyle {
  return { gutter: colors.dim, primary: paint(severity, colors), secondary: colors.cyan };
}

/** `2 errors, 1 warning in 3 files`; undefined where there is nothing to count. */
export function renderTotals(diagnostics: readonly Diagnostic[], options: RenderOptions): string | undefined {
  const colors = picocolors.createColors(options.colors);
  const counts = (['error', 'warning', 'hint'] as const).flatMap((severity) => {
    const count = diagnostics.filter((d) => d.severity === severity).length;
    return count === 0 ? [] : [colors.bold(paint(severity, colors)(plural(count, severity)))];
  });
  if (counts.length === 0) return undefined;
  const files = new Set(diagnostics.map((d) => d.file.path)).size;
  return `${counts.join(', ')} in ${plural(files, 'file')}`;
}

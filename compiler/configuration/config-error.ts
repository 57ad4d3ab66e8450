/** Problems of a configuration → one error that shows each with its line, as the compiler shows those of `.nn` files. */
import picocolors from 'picocolors';
import type { SourceFile, Span } from '../../grammar/source.ts';
import { renderExcerpt, visible } from '../diagnostics/render-excerpt.ts';
import { UserError } from '../project/user-error.ts';

export interface PlacedProblem {
  readonly message: string;
  readonly help: string;
  /** Undefined where it is not known in which line it stands. */
  readonly span: Span | undefined;
}

export interface ErrorStyle {
  readonly colors: boolean;
  readonly displayPath: (path: string) => string;
}

export class ConfigError extends UserError {
  readonly #source: SourceFile;
  readonly #problems: readonly PlacedProblem[];

  constructor(source: SourceFile, problems: readonly PlacedProblem[]) {
    super(rendered(source, problems, { colors: false, displayPath: (path) => path }));
    this.#source = source;
    this.#problems = problems;
  }

  /** For a terminal; the message is the same without colours and with the whole path. */
  render(style: ErrorStyle): string {
    return rendered(this.#source, this.#problems, style);
  }
}

const rendered = (source: SourceFile, problems: readonly PlacedProblem[], style: ErrorStyle): string =>
  problems.map((problem) => problemText(source, problem, style)).join('\n\n');

function problemText(source: SourceFile, { message, help, span }: PlacedProblem, style: ErrorStyle): string {
  const colors = picocolors.createColors(style.colors);
  const place = span && source.positionAt(span.start);
  const path = style.displayPath(source.path) + (place ? `:${place.line}:${place.column}` : '');
  const excerptStyle = { gutter: colors.dim, primary: colors.red, secondary: colors.cyan };
  const excerpt = span ? renderExcerpt(source, [{ span, primary: true }], excerptStyle) : [];
  return [
    `${colors.bold(colors.red('error'))} ${colors.bold(path)}`,
    `  ${visible(message)}`,
    '',
    ...(span ? [...excerpt.map((line) => `  ${line}`.trimEnd()), ''] : []),
    `  ${colors.green('help:')} ${visible(help)}`,
  ].join('\n');
}

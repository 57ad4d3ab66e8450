/**
 * What a diagnostic is, and how the catalogue words it. A catalogue entry is a value with one wording function per
 * situation; phases choose the entry and hand over data, so all prose lives in `catalogue/`.
 */
import type { SourceFile, Span } from '../../grammar/source.ts';

export type Severity = 'error' | 'warning' | 'hint';

export interface Place {
  readonly file: SourceFile;
  readonly span: Span;
}

export interface RelatedPlace extends Place {
  readonly message: string;
}

export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

/** A change that mends the problem. `safe`: it cannot change what a correct program means, so `--fix` may apply it. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  /** Edits of the diagnostic's own file; they do not overlap. */
  readonly edits: readonly TextEdit[];
}

export interface Diagnostic extends Place {
  /** The permanent slug, `area/problem`. */
  readonly code: string;
  readonly severity: Severity;
  /** What was seen and why it cannot be. May have several lines. */
  readonly message: string;
  /** What to do. */
  readonly help?: string;
  readonly related: readonly RelatedPlace[];
  readonly fixes: readonly Fix[];
}

/** What a wording function gives: the texts, and the fixes as functions of the place to blame. */
export interface Wording {
  readonly message: string;
  readonly help?: string | undefined;
  readonly fixes?: readonly Fix[] | undefined;
}

/** A wording that knows its slug: what `report` wants. */
export interface Problem extends Wording {
  readonly slug: string;
  readonly severity: Severity;
}

export interface DiagnosticDefinition {
  readonly slug: string;
  readonly severity: Severity;
  /** One line for lists. */
  readonly summary: string;
  /** Markdown: what, why, what to do. Printed by `nn explain SLUG`. */
  readonly explanation: string;
  /** `bad` gives exactly this slug; `good` gives nothing. */
  readonly example: { readonly bad: string; readonly good: string };
}

type Wordings = Readonly<Record<string, (data: never) => Wording>>;
type Worded<W extends Wordings> = {
  readonly [K in keyof W]: W[K] extends (data: infer D) => Wording ? (data: D) => Problem : never;
};

/**
 * Makes a catalogue entry: `report(shapeMismatch.operands({ … }), place)`.
 * A wording may override the severity where LANGUAGE.md gives one slug two.
 */
export function defineDiagnostic<W extends Wordings>(
  definition: DiagnosticDefinition,
  wordings: W,
): Worded<W> & { readonly definition: DiagnosticDefinition } {
  const worded: Record<string, unknown> = { definition };
  for (const [name, wording] of Object.entries(wordings)) {
    worded[name] = (data: never): Problem => ({
      slug: definition.slug,
      severity: definition.severity,
      ...wording(data),
    });
  }
  return Object.freeze(worded) as Worded<W> & { readonly definition: DiagnosticDefinition };
}

export function report(problem: Problem, place: Place, related: readonly RelatedPlace[] = []): Diagnostic {
  return {
    code: problem.slug,
    severity: problem.severity,
    message: problem.message,
    ...(problem.help === undefined ? {} : { help: problem.help }),
    file: place.file,
    span: place.span,
    related,
    fixes: problem.fixes ?? [],
  };
}

/** An invariant of ours is broken. Caught once per command or request. */
export function bug(message: string): never {
  throw new Error(`nnlang has a bug: ${message}. Please report it with the program that shows it.`);
}

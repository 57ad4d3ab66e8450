/** What a code action is, and what those who offer some are given. */
import type { Span } from '../../../grammar/source.ts';
import type { Unit } from '../../../grammar/unit.ts';
import type { UnitSights } from '../../check/sights.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { FileScope } from '../../resolve/file-scope.ts';
import type { Edit, ProjectEdit } from '../plain.ts';
import type { Project } from '../project.ts';
import { spotAt, type Spot } from '../spot.ts';

export type CodeActionKind =
  'quickfix' | 'refactor.extract' | 'refactor.inline' | 'refactor.rewrite' | 'source.fixAll' | 'source.organizeImports';

export interface CodeChange {
  readonly edit: ProjectEdit;
  /** A name in the text after the edit that its writer will want to choose: to be renamed right away. */
  readonly renameAt?: number;
}

export interface CodeAction {
  readonly title: string;
  readonly kind: CodeActionKind;
  /** The problems that it mends. */
  readonly diagnostics: readonly Diagnostic[];
  /** The one to take without asking. */
  readonly isPreferred: boolean;
  /** Why it cannot be done here. */
  readonly disabled?: string;
  /** Works the change out, for the texts as they were when the action was offered. */
  readonly change: () => Promise<CodeChange>;
}

/** Where actions are asked for. */
export interface ActionPlace {
  readonly project: Project;
  readonly file: FileScope;
  readonly text: string;
  readonly span: Span;
  /** At the beginning of the span. */
  readonly spot: Spot;
  readonly unit: Unit | undefined;
  readonly sights: UnitSights | undefined;
  /** Those of the file that touch the span. */
  readonly diagnostics: readonly Diagnostic[];
  /** All of the file. */
  readonly allDiagnostics: readonly Diagnostic[];
  /** The `.nn` files that names may be imported from. */
  readonly paths: readonly string[];
  readonly printWidth: number | undefined;
}

export type ActionProvider = (place: ActionPlace) => readonly CodeAction[];

export function placeAt(
  project: Project,
  file: FileScope,
  span: Span,
  allDiagnostics: readonly Diagnostic[],
  { paths = [], printWidth }: { readonly paths?: readonly string[]; readonly printWidth?: number | undefined },
): ActionPlace {
  const spot = spotAt(file, span.start);
  const { text } = file.source;
  const touches = (d: Diagnostic): boolean => d.span.start <= span.end && span.start <= d.span.end;
  const diagnostics = allDiagnostics.filter(touches);
  const sights = spot.unit && project.sightsOf(file, spot.unit);
  return { project, file, text, span, spot, unit: spot.unit, sights, diagnostics, allDiagnostics, paths, printWidth };
}

/** A change of the file itself. */
export const changeOf = ({ file }: ActionPlace, edits: readonly Edit[]): CodeChange => ({
  edit: new Map([[file.source.path, edits]]),
});

/** An action whose edits are known already. */
export const plainAction = (
  place: ActionPlace,
  title: string,
  kind: CodeActionKind,
  edits: readonly Edit[],
  parts: Partial<Pick<CodeAction, 'diagnostics' | 'isPreferred'>> = {},
): CodeAction => ({
  title,
  kind,
  diagnostics: [],
  isPreferred: false,
  change: () => Promise.resolve(changeOf(place, edits)),
  ...parts,
});

/** An action that would be wanted here and cannot be. */
export const disabledAction = (title: string, kind: CodeActionKind, disabled: string): CodeAction => ({
  title,
  kind,
  diagnostics: [],
  isPreferred: false,
  disabled,
  change: () => Promise.resolve({ edit: new Map() }),
});

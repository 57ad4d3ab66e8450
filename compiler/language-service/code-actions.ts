/** A selection → what can be done there with one key: fixes of problems, refactorings, and work on the whole file. */
import type { Span } from '../../grammar/source.ts';
import { placeAt, type ActionProvider, type CodeAction, type CodeActionKind } from './actions/action.ts';
import { annotations } from './actions/annotations.ts';
import { catalogueFixes, fixesOfMany, silencingComments } from './actions/catalogue-fixes.ts';
import { newBlocks } from './actions/create-block.ts';
import { extractedBlocks } from './actions/extract-block.ts';
import { extractedLets } from './actions/extract-let.ts';
import { missingImports, organizedImports } from './actions/imports.ts';
import { inlinedBlocks } from './actions/inline-block.ts';
import { inlinedLets } from './actions/inline-let.ts';
import { argumentForms } from './actions/named-arguments.ts';
import { removals } from './actions/removals.ts';
import { equalStages, unrolledLoops } from './actions/repeats.ts';
import { newTrainBlocks } from './actions/train-block.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { neverCancelled, type IsCancelled } from './plain.ts';
import type { Project } from './project.ts';

export type { CodeAction, CodeActionKind, CodeChange } from './actions/action.ts';

export interface CodeActionOptions {
  /** Kinds that are wanted, with all below them: `refactor`. All unless given. */
  readonly only?: readonly string[] | undefined;
  /** The `.nn` files of the project, from which names may be imported. */
  readonly paths?: readonly string[];
  /** Of what is laid out anew; 80 unless given. */
  readonly printWidth?: number | undefined;
}

/** In the order in which they are shown. */
const PROVIDERS: readonly { readonly kinds: readonly CodeActionKind[]; readonly provide: ActionProvider }[] = [
  { kinds: ['quickfix'], provide: catalogueFixes },
  { kinds: ['quickfix'], provide: missingImports },
  { kinds: ['quickfix'], provide: removals },
  { kinds: ['quickfix'], provide: newBlocks },
  { kinds: ['quickfix', 'source.fixAll'], provide: fixesOfMany },
  { kinds: ['quickfix'], provide: silencingComments },
  { kinds: ['refactor.extract'], provide: extractedBlocks },
  { kinds: ['refactor.extract'], provide: extractedLets },
  { kinds: ['refactor.inline'], provide: inlinedLets },
  { kinds: ['refactor.inline'], provide: inlinedBlocks },
  { kinds: ['refactor.rewrite'], provide: equalStages },
  { kinds: ['refactor.rewrite'], provide: unrolledLoops },
  { kinds: ['refactor.rewrite'], provide: argumentForms },
  { kinds: ['refactor.rewrite'], provide: annotations },
  { kinds: ['refactor.rewrite'], provide: newTrainBlocks },
  { kinds: ['source.organizeImports'], provide: organizedImports },
];

export function codeActions(
  project: Project,
  path: string,
  span: Span,
  options: CodeActionOptions = {},
  isCancelled: IsCancelled = neverCancelled,
): readonly CodeAction[] {
  const file = project.file(path);
  if (!file) return [];
  const isWanted = (kind: string): boolean => options.only?.some((wanted) => wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`)) ?? true; // prettier-ignore
  const place = placeAt(project, file, span, diagnosticsOf(project, path), options);
  return PROVIDERS.flatMap(({ kinds, provide }) =>
    !isCancelled() && kinds.some(isWanted) ? provide(place).filter(({ kind }) => isWanted(kind)) : [],
  );
}

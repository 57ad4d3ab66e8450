/** Data that the language service gives: files by path, spans in UTF-16 units from 0, half-open. No protocol types. */
import type { Span } from '../../grammar/source.ts';

export interface FileSpan {
  readonly path: string;
  readonly span: Span;
}

export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/** Edits of several files; those of one file do not overlap. */
export type ProjectEdit = ReadonlyMap<string, readonly Edit[]>;

/** Asked now and then by work that takes long; true where nobody waits for the answer any more. */
export type IsCancelled = () => boolean;

export const neverCancelled: IsCancelled = () => false;

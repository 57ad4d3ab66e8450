/** Programs with marks in them: `¦` is the cursor, `⟦ ⟧` hold a selection or what is expected, `‹ ›` hold inlay hints. */
import { Project } from '../../compiler/language-service/index.ts';
import { createMemoryHost } from '../../compiler/project/memory-host.ts';

export interface Marked {
  readonly text: string;
  /** Offsets of all `¦` in order. */
  readonly cursors: readonly number[];
  /** All `⟦…⟧` in order of their beginnings. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

/** A text without its marks, and where they were. */
export function unmarked(marked: string): Marked {
  const cursors: number[] = [];
  const spans: { start: number; end: number }[] = [];
  const open: number[] = [];
  let text = '';
  for (const letter of marked) {
    if (letter === '¦') cursors.push(text.length);
    else if (letter === '⟦') open.push(spans.push({ start: text.length, end: -1 }) - 1);
    else if (letter === '⟧') spans[open.pop()!]!.end = text.length;
    else text += letter;
  }
  return { text, cursors, spans };
}

/** A project of these files, all of them open. */
export function projectWith(files: Readonly<Record<string, string>>): Project {
  const project = new Project(createMemoryHost(files));
  for (const [path, text] of Object.entries(files)) project.setText(path, text);
  return project;
}

export interface AtCursor extends Marked {
  readonly project: Project;
  readonly path: string;
  readonly offset: number;
}

/** A project whose file `/a.nn` is this text, and the cursor in it; `others` are further files. */
export function atCursor(marked: string, others: Readonly<Record<string, string>> = {}): AtCursor {
  const found = unmarked(marked);
  const path = '/a.nn';
  return { ...found, project: projectWith({ [path]: found.text, ...others }), path, offset: found.cursors[0] ?? 0 };
}

/** The paths of imports → the files that they lead to. */
import type { Span } from '../../grammar/source.ts';
import { importedFile } from './import-paths.ts';
import type { Project } from './project.ts';

export interface DocumentLink {
  /** Between the quotes. */
  readonly span: Span;
  readonly path: string;
}

/** In the order of the text; of those files alone that are there. Throws `UnreadableFile`. */
export function documentLinks(project: Project, path: string): readonly DocumentLink[] {
  const file = project.file(path);
  return (file?.imports ?? []).flatMap((node) => {
    const target = importedFile(project, file!, node);
    const { start, end } = node.from.span;
    return target ? [{ span: { start: start + 1, end: end - 1 }, path: target.source.path }] : [];
  });
}

/** What there is to say of one file: of its own text only, whoever imports it. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Project } from './project.ts';

/** In the order of the text; empty where there is no such file. Throws `UnreadableFile`. */
export function diagnosticsOf(project: Project, path: string): readonly Diagnostic[] {
  const check = project.check(path);
  return check ? check.diagnostics.filter(({ file }) => file.path === path) : [];
}

/** `import … from "./layers.nn"` → the file that it leads to; and files that are moved → the imports that must follow. */
import type { Import } from '../../grammar/ast.ts';
import { UnreadableFile } from '../project/host.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { directoryOf, resolveRelative } from '../resolve/paths.ts';
import type { Project } from './project.ts';

/** The path that an import means, whether or not there is such a file; undefined for packages that are not there. */
export function importedPath(project: Project, file: FileScope, { from }: Import): string | undefined {
  if (from.kind !== 'StringLiteral' || from.value === '') return undefined;
  const { path } = file.source;
  if (isRelative(from.value)) return resolveRelative(directoryOf(path), from.value);
  return project.host.resolvePackage(from.value, path);
}

export const isRelative = (specifier: string): boolean => specifier.startsWith('.') || specifier.startsWith('/');

/** The file that an import leads to, as it is now; undefined where there is none or it cannot be read. */
export function importedFile(project: Project, file: FileScope, node: Import): FileScope | undefined {
  const path = importedPath(project, file, node);
  return path === undefined ? undefined : readableFile(project, path);
}

/** A file, or undefined where there is none: one that cannot be read is told where it is imported or opened. */
export function readableFile(project: Project, path: string): FileScope | undefined {
  try {
    return project.file(path);
  } catch (error) {
    if (error instanceof UnreadableFile) return undefined;
    throw error;
  }
}

/** `relativeSpecifier('/a/b', '/a/c/d.nn')` is `../c/d.nn`. */
export function relativeSpecifier(directory: string, path: string): string {
  const from = directory.split('/').filter((part) => part !== '');
  const to = path.split('/').filter((part) => part !== '');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  const up = from.slice(same).map(() => '..');
  return [...(up.length > 0 ? up : ['.']), ...to.slice(same)].join('/');
}

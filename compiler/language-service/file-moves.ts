/** Files and folders that get another path → the import paths that must follow them. */
import type { FileScope } from '../resolve/file-scope.ts';
import { directoryOf } from '../resolve/paths.ts';
import { importedPath, isRelative, relativeSpecifier } from './import-paths.ts';
import type { Edit, ProjectEdit } from './plain.ts';
import type { Project } from './project.ts';
import { filesOf } from './references.ts';

/** Of a file or a folder. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Edits by the paths before the moves, which are still to be made. `paths`: the `.nn` files of the workspace. */
export function editsForMoves(project: Project, moves: readonly Move[], paths: readonly string[]): ProjectEdit {
  const edits = new Map<string, readonly Edit[]>();
  for (const file of filesOf(project, paths)) {
    const own = importEdits(project, file, moves);
    if (own.length > 0) edits.set(file.source.path, own);
  }
  return edits;
}

function importEdits(project: Project, file: FileScope, moves: readonly Move[]): readonly Edit[] {
  const { path } = file.source;
  const directory = directoryOf(movedPath(path, moves));
  return file.imports.flatMap((node): Edit[] => {
    const { from } = node;
    const target = importedPath(project, file, node);
    // Packages are found by their names, wherever who imports them stands.
    if (from.kind !== 'StringLiteral' || target === undefined || !isRelative(from.value)) return [];
    const moved = movedPath(target, moves);
    const isSame = moved === target && directory === directoryOf(path);
    const specifier = from.value.startsWith('/') ? moved : relativeSpecifier(directory, moved);
    if (isSame || specifier === from.value) return [];
    return [{ span: { start: from.span.start + 1, end: from.span.end - 1 }, newText: specifier }];
  });
}

function movedPath(path: string, moves: readonly Move[]): string {
  const move = moves.find(({ from }) => path === from || path.startsWith(`${from}/`));
  return move ? move.to + path.slice(move.from.length) : path;
}

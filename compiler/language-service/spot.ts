/** A place of a file → the declaration and the nodes of the syntax tree that it lies in. */
import type { File, Node } from '../../grammar/ast.ts';
import type { Unit } from '../../grammar/unit.ts';
import { nodeAt } from '../../grammar/visit.ts';
import type { FileScope } from '../resolve/file-scope.ts';

export interface Spot {
  readonly file: FileScope;
  readonly offset: number;
  /** The declaration around it, with its doc comment. */
  readonly unit: Unit | undefined;
  /** From the declaration (or import) down to the innermost node; empty between declarations. */
  readonly path: readonly Node[];
}

export function spotAt(file: FileScope, offset: number): Spot {
  const units = file.units.filter(({ start, end }) => start <= offset && offset <= end);
  // Where two meet, the one that begins here.
  const unit = units.findLast(({ end }) => offset < end) ?? units.at(-1);
  const imports = file.imports.filter(({ span }) => span.start <= offset && offset <= span.end);
  const root: File = {
    kind: 'File',
    span: { start: 0, end: file.source.text.length },
    imports,
    declarations: unit ? [unit.node] : [],
    comments: [],
  };
  return { file, offset, unit, path: nodeAt(root, offset).slice(1) };
}

/** The innermost node of one of these kinds. */
export function innermost<K extends Node['kind']>(
  { path }: Spot,
  ...kinds: readonly K[]
): Extract<Node, { kind: K }> | undefined {
  return path.findLast((node): node is Extract<Node, { kind: K }> => (kinds as readonly string[]).includes(node.kind));
}

/** What a node stands in. */
export const parentOf = ({ path }: Spot, node: Node): Node | undefined => path[path.indexOf(node) - 1];

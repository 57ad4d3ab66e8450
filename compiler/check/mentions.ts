/** The names that occur in a piece of the tree: what `unused` reports go by. */
import type { Node } from '../../grammar/ast.ts';
import { childrenOf } from '../../grammar/visit.ts';

/** Every name read anywhere inside, also in requirement messages (`{dim}`). */
export function mentions(nodes: readonly Node[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: Node): void => {
    if (node.kind === 'Name') names.add(node.name);
    else if (node.kind === 'NamedType') names.add(node.name.name);
    else if (node.kind === 'SpreadDimension') names.add(node.name.name);
    else if (node.kind === 'StringLiteral')
      for (const [word] of node.value.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g)) names.add(word);
    for (const child of childrenOf(node)) visit(child);
  };
  for (const node of nodes) visit(node);
  return names;
}

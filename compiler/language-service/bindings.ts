/**
 * A name as it is written → the place that gave it: a declaration, or an import's `as`, perhaps of another file. What a
 * rename changes together, where references are all that mean the same thing.
 */
import type { Identifier, Name } from '../../grammar/ast.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import type { Local } from './locals.ts';
import type { Occurrence } from './occurrences.ts';

export interface Binding {
  /** The same for all occurrences of one binding. */
  readonly key: string;
  readonly name: string;
  readonly file: FileScope;
  /** Where the name is given. */
  readonly identifier: Identifier | Name;
  readonly of:
    | { readonly kind: 'local'; readonly local: Local }
    | { readonly kind: 'symbol'; readonly symbol: FileSymbol }
    /** Of the pattern of `rearrange` or `einsum`. */
    | { readonly kind: 'axis' }
    /** `import { A as B }`: of a thing that is called otherwise where it is declared. */
    | { readonly kind: 'alias'; readonly symbol: FileSymbol | undefined };
}

/** Undefined for what is built in, what is not known, and imports that lead nowhere. */
export function bindingOf(file: FileScope, { target, role, name, imported, span }: Occurrence): Binding | undefined {
  if (role === 'alias' && imported?.alias) return aliasBinding(file, imported.alias, target.kind === 'symbol' ? target.symbol : undefined); // prettier-ignore
  if (target.kind === 'local') {
    const { local } = target;
    return bindingAt(local.file, local.identifier, { kind: 'local', local });
  }
  if (target.kind === 'axis') return bindingAt(target.file, { kind: 'Identifier', name: target.name, span: target.span }, { kind: 'axis' }); // prettier-ignore
  // A layer written in a pipeline has its name from that of its class.
  if (target.kind === 'written') return fileBinding(target.file, target.callee.name);
  if (role === 'import') {
    const from = file.imported.find(({ node }) => node === imported)?.from;
    return from && fileBinding(from, name);
  }
  if (target.kind === 'symbol' && role === 'declaration' && target.symbol.identifier.span.start === span.start)
    return bindingAt(file, target.symbol.identifier, { kind: 'symbol', symbol: target.symbol });
  return target.kind === 'symbol' || target.kind === 'import' ? fileBinding(file, name) : undefined;
}

/** What gives a name of a file scope: a declaration, an `as`, or that of the file that it is imported from. */
export function fileBinding(file: FileScope, name: string, most = mostImports): Binding | undefined {
  const symbol = file.symbols.get(name);
  if (symbol && symbol.file.source.path === file.source.path)
    return bindingAt(file, symbol.identifier, { kind: 'symbol', symbol });
  const imported = file.imported.find(({ local }) => local === name);
  if (!imported || most === 0) return undefined;
  const { node, from } = imported;
  if (node.alias) return aliasBinding(file, node.alias, imported.symbol);
  return from && fileBinding(from, node.name.name, most - 1);
}

/** Imports may lead in a circle. */
const mostImports = 50;

const aliasBinding = (file: FileScope, alias: Identifier, symbol: FileSymbol | undefined): Binding =>
  bindingAt(file, alias, { kind: 'alias', symbol });

const bindingAt = (file: FileScope, identifier: Identifier | Name, of: Binding['of']): Binding => ({
  key: `${file.source.path}#${identifier.span.start}`,
  name: identifier.name,
  file,
  identifier,
  of,
});

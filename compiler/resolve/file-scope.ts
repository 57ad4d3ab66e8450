/** A parsed file with the names of its file scope. Side tables beside the untouched syntax tree. */
import type { Block, Const, File, Identifier, ImportName, Model, ModelAlias, Train } from '../../grammar/ast.ts';
import type { SourceFile } from '../../grammar/source.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

export interface FileSymbol {
  readonly name: string;
  readonly file: FileScope;
  /** The name where it is declared. */
  readonly identifier: Identifier;
  readonly node: Const | Block | Model | ModelAlias;
}

export interface FileScope {
  readonly source: SourceFile;
  readonly ast: File;
  /** Declared here or imported; an import leads to the declaration in its own file. */
  readonly symbols: ReadonlyMap<string, FileSymbol>;
  readonly imported: readonly { readonly node: ImportName; readonly local: string; /** Undefined where the import leads nowhere (reported). */ readonly symbol: FileSymbol | undefined; readonly from: FileScope | undefined }[]; // prettier-ignore
  /** The first `train` of each model name. */
  readonly trains: ReadonlyMap<string, Train>;
  readonly diagnostics: readonly Diagnostic[];
}

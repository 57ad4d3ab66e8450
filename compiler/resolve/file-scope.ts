/** A parsed file with the names of its file scope. Side tables beside the untouched syntax tree. */
import type { Block, Const, Identifier, Import, ImportName, Model, ModelAlias, Train } from '../../grammar/ast.ts';
import type { SourceFile, Span } from '../../grammar/source.ts';
import type { Unit } from '../../grammar/unit.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

export class FileSymbol {
  readonly name: string;
  readonly file: FileScope;
  readonly unit: Unit;

  constructor(file: FileScope, unit: Unit) {
    this.name = unit.name.name;
    this.file = file;
    this.unit = unit;
  }

  /** The name where it is declared. */
  get identifier(): Identifier {
    return this.unit.name;
  }

  get node(): Const | Block | Model | ModelAlias {
    return this.unit.node as Const | Block | Model | ModelAlias;
  }
}

export interface FileScope {
  readonly source: SourceFile;
  readonly imports: readonly Import[];
  /** Its declarations in the order of the text. */
  readonly units: readonly Unit[];
  /** Declared here or imported; an import leads to the declaration in its own file. */
  readonly symbols: ReadonlyMap<string, FileSymbol>;
  readonly imported: readonly { readonly node: ImportName; readonly local: string; /** Undefined where the import leads nowhere (reported). */ readonly symbol: FileSymbol | undefined; readonly from: FileScope | undefined }[]; // prettier-ignore
  /** The first `train` of each model name. */
  readonly trains: ReadonlyMap<string, Unit>;
  readonly diagnostics: readonly Diagnostic[];
  /** Where a syntax error has left the parser guessing. */
  readonly tears: readonly number[];
}

/** The `train` of a model of this name. */
export const trainNamed = (file: FileScope, name: string): Train | undefined =>
  file.trains.get(name)?.node as Train | undefined;

/** What a declaration of this file is kept under; undefined for one whose name another has. */
export function unitOf(file: FileScope, node: Const | Block | Model | ModelAlias): Unit | undefined {
  const symbol = file.symbols.get(node.name.name);
  return symbol?.node === node ? symbol.unit : undefined;
}

/** Whether the parser could not read all of a declaration. */
export const isTorn = ({ diagnostics }: FileScope, { start, end }: Span): boolean =>
  diagnostics.some(({ code, span }) => code.startsWith('syntax/') && span.start <= end && start <= span.end);

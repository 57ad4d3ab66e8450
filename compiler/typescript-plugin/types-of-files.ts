/**
 * A `.nn` file → the declarations that TypeScript sees in its place, and what is wrong with it. The text is that of `digits.d.nn.ts`, with its map in it. A
 * file with errors keeps the types that it last had.
 */
import { checkFile } from '../check/check-file.ts';
import { KeptChecks } from '../check/kept.ts';
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts';
import { indented, line, type Line } from '../emit/code.ts';
import { declarations } from '../emit/declarations.ts';
import type { EmittedFile } from '../emit/emitted.ts';
import { printCode } from '../emit/print-code.ts';
import { typesMap, typesText } from '../plugins/type-files.ts';
import { UnreadableFile, type Host } from '../project/host.ts';
import { unreadableDiagnostic } from '../project/unreadable-diagnostic.ts';
import type { FileScope } from '../resolve/file-scope.ts';
import { ProjectFiles } from '../resolve/project-files.ts';
import { version } from '../version.ts';
import { typesPathOf } from './paths.ts';

export interface FileTypes {
  readonly text: string;
  readonly errors: readonly Diagnostic[];
  /** A mistake of ours. */
  readonly fault?: Error;
}

export class TypesOfFiles {
  readonly #tensors: boolean;
  readonly #files: ProjectFiles;
  readonly #kept: KeptChecks;
  readonly #known = new WeakMap<FileScope, FileTypes>();
  /** By path, the text of the last version without errors. */
  readonly #good = new Map<string, string>();

  constructor(host: Host, tensors: boolean) {
    this.#tensors = tensors;
    this.#files = new ProjectFiles(host);
    this.#kept = new KeptChecks(this.#files.placeNow);
  }

  /** Of a file that is there; read and checked again only where something has changed. Does not throw: TypeScript would do nothing more at all. */
  of(path: string): FileTypes {
    try {
      return this.#typesOf(path);
    } catch (error) {
      const fault = error instanceof Error ? error : new Error(String(error));
      return { text: this.#good.get(path) ?? nothing, errors: [], fault };
    }
  }

  #typesOf(path: string): FileTypes {
    const file = this.#resolved(path);
    if (file === undefined) return { text: this.#good.get(path) ?? nothing, errors: [] };
    if (!('symbols' in file)) return { text: this.#good.get(path) ?? nothing, errors: [file] };
    const known = this.#known.get(file) ?? this.#made(path, file);
    this.#known.set(file, known);
    return known;
  }

  #resolved(path: string): FileScope | Diagnostic | undefined {
    try {
      return this.#files.resolve(path);
    } catch (error) {
      if (error instanceof UnreadableFile) return unreadableDiagnostic(error);
      throw error;
    }
  }

  #made(path: string, file: FileScope): FileTypes {
    const { diagnostics, models } = checkFile(file, undefined, this.#kept);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) return { text: this.#good.get(path) ?? textOf(path, untypedModels(file)), errors };
    const text = textOf(path, declarations(file.source, models, { version, tensors: this.#tensors }));
    this.#good.set(path, text);
    return { text, errors };
  }
}

/** With its map in it. */
function textOf(path: string, declared: EmittedFile): string {
  const map = Buffer.from(typesMap(path, declared)).toString('base64');
  return `${typesText(declared)}//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}\n`;
}

const nothing = 'export {};';

/** For a file that has never been without errors: there is one error, where it is imported, and none at each use of what it has. */
function untypedModels(file: FileScope): EmittedFile {
  const own = [...file.symbols.values()].filter((symbol) => symbol.file === file);
  const models = own.filter(({ unit }) => unit.kind === 'Model' || unit.kind === 'ModelAlias');
  const lines = models.flatMap(({ name, identifier }) => {
    const place = { file: file.source, span: identifier.span };
    return [name, `${name}Worker`].flatMap((one) => untyped(one, place));
  });
  const fileName = typesPathOf(file.source.path);
  const options = { header: [], mode: 'dts', fileName, sourcePath: file.source.path, sourceMap: false } as const;
  return { name: fileName, ...printCode(lines.length === 0 ? [line(nothing)] : lines, options) };
}

const untyped = (name: string, place: Place): readonly Line[] => [
  line(`export declare class ${name} {`, place),
  ...indented([line('static [member: string]: any;'), line('[member: string]: any;')]),
  line('}'),
  line(`export declare namespace ${name} {`, place),
  ...indented(['Inputs', 'Outputs', 'Batch', 'Scores', 'WeightName'].map((type) => line(`type ${type} = any;`))),
  line('}'),
];

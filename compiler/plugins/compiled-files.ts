/** Compiles `.nn` files for a bundler; a file is compiled again only when it or something that it imports has changed. */
import { compile, type CompileOptions, type CompileReport } from '../api.ts';

interface Compiled {
  readonly texts: ReadonlyMap<string, string | undefined>;
  readonly report: Promise<CompileReport>;
}

export class CompiledFiles {
  readonly #options: CompileOptions;
  readonly #compiled = new Map<string, Compiled>();

  constructor(options: CompileOptions) {
    this.#options = options;
  }

  async report(path: string): Promise<CompileReport> {
    const known = this.#compiled.get(path);
    if (known && this.#isCurrent(known.texts)) return known.report;
    const report = compile(path, this.#options);
    // Modules of one file are asked for at once; its imports are known afterwards.
    this.#compiled.set(path, { texts: new Map([[path, this.#textOf(path)]]), report });
    const { dependencies } = await report;
    this.#compiled.set(path, { texts: new Map(dependencies.map((one) => [one, this.#textOf(one)])), report });
    return report;
  }

  #isCurrent(texts: Compiled['texts']): boolean {
    return [...texts].every(([path, text]) => this.#textOf(path) === text);
  }

  /** Undefined where there is none that can be read. */
  #textOf(path: string): string | undefined {
    try {
      return this.#options.host.readFile(path);
    } catch {
      return undefined;
    }
  }
}

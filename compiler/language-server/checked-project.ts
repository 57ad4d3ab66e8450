/** The project as an editor has it: open texts laid over saved ones, checked again where something has changed. */
import { createCompiler } from '../compile.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Host } from '../project/host.ts';

export class Project {
  readonly #open = new Map<string, string>();
  readonly host: Host;
  readonly compiler;
  constructor(host: Host) {
    this.host = host;
    this.compiler = createCompiler({
      readFile: (path) => this.#open.get(path) ?? host.readFile(path),
      exists: (path) => this.#open.has(path) || host.exists(path),
      resolvePackage: (specifier, from) => host.resolvePackage(specifier, from),
    });
  }
  get openPaths(): readonly string[] {
    return [...this.#open.keys()];
  }
  setText(path: string, text: string): void {
    this.#open.set(path, text);
  }
  close(path: string): void {
    this.#open.delete(path);
  }
  changed(_path?: string): void {}
}

export const diagnosticsOf = (project: Project, path: string): readonly Diagnostic[] =>
  project.compiler.check(path).diagnostics.filter(({ file }) => file.path === path);

export const checkedModels = (project: Project, path: string) => project.compiler.check(path).models;

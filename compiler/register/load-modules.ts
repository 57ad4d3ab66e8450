/** A `.nn` file → the code of its modules for Node, from the cache where it holds. Synchronous, as Node's newer hooks are. */
import { fileURLToPath } from 'node:url';
import { renderDiagnostics, renderTotals } from '../diagnostics/render-terminal.ts';
import { sortDiagnostics } from '../diagnostics/sort-diagnostics.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { checkFile } from '../check/check-file.ts';
import { displayPath } from '../cli/display-path.ts';
import { emitModule } from '../emit/emit-module.ts';
import type { EmitOptions } from '../emit/emitted.ts';
import { lowerModel } from '../lower/lower-model.ts';
import { emittedName, fileModule, siblingModule } from '../plugins/module-ids.ts';
import { UnreadableFile, type Host } from '../project/host.ts';
import { createNodeHost } from '../project/node-host.ts';
import { unreadableDiagnostic } from '../project/unreadable-diagnostic.ts';
import { ProjectFiles } from '../resolve/project-files.ts';
import { version } from '../version.ts';
import { cacheFolder, DiskCache } from './disk-cache.ts';

const options: EmitOptions = { target: 'js', backends: ['wasm', 'cpu'], sourceMap: false, version };

/** Modules of `.nn` files as a program asks for them. `NNLANG_CACHE` names another folder for the cache, or is `off`. */
export class NodeModules {
  readonly #cwd: string;
  readonly #colors: boolean;
  readonly #cache: DiskCache | undefined;
  readonly #loaded = new Map<string, Readonly<Record<string, string>>>();

  constructor(cwd: string, env: NodeJS.ProcessEnv, colors: boolean) {
    this.#cwd = cwd;
    this.#colors = colors;
    const folder = env['NNLANG_CACHE'] ?? cacheFolder(cwd);
    this.#cache = folder === undefined || folder === 'off' ? undefined : new DiskCache(folder, JSON.stringify(options));
  }

  /** The address that an import in a module of ours means; undefined where that is Node's matter. */
  resolve(specifier: string, parentUrl: string | undefined): string | undefined {
    const parent = parentUrl === undefined ? undefined : fileModule(parentUrl);
    return parent && siblingModule(specifier, parent);
  }

  /** The code for an address; undefined where it is of no `.nn` file. @throws Error that shows the diagnostics. */
  load(url: string): string | undefined {
    if (!url.startsWith('file:')) return undefined;
    const module = fileModule(url);
    if (!module) return undefined;
    const path = fileURLToPath(module.path);
    const modules = this.#loaded.get(path) ?? this.#cache?.read(path) ?? this.#compiled(path);
    this.#loaded.set(path, modules);
    const code = modules[emittedName({ ...module, path })];
    if (code === undefined) throw new Error(`${path} has no module for ${module.part}.`);
    return code;
  }

  #compiled(path: string): Readonly<Record<string, string>> {
    const asked = new Set<string>();
    const host = recording(createNodeHost(), asked);
    const { diagnostics, files } = built(path, host);
    if (!files) throw this.#failure(diagnostics);
    const modules = Object.fromEntries(
      files.filter(({ name }) => name.endsWith('.js')).map(({ name, code, map }) => [name.replace(/\.js$/, ''), `${code}//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`]),
    ); // prettier-ignore
    this.#cache?.write(path, [...asked], modules);
    return modules;
  }

  #failure(diagnostics: readonly Diagnostic[]): Error {
    const errors = sortDiagnostics(diagnostics.filter(({ severity }) => severity === 'error'));
    const text = renderDiagnostics(errors, { colors: this.#colors, displayPath: (path) => displayPath(path, this.#cwd) }); // prettier-ignore
    const error = new Error(`${renderTotals(errors, { colors: false })}\n\n${text.trimEnd()}\n`);
    const { file, span } = errors[0]!;
    const { line, column } = file.positionAt(span.start);
    // Node prints it. How the compiler got there tells nothing, but without any place it would be in brackets.
    error.stack = `Error: ${error.message}\n    at ${file.path}:${line}:${column}`;
    return error;
  }
}

function built(path: string, host: Host) {
  const file = ((): ReturnType<ProjectFiles['resolve']> | UnreadableFile => {
    try {
      return new ProjectFiles(host).resolve(path);
    } catch (error) {
      if (error instanceof UnreadableFile) return error;
      throw error;
    }
  })();
  if (file === undefined) throw new Error(`There is no file ${path}.`);
  if (file instanceof UnreadableFile) return { diagnostics: [unreadableDiagnostic(file)], files: undefined };
  const { diagnostics, models } = checkFile(file);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics, files: undefined };
  return { diagnostics, files: emitModule(file.source, models.map((model) => lowerModel(model)), options) }; // prettier-ignore
}

function recording(host: Host, asked: Set<string>): Host {
  return {
    ...host,
    readFile: (path) => {
      asked.add(path);
      return host.readFile(path);
    },
  };
}

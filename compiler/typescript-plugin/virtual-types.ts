/**
 * A `digits.d.nn.ts` beside each `digits.nn`, where there is none on the disk or an old one: TypeScript's server asks its host for files, and this
 * answers. From there on everything is TypeScript's own: resolution, checking, the way from declarations to their source by the map.
 */
import type { server } from 'typescript-5.9';
import { configNames } from '../configuration/config-names.ts';
import { createNodeHost } from '../project/node-host.ts';
import type { Host } from '../project/host.ts';
import { modelPathOf, typesPathOf } from './paths.ts';
import type { FileTypes, TypesOfFiles } from './types-of-files.ts';

/** What knows the compiler. Asked for only where there is something to be typed: most projects have no models. */
export interface Parts {
  readonly TypesOfFiles: new (models: Host, tensors: boolean) => Pick<TypesOfFiles, 'of'>;
  readonly tensorsConfigured: (folder: string, tell: (message: string) => void) => boolean;
}
export type LoadParts = () => Parts;

/** Whether the programs of a project have tensors, as it is configured now. */
export type HasTensors = () => boolean;

interface Options {
  readonly hasTensors: HasTensors;
  /** Undefined until it is asked for. */
  tensors?: boolean;
}

/** The host's own answers. */
type Disk = Pick<server.ServerHost, 'fileExists' | 'readFile'>;

/** Where the server keeps what all its projects share. */
const place: unique symbol = Symbol.for('nnlang.types');
type ServerHost = server.ServerHost & { [place]?: VirtualTypes };

export class VirtualTypes {
  readonly #host: server.ServerHost;
  readonly #disk: Disk;
  readonly #parts: LoadParts;
  readonly #projects = new Map<server.Project, Options>();
  readonly #models: Host;
  /** With tensors and without. */
  readonly #types = new Map<boolean, Pick<TypesOfFiles, 'of'>>();
  /** By path of a model that is used or looked for, whether it was there. */
  readonly #watched = new Map<string, boolean>();
  readonly #texts = new Map<string, string | undefined>();
  #refreshing: unknown;

  /** That of a server; a server has one. */
  static of(host: ServerHost, parts: LoadParts): VirtualTypes {
    return (host[place] ??= new VirtualTypes(host, parts));
  }

  private constructor(host: server.ServerHost, parts: LoadParts) {
    this.#host = host;
    this.#parts = parts;
    this.#disk = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
    this.#models = this.#watchedModels();
    this.#answer();
  } // prettier-ignore

  add(project: server.Project, hasTensors: HasTensors): void {
    for (const known of this.#projects.keys()) if (known.isClosed()) this.#projects.delete(known);
    const options: Options = { hasTensors };
    this.#projects.set(project, options);
    // Another project may have asked before, to which the same files belong.
    if (this.#types.size > 0 && !tensorsOf(options)) this.#reload(project);
    for (const name of [...configNames, 'package.json'])
      this.#host.watchFile(`${project.getCurrentDirectory()}/${name}`, () => this.#configured(project, options), 500);
  } // prettier-ignore

  #configured(project: server.Project, options: Options): void {
    if (options.tensors === undefined || project.isClosed()) return;
    const tensors = options.hasTensors();
    if (tensors === options.tensors) return;
    options.tensors = tensors;
    this.#reload(project);
    project.updateGraph();
    project.refreshDiagnostics();
  }

  #reload({ projectService }: server.Project): void {
    for (const path of this.#watched.keys()) projectService.getScriptInfo(typesPathOf(path))?.reloadFromFile();
  }

  /** Of a model, by its path. */
  typesOf(path: string): FileTypes {
    const tensors = this.#hasTensors(path);
    const types = this.#types.get(tensors) ?? new (this.#parts().TypesOfFiles)(this.#models, tensors);
    this.#types.set(tensors, types);
    return types.of(path);
  }

  /** As the project says in whose folder the file is; the innermost of several. */
  #hasTensors(path: string): boolean {
    const around = [...this.#projects].filter(([project]) => path.startsWith(`${project.getCurrentDirectory()}/`));
    const [nearest] = around.toSorted(([a], [b]) => b.getCurrentDirectory().length - a.getCurrentDirectory().length);
    return nearest === undefined || tensorsOf(nearest[1]);
  }

  /** What models are read through: the disk, watched, so that each file is read once for each of its versions. */
  #watchedModels(): Host {
    const node = createNodeHost();
    const readFile = (path: string): string | undefined => {
      this.#watch(path);
      if (!this.#texts.has(path)) this.#texts.set(path, node.readFile(path));
      return this.#texts.get(path);
    };
    return { ...node, readFile };
  }

  #answer(): void {
    const host = this.#host;
    const disk = this.#disk;
    host.fileExists = (path) => this.#modelAt(path) !== undefined || disk.fileExists(path);
    host.readFile = (path, encoding) => {
      const model = this.#modelAt(path);
      return model === undefined ? disk.readFile(path, encoding) : this.typesOf(model).text;
    };
    const modifiedTime = host.getModifiedTime?.bind(host);
    if (modifiedTime) host.getModifiedTime = (path) => modifiedTime(this.#modelAt(path) ?? path);
  }

  /** The model whose types would be at a path. Whether there is one is looked for again when files come and go. */
  #modelAt(path: string): string | undefined {
    const model = modelPathOf(path);
    if (model === undefined) return undefined;
    this.#watch(model);
    return this.#disk.fileExists(model) ? model : undefined;
  }

  #watch(path: string): void {
    if (this.#watched.has(path)) return;
    const isThere = this.#disk.fileExists(path);
    this.#watched.set(path, isThere);
    // In packages many places are looked at in vain.
    if (isThere || !path.includes('/node_modules/')) this.#host.watchFile(path, () => this.#changed(path), 500);
  }

  /** Many editors write a file by taking it away first. */
  #changed(path: string): void {
    this.#texts.delete(path);
    if (this.#refreshing !== undefined) this.#host.clearTimeout(this.#refreshing);
    this.#refreshing = this.#host.setTimeout(() => this.#refresh(), 50);
  }

  #refresh(): void {
    this.#refreshing = undefined;
    const moved = [...this.#watched].filter(([path, was]) => this.#disk.fileExists(path) !== was);
    for (const [path, was] of moved) this.#watched.set(path, !was);
    const projects = [...this.#projects.keys()].filter((project) => !project.isClosed());
    const [first] = projects;
    // Then imports lead elsewhere, which the server finds out for its own files alone.
    if (moved.length > 0) first?.projectService.reloadProjects();
    else for (const project of projects) {
      this.#reload(project);
      project.updateGraph();
    }
    first?.refreshDiagnostics();
  } // prettier-ignore
}

const tensorsOf = (options: Options): boolean => (options.tensors ??= options.hasTensors());

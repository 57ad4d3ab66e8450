/**
 * A `digits.d.nn.ts` beside each `digits.nn`, where there is none on the disk or an old one: TypeScript's server asks its host for files, and this
 * answers. From there on everything is TypeScript's own: resolution, checking, the way from declarations to their source by the map.
 */
import type { server } from 'typescript-5.9';
import { createNodeHost } from '../project/node-host.ts';
import type { Host } from '../project/host.ts';
import { modelPathOf, typesPathOf } from './paths.ts';
import { TypesOfFiles, type FileTypes } from './types-of-files.ts';

/** The host's own answers. */
type Disk = Pick<server.ServerHost, 'fileExists' | 'readFile'>;

/** Where the server keeps what all its projects share. */
const place: unique symbol = Symbol.for('nnlang.types');
type ServerHost = server.ServerHost & { [place]?: VirtualTypes };

export class VirtualTypes {
  readonly #host: server.ServerHost;
  readonly #disk: Disk;
  readonly #projects = new Map<server.Project, { readonly tensors: boolean }>();
  readonly #types: readonly [withTensors: TypesOfFiles, without: TypesOfFiles];
  /** By path of a model that is used or looked for, whether it was there. */
  readonly #watched = new Map<string, boolean>();
  readonly #texts = new Map<string, string | undefined>();
  #refreshing: unknown;

  /** That of a server; a server has one. */
  static of(host: ServerHost): VirtualTypes {
    return (host[place] ??= new VirtualTypes(host));
  }

  private constructor(host: server.ServerHost) {
    this.#host = host;
    this.#disk = { fileExists: host.fileExists.bind(host), readFile: host.readFile.bind(host) };
    const models = this.#models();
    this.#types = [new TypesOfFiles(models, true), new TypesOfFiles(models, false)];
    this.#answer();
  } // prettier-ignore

  add(project: server.Project, options: { readonly tensors: boolean }): void {
    for (const known of this.#projects.keys()) if (known.isClosed()) this.#projects.delete(known);
    this.#projects.set(project, options);
    // Another project may have asked before, to which the same files belong.
    if (!options.tensors) this.#reload(project);
  }

  #reload({ projectService }: server.Project): void {
    for (const path of this.#watched.keys()) projectService.getScriptInfo(typesPathOf(path))?.reloadFromFile();
  }

  /** Of a model, by its path. */
  typesOf(path: string): FileTypes {
    return this.#types[this.#hasTensors(path) ? 0 : 1].of(path);
  }

  /** As the project says in whose folder the file is; the innermost of several. */
  #hasTensors(path: string): boolean {
    const around = [...this.#projects].filter(([project]) => path.startsWith(`${project.getCurrentDirectory()}/`));
    const [nearest] = around.toSorted(([a], [b]) => b.getCurrentDirectory().length - a.getCurrentDirectory().length);
    return nearest?.[1].tensors ?? true;
  }

  /** What models are read through: the disk, watched, so that each file is read once for each of its versions. */
  #models(): Host {
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

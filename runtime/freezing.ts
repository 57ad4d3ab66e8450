/** Which weights of a live model are frozen, and what emitted code is told of it. */
import { type Device, attempt } from './device.ts';
import { InputError } from './input-error.ts';
import { nearestName } from './nearest-name.ts';
import type { Data, Program, WeightSpec } from './program.ts';

/** `dense`, `stage.0.dense` … of the paths of weights. */
type Beginning<Path extends string> = Path extends `${infer First}.${infer Rest}`
  ? First | `${First}.${Beginning<Rest>}`
  : Path;
/** A weight's path, the beginning of paths up to a dot, or either with `*` for any characters. */
export type WeightPattern<Path extends string> = Path | Beginning<Path> | `${string}*${string}`;

export class Freezing {
  readonly #device: Device;
  readonly #program: Program;
  readonly #frozen = new Set<string>();
  /** Made when training first asks; [not frozen, frozen]. */
  #scalars: readonly [Data, Data] | undefined;
  #flags: Readonly<Record<string, Data>> | undefined;

  constructor(device: Device, program: Program) {
    this.#device = device;
    this.#program = program;
    for (const path of this.#atFirst()) this.#frozen.add(path);
  }

  has(path: string): boolean {
    return this.#frozen.has(path);
  }

  get paths(): readonly string[] {
    return [...this.#frozen];
  }

  /** Whether something learns that the `train` block froze. */
  get isThawed(): boolean {
    return this.#program.freeze !== undefined && this.#atFirst().some((path) => !this.#frozen.has(path));
  }

  get isAsAtFirst(): boolean {
    const atFirst = this.#atFirst();
    return atFirst.length === this.#frozen.size && !this.isThawed;
  }

  /** @throws InputError for a pattern that fits no weight; then nothing is changed. */
  freeze(patterns: readonly string[]): void {
    for (const path of this.#matches(patterns)) this.#frozen.add(path);
    this.#flags = undefined;
  }

  /** Of all weights where there are no patterns. */
  unfreeze(patterns: readonly string[]): void {
    const paths = patterns.length === 0 ? this.paths : this.#matches(patterns);
    for (const path of paths) this.#frozen.delete(path);
    this.#flags = undefined;
  }

  /** Just these, as a checkpoint has them. */
  restore(paths: readonly string[]): void {
    this.#frozen.clear();
    for (const path of paths) this.#frozen.add(path);
    this.#flags = undefined;
  }

  /** By the path of each layer that keeps statistics, whether all of its weights are frozen: a bool scalar. */
  get flags(): Readonly<Record<string, Data>> {
    if (this.#flags !== undefined) return this.#flags;
    const all = Object.entries<WeightSpec>(this.#program.spec.weights);
    const layers = new Set(all.filter(([, { trainable }]) => !trainable).map(([path]) => layerOf(path)));
    if (layers.size === 0) return (this.#flags = {});
    this.#scalars ??= attempt(this.#device, () => [this.#bool(0), this.#bool(1)] as const);
    const [learning, frozen] = this.#scalars;
    const isFrozen = (layer: string): boolean =>
      all.every(([path]) => layerOf(path) !== layer || this.#frozen.has(path));
    return (this.#flags = Object.fromEntries([...layers].map((layer) => [layer, isFrozen(layer) ? frozen : learning])));
  }

  dispose(): void {
    for (const scalar of this.#scalars ?? []) this.#device.dispose(scalar);
    this.#scalars = undefined;
    this.#flags = undefined;
  }

  #bool(value: 0 | 1): Data {
    return this.#device.write(Uint8Array.of(value), [], 'bool');
  }

  #atFirst(): readonly string[] {
    const { freeze = [], spec } = this.#program;
    const expressions = freeze.map(expressionOf);
    return Object.keys(spec.weights).filter((path) => expressions.some((expression) => expression.test(path)));
  }

  #matches(patterns: readonly string[]): readonly string[] {
    const { name, weights } = this.#program.spec;
    const paths = Object.keys(weights);
    return patterns.flatMap((pattern) => {
      const expression = expressionOf(pattern);
      const found = paths.filter((path) => expression.test(path));
      if (found.length > 0) return found;
      const near = nearestName(pattern, [...paths, ...paths.map(layerOf)]);
      throw new InputError(
        `${name}: no weight fits "${pattern}".${near === undefined ? '' : ` Did you mean "${near}"?`} Patterns are paths as in net.weights, beginnings of paths, and * for any characters.`,
      );
    });
  }
}

const layerOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('.')));

/** As `freeze:` of a `train` block reads patterns. */
function expressionOf(pattern: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*')}(\\..*)?$`, 'su');
}

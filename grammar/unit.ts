/**
 * A declaration of a file that may move. Its key stays the same object as long as its own text does, so that what was
 * found about it can be kept; its tree is made for its present place when somebody looks at it.
 */
import type { Declaration, Identifier } from './ast.ts';
import type { Span } from './source.ts';

export class Unit {
  readonly key: object;
  readonly kind: Declaration['kind'];
  /** Of the text that it owns: the declaration with its doc comment. */
  readonly start: number;
  readonly end: number;
  readonly #base: Declaration;
  readonly #delta: number;
  #node: Declaration | undefined;

  constructor(base: Declaration, delta = 0, key: object = {}) {
    this.key = key;
    this.kind = base.kind;
    this.start = (base.doc ?? base).span.start + delta;
    this.end = base.span.end + delta;
    this.#base = base;
    this.#delta = delta;
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }

  /** Whether a span lies inside. */
  holds({ start, end }: Span): boolean {
    return this.start <= start && end <= this.end;
  }

  /** What it declares; for `train`, the model that it trains. */
  get name(): Identifier {
    const name = this.#base.kind === 'Train' ? this.#base.model : this.#base.name;
    return this.#delta === 0 ? name : shifted(name, this.#delta);
  }

  /** For all that does not depend on where it stands: its places may be those of earlier. */
  get anywhere(): Declaration {
    return this.#base;
  }

  get node(): Declaration {
    return (this.#node ??= this.#delta === 0 ? this.#base : shifted(this.#base, this.#delta));
  }

  moved(delta: number): Unit {
    return delta === 0 ? this : new Unit(this.#base, this.#delta + delta, this.key);
  }
}

/** A copy of a piece of a tree, or of anything else that has spans in it, `delta` further on. */
export function shifted<T>(value: T, delta: number): T {
  if (Array.isArray(value)) return value.map((element: unknown) => shifted(element, delta)) as T;
  if (typeof value !== 'object' || value === null) return value;
  if ('start' in value && typeof value.start === 'number' && 'end' in value && typeof value.end === 'number')
    return { start: value.start + delta, end: value.end + delta } as T;
  const copy: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) copy[key] = shifted(part, delta);
  return copy as T;
}

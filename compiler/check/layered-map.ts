/** A map over another one: what is set here is seen here alone, what is set below is seen in both. */
export class LayeredMap<K, V> {
  readonly #below: LayeredMap<K, V> | undefined;
  readonly #own = new Map<K, V>();

  constructor(below?: LayeredMap<K, V>) {
    this.#below = below;
  }

  get size(): number {
    return this.#own.size + (this.#below?.size ?? 0);
  }

  get(key: K): V | undefined {
    return this.#own.get(key) ?? this.#below?.get(key);
  }

  has(key: K): boolean {
    return this.#own.has(key) || (this.#below?.has(key) ?? false);
  }

  set(key: K, value: V): void {
    this.#own.set(key, value);
  }

  /** Those from below first, in the order in which they were set. */
  *entries(): IterableIterator<[K, V]> {
    if (this.#below) yield* this.#below.entries();
    yield* this.#own;
  }

  keys(): readonly K[] {
    return [...this.entries()].map(([key]) => key);
  }

  values(): readonly V[] {
    return [...this.entries()].map(([, value]) => value);
  }
}

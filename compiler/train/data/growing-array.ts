/**
 * A list of numbers that grows without holding each number as an object: data files have millions of cells.
 */
type Store = Float32Array | Int32Array | Uint8Array;
type StoreConstructor<S extends Store> = new (length: number) => S;

export class GrowingArray<S extends Store> {
  readonly #make: StoreConstructor<S>;
  #values: S;
  #length = 0;

  constructor(make: StoreConstructor<S>) {
    this.#make = make;
    this.#values = new make(1024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new this.#make(this.#length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  /** The values without the room for more. */
  toTypedArray(): S {
    return this.#values.slice(0, this.#length) as S;
  }
}

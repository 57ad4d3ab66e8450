/** Data by name for code that walks over several pieces of memory at once: loops over time. */
import type { Device, Values } from '../device.ts';
import type { Data } from '../program.ts';

/** Data by name, of which one piece of code reads some and writes others. */
export class Room {
  readonly #device: Device;
  readonly #all: Record<string, Data> = {};

  constructor(device: Device, given: Readonly<Record<string, Data | undefined>>) {
    this.#device = device;
    for (const [name, data] of Object.entries(given)) if (data !== undefined) this.#all[name] = data;
  }

  take(name: string, shape: readonly number[]): Data {
    return (this.#all[name] = this.#device.allocate([...shape], 'float32'));
  }

  /** Room for a kernel in the order of simd/rows.ts, and where it may begin; none where packing it costs more than it saves. */
  takePacked(steps: number, n: number, units: number, gates: number): readonly Data[] {
    const pays = (n < 4 || n >= 8) && steps >= 8 && units % 8 === 0;
    return pays ? [this.take('packed', [gates * units * units + 16])] : [];
  }

  /** Runs code that writes what is taken, `target` among it. */
  fill(target: string, code: (all: Readonly<Record<string, Values>>) => void): void {
    const names = Object.keys(this.#all).filter((name) => name !== target);
    this.#device.fillHeap(this.#all[target]!, names.map((name) => this.#all[name]!), (own, others) => {
      const all: Record<string, Values> = { [target]: own };
      for (let i = 0; i < names.length; i++) all[names[i]!] = others[i]!;
      code(all);
    });
  } // prettier-ignore

  /** Those that are wanted; the others are given back. */
  results<Wanted extends string>(wanted: readonly Wanted[], made: readonly string[]): Readonly<Record<Wanted, Data>> {
    for (const name of made) if (!wanted.includes(name as Wanted)) this.#device.dispose(this.#all[name]!);
    return Object.fromEntries(wanted.map((name) => [name, this.#all[name]!])) as Record<Wanted, Data>;
  }
}
